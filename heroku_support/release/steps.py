"""
The steps of a release, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heroku_support.release import (
    cache_table,
    database,
    extensions,
    migrations,
    preflight,
    seed,
    superuser,
)
from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError


@dataclass(frozen=True)
class Step:
    """
    One part of a release; ``run`` returns what it did, for the log.

    :param needs_database: it is left out where there is none.
    :param needs_lock: no other release may run meanwhile.
    """

    name: str
    run: Callable[[Release], str]
    needs_database: bool = True
    needs_lock: bool = True


def make_superuser(release: Release) -> str:
    """
    Make the superuser where that is wanted.
    """
    return superuser.ensure_superuser(release, asked=False)


def boot(release: Release) -> str:
    """
    Prove that the web process can boot.
    """
    from heroku_support.release.smoke import (
        smoke,
    )  # only a whole release boots anything

    return smoke(release)


PREFLIGHT = Step(
    "preflight", preflight.preflight, needs_database=False, needs_lock=False
)
DATABASE = Step("database", database.reach, needs_lock=False)
MIGRATE = Step("migrate", migrations.migrate)
BUILT_IN = (
    PREFLIGHT,
    DATABASE,
    Step("extensions", extensions.ensure_extensions),
    MIGRATE,
    Step("cache_table", cache_table.ensure_cache_tables),
    Step("superuser", make_superuser),
    Step("seed", seed.seed),
    Step("smoke", boot, needs_lock=False),
)


def select(
    steps: Sequence[Step], *, only: Sequence[str] = (), skip: Sequence[str] = ()
) -> list[Step]:
    """
    Return the steps that were asked for; the database is always reached before one needs it.

    :raises SettingError: if there is no step of a name.
    """
    names = [step.name for step in steps]
    if unknown := [name for name in (*only, *skip) if name not in names]:
        raise SettingError(
            f"there is no step {unknown[0]!r}, but {', '.join(names)}."
            f" Several: --only {' '.join(names[-2:])}"
        )
    asked = [
        step
        for step in steps
        if step.name not in skip and (not only or step.name in only)
    ]
    if DATABASE not in asked and any(step.needs_database for step in asked):
        first = next(i for i, step in enumerate(asked) if step.needs_database)
        asked.insert(first, DATABASE)
    return asked
