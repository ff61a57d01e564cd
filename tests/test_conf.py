"""
Settings of this package that make no sense are refused, each with the line that fixes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from heroku_support.conf import conf, mistakes, unknown
from heroku_support.errors import ConfigError

RELEASE = "HEROKU_SUPPORT_RELEASE"


@pytest.fixture
def assign(settings: Any) -> Callable[[str, Any], None]:
    def _assign(name: str, value: Any) -> None:
        setattr(settings, name, value)

    return _assign


def test_without_any_there_is_no_mistake():
    assert not mistakes()
    assert not unknown()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("RELEASE_LOCK_WAIT", "60", 60.0),  # as a config var says it
        ("RELEASE_DEADLINE", 0, 0.0),
        ("RELEASE_SMOKE", 0, False),
        ("RELEASE_SEED", None, ""),
        ("RELEASE_EXTENSIONS", ("citext",), ["citext"]),
        ("RELEASE_STEPS", None, []),
        ("RELEASE_UNSAFE", "off", "off"),
    ],
)
def test_what_can_be_understood_is(
    assign: Callable[[str, Any], None], name: str, value: Any, expected: Any
):
    assign(f"HEROKU_SUPPORT_{name}", value)

    assert getattr(conf, f"HEROKU_SUPPORT_{name}") == expected


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RELEASE_LOCK_WAIT", "ten", "is 'ten', no number of seconds."),
        ("RELEASE_LOCK_WAIT", None, "is None, no number of seconds."),
        ("RELEASE_DEADLINE", -5, "is -5, no number of seconds."),
        ("RELEASE_DEADLINE", float("nan"), "is nan, no number of seconds."),
        ("RELEASE_DEADLINE", 1e12, "is 1000000000000.0, no number of seconds."),
        ("RELEASE_SMOKE", "False", "is 'False', neither True nor False."),
        ("RELEASE_SUPERUSER", None, "is None, neither True nor False."),
        ("RELEASE_SEED", print, "is of the type builtin_function_or_method, no text."),
        ("RELEASE_EXTENSIONS", "citext", "is of the type str, no list."),
        ("RELEASE_STEPS", 5, "is of the type int, no list."),
        ("RELEASE_UNSAFE", "Fail", "is 'Fail', none of warn, fail and off."),
    ],
)
def test_what_cannot_be_is_one_line_with_the_fix(
    assign: Callable[[str, Any], None], name: str, value: Any, reason: str
):
    assign(f"HEROKU_SUPPORT_{name}", value)
    with pytest.raises(ConfigError) as caught:
        getattr(conf, f"HEROKU_SUPPORT_{name}")
    (problem,) = caught.value.problems

    assert problem.line.startswith(f"HEROKU_SUPPORT_{name} {reason} Fix: ")
    assert f"Fix: HEROKU_SUPPORT_{name} = " in problem.line


@pytest.mark.parametrize(
    "command",
    ["heroku_release", "heroku_migrate", "heroku_superuser", "heroku_extensions"],
)
def test_a_command_tells_all_of_them_before_it_does_anything(
    assign: Callable[[str, Any], None], command: str
):
    assign(f"{RELEASE}_SMOKE", "False")
    assign(f"{RELEASE}_LOCK_WAIT", "ten")
    assign("HEROKU_SUPPORT_STAGE", "prod")
    with pytest.raises(CommandError) as caught:
        call_command(command)
    told = str(caught.value)

    assert f"{RELEASE}_SMOKE is 'False'" in told and f"{RELEASE}_LOCK_WAIT is" in told
    assert "HEROKU_SUPPORT_STAGE is 'prod', none of review, staging" in told


def test_a_name_that_is_nearly_one_of_these_is_told(
    assign: Callable[[str, Any], None],
):
    assign(f"{RELEASE}_LOCKWAIT", 5)
    assign("HEROKU_SUPPORT_EMAIL", "help@example.com")  # the project's own

    assert unknown() == {f"{RELEASE}_LOCKWAIT": f"{RELEASE}_LOCK_WAIT"}
