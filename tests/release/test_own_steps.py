"""
A project's own steps: added, replaced, left out, and refused when not understood.
"""

from __future__ import annotations

from typing import Any

import pytest

from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError
from heroku_support.release.own_steps import arrange
from heroku_support.release.steps import BUILT_IN, DATABASE, Step, select
from tests.release.releases import make_release

FUNCTION = f"{__name__}.notify"
ORDER = [step.name for step in BUILT_IN]


def notify(release: Release) -> str:
    """
    What a project might do.
    """
    return f"told of {release.stage}"


def tidy(release: Release) -> None:
    """
    One that has nothing to say.
    """


def ramble(release: Release) -> str:
    """
    One that has more to say than a line.
    """
    return "told\neverybody"


async def dream(release: Release) -> None:
    """
    One that would have to be awaited.
    """


not_callable = "text"


def arranged(*entries: Any, stage: str = "") -> list[Step]:
    return arrange(BUILT_IN, entries, stage=stage)


def names(*entries: Any, stage: str = "") -> list[str]:
    return [step.name for step in arranged(*entries, stage=stage)]


def test_without_any_the_steps_are_the_built_in_ones():
    assert names() == ORDER


def test_an_own_step_comes_before_smoke_and_under_the_lock():
    steps = arranged(FUNCTION)

    assert [step.name for step in steps[-2:]] == ["notify", "smoke"]
    assert steps[-2].needs_lock


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"before": "migrate"}, ["extensions", "notify", "migrate"]),
        ({"after": "migrate"}, ["migrate", "notify", "cache_table"]),
        ({"after": "smoke"}, ["smoke", "notify"]),
        ({"before": "preflight"}, ["notify", "preflight"]),
    ],
    ids=str,
)
def test_it_comes_where_it_is_put(place: dict[str, str], expected: list[str]):
    order = names({"run": FUNCTION, **place})
    start = order.index(expected[0])

    assert order[start : start + len(expected)] == expected


@pytest.mark.parametrize(
    ("place", "needs_lock"),
    [
        ({"before": "migrate"}, True),
        ({"before": "smoke"}, True),
        ({"after": "smoke"}, False),
        ({"before": "preflight"}, False),
    ],
    ids=str,
)
def test_it_has_the_lock_unless_it_stands_outside_of_what_has(
    place: dict[str, str], needs_lock: bool
):
    (own,) = (
        step for step in arranged({"run": FUNCTION, **place}) if step.name == "notify"
    )

    assert own.needs_lock is needs_lock


def test_without_smoke_it_is_the_last():
    assert names({"name": "smoke", "run": None}, FUNCTION)[-1] == "notify"


def test_several_keep_their_order():
    assert names(FUNCTION, f"{__name__}.tidy")[-3:] == ["notify", "tidy", "smoke"]


def test_one_replaces_the_built_in_step_of_its_name():
    steps = arranged({"name": "superuser", "run": FUNCTION})
    (own,) = (step for step in steps if step.name == "superuser")

    assert [step.name for step in steps] == ORDER
    assert own.run(make_release(stage="review")) == "told of review"


def test_one_that_runs_nothing_leaves_the_built_in_step_out():
    left = names({"name": "superuser", "run": None})

    assert left == [name for name in ORDER if name != "superuser"]


@pytest.mark.parametrize(("stage", "there"), [("review", True), ("production", False)])
def test_it_runs_in_the_stages_that_it_is_for(stage: str, there: bool):
    order = names({"run": FUNCTION, "when": ["review", "staging"]}, stage=stage)

    assert ("notify" in order) is there


def test_what_a_function_returns_is_told():
    (own,) = (step for step in arranged(FUNCTION) if step.name == "notify")

    assert own.run(make_release(stage="staging")) == "told of staging"


def test_what_it_returns_is_told_in_one_line():
    (own,) = (step for step in arranged(f"{__name__}.ramble") if step.name == "ramble")

    assert own.run(make_release()) == "told everybody"


def test_one_with_nothing_to_say_is_done():
    (own,) = (step for step in arranged(f"{__name__}.tidy") if step.name == "tidy")

    assert own.run(make_release()) == "done"


def test_a_management_command_is_run_with_its_arguments():
    (own,) = (step for step in arranged("check --tag security") if step.name == "check")

    assert own.run(make_release()) == "done"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (7, "neither text nor a dictionary"),
        ({"run": FUNCTION, "befor": "smoke"}, "'befor' is none of run, name"),
        ({"run": FUNCTION, "before": "smok"}, "there is no step 'smok', but preflight"),
        ({"run": FUNCTION, "when": ["prod"]}, "'prod' is none of review, staging"),
        ({"run": FUNCTION, "when": "production"}, "when= is a list of stages: ["),
        ({"run": FUNCTION, "when": None}, "when= is a list of stages: ["),
        ({"run": FUNCTION, "name": 5}, "name= is text"),
        ({"run": FUNCTION, "before": "seed", "after": "seed"}, "are two places"),
        (f"{__name__}.dream", "is async, and would not be awaited"),
        ({"before": "smoke"}, "run= names a function or a management command"),
        ({"run": 7}, "run= names a function or a management command"),
        ({"name": "nope", "run": None}, "there is no step 'nope'"),
        ({"name": "migrate", "when": ["production"]}, "run= names a function"),
        ("", "run= names a function or a management command"),
        ("migrate --fake", "there is a step 'migrate': give this one a"),
        ("no_such_command --now", "is no management command, and no dotted path"),
        ("no.such.module", "No module named 'no'"),
        (f"{__name__}.not_callable", "is no function"),
        ("'unclosed", "is no management command"),
    ],
    ids=str,
)
def test_what_is_not_understood_is_refused_in_one_line(entry: Any, why: str):
    with pytest.raises(SettingError) as caught:
        names(entry)

    assert why in str(caught.value)
    assert str(caught.value).startswith("HEROKU_SUPPORT_RELEASE_STEPS: ")


def test_of_the_steps_only_those_asked_for_are_run():
    selected = select(BUILT_IN, only=["preflight"])

    assert [step.name for step in selected] == ["preflight"]


def test_a_step_that_needs_the_database_reaches_it_first():
    selected = select(BUILT_IN, only=["preflight", "superuser"], skip=["database"])

    assert [step.name for step in selected] == ["preflight", "database", "superuser"]


def test_those_to_skip_are_left_out():
    selected = select(BUILT_IN, skip=["smoke", "seed"])

    assert [step.name for step in selected] == ORDER[:-2]
    assert DATABASE in selected


@pytest.mark.parametrize("option", ["only", "skip"])
def test_a_step_that_is_not_there_is_refused(option: str):
    with pytest.raises(SettingError, match=r"there is no step 'smok', but preflight"):
        select(BUILT_IN, **{option: ["smok"]})
