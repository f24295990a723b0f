def BillingMock():
    return None
