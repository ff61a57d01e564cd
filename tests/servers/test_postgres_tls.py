"""
What libpq does with each kind of server: the facts that our levels of TLS rest on.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
import pytest
from django.db import Error as DjangoError
from django.db.utils import ConnectionHandler

from tests.servers.binaries import majors_under_test
from tests.servers.certificates import Certificate, issue, self_sign
from tests.servers.postgres import PASSWORD, ROLE, PostgresServer, started_once

pytestmark = [pytest.mark.server, pytest.mark.django_db]

OLDEST, NEWEST = majors_under_test()[0], majors_under_test()[-1]
HOST = "db.example.com"
# A name that servers of the add-on have, and that ours is not reached by.
OTHER_HOST = "ec2-3-3-3-3.compute-1.amazonaws.com"
CERTIFICATES: Mapping[str, Callable[[], Certificate]] = {
    "self-signed": lambda: self_sign(OTHER_HOST),
    "private authority": issue,
    "wrong host": lambda: issue(OTHER_HOST),
    "expired": lambda: issue(expired=True),
}
USES_TLS = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

Start = Callable[[str], PostgresServer]
Connect = Callable[[Mapping[str, Any]], bool]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """
    Start each kind of server once.
    """
    with started_once(server_of) as server:
        yield server


def server_of(kind: str) -> PostgresServer:
    if kind == "no TLS":
        return PostgresServer.start(NEWEST, tls=False)
    if kind == "oldest":
        return PostgresServer.start(OLDEST)
    if kind == "md5":
        return PostgresServer.start(NEWEST, method="md5")
    return PostgresServer.start(NEWEST, certificate=CERTIFICATES[kind]())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A home without the files that libpq looks for, and an environment without its variables.
    """
    for name in ("PGSSLROOTCERT", "PGSSLMODE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def with_psycopg(options: Mapping[str, Any]) -> bool:
    with psycopg.connect(**options) as connection:
        (uses_tls,) = connection.execute(USES_TLS.encode()).fetchone() or (None,)
        return bool(uses_tls)


def with_psycopg2(options: Mapping[str, Any]) -> bool:
    with closing(psycopg2.connect(**options)) as connection:
        cursor = connection.cursor()
        cursor.execute(USES_TLS)
        return bool(cursor.fetchone()[0])


def with_django(options: Mapping[str, Any]) -> bool:
    own = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    entry = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options["dbname"],
        **{name: options[key] for key, name in own.items()},
        "OPTIONS": {k: v for k, v in options.items() if k not in {*own, "dbname"}},
    }
    connection = ConnectionHandler({"default": entry})["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(USES_TLS)
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()


CLIENTS = [with_psycopg, with_psycopg2, with_django]


def outcome(connect: Connect, options: Any) -> str:
    try:
        return ENCRYPTED if connect(options) else PLAINTEXT
    except (psycopg.Error, psycopg2.Error, DjangoError) as error:
        return str(error)


def address(port: int) -> dict[str, Any]:
    """
    The options of a remote host by its name, which is reached on loopback.
    """
    return {
        **{"host": HOST, "hostaddr": "127.0.0.1", "port": port, "dbname": "postgres"},
        **{"user": ROLE, "password": PASSWORD, "connect_timeout": 5},
    }


ENCRYPTED, PLAINTEXT = "encrypted", "plaintext"
VERIFY_FAILED = "certificate verify failed"
NO_ROOT = "root certificate file .* does not exist"
WRONG_NAME = f'certificate for "{OTHER_HOST}".* does not match host name "{HOST}"'
NO_TLS = "server does not support SSL, but SSL was required"
NO_BINDING = "channel binding required but not supported by server's authentication"
# The second is what the libpq in the wheel of psycopg2 says (17).
CUT = "unexpected eof|EOF detected|server closed the connection|Connection reset"

# OWN and OTHER: files with the server's own authority, and with another.
MATRIX = [
    ("self-signed", {"sslmode": "disable"}, "no pg_hba.conf entry .*no encryption"),
    ("self-signed", {}, ENCRYPTED),
    ("self-signed", {"sslmode": "allow"}, ENCRYPTED),
    ("self-signed", {"sslmode": "prefer"}, ENCRYPTED),
    ("self-signed", {"sslmode": "require"}, ENCRYPTED),
    ("self-signed", {"sslmode": "verify-ca"}, NO_ROOT),
    ("self-signed", {"sslmode": "verify-full"}, NO_ROOT),
    ("self-signed", {"sslmode": "verify-full", "sslrootcert": "system"}, VERIFY_FAILED),
    (
        "self-signed",
        {"sslmode": "require", "sslrootcert": "system"},
        'weak sslmode "require" may not be used with sslrootcert=system',
    ),
    ("self-signed", {"sslmode": "verify-ca", "sslrootcert": "OWN"}, ENCRYPTED),
    ("self-signed", {"sslmode": "verify-full", "sslrootcert": "OWN"}, WRONG_NAME),
    ("self-signed", {"sslmode": "require", "sslrootcert": "OTHER"}, VERIFY_FAILED),
    ("self-signed", {"sslmode": "require", "sslrootcert": "/nonexistent"}, ENCRYPTED),
    ("self-signed", {"sslmode": "require", "channel_binding": "require"}, ENCRYPTED),
    ("self-signed", {"sslmode": "require", "require_auth": "scram-sha-256"}, ENCRYPTED),
    (
        "self-signed",
        {"sslmode": "prefer", "sslnegotiation": "direct"},
        'weak sslmode "prefer" may not be used with sslnegotiation=direct',
    ),
    ("self-signed", {"sslmode": "require", "sslnegotiation": "direct"}, ENCRYPTED),
    ("self-signed", {"sslmode": "bogus"}, 'invalid sslmode value: "bogus"'),
    (
        "self-signed",
        {"ssl_require": True},
        'invalid (connection|URI query) (option|parameter).* "ssl_require"',
    ),
    (
        "self-signed",
        {"sslmode": "require", "sslcert": "CLIENT", "sslkey": "READABLE"},
        "has group or world access",
    ),
    ("private authority", {"sslmode": "verify-full", "sslrootcert": "OWN"}, ENCRYPTED),
    (
        "private authority",
        {"sslmode": "verify-full", "sslrootcert": "OTHER"},
        VERIFY_FAILED,
    ),
    ("wrong host", {"sslmode": "verify-full", "sslrootcert": "OWN"}, WRONG_NAME),
    ("wrong host", {"sslmode": "verify-ca", "sslrootcert": "OWN"}, ENCRYPTED),
    ("wrong host", {"sslmode": "require", "sslrootcert": "OWN"}, ENCRYPTED),
    ("expired", {"sslmode": "verify-full", "sslrootcert": "OWN"}, VERIFY_FAILED),
    ("expired", {"sslmode": "require"}, ENCRYPTED),
    ("no TLS", {"sslmode": "prefer"}, PLAINTEXT),
    ("no TLS", {"sslmode": "require"}, NO_TLS),
    ("no TLS", {"sslmode": "verify-full", "sslrootcert": "OTHER"}, NO_TLS),
    ("no TLS", {"sslmode": "require", "sslnegotiation": "direct"}, CUT),
    ("oldest", {"sslmode": "require", "sslnegotiation": "direct"}, CUT),
    ("md5", {"sslmode": "require", "channel_binding": "require"}, NO_BINDING),
    (
        "md5",
        {"sslmode": "require", "require_auth": "scram-sha-256"},
        'requirement "scram-sha-256" failed: server requested a hashed password',
    ),
    ("md5", {"sslmode": "require", "require_auth": "!password"}, ENCRYPTED),
]


@pytest.fixture
def files(home: Path) -> dict[str, str]:
    """
    The files that the matrix names.
    """
    client = issue("client")
    texts = {"OTHER": issue().authority, "CLIENT": client.chain, "READABLE": client.key}
    for name, text in texts.items():
        (home / name).write_text(text)
        (home / name).chmod(0o644)
    return {name: str(home / name) for name in texts}


@pytest.mark.parametrize("connect", CLIENTS)
@pytest.mark.parametrize(("kind", "options", "expected"), MATRIX)
def test_server_and_options(
    start: Start,
    files: dict[str, str],
    connect: Connect,
    kind: str,
    options: dict[str, str],
    expected: str,
):
    server = start(kind)
    places = {**files, "OWN": str(server.authority)}
    asked = {key: places.get(value, value) for key, value in options.items()}
    found = outcome(connect, {**address(server.port), **asked})

    assert re.search(expected, found.replace("\n", " ")), found


# Where libpq looks by itself: `require` then verifies, as with the option.


@pytest.mark.parametrize("connect", CLIENTS)
def test_require_verifies_by_an_authority_that_the_environment_names(
    start: Start,
    files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    connect: Connect,
):
    monkeypatch.setenv("PGSSLROOTCERT", files["OTHER"])
    found = required(start("self-signed"), connect)

    assert VERIFY_FAILED in found


@pytest.mark.parametrize("connect", CLIENTS)
def test_require_verifies_by_an_authority_in_the_home(
    start: Start, files: dict[str, str], home: Path, connect: Connect
):
    (home / ".postgresql").mkdir()
    shutil.copy(files["OTHER"], home / ".postgresql" / "root.crt")
    found = required(start("self-signed"), connect)

    assert VERIFY_FAILED in found


def required(server: PostgresServer, connect: Connect) -> str:
    return outcome(connect, {**address(server.port), "sslmode": "require"})
