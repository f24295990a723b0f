class Base:
    pass


class BillingMock(Base):
    name = "billing-mock"
