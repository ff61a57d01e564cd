from __future__ import annotations

import os
import socket

import pytest
import redis

from tests.servers.valkey import PASSWORD, ValkeyServer


def test_the_server_asks_for_the_password(valkey):
    stranger = redis.Redis(port=valkey.port)

    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()

    with redis.Redis.from_url(valkey.url()) as client:
        assert client.ping()


def test_the_server_behind_tls_is_the_same_server(valkey_tls):
    with redis.Redis.from_url(valkey_tls.url, ssl_cert_reqs="none") as client:
        client.set("key", "value")

    assert valkey_tls.server.ask("GET", "key") == "value"
    assert PASSWORD.encode() in valkey_tls.proxy.sent


def test_the_certificate_is_self_signed(valkey_tls):
    client = redis.Redis.from_url(valkey_tls.url, retry=None)

    with client, pytest.raises(redis.ConnectionError, match="self-signed certificate"):
        client.ping()


def test_frozen_server_does_not_answer(valkey):
    valkey.freeze()
    try:
        with socket.create_connection(("127.0.0.1", valkey.port), 0.3) as client:
            client.sendall(b"PING\r\n")
            with pytest.raises(TimeoutError):
                client.recv(1)
    finally:
        valkey.thaw()

    assert valkey.ask("PING")


@pytest.mark.server
def test_a_stopped_server_leaves_no_process_and_no_file():
    with ValkeyServer.start() as server:
        server.freeze()

    assert not server.running
    assert not server.directory.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server.process.pid, 0)
