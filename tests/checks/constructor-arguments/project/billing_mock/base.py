from localstack.extensions.api import Extension


class Base(Extension):
    def __init__(self, port, *, host="localhost", secure):
        self.port = port
