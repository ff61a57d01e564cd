"""
What the session that migrates tells the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.migrations import Migration

from heroku_support.release import migrations, session
from heroku_support.release.blockers import Watcher
from heroku_support.release.lock import release_lock
from heroku_support.release.session import open_session
from tests.release.postgres_alias import ALIAS, postgres_alias
from tests.release.releases import make_release
from tests.servers.postgres import ROLE, Database


@pytest.fixture
def connection(database: Database, django_db_blocker: Any) -> Iterator[Any]:
    with postgres_alias(database, django_db_blocker) as connection:
        yield connection


def show(connection: Any, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def release(seconds: float = 60.0) -> Any:
    return make_release({"HEROKU_RELEASE_VERSION": "v42"}, seconds=seconds)


def test_it_has_a_name_a_short_patience_and_an_eye_on_its_client(connection: Any):
    names = ("lock_timeout", "client_connection_check_interval")
    with open_session(release(), ALIAS):
        shown = [show(connection, name) for name in names]
        called = show(connection, "application_name")

    assert shown == ["500ms", "1s"]
    assert called.startswith("heroku_release v42 migrating ")


def test_a_statement_may_take_until_the_deadline_and_no_shorter(
    connection: Any, database: Database
):
    database.query(
        f"ALTER ROLE {ROLE} IN DATABASE {database.name} SET statement_timeout = '1s'"
    )
    with open_session(release(seconds=60), ALIAS):
        shown = show(connection, "statement_timeout")
    with open_session(release(seconds=0), ALIAS) as late:
        # 0 would be for ever.
        assert late._values[-1] == "1"

    assert 58_000 < int(shown.removesuffix("ms")) < 60_000


def test_a_new_connection_is_told_as_well(connection: Any):
    with open_session(release(), ALIAS) as opened:
        opened.limit(2.0)
        connection.close()
        shown = show(connection, "lock_timeout")

    assert shown == "2s"


def test_another_database_is_not_told(connection: Any):
    with open_session(release(), ALIAS):
        other = connection.copy(ALIAS)
        shown = show(other, "lock_timeout")
        other.close()

    assert shown == "0"


def test_afterwards_it_waits_as_long_as_it_did_before(
    connection: Any, database: Database
):
    database.query(
        f"ALTER ROLE {ROLE} IN DATABASE {database.name} SET lock_timeout = '7s'"
    )
    with open_session(release(), ALIAS):
        pass

    assert show(connection, "lock_timeout") == "7s"
    assert show(connection, "statement_timeout") == "0"


def test_a_connection_that_is_lost_is_replaced_afterwards(
    connection: Any, database: Database
):
    with open_session(release(), ALIAS):
        pid = connection.connection.info.backend_pid
        database.query("SELECT pg_terminate_backend(%s)", pid)

    assert show(connection, "lock_timeout") == "0"


def test_a_server_that_cannot_look_after_its_clients_is_no_reason_to_fail(
    connection: Any, monkeypatch: pytest.MonkeyPatch
):
    # Every Postgres for Linux can; what another one says is that it does not know this.
    monkeypatch.setattr(session, "LOOK_AFTER_CLIENT", "SET no_such_parameter = 1")
    with open_session(release(), ALIAS):
        assert show(connection, "lock_timeout") == "500ms"


@pytest.mark.django_db
def test_another_kind_of_database_is_left_as_it_is():
    with open_session(release(), "default") as opened:
        opened.limit(2.0)

        assert opened.connection is connections["default"]


# --- through a pooler ----------------------------------------------------------------------


@pytest.fixture
def pooled(connection: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """
    A connection of which we believe that it is a pooler's; tests/services has a real one.
    """
    monkeypatch.setattr(session, "_is_pooled", lambda connection: True)
    return connection


def test_through_a_pooler_a_transaction_is_told_and_the_session_is_not(pooled: Any):
    with open_session(release(), ALIAS) as opened:
        opened.limit(1.0)
        with transaction.atomic(ALIAS):
            during = show(pooled, "lock_timeout")
            called = show(pooled, "application_name")
        after = [show(pooled, "lock_timeout"), show(pooled, "application_name")]

    assert (during, called[:29]) == ("1s", "heroku_release v42 migrating ")
    assert after == ["0", ""]


def test_through_a_pooler_a_migration_that_is_not_atomic_has_no_limit_and_says_so(
    pooled: Any,
):
    current, index = release(), Migration("index", "notes")
    index.atomic = False
    lock = release_lock([ALIAS], name="v42", wait=5.0, log=current.log)
    with lock as current.lock, open_session(current, ALIAS) as opened:
        run = migrations._Run(current, opened, None, Watcher(current, ALIAS))
        for _ in range(2):  # the second try says it no more
            run._begin(index)

    (warning,) = current.report.warnings
    assert warning.startswith(
        "live:notes.index is not atomic and runs through a pooler"
    )


def test_through_a_pooler_each_transaction_is_told_once(pooled: Any):
    def again() -> str:
        with transaction.atomic(ALIAS):
            with pooled.cursor() as cursor:
                # A migration's own word counts.
                cursor.execute("SELECT 1")
                cursor.execute("SET LOCAL lock_timeout = '9s'")
            return show(pooled, "lock_timeout")

    with open_session(release(), ALIAS):
        assert [again(), again()] == ["9s", "9s"]
