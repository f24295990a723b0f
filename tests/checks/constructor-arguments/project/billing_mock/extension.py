from .base import Base


class BillingMock(Base):
    name = "billing-mock"
