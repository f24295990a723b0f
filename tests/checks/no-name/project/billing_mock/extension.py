from localstack.extensions.api import Extension


class BillingMock(Extension):
    """Bills."""

    def __init__(self):
        self.name = "billing-mock"
