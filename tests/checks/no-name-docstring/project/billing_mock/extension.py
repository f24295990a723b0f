from localstack.extensions.api import Extension


class BillingMock(Extension):
    """Bills."""
