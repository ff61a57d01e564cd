"""
How strictly a connection to Postgres is encrypted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import certifi
import pytest
import trustme

from heroku_support.dyno import Dyno
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import is_local
from heroku_support.settings import Record, postgres_tls
from heroku_support.settings.postgres_tls import (
    LEVELS,
    NO_CLEARTEXT_PASSWORD,
    REQUIRE_AUTH_SINCE,
    SSLMODES,
    allows_cleartext_password,
    libpq_version,
    tls_options,
)
from tests.settings.places import LOCAL, problem_of

# Not of a documentation range: those count as private.
REMOTE = "ec2-3-3-3-3.compute-1.amazonaws.com"
LOCAL_HOSTS = """
    / /var/run/postgresql localhost LOCALHOST db db. postgres 127.0.0.1 127.8.8.8 ::1 0.0.0.0
    10.0.0.5 172.16.0.1 192.168.1.1 169.254.1.1 fd00::1 fe80::1 fe80::1%eth0
    db.localhost db.local db.internal DB.INTERNAL. web.app.localspace
    """.split()
REMOTE_HOSTS = f"""
    {REMOTE} db.example.com DB.EXAMPLE.COM. 8.8.8.8 172.32.0.1 100.64.0.1 2606:4700::1111
    ::ffff:8.8.8.8 localhost.example.com internal.example.com mylocal.example localhost,{REMOTE}
    127.0.0.1.example.com 10.0.0.5.nip.io 8.8.2056
    """.split()
WEAK = ["disable", "allow", "prefer"]
STRONG = ["require", "verify-ca", "verify-full"]


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    # libpq's own file of roots may be in that of whoever runs this.
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def authorities(monkeypatch, tmp_path):
    """
    The one file with public authorities on this machine.
    """
    path = tmp_path / "authorities.pem"
    path.touch()
    monkeypatch.setattr(postgres_tls, "AUTHORITIES", ("/nowhere.pem", str(path)))
    return str(path)


@pytest.fixture
def no_authorities(monkeypatch):
    monkeypatch.setattr(postgres_tls, "AUTHORITIES", ())
    # It cannot be uninstalled and used by others within one process.
    monkeypatch.setitem(sys.modules, "certifi", None)


@pytest.fixture(params=[150013, 160000, 180001])
def libpq(request, monkeypatch):
    # Several versions of libpq cannot be installed at once.
    monkeypatch.setattr(postgres_tls, "libpq_version", lambda: request.param)
    return request.param


@pytest.fixture
def new_libpq(monkeypatch):
    # What is tested must not hang on the libpq that happens to be installed.
    monkeypatch.setattr(postgres_tls, "libpq_version", lambda: REQUIRE_AUTH_SINCE)


def options(host=REMOTE, *, must=True, level="require", environ=LOCAL, **asked):
    record = Record(Dyno.from_environ(environ))
    return tls_options(record, host, asked, level=level, must=must)


def refusal(**asked):
    with pytest.raises(ServiceURLError) as caught:
        options(**asked)
    return str(caught.value)


@pytest.mark.parametrize("host", ["", *LOCAL_HOSTS])
def test_local_or_private_host(host):
    assert is_local(host)


@pytest.mark.parametrize("host", REMOTE_HOSTS)
def test_remote_host(host):
    assert not is_local(host)


@pytest.mark.parametrize("host", ["134744072", "0x08080808"])
def test_remote_host_in_disguise(host):
    assert not is_local(host)


def test_address_beside_a_local_host_is_looked_at(new_libpq):
    assert options("db", hostaddr="8.8.8.8")["sslmode"] == "require"


@pytest.mark.parametrize("must", [False, True])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("asked", [{}, *({"sslmode": mode} for mode in SSLMODES)])
@pytest.mark.parametrize("host", ["", "/tmp", "localhost", "10.0.0.5", "db.internal"])
def test_nothing_is_added_for_a_local_host(host, asked, level, must):
    assert options(host, must=must, level=level, **asked) == {}


@pytest.mark.parametrize("must", [False, True])
def test_remote_host_requires_tls(new_libpq, must):
    assert options(must=must) == {
        "sslmode": "require",
        "require_auth": NO_CLEARTEXT_PASSWORD,
    }


@pytest.mark.parametrize("must", [False, True])
@pytest.mark.parametrize("mode", STRONG)
def test_stronger_mode_of_the_url_is_kept(mode, must):
    assert options(must=must, sslmode=mode)["sslmode"] == mode


@pytest.mark.parametrize("mode", WEAK)
def test_weaker_mode_of_the_url_is_refused_on_a_dyno(mode):
    assert f"has sslmode={mode}, which is weaker" in refusal(sslmode=mode)


@pytest.mark.parametrize("mode", ["allow", "prefer"])
def test_weaker_mode_of_the_url_is_raised_elsewhere(mode):
    assert options(must=False, sslmode=mode)["sslmode"] == "require"


def test_disabled_tls_is_honoured_elsewhere():
    assert options(must=False, sslmode="disable") == {}


@pytest.mark.parametrize("host", ["localhost", REMOTE])
@pytest.mark.parametrize("mode", ["bogus", "REQUIRE", "S3cr3t"])
def test_mode_that_is_none_is_refused_everywhere(host, mode):
    reason = refusal(host=host, sslmode=mode)

    assert reason.startswith("has an sslmode that is none of: disable, allow")
    assert mode not in reason


def test_password_in_clear_text_is_refused_since_libpq_16(libpq):
    assert ("require_auth" in options()) is (libpq >= 160000)


@pytest.mark.parametrize(
    ("mode", "is_added"),
    [("require", True), ("verify-ca", True), ("verify-full", False)],
)
def test_verified_server_may_ask_for_any_password(new_libpq, mode, is_added):
    assert ("require_auth" in options(sslmode=mode)) is is_added


@pytest.mark.parametrize("methods", ["scram-sha-256", "none", "!password,!md5"])
def test_own_methods_that_are_safe_are_kept(libpq, methods):
    assert options(require_auth=methods) == {"sslmode": "require"}


@pytest.mark.parametrize("methods", ["password", "md5,password", "!md5"])
def test_own_methods_that_are_not_safe_are_refused_on_a_dyno(libpq, methods):
    assert "has a require_auth that lets anybody" in refusal(require_auth=methods)


def test_own_methods_that_are_not_safe_are_honoured_elsewhere(libpq):
    assert options(must=False, require_auth="password") == {"sslmode": "require"}


def test_own_methods_are_honoured_with_a_verified_server(libpq):
    asked = {"sslmode": "verify-full", "require_auth": "password"}

    assert "require_auth" not in options(**asked)


@pytest.mark.parametrize("host", [REMOTE, "localhost"])
@pytest.mark.parametrize("asked", [{}, {"sslmode": "verify-full"}])
def test_roots_of_the_system_become_a_real_path(authorities, asked, host):
    assert options(host, sslrootcert="system", **asked) == {
        "sslmode": "verify-full",
        "sslrootcert": authorities,
    }


# --- levels --------------------------------------------------------------------------------


def test_bound_binds_the_password_to_the_channel(new_libpq):
    assert options(level="bound") == {
        "sslmode": "require",
        "channel_binding": "require",
        "require_auth": NO_CLEARTEXT_PASSWORD,
    }


def test_bound_is_stronger_than_a_url_that_binds_nothing(new_libpq):
    found = options(level="bound", channel_binding="disable")

    assert found["channel_binding"] == "require"


def test_verify_compares_with_the_public_authorities(authorities):
    assert options(level="verify") == {
        "sslmode": "verify-full",
        "sslrootcert": authorities,
    }


@pytest.mark.parametrize("mode", STRONG)
def test_verify_is_the_strongest(authorities, mode):
    assert options(level="verify", sslmode=mode)["sslmode"] == "verify-full"


@pytest.mark.parametrize("level", ["require", "verify"])
def test_roots_of_the_url_are_kept(authorities, home, level):
    (home / "own.pem").touch()
    own = str(home / "own.pem")
    found = options(level=level, sslmode="verify-full", sslrootcert=own)

    assert found == {"sslmode": "verify-full"}


def test_a_verified_server_needs_roots(authorities):
    assert options(sslmode="verify-full")["sslrootcert"] == authorities


def test_roots_where_libpq_looks_are_kept(authorities, home):
    (home / ".postgresql").mkdir()
    (home / ".postgresql/root.crt").touch()

    assert options(sslmode="verify-full") == {"sslmode": "verify-full"}
    assert options(level="verify")["sslrootcert"] == authorities


def test_roots_of_a_variable_of_libpq_are_kept(authorities):
    environ = {"PGSSLROOTCERT": "/own.pem"}

    assert options(environ=environ, sslmode="verify-full") == {"sslmode": "verify-full"}


def test_a_lone_authority_is_left_to_libpq(authorities):
    assert "sslrootcert" not in options(sslmode="verify-ca")


def test_own_authorities_come_first(authorities, home):
    (home / "own.pem").touch()
    environ = {"SSL_CERT_FILE": str(home / "own.pem")}

    assert options(environ=environ, level="verify")["sslrootcert"] == str(
        home / "own.pem"
    )


@pytest.mark.skipif(
    not Path("/etc/ssl/certs/ca-certificates.crt").is_file(),
    reason="neither Debian nor a stack of Heroku",
)
def test_authorities_of_this_machine():
    path = options(level="verify")["sslrootcert"]

    assert path == "/etc/ssl/certs/ca-certificates.crt"


def test_authorities_of_certifi_where_the_machine_has_none(monkeypatch):
    monkeypatch.setattr(postgres_tls, "AUTHORITIES", ())

    assert options(level="verify")["sslrootcert"] == certifi.where()


def test_no_authorities_at_all_are_a_problem(no_authorities):
    problem = problem_of(options, level="verify")

    assert problem.variable == "SSL_CERT_FILE"
    assert problem.fix == "pip install 'certifi'"


def test_problem_with_the_authorities_leaves_a_placeholder(no_authorities):
    record = Record(Dyno.from_environ({}))
    record.collecting = True
    found = tls_options(record, REMOTE, {}, level="verify", must=False)

    assert found["sslrootcert"] == ""
    assert [problem.variable for problem in record.problems] == ["SSL_CERT_FILE"]


@pytest.mark.parametrize(
    ("mode", "stronger"),
    [("require", "verify-ca"), ("verify-ca", "verify-ca"), ("verify-full",) * 2],
)
def test_pin_compares_with_the_certificate_in_the_variable(new_libpq, mode, stronger):
    certificate = trustme.CA().cert_pem.bytes().decode()
    environ = {"DATABASE_CA_CERTIFICATE": certificate}
    found = options(environ=environ, level="pin", sslmode=mode)

    assert found["sslmode"] == stronger
    assert Path(found["sslrootcert"]).read_text() == certificate
    assert os.stat(found["sslrootcert"]).st_mode & 0o077 == 0


def test_pin_is_louder_than_the_roots_of_the_url(home):
    (home / "own.pem").touch()
    environ = {"DATABASE_CA_CERTIFICATE": trustme.CA().cert_pem.bytes().decode()}
    found = options(environ=environ, level="pin", sslrootcert=str(home / "own.pem"))

    assert found["sslrootcert"] != str(home / "own.pem")


def test_pin_without_a_certificate_is_a_problem():
    problem = problem_of(options, level="pin")

    assert problem.variable == "DATABASE_CA_CERTIFICATE"


@pytest.mark.parametrize("level", LEVELS)
def test_disabled_tls_is_honoured_elsewhere_at_every_level(level):
    assert options(must=False, level=level, sslmode="disable") == {}


@pytest.mark.parametrize("level", LEVELS)
def test_weak_mode_of_the_url_is_refused_on_a_dyno_at_every_level(level):
    assert "is weaker than require" in refusal(level=level, sslmode="prefer")


@pytest.mark.parametrize(
    ("methods", "allowed"),
    [
        ("password", True),
        ("scram-sha-256, password", True),
        ("!md5", True),
        ("!md5,!gss", True),
        ("!password", False),
        ("!md5, !password", False),
        ("scram-sha-256", False),
        ("md5,scram-sha-256", False),
        ("none", False),
    ],
)
def test_methods_that_send_the_password(methods, allowed):
    assert allows_cleartext_password(methods) is allowed


def test_version_is_that_of_the_driver():
    psycopg = pytest.importorskip("psycopg")

    assert libpq_version() == psycopg.pq.version()


def test_version_is_that_of_psycopg2_without_psycopg(monkeypatch):
    # Both drivers cannot be left out and installed within one process.
    monkeypatch.setitem(sys.modules, "psycopg.pq", None)
    psycopg2 = SimpleNamespace(libpq_version=lambda: 150013)
    monkeypatch.setitem(sys.modules, "psycopg2.extensions", psycopg2)

    assert libpq_version.__wrapped__() == 150013


def test_no_version_without_a_driver(monkeypatch):
    # As above.
    monkeypatch.setitem(sys.modules, "psycopg.pq", None)
    monkeypatch.setitem(sys.modules, "psycopg2.extensions", None)

    assert libpq_version.__wrapped__() == 0


@pytest.mark.parametrize("methods", ["nonsense", "scram-sha-256,nonsense", "!nonsense"])
def test_a_method_that_libpq_does_not_know_is_refused(methods):
    with pytest.raises(
        ServiceURLError, match="a require_auth that libpq does not know"
    ):
        options(REMOTE, require_auth=methods)
