from .extension import BillingMock

__all__ = ["BillingMock"]
