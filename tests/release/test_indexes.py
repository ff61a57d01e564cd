"""
Indexes that a CREATE INDEX CONCURRENTLY left invalid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration, RunSQL, SeparateDatabaseAndState

from heroku_support.release.indexes import drop_invalid
from tests.release.postgres_alias import postgres_alias
from tests.servers.postgres import Database, PostgresServer

NAME = "By name"
ADD = AddIndexConcurrently("item", models.Index(fields=["name"], name=NAME))
CREATE = 'CREATE {} INDEX CONCURRENTLY "By name" ON item (name)'
SAID = f"the index {NAME}, which an earlier try left invalid, is dropped"


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    database = postgres.create_database()
    database.query("CREATE TABLE item (name text)")
    database.query("ALTER TABLE item OWNER TO app")
    yield database
    database.drop()


@pytest.fixture
def connection(database: Database, django_db_blocker: Any) -> Iterator[Any]:
    with postgres_alias(database, django_db_blocker) as connection:
        yield connection


def leave_invalid(database: Database) -> None:
    """
    Fail as a real one does: two rows of one name have no unique index.
    """
    database.query("INSERT INTO item VALUES ('a'), ('a')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        database.query(CREATE.format("UNIQUE"))


def indexes(database: Database) -> list[tuple[bool]]:
    sql = "SELECT indisvalid FROM pg_index WHERE indrelid = 'item'::regclass"
    return database.query(sql)


def drop(connection: Any, *operations: Any) -> list[str]:
    migration = Migration("0002", "app")
    migration.operations = list(operations)
    said: list[str] = []
    drop_invalid(connection, migration, log=said.append)
    return said


def test_a_valid_one_is_left(connection: Any, database: Database):
    database.query(CREATE.format(""))

    assert drop(connection, ADD) == []
    assert indexes(database) == [(True,)]


def test_one_that_the_migration_does_not_create_is_left(
    connection: Any, database: Database
):
    leave_invalid(database)

    assert drop(connection, RunSQL("SELECT 1")) == []
    assert indexes(database) == [(False,)]


@pytest.mark.parametrize("operation", [ADD, SeparateDatabaseAndState([ADD])])
def test_one_that_is_about_to_be_created_is_dropped_and_that_is_said(
    connection: Any, database: Database, operation: Any
):
    leave_invalid(database)

    assert drop(connection, operation) == [SAID]
    assert indexes(database) == []


def test_one_of_another_schema_is_left(connection: Any, database: Database):
    leave_invalid(database)
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO pg_catalog")

    assert drop(connection, ADD) == []
