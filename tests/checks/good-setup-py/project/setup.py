import setuptools

NAME = "billing-mock"

setuptools.setup(
    name=NAME,
    version="0.1.0",
    packages=setuptools.find_packages(),
    entry_points={"localstack.extensions": ["billing-mock = billing_mock.extension:BillingMock"]},
)
