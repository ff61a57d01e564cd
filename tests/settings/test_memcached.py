"""
MemCachier and Memcached Cloud in ``CACHES``; ``tests/services`` has the real server.
"""

from __future__ import annotations

import pytest

from tests.settings.places import EVERYWHERE, WEB, heroku, problem_of

PREFIXES = ["MEMCACHIER", "MEMCACHEDCLOUD"]
BACKEND = "django.core.cache.backends.memcached.PyLibMCCache"
PASSWORD = "S3cr3t-V4lu3"


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """
    Pretend that pylibmc is installed; there is no wheel for Python 3.13.
    """
    find = "heroku_support.settings.find_library"
    monkeypatch.setattr(find, lambda name: f"/{name}/__init__.py")


def variables(prefix="MEMCACHIER", servers="mc1.example.com:11211", **others):
    return {
        f"{prefix}_SERVERS": servers,
        f"{prefix}_USERNAME": "123ABC",
        f"{prefix}_PASSWORD": PASSWORD,
        **others,
    }


def default(environ=WEB, **others):
    return heroku(environ, **others).caches()["default"]


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_cache_is_djangos_own_and_logs_in(environ, prefix):
    entry = default(environ, **variables(prefix))

    assert entry["BACKEND"] == BACKEND
    assert entry["LOCATION"] == ["mc1.example.com:11211"]
    assert entry["OPTIONS"]["binary"] is True
    assert entry["OPTIONS"]["username"] == "123ABC"
    assert entry["OPTIONS"]["password"] == PASSWORD


def test_memcachier_comes_first():
    both = variables("MEMCACHEDCLOUD", "other:1") | variables()

    assert default(**both)["LOCATION"] == ["mc1.example.com:11211"]


def test_every_wait_is_bounded():
    behaviors = default(**variables())["OPTIONS"]["behaviors"]

    assert behaviors["connect_timeout"] == behaviors["_poll_timeout"] == 2000
    assert behaviors["send_timeout"] == behaviors["receive_timeout"] == 750_000


def test_behaviors_are_the_projects_to_change():
    default(**variables())["OPTIONS"]["behaviors"].clear()

    assert default(**variables())["OPTIONS"]["behaviors"]


@pytest.mark.parametrize(
    ("servers", "location"),
    [
        ("a", ["a:11211"]),
        ("a:1,b:2", ["a:1", "b:2"]),
        (" a ; b:2,\n", ["a:11211", "b:2"]),
        ("[::1]", ["[::1]:11211"]),
    ],
)
def test_servers_are_separated_by_commas_and_have_a_port(servers, location):
    assert default(**variables(servers=servers))["LOCATION"] == location


@pytest.mark.parametrize(
    "servers",
    [",", f"u:{PASSWORD}@a", f"a/{PASSWORD}", f"a?x={PASSWORD}", "a:x", "a:0", ":1"],
)
def test_a_malformed_server_is_a_problem_that_says_nothing_of_it(servers):
    problem = problem_of(heroku(WEB, **variables(servers=servers)).caches)

    assert problem.variable == "MEMCACHIER_SERVERS"
    assert PASSWORD not in str(problem)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("missing", ["USERNAME", "PASSWORD"])
def test_half_a_login_is_a_problem(prefix, missing):
    settings = heroku(WEB, **variables(prefix, **{f"{prefix}_{missing}": " "}))

    problem = problem_of(settings.caches)

    assert problem.variable == f"{prefix}_{missing}"
    assert problem.fix == f"heroku config:set {prefix}_{missing}={missing}"


def test_without_a_login_none_is_tried():
    assert default(MEMCACHIER_SERVERS="localhost")["OPTIONS"].keys() == {"behaviors"}


WRONG = [
    variables(servers=","),
    variables(MEMCACHIER_USERNAME=""),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_problem_leaves_a_harmless_cache(wrong):
    settings = heroku(WEB, **wrong)
    settings.record.collecting = True

    assert settings.caches()["default"]["BACKEND"].endswith("LocMemCache")
    assert settings.decisions[0].why == ""


def test_the_decision_shows_no_password():
    settings = heroku(WEB, **variables())
    settings.caches()

    assert PASSWORD not in repr(settings.decisions)
    assert settings.decisions[0].source == "MEMCACHIER_SERVERS"
