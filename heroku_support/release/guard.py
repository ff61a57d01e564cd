"""
A plain ``manage.py migrate`` on a dyno, under the release lock as well.

``heroku run python manage.py migrate``, the Scheduler, and a Procfile that calls it know nothing
of a release that is at work; two migrations at once apply twice what both have planned.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import IO, Any

from django.apps import AppConfig, apps
from django.core.management import CommandError
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations import Migration
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate

from heroku_support.conf import conf
from heroku_support.dyno import Dyno, runs_tests
from heroku_support.errors import ConfigError
from heroku_support.redaction import one_line
from heroku_support.release.database import past_pooler
from heroku_support.release.errors import DatabaseRefusedError, ReleaseError
from heroku_support.release.lock import Log, is_held, release_lock

Plan = Sequence[tuple[Migration, bool]]

# By alias, from the first pre_migrate to the last post_migrate.
_guarded: dict[str, ExitStack] = {}


def before_migrate(
    *,
    using: str,
    verbosity: int = 1,
    stdout: IO[str] | None = None,
    plan: Plan = (),
    **kwargs: Any,
) -> None:
    """
    Take the lock; it is sent for every app, and the first is the one that counts.

    :raises CommandError: if the lock was not had, or if the plan is no longer true.
    """
    if is_held(using):
        return
    dyno = Dyno.from_environ()
    if not dyno.is_heroku or runs_tests(dyno):
        return
    try:
        is_wanted = conf.HEROKU_SUPPORT_RELEASE_GUARD
        wait = conf.HEROKU_SUPPORT_RELEASE_LOCK_WAIT
    except ConfigError as error:
        raise CommandError(error.problems[0].line) from error
    if not is_wanted:
        return
    name = f"migrate {dyno.name or dyno.phase}"
    _take(using, name, wait, _log(stdout or sys.stdout, verbosity))
    try:
        _compare(using, plan)
    except BaseException:
        _guarded.pop(using).close()
        raise
    # Now, to come after the receivers of all apps: they write as well.
    post_migrate.connect(after_migrate)


def after_migrate(*, sender: AppConfig, using: str, **kwargs: Any) -> None:
    """
    Let go of the lock after the last app.
    """
    *_, last = (each for each in apps.get_app_configs() if each.models_module)
    if sender is last and using in _guarded:
        _guarded.pop(using).close()


@atexit.register  # of a migration that fails
def _let_go_of_all() -> None:
    for stack in _guarded.values():
        stack.close()


def _take(using: str, name: str, wait: float, log: Log) -> None:
    stack = ExitStack()
    try:
        with past_pooler():
            stack.enter_context(release_lock([using], name=name, wait=wait, log=log))
    except ReleaseError as error:
        raise CommandError(str(error), returncode=error.returncode) from error
    except Error as error:
        raise CommandError(
            f"the release lock: {one_line(error)}",
            returncode=DatabaseRefusedError.returncode,
        ) from error
    _guarded[using] = stack


def _compare(using: str, plan: Plan) -> None:
    """
    Refuse a plan that was made before another process migrated.

    Leaving out what is done would not do: the signals and states that follow were made for
    the whole of it.
    """
    applied = MigrationRecorder(connections[using]).applied_migrations().keys()
    for migration, is_backwards in plan:
        done = not applied.isdisjoint(_names(migration))
        if done is not is_backwards:
            option = "" if using == DEFAULT_DB_ALIAS else f" --database {using}"
            state = "no longer applied" if is_backwards else "applied now"
            raise CommandError(
                f"another process migrated meanwhile: {migration} is {state}."
                f" Run it again: python manage.py migrate{option}"
            )


def _names(migration: Migration) -> Iterable[tuple[str, str]]:
    # One that replaces others is in a plan only while none of them is applied.
    return [(migration.app_label, migration.name), *migration.replaces]


def _log(stream: IO[str], verbosity: int) -> Log:
    def _write(line: str) -> None:
        if verbosity > 0:
            stream.write(f"{line}\n")
            stream.flush()

    return _write
