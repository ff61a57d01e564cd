"""
A post to servers that mean well, and to others.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from heroku_support.metrics.errors import ExitError
from heroku_support.metrics.post import Target, post
from tests.metrics.sink import Sink, sink
from tests.servers.certificates import issue, self_sign, server_context
from tests.servers.fault_proxy import FaultProxy
from tests.servers.postgres import free_port


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink() as found:
        yield found


def send(url: str, *, seconds: float = 5) -> int:
    target = Target.parse("URL", url)
    deadline = time.monotonic() + seconds
    headers = {"Content-Type": "application/json", "X-Note": "a note"}
    return post(target, b'{"a": 1}', headers, deadline=deadline)


def test_a_post_arrives_as_it_was_sent(server: Sink):
    status = send(f"{server.url}?a=b")
    (found,) = server.posts

    assert (status, found.line) == (200, "POST /s3cret-path?a=b HTTP/1.1")
    assert (found.headers["X-Note"], found.body) == ("a note", {"a": 1})


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 429, 500, 503])
def test_every_status_is_told_and_no_redirect_followed(server: Sink, status: int):
    head = f"HTTP/1.1 {status} Reason\r\nLocation: {server.url}\r\n\r\n"
    server.answer = head.encode()

    assert (send(server.url), len(server.posts)) == (status, 0)


def drip(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)  # slower than the deadline, quicker than any timeout of a read


def hang(connection: socket.socket) -> None:
    connection.settimeout(30)
    connection.recv(1)


@pytest.mark.parametrize("behaviour", [drip, hang])
def test_the_deadline_holds_for_all_of_it(
    server: Sink, behaviour: Callable[[socket.socket], None]
):
    server.answer = behaviour
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        send(server.url, seconds=0.5)

    assert 0.4 < time.monotonic() - begin < 2


def test_a_deadline_that_is_over_sends_nothing(server: Sink):
    with pytest.raises(TimeoutError, match="no answer in time"):
        send(server.url, seconds=0)

    assert server.posts == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [(b"", "no answer"), (b"SSH-2.0-x\r\n", "not HTTP"), (b"x" * 10_000, "not HTTP")],
)
def test_what_is_no_http_is_an_error(server: Sink, answer: bytes, message: str):
    server.answer = answer

    with pytest.raises(ExitError, match=message):
        send(server.url)


def test_a_body_is_not_waited_for(server: Sink):
    def long(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        hang(connection)

    server.answer = long

    assert send(server.url, seconds=2) == 200


def test_a_port_where_nobody_listens_is_an_error():
    with pytest.raises(ConnectionRefusedError):
        send(f"http://127.0.0.1:{free_port()}/")


def test_a_host_with_several_addresses_is_tried_at_each(
    server: Sink, monkeypatch: pytest.MonkeyPatch
):
    def two(host: str, port: int, **kwargs: object) -> list[tuple[object, ...]]:
        # As of a name with an IPv6 and an IPv4 address; no name here has them.
        kind = (socket.SOCK_STREAM, 0, "")
        refusing = ("::1", free_port(), 0, 0)
        return [
            (socket.AF_INET6, *kind, refusing),
            (socket.AF_INET, *kind, ("127.0.0.1", port)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", two)

    assert send(server.url) == 200


def test_a_host_without_an_address_is_an_error(monkeypatch: pytest.MonkeyPatch):
    # getaddrinfo says so by an error of its own, but its manual does not promise it.
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [])

    with pytest.raises(OSError, match="no address"):
        send("http://127.0.0.1/")


def test_over_tls_a_certificate_that_nobody_signed_is_refused(
    server: Sink, fault_proxy: Callable[..., FaultProxy]
):
    proxy = fault_proxy(server.port, tls=server_context(self_sign()))

    with pytest.raises(ssl.SSLCertVerificationError):
        send(f"https://localhost:{proxy.port}/")


def test_over_tls_a_certificate_of_a_known_authority_is_accepted(
    server: Sink,
    fault_proxy: Callable[..., FaultProxy],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    certificate = issue()
    proxy = fault_proxy(server.port, tls=server_context(certificate))
    # OpenSSL's own variable for the authorities it knows.
    authority = tmp_path / "authority.pem"
    authority.write_text(certificate.authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))

    assert send(f"https://localhost:{proxy.port}/") == 200


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host/a?b=c", (False, "host", 80, "/a?b=c")),
        ("https://host", (True, "host", 443, "/")),
        ("https://[::1]:8443/x", (True, "::1", 8443, "/x")),
    ],
)
def test_a_url_is_taken_apart(url: str, expected: tuple[object, ...]):
    assert Target.parse("URL", url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "s3cret",
        "ftp://host/s3cret",
        "http://",
        "http://host:s3cret/",
        "http://[s3cret/",
        "http://host/s3cret\r\nX: y",
        "http://host/s3cret ",
        "http://host/s3crét",
    ],
)
def test_what_is_no_url_is_an_error_without_a_piece_of_it(url: str):
    with pytest.raises(ValueError, match="^URL is not the URL") as caught:
        Target.parse("URL", url)

    assert "s3cr" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_what_a_target_shows_is_no_secret():
    assert "s3cret" not in repr(Target.parse("URL", "http://host/s3cret"))
