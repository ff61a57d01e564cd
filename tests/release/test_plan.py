"""
What is pending in a database, and what it has that the code does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from heroku_support.release import plan
from tests.release.aliases import second_database

EMPTY = "empty"


@pytest.fixture
def connection(tmp_path: Path, django_db_blocker: Any) -> Iterator[Any]:
    """
    That of a database in which nothing is yet.
    """
    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db.sqlite3"}
    with django_db_blocker.unblock(), second_database(EMPTY, entry):
        yield connections[EMPTY]


def record(connection: Any, *names: str) -> None:
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for name in names:
        recorder.record_applied(*name.split("."))


def test_of_an_empty_database_everything_is_pending_and_nothing_is_written(
    connection: Any,
):
    found = plan.read(EMPTY)

    assert (str(found.pending[0]), found.is_empty) == (
        "contenttypes.0001_initial",
        True,
    )
    assert connection.introspection.table_names() == []


def test_the_state_is_that_before_what_is_pending(connection: Any):
    record(connection, "contenttypes.0001_initial")
    found = plan.read(EMPTY)
    print(
        found,
        found.executor.loader.applied_migrations,
        found.executor.loader.graph.leaf_nodes(),
    )
    fields = found.state.models["contenttypes", "contenttype"].fields

    assert str(found.pending[0]) == "contenttypes.0002_remove_content_type_name"
    assert ("name" in fields, found.is_empty) == (True, False)


@pytest.mark.usefixtures("connection")
def test_models_that_follow_their_migrations_have_no_changes():
    assert plan.read(EMPTY).changed == []


def test_what_was_applied_after_all_that_is_known_is_ahead(connection: Any):
    record(connection, "auth.0001_initial", "auth.0013_later", "auth.0014_latest")

    assert plan.read(EMPTY).ahead == ["auth.0013_later", "auth.0014_latest"]


def test_what_was_squashed_away_is_not_ahead(connection: Any):
    record(connection, "auth.0000_old", "auth.0001_initial")

    assert plan.read(EMPTY).ahead == []


def test_what_a_squashed_migration_replaces_is_not_ahead(
    connection: Any, monkeypatch: pytest.MonkeyPatch
):
    record(connection, "auth.0001_initial", "auth.0013_squashed_away")
    last = import_module(
        "django.contrib.auth.migrations.0012_alter_user_first_name_max_length"
    )
    # As in a release that squashes; of Django's own none does.
    replaced = [("auth", "0013_squashed_away")]
    monkeypatch.setattr(last.Migration, "replaces", replaced)

    assert plan.read(EMPTY).ahead == []


def test_an_app_that_is_gone_is_not_ahead(connection: Any):
    record(connection, "gone.0001_initial")

    assert plan.read(EMPTY).ahead == []


def test_an_app_of_which_nothing_is_known_is_ahead(connection: Any):
    record(connection, "auth.0099_new")

    assert plan.read(EMPTY).ahead == ["auth.0099_new"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 applied migration unknown to this code: a.1 (a rollback?)"),
        (2, "2 applied migrations unknown to this code: a.1, a.2 (a rollback?)"),
    ],
)
def test_what_is_ahead_is_named(count: int, said: str):
    assert plan.describe_ahead([f"a.{n + 1}" for n in range(count)]) == said


def test_of_many_the_first_are_named():
    assert "a.9 and 90 more" in plan.describe_ahead([f"a.{n}" for n in range(100)])
