"""
What the doctor sees of Debian's PgBouncer, redis-server with TLS and PostGIS.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.connect.servers import ask_servers
from heroku_support.dyno import Dyno
from heroku_support.settings.heroku import Heroku
from tests.connect.test_postgres import asked
from tests.servers.certificates import self_sign
from tests.servers.pgbouncer import pgbouncer
from tests.servers.postgres import Database, PostgresServer
from tests.servers.valkey import ValkeyServer

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]
REDIS = Path("/usr/bin/redis-server")  # apt-get install redis-server


@pytest.fixture
def database(postgres_newest: PostgresServer) -> Iterator[Database]:
    database = postgres_newest.create_database()
    yield database
    database.drop()


@pytest.mark.parametrize("has_cursors", [True, False])
def test_a_pooler_is_seen_by_its_answer(
    has_cursors: bool, database: Database, django_db_blocker: Any
):
    changed = {"DISABLE_SERVER_SIDE_CURSORS": not has_cursors}
    with (
        pgbouncer(database.server) as port,
        asked(database.url(port=port), django_db_blocker, **changed),
    ):
        (told,) = ask_servers(ROOT, Dyno.from_environ({})).databases

    assert told.error == ""
    assert (told.is_pooled, told.has_cursors) == (True, has_cursors)
    # That of the pooler is another, which it tells to nobody but its admin.
    assert told.most_clients is None
    assert told.product.startswith("PostgreSQL ")


def test_a_redis_with_tls_is_asked_as_heroku_gives_it():
    with ValkeyServer.start(REDIS, certificate=self_sign()) as server:
        url = server.url()
        celery = Heroku({"REDIS_URL": url}, argv=[]).celery()
        with override_settings(**celery):
            (told,) = ask_servers(ROOT, Dyno.from_environ({})).stores

    assert told.error == ""
    assert (told.product.split()[0], told.has_tls) == ("Redis", True)
    assert told.most_clients is not None
