"""
The databases beside the first: followers, poolers, and what is the same under another name.
"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heroku_support import Heroku
from heroku_support.errors import ConfigError
from heroku_support.settings import postgres_tls
from tests.settings.places import (
    ELSEWHERE,
    EVERYWHERE,
    LOCAL,
    RELEASE,
    WEB,
    heroku,
    problem_of,
)

LEADER = "postgres://u1:S3cr3t@leader.example.com:5432/d1"
POOLED = "postgres://u1:S3cr3t@leader.example.com:5433/d1"
FOLLOWER = "postgres://u1:S3cr3t@follower.example.com:5432/d1"
FOLLOWER_POOLED = "postgres://u1:S3cr3t@follower.example.com:5433/d1"
OTHER = "postgres://u2:S3cr3t@other.example.com:5432/d2"
ON_DYNO = "postgres://u1:S3cr3t@127.0.0.1:6000/db1"
MIRROR = {"MIRROR": "default"}


@pytest.fixture(autouse=True)
def _libpq_16(monkeypatch):
    # What is tested must not hang on the libpq that happens to be installed.
    monkeypatch.setattr(postgres_tls, "libpq_version", lambda: 160000)


def attached(environ=WEB, *, url=LEADER, pool="", options=None, **colours):
    """
    Return ``DATABASES`` of an app with these colours attached.
    """
    variables = {
        f"HEROKU_POSTGRESQL_{colour}_URL": value for colour, value in colours.items()
    }
    settings = heroku(
        environ, DATABASE_URL=url, DATABASE_CONNECTION_POOL_URL=pool, **variables
    )
    return settings.databases(**options or {})


def why(**variables):
    settings = heroku(WEB, **variables)
    settings.databases()
    (decision,) = settings.decisions
    return decision.why


# --- followers -----------------------------------------------------------------------------


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_a_follower_is_an_alias_named_by_its_colour(environ):
    found = attached(environ, BRONZE=FOLLOWER, MY_FOLLOWER=OTHER)

    assert list(found) == ["default", "bronze", "my_follower"]
    assert found["bronze"]["HOST"] == "follower.example.com"


def test_tests_neither_create_nor_wipe_a_follower():
    found = attached(BRONZE=FOLLOWER, PINK=OTHER)

    assert "TEST" not in found["default"]
    assert found["bronze"]["TEST"] == found["pink"]["TEST"] == MIRROR


def test_followers_share_no_settings():
    found = attached(BRONZE=FOLLOWER, PINK=OTHER)
    found["bronze"]["TEST"]["MIRROR"] = "changed"

    assert found["pink"]["TEST"] == attached(RED=OTHER)["red"]["TEST"] == MIRROR


def test_a_follower_has_the_same_rules():
    found = attached(BRONZE=FOLLOWER, options={"conn_max_age": 5, "engine": "a.b"})

    leader = {**found["default"], "HOST": "follower.example.com", "TEST": MIRROR}
    assert found["bronze"] == leader
    assert found["bronze"]["OPTIONS"]["sslmode"] == "require"


def test_a_follower_in_the_url_of_which_tls_is_weak_is_a_problem():
    problem = problem_of(attached, BRONZE=f"{FOLLOWER}?sslmode=prefer")

    assert problem.variable == "HEROKU_POSTGRESQL_BRONZE_URL"
    assert "weaker than require" in problem.reason


def test_followers_may_be_left_out():
    assert list(attached(BRONZE=FOLLOWER, options={"followers": False})) == ["default"]


def test_a_malformed_follower_that_is_left_out_is_no_problem():
    assert list(attached(BRONZE="x", options={"followers": False})) == ["default"]


@pytest.mark.parametrize("environ", [*ELSEWHERE, RELEASE])
def test_without_a_first_database_there_are_no_others(environ):
    assert list(attached(environ, url=" ", BRONZE=FOLLOWER)) == ["default"]


@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_blank_colour_is_none(blank):
    assert list(attached(BRONZE=blank)) == ["default"]


@pytest.mark.parametrize(
    "variable",
    [
        "HEROKU_POSTGRESQL_URL",
        "HEROKU_POSTGRESQL__URL",
        "HEROKU_POSTGRESQL_BRONZE",
        "HEROKU_POSTGRESQL_BRONZE_URL_PGBOUNCER",
        "MY_HEROKU_POSTGRESQL_BRONZE_URL",
        # Of the JVM buildpack, in an app that has both.
        "HEROKU_POSTGRESQL_BRONZE_JDBC_URL",
    ],
)
def test_what_is_no_colour(variable):
    settings = heroku(WEB, DATABASE_URL=LEADER, **{variable: "jdbc:postgresql://h/n"})

    assert list(settings.databases()) == ["default"]


@pytest.mark.parametrize("url", ["x", f"{FOLLOWER}#", "sqlite:x"])
def test_a_malformed_follower_names_its_own_variable(url):
    problem = problem_of(attached, BRONZE=url)

    line = "HEROKU_POSTGRESQL_BRONZE_URL='postgres://USER:PASSWORD@HOST:5432/NAME'"
    assert problem.variable == "HEROKU_POSTGRESQL_BRONZE_URL"
    assert problem.fix == f"heroku config:set {line}"


def test_all_that_is_malformed_is_said_at_once():
    with pytest.raises(ConfigError) as caught, heroku_with(bronze="x", url="y") as all_:
        found = all_.databases()

    malformed = {"ENGINE": "django.db.backends.dummy"}
    assert found == {"default": malformed, "bronze": malformed}
    assert [problem.variable for problem in caught.value.problems] == [
        "DATABASE_URL",
        "HEROKU_POSTGRESQL_BRONZE_URL",
    ]


def heroku_with(*, bronze: str, url: str) -> Heroku:
    return heroku(WEB, DATABASE_URL=url, HEROKU_POSTGRESQL_BRONZE_URL=bronze)


# --- the same under another name -----------------------------------------------------------


@pytest.mark.parametrize(
    "same",
    [
        LEADER,
        f" {LEADER}\n",
        LEADER.replace("postgres:", "postgresql:"),
        LEADER.replace(":5432", ""),
        LEADER.replace("leader", "LEADER"),
        LEADER.replace("S3cr3t", "old"),
        LEADER.replace("u1", "%751"),
        f"{LEADER}?sslmode=verify-full",
    ],
)
def test_the_promoted_database_is_there_once(same):
    assert list(attached(BRONZE=same)) == ["default"]


@pytest.mark.parametrize(
    "other",
    [
        LEADER.replace("leader", "follower"),
        LEADER.replace("u1", "u2"),
        LEADER.replace("/d1", "/d2"),
        LEADER.replace("/d1", "/D1"),
        LEADER.replace(":5432", ":5434"),
    ],
)
def test_another_database_is_another_alias(other):
    assert list(attached(BRONZE=other)) == ["default", "bronze"]


def test_a_follower_of_two_colours_has_the_first():
    assert list(attached(PINK=FOLLOWER, BRONZE=FOLLOWER)) == ["default", "bronze"]


HOSTS = ("a.example.com", "b.example.com", "c.example.com")
COLOURS = ("AMBER", "BLUE", "CYAN", "GREEN")
SPELLINGS = list(
    product(
        ["postgres", "postgresql", "postgis", "POSTGRES"],
        ["", "%25", "p:"],
        [str.lower, str.upper, str.title],
        ["", ":5432"],
        ["", "?application_name=a", "?connect_timeout=9"],
    )
)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from(HOSTS), st.sampled_from(SPELLINGS)),
        min_size=2,
        max_size=4,
    )
)
def test_each_database_is_there_once_however_it_is_spelt(databases):
    urls = [
        f"{scheme}://u:{password}@{case(host)}{port}/n{query}"
        for host, (scheme, password, case, port, query) in databases
    ]
    found = attached(url=urls[0], **dict(zip(COLOURS, urls[1:], strict=False)))

    hosts = [entry["HOST"].lower() for entry in found.values()]
    assert sorted(hosts) == sorted({host for host, _ in databases})
    assert hosts[0] == databases[0][0]


@pytest.mark.parametrize(("colour", "pool"), [("DEFAULT", ""), ("DIRECT", POOLED)])
def test_a_colour_with_the_name_of_another_alias_is_a_problem(colour, pool):
    problem = problem_of(attached, pool=pool, **{colour: OTHER})

    assert problem.variable == f"HEROKU_POSTGRESQL_{colour}_URL"
    assert problem.reason.startswith(f"is for the alias '{colour.lower()}'")


def test_the_first_database_may_be_called_so_as_well():
    assert list(attached(DEFAULT=LEADER)) == ["default"]


def test_a_colour_may_be_called_direct_without_a_pooler():
    assert attached(DIRECT=OTHER)["direct"]["TEST"] == MIRROR


# --- the server's pooler -------------------------------------------------------------------


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_the_pooler_becomes_the_default_and_leaves_a_direct_way(environ):
    found = attached(environ, pool=POOLED)

    assert list(found) == ["default", "direct"]
    assert (found["default"]["PORT"], found["direct"]["PORT"]) == (5433, 5432)


def test_through_the_pooler_there_are_no_server_side_cursors():
    found = attached(pool=POOLED)

    assert found["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert "DISABLE_SERVER_SIDE_CURSORS" not in found["direct"]


def test_the_pooler_is_reached_over_tls():
    assert attached(pool=POOLED)["default"]["OPTIONS"] == {
        "connect_timeout": 5,
        "sslmode": "require",
        "require_auth": "!password",
    }


def test_the_direct_way_is_no_database_of_its_own_in_tests():
    found = attached(pool=POOLED)

    assert "TEST" not in found["default"]
    assert found["direct"]["TEST"] == MIRROR


@pytest.mark.parametrize("query", ["options=-c%20geqo=off", "currentSchema=a"])
def test_the_pooler_takes_no_startup_options(query):
    problem = problem_of(attached, pool=f"{POOLED}?{query}")

    assert problem.variable == "DATABASE_CONNECTION_POOL_URL"
    assert "ALTER ROLE CURRENT_USER SET search_path" in problem.reason


def test_the_direct_way_takes_startup_options():
    found = attached(pool=POOLED, url=f"{LEADER}?currentSchema=a")

    assert found["direct"]["OPTIONS"]["options"] == "-c search_path=a"


def test_a_malformed_pooler_names_its_own_variable():
    assert problem_of(attached, pool="x").variable == "DATABASE_CONNECTION_POOL_URL"


@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_blank_pooler_is_none(blank):
    assert list(attached(pool=blank)) == ["default"]


@pytest.mark.parametrize("environ", [*ELSEWHERE, RELEASE])
def test_a_pooler_without_its_database_is_left_out(environ):
    found = attached(environ, url="", pool=POOLED)

    assert found == {"default": {"ENGINE": "django.db.backends.dummy"}}


def test_a_pooler_without_its_database_does_not_hide_the_problem():
    assert problem_of(attached, url="", pool=POOLED).variable == "DATABASE_URL"


def test_a_colour_that_is_the_pooler_or_its_database_is_left_out():
    found = attached(pool=POOLED, BRONZE=LEADER, PINK=POOLED)

    assert list(found) == ["default", "direct"]


@pytest.mark.parametrize(
    ("colours", "pooled"),
    [
        # pg:connection-pooling:attach without --as
        ({"BRONZE": FOLLOWER, "PINK": FOLLOWER_POOLED}, "pink"),
        ({"BRONZE": FOLLOWER_POOLED, "PINK": FOLLOWER}, "bronze"),
        ({"BRONZE": POOLED}, "bronze"),
        ({"BRONZE_CONNECTION_POOL": OTHER}, "bronze_connection_pool"),
        ({"BRONZE": ON_DYNO}, "bronze"),
    ],
)
def test_a_colour_may_be_a_pooler(colours, pooled):
    found = attached(**colours)

    without_cursors = [
        alias
        for alias, entry in found.items()
        if entry.get("DISABLE_SERVER_SIDE_CURSORS")
    ]
    assert without_cursors == [pooled]


def test_psycopgs_pool_is_not_for_the_direct_way():
    found = attached(pool=POOLED, BRONZE=FOLLOWER, options={"pool": True})

    with_pool = [alias for alias in found if "pool" in found[alias]["OPTIONS"]]
    assert with_pool == ["default", "bronze"]
    assert found["direct"]["CONN_MAX_AGE"] == 600


def test_behind_the_buildpacks_pooler_there_is_no_direct_way():
    assert list(attached(pool=POOLED, url=ON_DYNO)) == ["default"]
    assert list(attached(url=ON_DYNO)) == ["default"]


# --- why -----------------------------------------------------------------------------------


def test_decision_names_each_variable():
    settings = heroku(
        LOCAL,
        DATABASE_URL=LEADER,
        DATABASE_CONNECTION_POOL_URL=POOLED,
        HEROKU_POSTGRESQL_BRONZE_URL=FOLLOWER,
        HEROKU_POSTGRESQL_PINK_URL=LEADER,
    )
    settings.databases()
    (decision,) = settings.decisions

    assert decision.source == (
        "DATABASE_CONNECTION_POOL_URL, DATABASE_URL, HEROKU_POSTGRESQL_BRONZE_URL"
    )
    assert decision.why.split("; ") == [
        "default: TLS: sslmode=require, PgBouncer: no server-side cursors",
        "direct: TLS: sslmode=require, TEST mirrors default,"
        " also HEROKU_POSTGRESQL_PINK_URL",
        "bronze: TLS: sslmode=require, TEST mirrors default",
    ]


def test_decision_says_that_the_promoted_database_has_two_names():
    found = why(DATABASE_URL=LEADER, HEROKU_POSTGRESQL_BRONZE_URL=LEADER)

    assert found == "TLS: sslmode=require, also HEROKU_POSTGRESQL_BRONZE_URL"


def test_decision_shows_no_password_of_any_database():
    settings = heroku(
        WEB,
        DATABASE_URL=LEADER,
        DATABASE_CONNECTION_POOL_URL=POOLED,
        HEROKU_POSTGRESQL_BRONZE_URL=FOLLOWER,
    )
    settings.databases(pool={"max_size": 4})

    assert "S3cr3t" not in repr(settings.decisions)
    assert repr(settings.decisions).count("***") == 3
