"""
The project's own steps: ``HEROKU_SUPPORT_RELEASE_STEPS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError
from heroku_support.release.runnable import runnable
from heroku_support.release.steps import Step

SETTING = "HEROKU_SUPPORT_RELEASE_STEPS"
KEYS = ("run", "name", "before", "after", "when")
STAGES = ("review", "staging", "production")


def arrange(
    built_in: Sequence[Step], entries: Sequence[Any], *, stage: str
) -> list[Step]:
    """
    Return the built-in steps with the project's own among them.

    :raises SettingError: if an entry is not understood.
    """
    steps = list(built_in)
    for entry in entries:
        asked = _understood(entry)
        if stage in asked.get("when", (stage,)):
            _put(steps, asked)
    return steps


def _understood(entry: Any) -> dict[str, Any]:
    asked = {"run": entry} if isinstance(entry, str) else entry
    if not isinstance(asked, dict):
        raise _mistake(entry, "is neither text nor a dictionary")
    if unknown := [key for key in asked if key not in KEYS]:
        raise _mistake(entry, f"{unknown[0]!r} is none of {', '.join(KEYS)}")
    # Nothing is left out by leaving something out.
    is_left_out = "name" in asked and asked.get("run", "") is None
    run = asked.get("run")
    if not (isinstance(run, str) and run.strip()) and not is_left_out:
        raise _mistake(entry, "run= names a function or a management command")
    if not isinstance(asked.get("name", ""), str):
        raise _mistake(entry, "name= is text")
    if "before" in asked and "after" in asked:
        raise _mistake(entry, "before= and after= are two places: give one of them")
    when = asked.get("when", ())
    if not isinstance(when, (list, tuple)):
        raise _mistake(entry, 'when= is a list of stages: ["production"]')
    if stages := [stage for stage in when if stage not in STAGES]:
        raise _mistake(entry, f"{stages[0]!r} is none of {', '.join(STAGES)}")
    return asked


def _put(steps: list[Step], asked: dict[str, Any]) -> None:
    run: str | None = asked.get("run")
    names = [step.name for step in steps]
    if run is None:
        steps.pop(_position(names, asked["name"], asked))
        return
    name = asked.get("name") or _name(run)
    work = _told(runnable(run, SETTING))
    if "name" in asked and name in names:
        position = names.index(name)
        steps[position] = replace(steps[position], run=work)
        return
    if name in names:
        raise _mistake(asked, f'there is a step {name!r}: give this one a "name"')
    position = _place(names, asked)
    # It may do what it likes between the first look at the database and the smoke.
    has_database = "database" in names[:position]
    needs_lock = has_database and "smoke" not in names[:position]
    steps.insert(position, Step(name, work, has_database, needs_lock))


def _place(names: Sequence[str], asked: dict[str, Any]) -> int:
    if "after" in asked:
        return _position(names, asked["after"], asked) + 1
    if "before" in asked:
        return _position(names, asked["before"], asked)
    return names.index("smoke") if "smoke" in names else len(names)


def _name(run: str) -> str:
    return run.split()[0].rpartition(".")[2]


def _position(names: Sequence[str], name: str, asked: dict[str, Any]) -> int:
    if name not in names:
        raise _mistake(asked, f"there is no step {name!r}, but {', '.join(names)}")
    return names.index(name)


def _told(run: Callable[[Release], Any]) -> Callable[[Release], str]:
    def _step(release: Release) -> str:
        said = run(release)
        # One step is one line of the log.
        return " ".join(said.split()) if isinstance(said, str) and said else "done"

    return _step


def _mistake(entry: Any, why: str) -> SettingError:
    return SettingError(f"{SETTING}: {entry!r}: {why}")
