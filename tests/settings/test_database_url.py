"""
One URL into one entry of ``DATABASES``, and no piece of its password into any message.
"""

from __future__ import annotations

import traceback
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import heroku_support
from heroku_support.errors import ConfigError
from heroku_support.service_url import ServiceURL
from heroku_support.settings import postgres_tls
from tests.settings.places import EVERYWHERE, LOCAL, ON_HEROKU, WEB, heroku, problem_of

LOCALHOST = "postgres://u:p@localhost/n"
REMOTE = "postgres://u:p@db.example.com/n"
POSTGRES = "django.db.backends.postgresql"

UNICODE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(UNICODE, max_size=20)
NAME = st.text(UNICODE, min_size=1, max_size=20)
HOSTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0:,"), min_size=1
) | st.ip_addresses(v=6).map(str)

# No message has one of these letters in it.
LETTERS = "ΩЖΨΔЩ"
HOSTILE = "#/?@% :[]&=+~^|{}'\"\\\n\0\udc80é7"
PASSWORDS = st.text(LETTERS, min_size=3) | st.text(LETTERS + HOSTILE, min_size=3)
REAL_LOOKING = [
    "postgres://u:{}@ec2-3-3-3-3.compute-1.amazonaws.com:5432/d4k2",
    "postgres://u:{}@db.example.com:5432/d4k2?sslmode=require&conn_max_age=60",
    "postgresql://u:{}@[2606:4700::1111]:5432/d4k2",
    "mysql://u:{}@db.example.com:3306/d4k2?ssl-ca=/a.pem",
    "spatialite://u:{}@h/places.sqlite3",
    # The password where something else belongs, as after a slip of the mouse.
    "{}",
    "{}://u:p@h/n",
    "postgres://{}@h/n",
    "postgres://u:p@{}/n",
    "postgres://u:p@[{}]/n",
    "postgres://u:p@h:{}/n",
    "postgres://u:p@h/{}",
    "postgres://u:p@h/n?{}",
    "postgres://u:p@h/n?{}=1",
    "postgres://u:p@h.example/n?sslmode={}",
    "postgres://u:p@h.example/n?require_auth={}",
    "postgres://u:p@h/n?conn_max_age={}",
    "postgres://u:p@h/n?connect_timeout={}",
    "postgres://u:p@h/n?pool={}",
    "mysql://u:{}@h:{}/n?{}",
    "sqlite://u:{}@h:{}/n",
    "sqlite://[{}]/n",
]
MUTATIONS = st.lists(
    st.tuples(
        st.integers(0, 120), st.integers(0, 3), st.sampled_from(["", *HOSTILE, "a"])
    ),
    max_size=3,
)


@pytest.fixture(autouse=True)
def _libpq_16(monkeypatch):
    # What is tested must not hang on the libpq that happens to be installed.
    monkeypatch.setattr(postgres_tls, "libpq_version", lambda: 160000)


def entry(url, environ=LOCAL, **options):
    found = heroku(environ, DATABASE_URL=url).databases(**options)
    return found["default"]


def reason(url, environ=LOCAL):
    return problem_of(entry, url, environ).reason


def error_of(url, environ=WEB):
    try:
        entry(url, environ)
    except ConfigError as error:
        return error
    return None


def mutated(url, mutations):
    for position, deleted, inserted in mutations:
        url = url[:position] + inserted + url[position + deleted :]
    return url


def pieces(password):
    """
    Return what may stand in no message: three characters on end with a letter of ours.
    """
    windows = {password[at : at + 3] for at in range(len(password) - 2)}
    return {window for window in windows if set(window) & set(LETTERS)}


def test_parts_of_a_heroku_url():
    url = "postgres://user:pass%40word@ec2-3-3-3-3.compute-1.amazonaws.com:5432/d4k2"

    assert entry(url, WEB) == {
        "ENGINE": POSTGRES,
        "NAME": "d4k2",
        "USER": "user",
        "PASSWORD": "pass@word",
        "HOST": "ec2-3-3-3-3.compute-1.amazonaws.com",
        "PORT": 5432,
        "OPTIONS": {"sslmode": "require", "require_auth": "!password"},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


@pytest.mark.parametrize(
    ("scheme", "engine"),
    [
        ("postgres", POSTGRES),
        ("postgresql", POSTGRES),
        ("POSTGRES", POSTGRES),
        ("pgsql", POSTGRES),
        ("postgis", "django.contrib.gis.db.backends.postgis"),
        ("timescale", "timescale.db.backends.postgresql"),
        ("timescalegis", "timescale.db.backends.postgis"),
    ],
)
def test_every_kind_of_postgres_is_reached_over_tls(scheme, engine):
    found = entry(f"{scheme}://u:p@db.example.com/n", WEB)

    assert found["ENGINE"] == engine
    assert found["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    ("scheme", "engine"),
    [
        ("mysql", "django.db.backends.mysql"),
        ("mysqlgis", "django.contrib.gis.db.backends.mysql"),
        ("oracle", "django.db.backends.oracle"),
    ],
)
@pytest.mark.parametrize("environ", [LOCAL, WEB])
def test_no_other_server_is_given_an_sslmode(environ, scheme, engine):
    found = entry(f"{scheme}://u:p@db.example.com/n", environ)

    assert found["ENGINE"] == engine
    assert "OPTIONS" not in found


def test_options_of_mysql_stay():
    found = entry("mysql://u:p@h/n?ssl-ca=%2Fa.pem&charset=utf8mb4&conn_max_age=5")

    assert found["OPTIONS"] == {"charset": "utf8mb4", "ssl": {"ca": "/a.pem"}}
    assert found["CONN_MAX_AGE"] == 5


@pytest.mark.parametrize("environ", [LOCAL, WEB])
@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///db.sqlite3", "db.sqlite3"),
        ("sqlite:////app/my data/db #1.sqlite3", "/app/my data/db #1.sqlite3"),
        ("sqlite:////home/c++/100%/db", "/home/c++/100%/db"),
        ("sqlite:////home/é@b:c/db", "/home/é@b:c/db"),
        ("sqlite://:memory:", ":memory:"),
        ("sqlite://", ":memory:"),
        ("SQLITE:///db.sqlite3", "db.sqlite3"),
    ],
)
def test_sqlite_has_a_name_and_no_more(environ, url, name):
    engine = "django.db.backends.sqlite3"

    assert entry(url, environ) == {"ENGINE": engine, "NAME": name}


def test_options_of_sqlite_stay():
    assert entry("sqlite:///db?timeout=20")["OPTIONS"] == {"timeout": 20}


def test_options_of_django_are_no_options_of_sqlite():
    assert "OPTIONS" not in entry("sqlite:///db?conn_max_age=5")


def test_spatialite():
    engine = "django.contrib.gis.db.backends.spatialite"

    assert entry("spatialite:///db") == {"ENGINE": engine, "NAME": "db"}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgres:///n", ""),
        ("postgres://%2Fvar%2Frun%2FPostgreSQL/n", "/var/run/PostgreSQL"),
        ("postgres://u:p@127.0.0.1:6000/n", "127.0.0.1"),
        ("postgres://u:p@[::1]/n", "::1"),
        ("postgres://u:p@DB.internal/n", "DB.internal"),
    ],
)
def test_nothing_is_added_for_a_local_host(url, host):
    found = entry(url)

    assert found["HOST"] == host
    assert "OPTIONS" not in found


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_stronger_sslmode_of_the_url_is_kept(environ, tmp_path):
    (tmp_path / "ca.pem").touch()
    root = quote(str(tmp_path / "ca.pem"), safe="")
    url = f"{REMOTE}?sslmode=verify-full&sslrootcert={root}"

    assert entry(url, environ)["OPTIONS"] == {
        "sslmode": "verify-full",
        "sslrootcert": str(tmp_path / "ca.pem"),
    }


def test_a_root_certificate_that_is_not_there_is_a_problem_on_a_dyno():
    url = f"{REMOTE}?sslmode=verify-full&sslrootcert=%2Fnowhere.pem"

    assert reason(url, WEB) == "names an sslrootcert that is no file here."


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_weaker_sslmode_of_the_url_is_a_problem_on_a_dyno(environ):
    assert "which is weaker than require" in reason(f"{REMOTE}?sslmode=prefer", environ)


def test_weaker_sslmode_of_the_url_is_kept_for_a_local_host():
    assert entry(f"{LOCALHOST}?sslmode=disable", WEB)["OPTIONS"] == {
        "sslmode": "disable"
    }


def test_disabled_tls_is_honoured_elsewhere():
    assert entry(f"{REMOTE}?sslmode=disable")["OPTIONS"] == {"sslmode": "disable"}


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("application_name=123", {"application_name": "123"}),
        ("application_name=true", {"application_name": "true"}),
        ("connect_timeout=2&keepalives=1", {"connect_timeout": 2, "keepalives": 1}),
        ("server_side_binding=True", {"server_side_binding": True}),
        ("server_side_binding=0", {"server_side_binding": False}),
        ("currentSchema=a,b", {"options": "-c search_path=a,b"}),
        (
            "options=-c%20geqo=off&currentSchema=a",
            {"options": "-c geqo=off -c search_path=a"},
        ),
        ("target_session_attrs=any", {"target_session_attrs": "any"}),
    ],
)
def test_options_of_postgres_have_their_types(query, options):
    assert entry(f"{LOCALHOST}?{query}")["OPTIONS"] == options


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("ssl_require=true", "has an option ssl_require that Postgres does not know."),
        ("dbname=x", "has an option dbname that Postgres does not know."),
        ("S%203=x", "has an option (not a word) that Postgres does not know."),
        ("=x", "has an option (not a word) that Postgres does not know."),
        ("connect_timeout=2s", "has an option connect_timeout that is not a whole"),
        ("connect_timeout=-1", "has an option connect_timeout that is not a whole"),
        ("connect_timeout=²", "has an option connect_timeout that is not a whole"),
        ("connect_timeout=9999999999", "has an option connect_timeout that is not a"),
        ("pool=yes", "has an option pool that is neither true nor false."),
        ("conn_max_age=abc", "has an option conn_max_age that is not a whole number."),
        ("conn_health_checks=2", "has an option conn_health_checks that is neither"),
        ("sslmode=require&sslmode=disable", "has the same option twice."),
        ("sslmode=", "has an option without a value."),
        ("sslmode=bogus", "has an sslmode that is none of: disable,"),
    ],
)
def test_option_that_makes_no_sense_is_a_problem(query, problem):
    assert reason(f"{LOCALHOST}?{query}").startswith(problem)


@pytest.mark.parametrize("environ", [LOCAL, WEB])
def test_url_says_how_long_a_connection_is_kept(environ):
    found = entry(f"{LOCALHOST}?conn_max_age=60", environ)

    assert found["CONN_MAX_AGE"] == 60
    assert "OPTIONS" not in found


@pytest.mark.parametrize("seconds", [0, 5, None])
def test_the_argument_says_it_louder(seconds):
    found = entry(f"{LOCALHOST}?conn_max_age=60", conn_max_age=seconds)

    assert found["CONN_MAX_AGE"] == seconds


@pytest.mark.parametrize("seconds", [0, 60, None])
def test_argument_says_how_long_a_connection_is_kept(seconds):
    assert entry(LOCALHOST, conn_max_age=seconds)["CONN_MAX_AGE"] == seconds


def test_other_settings_of_an_entry_in_the_url():
    url = f"{LOCALHOST}?conn_health_checks=false&disable_server_side_cursors=TRUE"
    found = entry(url)

    assert found["CONN_HEALTH_CHECKS"] is False
    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True


def test_pool_keeps_no_connection_beside_it():
    assert entry(f"{LOCALHOST}?pool=true")["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("None", "is not a URL"),
        ("jdbc:postgresql://h/n", "is not a URL"),
        ("prisma+postgres://h/n", "has a scheme that is none of a database."),
        ("redis://h/0", "has a scheme that is none of a database."),
        ("https://h/n", "has a scheme that is none of a database."),
        ("sqlite://db.sqlite3", "has too few slashes"),
        ("sqlite:db.sqlite3", "has too few slashes"),
        ("sqlite:/abs/x.db", "has too few slashes"),
        ("sqlite://h:x/n", "has too few slashes"),
        ("postgres://h", "names no database"),
        ("postgres://h/", "names no database"),
        ("'postgres://h/n'", "is in quotes"),
        ("postgres://u:a#b@h/n", "has a # in it"),
        ("postgres://u:p@h1:1,h2:2/n", "has more than one host or port"),
        ("postgres://h/" + "n" * 2**20, "is longer than"),
    ],
)
def test_url_that_is_none_of_a_database(url, problem):
    assert reason(url).startswith(problem)


@pytest.mark.parametrize("environ", ON_HEROKU)
@pytest.mark.parametrize(
    "url", ["postgres:///n", "postgres://h.example/n", "postgres://u:p@/n"]
)
def test_url_without_host_or_user_is_a_problem_on_a_dyno(environ, url):
    assert reason(url, environ) == "names no host or no user."


def test_socket_is_a_host_on_a_dyno_as_well():
    assert entry("postgres://u:p@%2Ftmp/n", WEB)["HOST"] == "/tmp"


@pytest.mark.parametrize(
    ("environ", "command"), [(LOCAL, "export"), (WEB, "heroku config:set")]
)
def test_problem_is_followed_by_an_example(environ, command):
    problem = problem_of(entry, "x", environ)

    line = f"{command} DATABASE_URL='postgres://USER:PASSWORD@HOST:5432/NAME'"
    assert (problem.variable, problem.fix) == ("DATABASE_URL", line)


@given(
    user=NAME,
    password=TEXT,
    host=HOSTS,
    port=st.none() | st.integers(1, 65535),
    name=NAME,
)
@example(user="u", password="p", host="/tmp/A", port=None, name="/?#")
def test_parts_arrive_as_they_were(user, password, host, port, name):
    url = ServiceURL("postgres", user, password, host, port, name).build()
    found = entry(url, WEB)

    arrived = [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert arrived == [user, password, host, port or "", name]


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(REAL_LOOKING), PASSWORDS, MUTATIONS)
@example("postgres://u:{}@h/n", "ΩЖ7#ΩЖ7/ΩЖ7?ΩЖ7@ΩЖ7%ΩЖ7 '\"", [])
def test_no_piece_of_the_password_is_said(form, password, mutations):
    url = mutated(form.replace("{}", password), mutations)

    error = error_of(url)

    said = "".join(traceback.format_exception(error)) if error else ""
    assert [piece for piece in pieces(password) if piece in said] == []


@settings(deadline=None)
@given(st.text(st.characters()), st.sampled_from(["", "sqlite:", "postgres://h.b/"]))
def test_any_text_is_an_entry_or_a_problem(text, start):
    error = error_of(start + text)

    assert error is None or error.__cause__ is error.__context__ is None


@pytest.mark.parametrize("url", ["postgres://u:S3cr3t@h:x/n", "sqlite://h:S3cr3t/n"])
def test_no_frame_of_the_package_keeps_the_password(url):
    error = error_of(url)

    (folder,) = heroku_support.__path__
    held = [
        frame.f_code.co_name
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(folder)
        and "S3cr3t" in repr(frame.f_locals)
    ]
    assert held == []
