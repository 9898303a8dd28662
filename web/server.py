"""The production server."""

import errno
import socket

from flask import Flask
from waitress import create_server

_THREADS = 8


_OF_THE_PORT = {errno.EADDRINUSE: "Stop what uses it, or choose", errno.EACCES: "Choose"}


class PortInUse(Exception):
    """The address to listen on is taken or not ours; the message says what to do."""


class Server:
    """Listens from the moment it is made, so that its address is known; `serve` answers until `stop`.

    Args:
        app: the site.
        host: address to listen on.
        port: 0 takes a free one.
        edit_key: the one that lets a person edit; empty where nobody can.

    Attributes:
        address: of the site.
        edit_address: the link by which to edit; empty where nobody can.

    Raises:
        PortInUse: the port is taken, or must not be listened on.
    """

    def __init__(self, app: Flask, host: str, port: int, *, edit_key: str = "") -> None:
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise PortInUse(f"cannot listen on {host}:{port}: {error.strerror}. {_advice(error)}") from error
        self._server = create_server(app, sockets=[self._socket], threads=_THREADS, ident="Disputed")
        bound = self._socket.getsockname()
        self.address = f"http://{f'[{bound[0]}]' if ':' in bound[0] else bound[0]}:{bound[1]}/"
        self.edit_address = f"{self.address}edit?key={edit_key}" if edit_key else ""

    def serve(self) -> None:
        """Answer requests until stopped."""
        self._server.run()

    def stop(self) -> None:
        """Stop answering; may be called from a signal handler or another thread."""
        self._server.close()
        raise SystemExit(0)


def _advice(error: OSError) -> str:
    if error.errno in _OF_THE_PORT:
        return f"{_OF_THE_PORT[error.errno]} another port with --port or site.port in disputed.toml."
    return "Choose an address of this machine with --host or site.host in disputed.toml."
