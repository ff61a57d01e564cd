from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import psycopg
import pytest

from tests.servers import install
from tests.servers.binaries import VARIABLE, find_binaries, majors_under_test
from tests.servers.postgres import PASSWORD, PostgresServer
from tests.servers.waiting import wait_until
from tests.servers.workspace import ServerError

# https://www.postgresql.org/docs/current/protocol-message-formats.html
SSL_REQUEST = struct.pack("!ii", 8, 80877103)

USES_TLS = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


def ask(url: str, sql: str) -> object:
    with psycopg.connect(url) as connection:
        (row,) = connection.execute(sql.encode()).fetchall()
        return row[0]


def test_the_server_has_the_major_asked_for(postgres):
    ((version,),) = postgres.query("SHOW server_version_num")

    assert int(version) // 10_000 == postgres.major


def test_ssl_is_on_according_to_pg_stat_ssl(postgres):
    database = postgres.create_database()

    assert ask(database.url(), USES_TLS) is True


def test_a_plaintext_client_is_refused_by_the_tls_server(postgres):
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(postgres.url(sslmode="disable"))


def test_the_certificate_is_good_for_a_remote_host(postgres):
    url = postgres.url(
        host="db.example.com",
        hostaddr="127.0.0.1",
        sslmode="verify-full",
        sslrootcert=str(postgres.authority),
    )

    assert ask(url, USES_TLS) is True


def test_no_public_authority_vouches_for_the_certificate(postgres_newest):
    url = postgres_newest.url(sslmode="verify-full", sslrootcert="system")

    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(url)


def test_the_password_is_asked_for_as_scram(postgres):
    assert ask(postgres.url(require_auth="scram-sha-256"), "SELECT 1") == 1
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        psycopg.connect(postgres.url(password="wrong"))


def test_a_server_without_tls_serves_plaintext_only(postgres_without_tls):
    assert ask(postgres_without_tls.url(), USES_TLS) is False
    with pytest.raises(psycopg.OperationalError, match="does not support SSL"):
        psycopg.connect(postgres_without_tls.url(sslmode="require"))


def test_each_database_is_fresh_and_owned_by_the_app(postgres):
    first, second = postgres.create_database(), postgres.create_database()

    with psycopg.connect(first.url()) as connection:
        connection.execute("CREATE TABLE note (text text)")

    assert first.query("SELECT tableowner FROM pg_tables WHERE tablename = 'note'")
    assert not second.query("SELECT 1 FROM pg_tables WHERE tablename = %s", "note")


def test_a_database_is_dropped_under_its_clients(postgres):
    database = postgres.create_database()

    with psycopg.connect(database.url()):
        database.drop()

    assert not postgres.query(
        "SELECT 1 FROM pg_database WHERE datname = %s", database.name
    )


def test_the_url_survives_every_character(postgres_newest):
    url = postgres_newest.url(user="ä b", password="a+b %2F@/?#", options="-c x=1 +")

    parts = psycopg.conninfo.conninfo_to_dict(url)

    assert (parts["user"], parts["password"]) == ("ä b", "a+b %2F@/?#")
    assert parts["options"] == "-c x=1 +"


def test_frozen_server_does_not_answer(postgres):
    address = ("127.0.0.1", postgres.port)
    postgres.freeze()
    try:
        with socket.create_connection(address, timeout=0.3) as client:
            client.sendall(SSL_REQUEST)
            with pytest.raises(TimeoutError):
                client.recv(1)
    finally:
        postgres.thaw()

    assert postgres.query("SELECT 1") == [(1,)]


def test_freezing_reaches_the_sessions_that_are_open(postgres_newest):
    with psycopg.connect(postgres_newest.url()) as connection:
        backend = Path(f"/proc/{connection.info.backend_pid}/stat")
        postgres_newest.freeze()
        try:
            wait_until(lambda: ") T " in backend.read_text())
        finally:
            postgres_newest.thaw()

        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_no_plaintext_password_passes_the_network(postgres_newest, fault_proxy):
    proxy = fault_proxy(postgres_newest.port)

    assert ask(postgres_newest.url(port=proxy.port), "SELECT 1") == 1
    assert proxy.sent.startswith(SSL_REQUEST)
    assert PASSWORD.encode() not in proxy.sent


def test_a_follower_replays_what_its_leader_writes(postgres_newest):
    with postgres_newest.follow() as follower:
        database = postgres_newest.create_database()
        known = "SELECT datname FROM pg_database WHERE datname = %s"

        assert wait_until(lambda: follower.query(known, database.name))


@pytest.mark.server
def test_a_stopped_server_leaves_no_process_and_no_file():
    with PostgresServer.start(majors_under_test()[-1], tls=False) as server:
        server.freeze()

    assert not server.running
    assert not server.directory.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server.process.pid, 0)


@pytest.mark.server
def test_programs_in_a_private_directory_are_run_all_the_same(tmp_path, monkeypatch):
    major = majors_under_test()[-1]
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "postgres").symlink_to(find_binaries(major).parent)
    monkeypatch.setenv(VARIABLE, str(private / "postgres" / "bin"))

    with PostgresServer.start(major, tls=False) as server:
        assert server.query("SELECT 1") == [(1,)]


@pytest.mark.server
def test_given_programs_are_used_for_every_test():
    given = find_binaries(install.majors()[0], {})

    assert find_binaries(18, {VARIABLE: str(given)}) == given
    assert majors_under_test({VARIABLE: str(given)}) == (install.majors()[0],)


def test_a_missing_server_is_an_error_that_says_what_to_run():
    with pytest.raises(ServerError, match=r"Run: python tests/servers/install\.py"):
        find_binaries(9, {})
