from plux import Plugin


class BillingMock(Plugin):
    name = "billing-mock"
