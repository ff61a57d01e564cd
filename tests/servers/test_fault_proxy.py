from __future__ import annotations

import os
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
import trustme

from tests.servers.fault_proxy import FaultProxy
from tests.servers.waiting import wait_until


class Echo(socketserver.BaseRequestHandler):
    """
    Send back what comes.
    """

    def handle(self) -> None:
        while chunk := self.request.recv(1024):
            self.request.sendall(chunk)


@pytest.fixture
def echo() -> Iterator[int]:
    """
    The port of an echo server.
    """
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(echo, fault_proxy) -> FaultProxy:
    return fault_proxy(echo)


def connect(proxy: FaultProxy, timeout: float = 5) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=timeout)


def say(client: socket.socket, words: bytes) -> bytes:
    client.sendall(words)
    return receive(client, len(words))


def receive(client: socket.socket, size: int) -> bytes:
    answer = b""
    while len(answer) < size and (chunk := client.recv(size - len(answer))):
        answer += chunk
    return answer


def test_without_faults_everything_passes(proxy):
    words = os.urandom(1_000_000)

    with connect(proxy) as client:
        sender = threading.Thread(target=client.sendall, args=(words,))
        sender.start()
        assert receive(client, len(words)) == words
        sender.join()

    assert proxy.sent == words


def test_clients_are_served_side_by_side(proxy):
    with connect(proxy) as first, connect(proxy) as second:
        assert say(second, b"two") == b"two"
        assert say(first, b"one") == b"one"


def test_latency_delays_an_answer(proxy):
    with connect(proxy) as client:
        say(client, b"hello")
        proxy.latency = 0.2
        begin = time.monotonic()

        assert say(client, b"again") == b"again"
        assert 0.2 <= time.monotonic() - begin < 2


def test_bandwidth_is_in_bytes_a_second(proxy):
    proxy.bandwidth = 1_000

    with connect(proxy) as client:
        begin = time.monotonic()

        assert say(client, b"x" * 200) == b"x" * 200
        assert 0.2 <= time.monotonic() - begin < 2


def test_a_black_hole_accepts_and_never_answers(proxy):
    proxy.blackhole()

    with connect(proxy, timeout=0.2) as client, pytest.raises(TimeoutError):
        say(client, b"hello")


def test_a_black_hole_swallows_open_connections_until_it_heals(proxy):
    with connect(proxy) as client:
        say(client, b"hello")
        proxy.blackhole()
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            say(client, b"anyone?")
        proxy.heal()
        client.settimeout(5)

        assert receive(client, 7) == b"anyone?"


def test_refuse_turns_new_clients_away_until_it_heals(proxy):
    with connect(proxy) as early:
        say(early, b"hello")
        proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            connect(proxy)
        assert say(early, b"still here") == b"still here"

    proxy.heal()
    with connect(proxy) as late:
        assert say(late, b"hello") == b"hello"


def test_reset_breaks_live_connections_only(proxy):
    with connect(proxy) as client:
        say(client, b"hello")
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            client.recv(1)

    with connect(proxy) as client:
        assert say(client, b"hello") == b"hello"


def test_reset_reaches_a_client_in_the_black_hole(proxy):
    proxy.blackhole()

    with connect(proxy) as client:
        wait_until(lambda: proxy.connections)
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_limit_data_cuts_the_answer(proxy):
    proxy.limit_data = 5

    with connect(proxy) as client:
        client.sendall(b"hello world")

        assert receive(client, 11) == b"hello"


def test_a_dead_upstream_ends_the_connection(fault_proxy):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    proxy = fault_proxy(port)

    with connect(proxy) as client:
        assert client.recv(1) == b""


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_proxy(echo, fault_proxy, authority) -> FaultProxy:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return fault_proxy(echo, tls=context)


def secured(client: socket.socket, authority: trustme.CA) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context.wrap_socket(client, server_hostname="localhost")


def test_a_plain_server_is_served_behind_tls(tls_proxy, authority):
    with secured(connect(tls_proxy), authority) as client:
        assert say(client, b"hello") == b"hello"

    assert tls_proxy.sent == b"hello"


def test_a_plaintext_client_gets_nowhere_behind_tls(tls_proxy):
    with connect(tls_proxy) as client:
        client.sendall(b"PING\r\n")
        assert b"PING" not in receive(client, 100)

    assert tls_proxy.sent == b""


def test_a_black_hole_does_not_even_shake_hands(tls_proxy, authority):
    tls_proxy.blackhole()

    with connect(tls_proxy, timeout=0.2) as client, pytest.raises(TimeoutError):
        secured(client, authority)


def test_limit_data_cuts_the_answer_behind_tls(tls_proxy, authority):
    tls_proxy.limit_data = 5

    with secured(connect(tls_proxy), authority) as client:
        client.sendall(b"hello world")

        assert receive(client, 11) == b"hello"


def test_reset_is_a_reset_behind_tls_too(tls_proxy, authority):
    client = secured(connect(tls_proxy), authority)
    say(client, b"hello")
    tls_proxy.reset()

    # Look below TLS, where Python before 3.13 says "end of file" instead.
    plain = socket.socket(fileno=client.detach())
    with plain, pytest.raises(ConnectionResetError):
        receive(plain, 10_000)


def test_no_thread_and_no_file_descriptor_is_left(echo):
    before = open_files(), threading.active_count()

    with FaultProxy(echo) as proxy, connect(proxy) as client:
        say(client, b"hello")
        proxy.blackhole()
        proxy.refuse()

    # The echo server needs a moment to notice that its client has gone.
    wait_until(lambda: (open_files(), threading.active_count()) == before)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))
