"""
What is pending in a database, and what it has that this code does not know.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

Key = tuple[str, str]  # the label of an app, the name of a migration

MOST_NAMED = 10


@dataclass(frozen=True)
class Plan:
    """
    What ``migrate`` would do.

    :param pending: in their order.
    :param ahead: applied migrations that this code does not know, as ``app.name``.
    :param is_empty: nothing was ever applied, so nothing serves from this database.
    """

    executor: MigrationExecutor = field(repr=False)
    pending: list[Migration]
    ahead: list[str]
    is_empty: bool

    @cached_property
    def state(self) -> ProjectState:
        """
        The models as they are before the first pending migration.
        """
        loader = self.executor.loader
        state = ProjectState(real_apps=loader.unmigrated_apps)
        leaves = loader.graph.leaf_nodes()
        for migration, _ in self.executor.migration_plan(leaves, clean_start=True):
            if (migration.app_label, migration.name) in loader.applied_migrations:
                migration.mutate_state(state, preserve=False)
        return state

    @cached_property
    def changed(self) -> list[str]:
        """
        The labels of apps whose models have changes that no migration has.
        """
        loader = self.executor.loader
        detector = MigrationAutodetector(
            loader.project_state(), ProjectState.from_apps(apps)
        )
        return sorted(detector.changes(graph=loader.graph))


def read(alias: str) -> Plan:
    """
    Read the plan of a database, and write nothing: not even ``django_migrations``.
    """
    connection: BaseDatabaseWrapper = connections[alias]
    executor = MigrationExecutor(connection)
    loader = executor.loader
    replaced = {
        key for migration in loader.replacements.values() for key in migration.replaces
    }
    applied = recorded(connection)
    return Plan(
        executor=executor,
        pending=[
            migration
            for migration, _ in executor.migration_plan(loader.graph.leaf_nodes())
        ],
        ahead=find_ahead({*loader.disk_migrations, *replaced}, applied),
        is_empty=not applied,
    )


def recorded(connection: BaseDatabaseWrapper) -> dict[Key, int]:
    """
    Return the applied migrations, each with its place in the order of their application.
    """
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        return {}
    rows = recorder.migration_qs.order_by("pk").values_list("app", "name", "pk")
    return {(app, name): number for app, name, number in rows}


def find_ahead(known: Collection[Key], applied: Mapping[Key, int]) -> list[str]:
    """
    Return what was applied after the newest migration of its app that is known.

    Older ones that are not known were squashed away. Apps that are no longer installed do not
    count.
    """
    newest = dict.fromkeys(apps.app_configs, 0)
    for (app, name), number in applied.items():
        if (app, name) in known:
            newest[app] = max(newest[app], number)
    return [
        f"{app}.{name}"
        for (app, name), number in applied.items()
        if app in newest and (app, name) not in known and number > newest[app]
    ]


def describe_ahead(names: list[str]) -> str:
    """
    Return one line about what a database has that this code does not know.
    """
    plural = "s" * (len(names) != 1)
    shown = names[:MOST_NAMED]
    rest = f" and {len(names) - len(shown)} more" if names[MOST_NAMED:] else ""
    return (
        f"{len(names)} applied migration{plural} unknown to this code:"
        f" {', '.join(shown)}{rest} (a rollback?)"
    )
