from localstack.extensions.api import Extension


class BillingMock(Extension):
    name = "billing-mock"

    def load(self, *args, **kwargs):
        print("loaded")
        return super().load(*args, **kwargs)
