"""
Each label of the corpus, said by a real Postgres and by the scanner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dj_database_url
import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from heroku_support.release.unsafe.scanner import scan
from tests.release.unsafe import oracle
from tests.release.unsafe.corpus import CASES, SHOP, Case
from tests.servers.binaries import majors_under_test
from tests.servers.postgres import PostgresServer

ALIAS = "default"
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def migration(
    *operations: Any, name: str = "0002_next", **attributes: Any
) -> Migration:
    """
    Return a migration of the app `shop`.
    """
    made = Migration(name, "shop")
    made.operations = list(operations)
    for attribute, value in attributes.items():
        setattr(made, attribute, value)
    return made


def shop_state(*more: Any) -> ProjectState:
    """
    Return the models that the running release has.
    """
    return migration(*SHOP, *more).mutate_state(ProjectState(), preserve=False)


def plan(case: Case) -> list[Migration]:
    """
    Return the migrations of a case.
    """
    return [
        migration(*operations, name=f"{number:04}_next", atomic=case.atomic)
        for number, operations in enumerate(case.plan, 2)
    ]


def shares(case: Case) -> bool:
    """
    Whether a case can be run in a transaction, and rolled back.
    """
    return case.atomic and not case.first and len(case.plan) == 1


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """
    A Postgres of its own: an extension wants a superuser, which no other test must have.
    """
    with PostgresServer.start(majors_under_test()[-1]) as server:
        server.query("ALTER ROLE app SUPERUSER")
        yield server


@pytest.fixture(scope="session")
def shop(
    server: PostgresServer, django_db_blocker: pytest.DjangoDbBlocker
) -> Iterator[str]:
    """
    The name of a database with the tables and the rows that each case begins with.
    """
    database = server.create_database()
    with django_db_blocker.unblock(), default(database.url()) as connection:
        with connection.schema_editor() as editor:
            migration(*SHOP).apply(ProjectState(), editor)
        with transaction.atomic():
            oracle.fill(shop_state())
        assert oracle.failures(shop_state(), connection) == {}
    yield database.name
    database.drop()


@contextmanager
def default(url: str) -> Iterator[BaseDatabaseWrapper]:
    """
    Make a database the default one, for which historical models ask.
    """
    own = connections[ALIAS]
    settings = {**own.settings_dict, **dj_database_url.parse(url)}
    connections[ALIAS] = DatabaseWrapper(settings, ALIAS)
    try:
        yield connections[ALIAS]
    finally:
        connections[ALIAS].close()
        connections[ALIAS] = own


@pytest.fixture
def connection(
    server: PostgresServer,
    shop: str,
    case: Case,
    django_db_blocker: pytest.DjangoDbBlocker,
) -> Iterator[BaseDatabaseWrapper]:
    """
    A connection to these tables: in a transaction that is rolled back where that changes
    nothing, which is quicker, else to a copy.
    """
    if shares(case):
        with (
            django_db_blocker.unblock(),
            default(server.url(database=shop)) as connection,
            transaction.atomic(),
        ):
            yield connection
            transaction.set_rollback(True)
        return
    name = f"case_{next(server.numbers)}"
    server.query(f"CREATE DATABASE {name} TEMPLATE {shop}")
    url = server.url(database=name)
    with django_db_blocker.unblock(), default(url) as connection:
        yield connection
    server.query(f"DROP DATABASE {name} WITH (FORCE)")


# A date where a time is expected is warned of, and taken.
@pytest.mark.server
@pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime")
@pytest.mark.parametrize(
    "case",
    [
        # Each writes and reads all there is, and those that want a database of their own take
        # longer still: one in four says whether the oracle works.
        pytest.param(
            case,
            id=case.name,
            marks=[] if shares(case) and number % 4 == 0 else pytest.mark.long,
        )
        for number, case in enumerate(CASES)
    ],
)
def test_a_label_is_what_postgres_does(case: Case, connection: BaseDatabaseWrapper):
    state = shop_state(*case.first)
    before: dict[str, str] = {}
    if case.first:
        oracle.apply(migration(*case.first), shop_state(), connection)
        oracle.fill(state)
        before = oracle.failures(state, connection)
    done, why = oracle.kinds(plan(case), state, connection, before=before)

    assert case.exception or done == case.label, why


@each_case
def test_the_scanner_says_the_same(case: Case):
    state = shop_state(*case.first)
    findings = scan(plan(case), state, DatabaseWrapper({}, ALIAS))

    assert {finding.kind for finding in findings} == case.label
