"""
Somebody on the path to Postgres, with a certificate that nobody vouches for.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct
from threading import Thread
from types import TracebackType

from tests.servers.certificates import self_sign, server_context

# https://www.postgresql.org/docs/current/protocol-message-formats.html
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
CLEARTEXT_PASSWORD = struct.pack("!cii", b"R", 8, 3)


class Impostor:
    """
    Pose as the server: ask for the password in clear text, or relay to the real one.

    `heard` is all that the clients have sent inside of TLS.

    :param upstream: the port of a real server with TLS, to relay to.
    """

    def __init__(self, upstream: int | None = None) -> None:
        self.upstream = upstream
        self.heard = b""
        self._context = server_context(self_sign("db.example.com"))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = Thread(target=self._serve, name="impostor", daemon=True)

    def __enter__(self) -> Impostor:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            with client:
                client.settimeout(10)
                try:
                    self._pose(client)
                except OSError:  # the client has seen through it
                    pass

    def _pose(self, client: socket.socket) -> None:
        assert client.recv(len(SSL_REQUEST)) == SSL_REQUEST
        client.sendall(b"S")
        with self._context.wrap_socket(client, server_side=True) as inside:
            if self.upstream is None:
                self._hear(inside)
                inside.sendall(CLEARTEXT_PASSWORD)
                self._hear(inside)
            else:
                self._relay(inside, self.upstream)

    def _hear(self, inside: ssl.SSLSocket) -> bytes:
        message = inside.recv(65_536)
        self.heard += message
        return message

    def _relay(self, inside: ssl.SSLSocket, upstream: int) -> None:
        with socket.create_connection(("127.0.0.1", upstream), timeout=10) as server:
            server.sendall(SSL_REQUEST)
            assert server.recv(1) == b"S"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            with context.wrap_socket(server) as outside:
                while True:
                    # Messages are smaller than what is read at once: nothing is left behind.
                    readable, _, _ = select.select([inside, outside], [], [], 10)
                    if inside in readable:
                        message = self._hear(inside)
                        outside.sendall(message)
                    else:
                        message = outside.recv(65_536)
                        inside.sendall(message)
                    if not message:
                        return
