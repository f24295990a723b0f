from localstack.extensions.patterns.webapp import WebAppExtension


class BillingMock(WebAppExtension):
    name = "billing-mock"
