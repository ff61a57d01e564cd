"""
One URL into one entry of ``DATABASES``, and no piece of its password into any message.
"""

from __future__ import annotations

import sys
import traceback
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import heroku_support
from heroku_support.errors import ConfigError
from heroku_support.service_url import ServiceURL, build
from heroku_support.settings import postgres_tls
from tests.settings.places import EVERYWHERE, LOCAL, ON_HEROKU, WEB, heroku, problem_of

LOCALHOST = "postgres://u:p@localhost/n"
REMOTE = "postgres://u:p@db.example.com/n"
POSTGRES = "django.db.backends.postgresql"
POSTGIS = "django.contrib.gis.db.backends.postgis"
TIMEOUT = {"connect_timeout": 5}

UNICODE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.text(UNICODE, max_size=20)
NAME = st.text(UNICODE, min_size=1, max_size=20)
HOSTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0:,"), min_size=1
) | st.ip_addresses(v=6).map(str)

# No message, and no line of a traceback, has four of these on end.
LETTERS = "QXZJ7ΩЖΨΔЩ"
HOSTILE = "#/?@% :[]&=+~^|{}'\"\\\n\0\udc80é7"
PASSWORDS = st.text(LETTERS, min_size=4) | st.text(LETTERS + HOSTILE, min_size=4)
VARIABLES = [
    "DATABASE_URL",
    "DATABASE_CONNECTION_POOL_URL",
    "HEROKU_POSTGRESQL_BRONZE_URL",
]
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


def error_of(url, variable="DATABASE_URL", **options):
    urls = {"DATABASE_URL": REMOTE, variable: url}
    try:
        heroku(WEB, **urls).databases(**options)
    except ConfigError as error:
        return error
    return None


def mutated(url, mutations):
    for position, deleted, inserted in mutations:
        url = url[:position] + inserted + url[position + deleted :]
    return url


def pieces(password):
    """
    Return what may stand in no message: four characters on end with three letters of ours.
    """
    windows = {password[at : at + 4] for at in range(len(password) - 3)}
    return {
        window for window in windows if sum(letter in LETTERS for letter in window) > 2
    }


def test_parts_of_a_heroku_url():
    url = "postgres://user:pass%40word@ec2-3-3-3-3.compute-1.amazonaws.com:5432/d4k2"

    assert entry(url, WEB) == {
        "ENGINE": POSTGRES,
        "NAME": "d4k2",
        "USER": "user",
        "PASSWORD": "pass@word",
        "HOST": "ec2-3-3-3-3.compute-1.amazonaws.com",
        "PORT": 5432,
        "OPTIONS": {**TIMEOUT, "sslmode": "require", "require_auth": "!password"},
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
    assert found["OPTIONS"] == TIMEOUT


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_stronger_sslmode_of_the_url_is_kept(environ, tmp_path):
    (tmp_path / "ca.pem").touch()
    root = quote(str(tmp_path / "ca.pem"), safe="")
    url = f"{REMOTE}?sslmode=verify-full&sslrootcert={root}"

    assert entry(url, environ)["OPTIONS"] == {
        **TIMEOUT,
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
    found = entry(f"{LOCALHOST}?sslmode=disable", WEB)

    assert found["OPTIONS"] == {**TIMEOUT, "sslmode": "disable"}


def test_disabled_tls_is_honoured_elsewhere():
    found = entry(f"{REMOTE}?sslmode=disable")

    assert found["OPTIONS"] == {**TIMEOUT, "sslmode": "disable"}


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("application_name=123", {"application_name": "123"}),
        ("application_name=true", {"application_name": "true"}),
        ("connect_timeout=2&keepalives=1", {"connect_timeout": 2, "keepalives": 1}),
        ("isolation_level=3", {"isolation_level": 3}),
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
    assert entry(f"{LOCALHOST}?{query}")["OPTIONS"] == TIMEOUT | options


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (
            "ssl_require=true",
            "has an option ssl_require that Postgres does not know: leave it out.",
        ),
        ("dbname=x", "has an option dbname that Postgres does not know: leave it out."),
        ("ssl=true", "has an option ssl that Postgres does not know: leave it out."),
        ("sslmode=require&S3=x", "has an option (number 2) that Postgres does not"),
        ("=x", "has an option (number 1) that Postgres does not know: leave it out."),
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
    assert found["OPTIONS"] == TIMEOUT


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


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize("url", [LOCALHOST, REMOTE, "postgres://u:p@127.0.0.1:6000/n"])
def test_no_connection_is_waited_for_without_end(environ, url):
    assert entry(url, environ)["OPTIONS"]["connect_timeout"] == 5


# --- psycopg's pool ------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", ["default", 0, 60, None])
def test_pool_keeps_no_connection_beside_it(seconds):
    by_url = entry(f"{LOCALHOST}?pool=true", conn_max_age=seconds)
    by_argument = entry(LOCALHOST, conn_max_age=seconds, pool=True)

    assert by_url == by_argument
    assert by_url["CONN_MAX_AGE"] == 0


def test_pool_checks_its_connections():
    assert entry(LOCALHOST, pool=True)["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize("pool", [True, {"min_size": 1, "max_size": 4}])
def test_pool_of_the_argument(pool):
    assert entry(LOCALHOST, pool=pool)["OPTIONS"]["pool"] == pool


def test_pool_of_the_argument_is_louder_than_the_url():
    assert entry(f"{LOCALHOST}?pool=true", pool={"max_size": 4})["OPTIONS"]["pool"] == {
        "max_size": 4
    }
    assert entry(f"{LOCALHOST}?pool=true", pool=False)["OPTIONS"] == TIMEOUT


@pytest.mark.parametrize("pool", [False, {}, None])
def test_no_pool_is_none(pool):
    found = entry(f"{LOCALHOST}?pool=false", pool=pool)

    assert found["OPTIONS"] == TIMEOUT
    assert found["CONN_MAX_AGE"] == 600


@pytest.mark.parametrize(
    "url", ["sqlite:///db.sqlite3", "mysql://u:p@db.example.com/n"]
)
def test_other_databases_have_no_pool(url):
    assert "pool" not in entry(url, pool=True).get("OPTIONS", {})


@pytest.mark.parametrize("module", ["psycopg", "psycopg_pool"])
def test_pool_with_psycopg2_or_without_psycopg_pool_is_a_problem(monkeypatch, module):
    # They cannot be left out and installed within one process.
    monkeypatch.setitem(sys.modules, module, None)
    problem = problem_of(entry, LOCALHOST, pool=True)

    assert problem.variable == "databases(pool=…)"
    assert problem.reason.endswith("which needs psycopg 3 and psycopg_pool.")
    assert problem.fix == "pip install 'django-heroku-support[postgres]'"


def test_pool_of_the_url_that_cannot_be_had_names_the_variable(monkeypatch):
    # As above.
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)

    assert problem_of(entry, f"{LOCALHOST}?pool=true").variable == "DATABASE_URL"


def test_pool_that_cannot_be_had_on_a_dyno_names_the_line_that_lasts(monkeypatch):
    # As above.
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    problem = problem_of(entry, LOCALHOST, WEB, pool=True)

    line = "echo 'django-heroku-support[postgres]' >> requirements.txt"
    assert problem.fix == line


def test_without_a_pool_its_library_is_not_looked_for(monkeypatch):
    # As above.
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)

    assert entry(LOCALHOST)["ENGINE"] == POSTGRES


# --- engine --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgis", "timescale"])
def test_engine_is_that_of_the_argument(scheme):
    assert entry(f"{scheme}://u:p@h/n", engine=POSTGIS)["ENGINE"] == POSTGIS


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("sqlite:///db.sqlite3", "django.db.backends.sqlite3"),
        ("spatialite:///db", "django.contrib.gis.db.backends.spatialite"),
        ("mysql://u:p@h/n", "django.db.backends.mysql"),
    ],
)
def test_engine_of_the_argument_is_for_postgres_only(url, engine):
    assert entry(url, engine=POSTGIS)["ENGINE"] == engine


@pytest.mark.parametrize("url", [LOCALHOST, "sqlite:///db.sqlite3"])
@pytest.mark.parametrize("engine", ["postgis", ""])
def test_scheme_for_an_engine_is_a_problem(url, engine):
    problem = problem_of(entry, url, engine=engine)

    assert problem.variable == "databases(engine=…)"
    assert problem.fix == f'heroku.databases(engine="{POSTGIS}")'


# --- PgBouncer on the dyno -----------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
@pytest.mark.parametrize("environ", EVERYWHERE)
def test_pgbouncer_on_the_dyno(environ, host):
    found = entry(f"postgres://u:p@{host}:6000/db1", environ)

    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert found["OPTIONS"] == TIMEOUT


@pytest.mark.parametrize("query", ["options=-c%20geqo=off", "currentSchema=a"])
def test_pgbouncer_takes_no_startup_options(query):
    refused = reason(f"postgres://u:p@127.0.0.1:6000/db1?{query}", WEB)

    assert "which PgBouncer refuses" in refused
    assert "ALTER ROLE CURRENT_USER SET search_path" in refused


def test_what_the_buildpack_adds_for_rails_is_left_out():
    url = "postgres://u:p@127.0.0.1:6000/db1?prepared_statements=false"

    assert entry(url, WEB)["OPTIONS"] == TIMEOUT
    assert "prepared_statements" in reason(f"{LOCALHOST}?prepared_statements=false")


def test_url_may_have_server_side_cursors_through_a_pooler():
    url = "postgres://u:p@127.0.0.1:6000/db1?disable_server_side_cursors=false"

    assert entry(url, WEB)["DISABLE_SERVER_SIDE_CURSORS"] is False


# --- what is no database -------------------------------------------------------------------


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
    url = build(ServiceURL("postgres", user, password, host, port, name))
    found = entry(url, WEB)

    arrived = [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert arrived == [user, password, host, port or "", name]


@pytest.mark.no_cover
@settings(max_examples=500)
@given(
    st.sampled_from(REAL_LOOKING),
    PASSWORDS,
    MUTATIONS,
    st.sampled_from(VARIABLES),
    st.sampled_from(["require", "bound", "verify", "pin"]),
)
@example("postgres://u:{}@h/n", "ΩЖ7#ΩЖ7/ΩЖ7?ΩЖ7@ΩЖ7%ΩЖ7 '\"", [], VARIABLES[0], "pin")
@example("postgres://u:QX?QXZJ=Q@h/n", "QXZJ", [(16, 1, "")], VARIABLES[0], "pin")
def test_no_piece_of_the_password_is_said(form, password, mutations, variable, level):
    url = mutated(form.replace("{}", password), mutations)

    error = error_of(url, variable, ssl=level)

    said = "".join(traceback.format_exception(error)) if error else ""
    assert [piece for piece in pieces(password) if piece in said] == []


@settings(deadline=None)
@given(st.text(st.characters()), st.sampled_from(["", "sqlite:", "postgres://h.b/"]))
def test_any_text_is_an_entry_or_a_problem(text, start):
    error = error_of(start + text)

    assert error is None or error.__cause__ is error.__context__ is None


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("postgres://u:S3cr3t@h:x/n", {}),
        ("sqlite://h:S3cr3t/n", {}),
        # Problems that are found while the URL is at hand.
        ("postgres://u:S3cr3t@h.example.com/n?sslpassword=S3cr3t", {"ssl": "pin"}),
        ("postgres://u:S3cr3t@h.example.com/n?sslmode=bogus", {}),
        ("postgres://u:S3cr3t@h.example.com/n", {"pool": True}),
    ],
)
def test_no_frame_of_the_package_keeps_the_password(
    monkeypatch, url, options, variable
):
    # It cannot be left out and installed within one process.
    monkeypatch.setitem(sys.modules, "psycopg_pool", None)
    error = error_of(url, variable, **options)

    (folder,) = heroku_support.__path__
    held = [
        frame.f_code.co_name
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(folder)
        and "S3cr3t" in repr(frame.f_locals)
    ]
    assert held == []
