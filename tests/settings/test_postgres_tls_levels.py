"""
The levels of TLS against real servers, and against somebody on the path to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import Error
from django.db.utils import ConnectionHandler

from tests.servers.binaries import majors_under_test
from tests.servers.certificates import Certificate, issue, self_sign
from tests.servers.fault_proxy import FaultProxy
from tests.servers.impostor import SSL_REQUEST, Impostor
from tests.servers.postgres import PASSWORD, PostgresServer, started_once
from tests.settings.places import WEB, heroku, problem_of

pytestmark = [pytest.mark.server, pytest.mark.django_db]

# A host that is not local by its name, and is by its address.
REMOTE = {"host": "db.example.com", "hostaddr": "127.0.0.1", "connect_timeout": "5"}
OTHER_HOST = "ec2-3-3-3-3.compute-1.amazonaws.com"
USES_TLS = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
# What an eavesdropper looks for.
SECRET_QUERY = "SELECT 'a secret of the app'"

GOOD = issue()
CERTIFICATES: Mapping[str, Callable[[], Certificate]] = {
    "good": lambda: GOOD,
    "other authority": issue,
    "wrong host": lambda: issue(OTHER_HOST),
    "expired": lambda: issue(expired=True),
    "self-signed": lambda: self_sign(OTHER_HOST),
}

Start = Callable[[str], PostgresServer]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """
    Start each kind of server once.
    """
    with started_once(server_of) as server:
        yield server


def server_of(kind: str) -> PostgresServer:
    newest = majors_under_test()[-1]
    if kind == "md5":
        return PostgresServer.start(newest, certificate=GOOD, method="md5")
    return PostgresServer.start(newest, certificate=CERTIFICATES[kind]())


@pytest.fixture(autouse=True)
def bare_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nothing for libpq to find, neither files nor variables.
    """
    for name in ("PGSSLROOTCERT", "PGSSLMODE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def authorities(tmp_path: Path) -> str:
    """
    The file of the authorities that the machine trusts; ours is one of them.
    """
    path = tmp_path / "authorities.pem"
    path.write_text(GOOD.authority)
    return str(path)


def entry(url: str, level: Any = "require", **variables: str) -> dict[str, Any]:
    """
    The settings on a dyno.
    """
    found = heroku(WEB, DATABASE_URL=url, **variables).databases(ssl=level)
    return {**found["default"]}


def ask(settings: dict[str, Any], sql: str = USES_TLS) -> str:
    """
    Ask over Django's connection, and return the answer or the reason why there is none.
    """
    connection = ConnectionHandler({"default": settings})["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return str(cursor.fetchone()[0])
    except Error as error:
        return str(error).replace("\n", " ")
    finally:
        connection.close()


# --- each level ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("good", "True"),
        ("other authority", "certificate verify failed"),
        ("wrong host", f'"{OTHER_HOST}" does not match host name "db.example.com"'),
        ("expired", "certificate verify failed"),
        ("self-signed", "certificate verify failed"),
    ],
)
def test_verify_takes_the_good_certificate_only(
    start: Start, authorities: str, kind: str, expected: str
):
    extra = issue_authority_of(start(kind)) if kind in ("wrong host", "expired") else ""
    with open(authorities, "a") as file:
        file.write(extra)
    settings = entry(start(kind).url(**REMOTE), "verify", SSL_CERT_FILE=authorities)

    assert re.search(expected, ask(settings))


def issue_authority_of(server: PostgresServer) -> str:
    # Of a known authority, so that what is refused is the name or the date.
    return server.authority.read_text()


def test_verify_finds_the_authorities_of_the_machine_by_itself(start: Start):
    settings = entry(start("good").url(**REMOTE), "verify")

    assert "certificate verify failed" in ask(settings)
    assert Path(settings["OPTIONS"]["sslrootcert"]).is_file()


def test_pin_takes_the_self_signed_certificate_whatever_the_host_is_called(
    start: Start,
):
    server = start("self-signed")
    pem = server.authority.read_text()
    settings = entry(server.url(**REMOTE), "pin", DATABASE_CA_CERTIFICATE=pem)

    assert ask(settings) == "True"


def test_pin_refuses_another_self_signed_certificate(start: Start):
    pem = self_sign(OTHER_HOST).chain
    url = start("self-signed").url(**REMOTE)

    answer = ask(entry(url, "pin", DATABASE_CA_CERTIFICATE=pem))
    assert "certificate verify failed" in answer


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("self-signed", "True"),
        ("good", "True"),
        ("md5", "channel binding required but not supported"),
    ],
)
def test_bound_works_with_scram_and_refuses_md5(start: Start, kind: str, expected: str):
    assert expected in ask(entry(start(kind).url(**REMOTE), "bound"))


@pytest.mark.parametrize("kind", [*CERTIFICATES, "md5"])
def test_require_encrypts_to_every_server_that_can(start: Start, kind: str):
    assert ask(entry(start(kind).url(**REMOTE))) == "True"


@pytest.mark.parametrize("level", ["require", "bound", "verify"])
def test_a_server_without_tls_is_sent_no_byte_in_the_clear(
    postgres_without_tls: PostgresServer,
    fault_proxy: Callable[..., FaultProxy],
    level: str,
):
    proxy = fault_proxy(postgres_without_tls.port)
    answer = ask(entry(postgres_without_tls.url(port=proxy.port, **REMOTE), level))

    assert "server does not support SSL" in answer
    assert proxy.sent == SSL_REQUEST


def test_a_missing_root_file_is_refused_before_anybody_is_asked():
    url = "postgres://u:p@db.example.com/n?sslmode=verify-full&sslrootcert=/nonexistent"

    problem = problem_of(heroku(WEB, DATABASE_URL=url).databases)
    assert problem.reason == "names an sslrootcert that is no file here."


# --- somebody on the path ------------------------------------------------------------------


def heard_by(impostor: Impostor, settings: dict[str, Any]) -> str:
    """
    What the impostor got to hear: the password, what the app asks for, or nothing.
    """
    ask(settings, SECRET_QUERY)
    for secret, name in ((PASSWORD, "password"), (SECRET_QUERY, "session")):
        if secret.encode() in impostor.heard:
            return name
    return ""


def open_to(port: int, **options: str) -> dict[str, Any]:
    """
    Settings as somebody writes them by hand, with sslmode=require.
    """
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{"NAME": "postgres", "USER": "app", "PASSWORD": PASSWORD},
        **{"HOST": "db.example.com", "PORT": port},
        "OPTIONS": {"sslmode": "require", "hostaddr": "127.0.0.1", **options},
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "password"),
        ({"require_auth": "!password"}, ""),
        ({"require_auth": "scram-sha-256"}, ""),
        ({"channel_binding": "require"}, ""),
        ({"sslmode": "verify-full", "sslrootcert": "AUTHORITIES"}, ""),
    ],
)
def test_with_sslmode_require_alone_anybody_on_the_path_gets_the_password(
    authorities: str, options: dict[str, str], expected: str
):
    if "sslrootcert" in options:
        options = {**options, "sslrootcert": authorities}
    with Impostor() as impostor:
        heard = heard_by(impostor, open_to(impostor.port, **options))

    assert heard == expected


@pytest.mark.parametrize("level", ["require", "bound", "verify", "pin"])
def test_no_level_gives_the_password_to_somebody_on_the_path(
    start: Start, authorities: str, level: str
):
    server = start("good")
    pinned = {"DATABASE_CA_CERTIFICATE": server.authority.read_text()}
    with Impostor() as impostor:
        url = server.url(port=impostor.port, **REMOTE)
        settings = entry(url, level, SSL_CERT_FILE=authorities, **pinned)
        answer = ask(settings)

    assert re.search("cleartext|binding required|verify failed", answer)
    assert PASSWORD.encode() not in impostor.heard


RELAYED = [
    ("good", {}, ""),
    ("good", {"require_auth": "!password"}, ""),
    ("good", {"require_auth": "scram-sha-256"}, ""),
    ("good", {"channel_binding": "require"}, ""),
    ("good", {"channel_binding": "disable"}, "session"),
    (
        "good",
        {"channel_binding": "disable", "require_auth": "scram-sha-256"},
        "session",
    ),
    ("md5", {}, "session"),
    ("md5", {"require_auth": "!password"}, "session"),
    ("md5", {"require_auth": "scram-sha-256"}, ""),
    ("md5", {"channel_binding": "require"}, ""),
    ("md5", {"sslmode": "verify-full", "sslrootcert": "AUTHORITIES"}, ""),
    ("good", {"sslmode": "verify-full", "sslrootcert": "AUTHORITIES"}, ""),
]


@pytest.mark.parametrize(("kind", "options", "expected"), RELAYED)
def test_what_somebody_who_relays_gets_to_hear(
    start: Start, authorities: str, kind: str, options: dict[str, str], expected: str
):
    if "sslrootcert" in options:
        options = {**options, "sslrootcert": authorities}
    with Impostor(start(kind).port) as impostor:
        heard = heard_by(impostor, open_to(impostor.port, **options))

    assert heard == expected


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        *(("require", "good"), ("bound", "good"), ("bound", "md5")),
        *(("verify", "good"), ("verify", "md5"), ("pin", "good"), ("pin", "md5")),
    ],
)
def test_levels_that_a_relay_does_not_get_past(
    start: Start, authorities: str, level: str, kind: str
):
    server = start(kind)
    pinned = {"DATABASE_CA_CERTIFICATE": server.authority.read_text()}
    with Impostor(server.port) as impostor:
        url = server.url(port=impostor.port, **REMOTE)
        settings = entry(url, level, SSL_CERT_FILE=authorities, **pinned)
        heard = heard_by(impostor, settings)

    assert heard == ""
