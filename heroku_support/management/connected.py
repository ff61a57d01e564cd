"""
What ``heroku_doctor --connect`` gives the doctor, who knows no database and no migrations.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from django.db import connections
from django.db.migrations import Migration

from heroku_support import own_connection
from heroku_support.conf import conf
from heroku_support.connect import postgres
from heroku_support.connect.deadline import answers
from heroku_support.connect.places import place, told
from heroku_support.connect.servers import ask_servers
from heroku_support.dyno import Dyno
from heroku_support.manifests.live import Live, Place, UnsafeMigration
from heroku_support.redaction import Redactor, one_line
from heroku_support.release import database, plan, unsafe
from heroku_support.settings.databases import DUMMY


def connected(root: Path) -> Live:
    """
    Return what the servers told, and which pending migrations are unsafe.

    :param root: the project's folder.
    """
    live = ask_servers(root, Dyno.from_environ())
    if conf.HEROKU_SUPPORT_RELEASE_UNSAFE == "off":
        return live
    aliases = _reached(live)
    found = answers([partial(_unsafe, alias, root) for alias in aliases])
    migrations = [
        each
        for alias, answer in zip(aliases, found, strict=True)
        for each in (
            [_unread(alias, answer, root)] if isinstance(answer, Exception) else answer
        )
    ]
    return replace(live, migrations=tuple(migrations))


def _reached(live: Live) -> list[str]:
    failed = {each.name for each in live.databases if each.error}
    return [
        alias
        for alias in database.candidates()
        if postgres.name(alias) not in failed
        and connections.settings[alias]["ENGINE"] != DUMMY
    ]


def _unread(alias: str, error: Exception, root: Path) -> UnsafeMigration:
    hide = Redactor(Dyno.from_environ().vars).text
    return UnsafeMigration(
        place=place("DATABASES", root),
        message=f"The pending migrations of {postgres.name(alias)} cannot be read:"
        f" {hide(one_line(error))}",
        instead="python manage.py heroku_migrate --check",
    )


def _unsafe(alias: str, root: Path) -> list[UnsafeMigration]:
    # In a thread of its own, which has connections of its own.
    try:
        found = plan.read(alias)
        if found.is_empty:  # nothing serves from it
            return []
        return list(_described(alias, found, root))
    finally:
        own_connection.close(connections[alias])


def _described(alias: str, found: plan.Plan, root: Path) -> Iterator[UnsafeMigration]:
    pending = {str(each): each for each in found.pending}
    for each in unsafe.scan(found.pending, found.state, connections[alias]):
        yield UnsafeMigration(
            place=_place(pending[each.migration], root),
            message=f"{each.kind} ({each.rule}): {each.operation}: {each.message}",
            instead=each.instead,
            fails=conf.HEROKU_SUPPORT_RELEASE_UNSAFE == "fail",
        )


def _place(migration: Migration, root: Path) -> Place:
    path = sys.modules[type(migration).__module__].__file__ or ""
    return Place(told(path, root))
