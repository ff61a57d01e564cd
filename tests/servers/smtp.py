"""
A mail server on loopback that wants TLS and a login, and keeps what it gets.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.postgres import free_port

# With all that a URL must encode.
USER, PASSWORD = "app@example.com", "S3cret/:?#%@"


class MailServer:
    """
    What a server has been sent: messages, how they came, and every login that was tried.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.messages: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.logins: list[tuple[str, str]] = []

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """
        Keep a message.
        """
        assert isinstance(envelope.content, bytes)
        self.messages.append(BytesParser(policy=default).parsebytes(envelope.content))
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"

    def authenticate(self, *arguments: Any) -> AuthResult:
        """
        Let in whoever has the password.
        """
        found = arguments[-1]
        assert isinstance(found, LoginPassword)
        self.logins.append((found.login.decode(), found.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD))


@contextmanager
def mail_server(
    context: ssl.SSLContext, *, starttls: bool, offers_tls: bool = True
) -> Iterator[MailServer]:
    """
    Run a server in a thread of this process.

    :param starttls: begin without TLS; else it is there from the start.
    :param offers_tls: false is an attacker who strips STARTTLS from the answer.
    """
    server = MailServer(free_port())
    if starttls:
        tls: dict[str, Any] = {"tls_context": context} if offers_tls else {}
    else:
        tls = {"ssl_context": context}
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        authenticator=server.authenticate,
        # aiosmtpd takes TLS from the start for none, and warns.
        auth_required=starttls and offers_tls,
        auth_require_tls=starttls and offers_tls,
        require_starttls=starttls and offers_tls,
        **tls,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
