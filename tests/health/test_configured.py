"""
``HEROKU_SUPPORT_CHECKS``: what it adds, changes and takes away, and what is said of mistakes.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from heroku_support.conf import conf, mistakes
from heroku_support.errors import CheckWarning, ConfigError
from heroku_support.health import configured
from heroku_support.health.readiness import Readiness, Report

pytestmark = pytest.mark.django_db
HERE = __name__
LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
REDIS = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": "redis://127.0.0.1:1",
}


@pytest.fixture(autouse=True)
def nothing_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REDIS_URL", "REDIS_TLS_URL"):
        monkeypatch.delenv(name, raising=False)


def named(**checks: Any) -> dict[str, bool]:
    """
    Each check that there is, and whether it decides.
    """
    with override_settings(HEROKU_SUPPORT_CHECKS=checks):
        return {each.name: each.decides for each in configured.checks()}


def report(timeout: float = 5, **checks: Any) -> Report:
    with override_settings(HEROKU_SUPPORT_CHECKS={"database": None, **checks}):
        found = configured.checks()
    return Readiness(found, timeout=timeout, ttl=0).check().report


def found(**checks: Any) -> tuple[str, str]:
    (outcome,) = report(**checks).outcomes
    return outcome.status, outcome.output


# --- which there are -----------------------------------------------------------------------


def test_each_database_decides_and_what_is_not_attached_is_not_looked_at():
    assert named() == {"database:default": True}


def test_what_is_attached_warns(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REDIS_URL", "redis://:password@127.0.0.1:1")
    caches = {"default": LOCAL, "pages": REDIS}
    with override_settings(CACHES=caches, CELERY_BROKER_URL="amqp://127.0.0.1:1"):
        checks = named()

    assert checks == {
        "database:default": True,
        "cache:pages": False,
        "key_value": False,
        "broker": False,
    }


def test_what_the_project_names_comes_beside_them():
    assert named(memory={}, queue_time={"above": 2}, disk={"decides": True}) == {
        "database:default": True,
        "memory": False,
        "queue_time": False,
        "disk": True,
    }


def test_none_takes_one_away():
    assert named(database=None) == {}


def test_a_built_in_one_may_be_there_twice_under_other_names():
    checks = named(tmp={"check": "disk"}, home={"check": "disk", "path": "/"})

    assert {"tmp", "home"} < checks.keys()


@pytest.mark.parametrize(
    ("settings", "has_broker"),
    [
        ({}, False),
        ({"CELERY_BROKER_URL": "amqp://127.0.0.1:1"}, True),
        ({"CELERY_BROKER_URL": "memory://"}, False),
        (
            {
                "CELERY_BROKER_URL": "amqp://127.0.0.1:1",
                "CELERY_TASK_ALWAYS_EAGER": True,
            },
            False,
        ),
    ],
    ids=["nothing", "a broker", "memory", "eager"],
)
def test_celery_is_looked_at_where_tasks_are_sent(
    settings: dict[str, Any], has_broker: bool
):
    with override_settings(**settings):
        checks = named(workers={})

    assert ({"broker", "workers"} <= checks.keys()) is has_broker


def test_an_app_with_settings_of_its_own_is_named():
    assert {"broker", "workers"} <= named(
        broker={"app": f"{HERE}.celery"}, workers={"app": f"{HERE}.celery"}
    ).keys()


# --- a project's own -----------------------------------------------------------------------


def passes(*, answer: object = None) -> object:
    return answer


async def passes_later(*, answer: object = None) -> object:
    return answer


def fails() -> None:
    raise ConnectionError("the bank is closed")


def warns() -> None:
    raise CheckWarning("the bank is slow")


def leaves() -> None:
    raise SystemExit(3)


class Shop:
    """
    A check as django-health-check has them.
    """

    def __init__(self, street: str = "") -> None:
        self.street = street

    def run(self) -> None:
        if self.street:
            raise ConnectionError(f"{self.street} is closed")


class Nothing:
    """
    No check.
    """


celery = None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (f"{HERE}.passes", ("pass", "")),
        (f"{HERE}.passes_later", ("pass", "")),
        ({"check": f"{HERE}.passes", "answer": True}, ("pass", "")),
        ({"check": f"{HERE}.passes_later", "answer": True}, ("pass", "")),
        (f"{HERE}.fails", ("fail", "the bank is closed")),
        ({"check": f"{HERE}.fails", "decides": False}, ("warn", "the bank is closed")),
        (f"{HERE}.warns", ("warn", "the bank is slow")),
        (f"{HERE}.leaves", ("fail", "3")),
        (f"{HERE}.Shop", ("pass", "")),
        ({"check": f"{HERE}.Shop", "street": "Bank"}, ("fail", "Bank is closed")),
    ],
    ids=str,
)
def test_a_function_or_a_class(entry: Any, expected: tuple[str, str]):
    assert found(own=entry) == expected


@pytest.mark.parametrize("answer", [False, 0, "pass", [], {}, object])
@pytest.mark.parametrize("function", ["passes", "passes_later"])
def test_what_returns_anything_else_has_failed(function: str, answer: object):
    status, output = found(own={"check": f"{HERE}.{function}", "answer": answer})

    assert (status, output[:9]) == ("fail", "returned ")
    assert output.endswith("neither None nor True")


def test_the_others_are_reported_whatever_one_does():
    outcomes = report(a=f"{HERE}.leaves", b=f"{HERE}.passes").outcomes

    assert [each.status for each in outcomes] == ["fail", "pass"]


# --- mistakes ------------------------------------------------------------------------------

OWN = "cannot be used: it is neither a function nor a class with a method run()."
NO_SUCH = "'memmory' is no dotted path, and none of database, cache, key_value"


@pytest.mark.parametrize(
    ("name", "entry", "reason"),
    [
        ("memmory", {}, f"cannot be used: {NO_SUCH}"),
        ("own", "memmory", f"cannot be used: {NO_SUCH}"),
        ("own", "no.such.module", "cannot be used: No module named 'no'."),
        ("own", f"{HERE}.missing", f'cannot be used: Module "{HERE}" does not define'),
        ("own", f"{HERE}.celery", OWN),
        ("own", f"{HERE}.Nothing", OWN),
        (
            "own",
            {"check": f"{HERE}.Shop", "road": 1},
            "cannot be used: Shop.__init__()",
        ),
        (
            "memory",
            {"abov": 1},
            "cannot be used: 'abov' is no option of it, but decides",
        ),
        ("memory", {"above": "x"}, "cannot be used: could not convert string to float"),
        (
            "cache",
            {"aliases": "x"},
            "cannot be used: there is no alias 'x', but default",
        ),
        ("own", 5, "is of the type int: neither a dotted path, a dictionary nor None."),
        ("own", {"check": 5}, "has a 'check' that is no text."),
        ("own", {"decides": "yes"}, "has a 'decides' that is neither True nor False."),
        ("own", {5: 5}, "has an option whose name is no text."),
        (" ", {}, "has a name that is no text."),
        (5, {}, "has a name that is no text."),
    ],
    ids=str,
)
def test_a_mistake_is_a_check_that_fails_and_says_why(
    name: Any, entry: Any, reason: str
):
    with override_settings(HEROKU_SUPPORT_CHECKS={"database": None, name: entry}):
        (problem,) = configured.mistakes()
        (check,) = configured.checks()
    (outcome,) = Readiness([check], timeout=5, ttl=0).check().report.outcomes

    assert problem.line.startswith(f"HEROKU_SUPPORT_CHECKS[{name!r}] {reason}")
    assert (outcome.status, outcome.output[:20]) == ("fail", reason[:20])


@pytest.mark.parametrize("value", [["memory"], "memory", 5])
def test_a_setting_that_is_no_dictionary_is_one_mistake(value: Any):
    with override_settings(HEROKU_SUPPORT_CHECKS=value):
        (problem,) = configured.mistakes()
        (outcome,) = (
            Readiness(configured.checks(), timeout=5, ttl=0).check().report.outcomes
        )

    assert "no dictionary. Fix: HEROKU_SUPPORT_CHECKS = {'memory': {}}" in problem.line
    assert outcome.status == "fail"


@override_settings(HEROKU_SUPPORT_CHECKS={"a": 5, "b": 6})
def test_all_mistakes_are_told_before_a_release():
    with pytest.raises(ConfigError):
        _ = conf.HEROKU_SUPPORT_CHECKS

    assert len(mistakes()) == 2


@override_settings(HEROKU_SUPPORT_CHECKS=None)
def test_none_is_the_default():
    assert conf.HEROKU_SUPPORT_CHECKS == {
        "database": {},
        "cache": {},
        "key_value": {},
        "broker": {},
    }
