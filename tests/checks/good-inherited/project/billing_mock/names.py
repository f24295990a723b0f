NAME = "billing-mock"
