"""
Ask a web process on this machine as Heroku's router would.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.http.request import validate_host
from django.utils.encoding import iri_to_uri

from heroku_support.release.errors import StepError

REDIRECTS = 5
LARGEST_BODY = 65536  # bytes

TLS_UNKNOWN = (
    " Redirected to itself over TLS, a request that came over TLS: SECURE_SSL_REDIRECT needs"
    " SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')"
)


@dataclass(frozen=True)
class Answer:
    """
    What came back.
    """

    status: int
    body: bytes
    location: str

    @property
    def is_redirect(self) -> bool:
        """
        Whether it leads somewhere else.
        """
        return 300 <= self.status < 400 and bool(self.location)


@dataclass(frozen=True)
class WebClient:
    """
    :param host: what to ask for, one of ``allowed_hosts``.
    """

    port: int
    host: str
    allowed_hosts: Sequence[str]

    def ask(
        self,
        path: str,
        *,
        timeout: float,
        host: str = "",
        headers: Mapping[str, str] | None = None,
        port: int = 0,
        with_body: bool = True,
    ) -> Answer:
        """
        Ask for a path, and follow nothing.

        :raises OSError: if there is no connection, or no answer in time.
        :raises http.client.HTTPException: if what answers does not speak HTTP.
        """
        sent = {
            "Host": host or self.host,
            # The request was sent over TLS, and from outside: to a peer on this machine
            # an app may show more.
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.1",
            "User-Agent": "heroku_release",
            "Connection": "close",
            **(headers or {}),
        }
        connection = _connect(port or self.port, timeout)
        try:
            connection.request("GET", path, headers=sent)
            response = connection.getresponse()
            # What a page streams may have no end.
            body = response.read(LARGEST_BODY) if with_body else b""
            return Answer(response.status, body, response.getheader("Location") or "")
        finally:
            connection.close()

    def follow(self, path: str, *, timeout: float) -> Answer:
        """
        Ask for a page, and for where it leads as long as that is on this app's own hosts.

        :raises StepError: if it leads in a circle.
        """
        url = f"https://{self.host}{path}"
        seen = []
        for _ in range(REDIRECTS):
            seen.append(url)
            parts = urlsplit(url)
            target = iri_to_uri(f"{parts.path or '/'}?{parts.query}".removesuffix("?"))
            host = parts.hostname or self.host
            answer = self.ask(target, timeout=timeout, host=host, with_body=False)
            url = urljoin(url, answer.location)
            leads_to = urlsplit(url).hostname or ""
            if not answer.is_redirect or not validate_host(
                leads_to, self.allowed_hosts
            ):
                return answer
            if url in seen:
                break
        why = TLS_UNKNOWN if url == seen[-1] else ""
        raise StepError(f"smoke: {path} redirects without end.{why}")


def _connect(port: int, timeout: float) -> http.client.HTTPConnection:
    try:
        return _connect_to("127.0.0.1", port, timeout)
    except ConnectionRefusedError as refused:
        try:
            return _connect_to("::1", port, timeout)
        except OSError:  # refused as well, or this machine has no IPv6
            raise refused from None


def _connect_to(host: str, port: int, timeout: float) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    connection.connect()
    return connection
