"""
The steps of a release, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from heroku_support.dyno import Dyno
from heroku_support.release import migrations, superuser


@dataclass(frozen=True)
class Release:
    """
    What a step may need to know.

    :param lock_wait: seconds.
    :param migrate_options: for Django's ``migrate``.
    """

    dyno: Dyno
    alias: str
    log: Callable[[str], Any]
    lock_wait: float
    migrate_options: dict[str, Any]

    @property
    def name(self) -> str:
        """
        Who this is, for the database and for those who wait.
        """
        version = self.dyno.release_version or self.dyno.name or self.dyno.phase
        # Postgres cuts names at 63 bytes, and more is added to this one.
        return f"heroku_release {version}"[:40]


@dataclass(frozen=True)
class Step:
    """
    One part of a release; ``run`` returns what it did, for the log.
    """

    name: str
    run: Callable[[Release], str]


def migrate(release: Release) -> str:
    """
    Apply the pending migrations.
    """
    return migrations.migrate(
        release.alias,
        name=release.name,
        wait=release.lock_wait,
        log=release.log,
        **release.migrate_options,
    )


def make_superuser(release: Release) -> str:
    """
    Make the superuser where that is wanted.
    """
    return superuser.ensure_superuser(release.dyno, release.alias, asked=False)


def make_superuser_asked(release: Release) -> str:
    """
    Make the superuser because somebody asked for it.
    """
    return superuser.ensure_superuser(release.dyno, release.alias, asked=True)


MIGRATE = Step("migrate", migrate)
SUPERUSER = Step("superuser", make_superuser)
ASKED_SUPERUSER = Step("superuser", make_superuser_asked)


def default_steps() -> Sequence[Step]:
    """
    Return the steps of ``heroku_release``.
    """
    return (MIGRATE, SUPERUSER)
