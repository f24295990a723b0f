"""The port, taken before LocalStack is imported: one in use is told at once, and 0 has no race."""

import socket

from .settings import LOOPBACK


def bind(port):
    """Take a port of the loopback interface; connections are refused until it is served."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((LOOPBACK, port))
    return listener
