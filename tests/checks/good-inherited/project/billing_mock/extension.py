from .base import Base as Inherited


class BillingMock(Inherited):
    pass
