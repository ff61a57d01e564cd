"""
Where a process listens is read as the kernel has it.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from heroku_support.release import listening

HOSTS = {
    "127.0.0.1": "127.0.0.1:",
    "0.0.0.0": "0.0.0.0:",
    "::1": "[::1]:",
    "::": "[::]:",
    "::ffff:127.0.0.1": "127.0.0.1:",
}


def listeners(pid: int) -> list[str]:
    return [str(each) for each in listening.listeners([pid])]


@pytest.mark.parametrize("host", HOSTS)
def test_the_address_and_the_port_are_read(host: str):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    dual = host.startswith("::ffff")
    with socket.create_server((host, 0), family=family, dualstack_ipv6=dual) as server:
        port = server.getsockname()[1]

        assert f"{HOSTS[host]}{port}" in listeners(os.getpid())


def test_a_connection_is_no_listener():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        port = client.getsockname()[1]

        assert f"127.0.0.1:{port}" not in listeners(os.getpid())


def test_what_another_process_listens_to_is_not_told():
    with socket.create_server(("127.0.0.1", 0)):
        assert listening.listeners([]) == []


def test_a_process_that_is_gone_listens_nowhere():
    gone = 2**22 + 1  # more than Linux gives out

    assert listeners(gone) == []


def test_a_system_without_proc_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # macOS, on which this suite does not run.
    monkeypatch.setattr(listening, "PROC", tmp_path)

    assert listeners(os.getpid()) == []
