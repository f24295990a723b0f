from localstack.extensions.api import Extension


class BillingMock(Extension):
    name = "billing-mock"
