"""
A Postgres as a second database of this process, for tests that call a part of the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dj_database_url
from django.db import connections

from tests.release.aliases import second_database
from tests.servers.postgres import Database

ALIAS = "live"


@contextmanager
def postgres_alias(database: Database, django_db_blocker: Any) -> Iterator[Any]:
    """
    Yield the connection.

    :param django_db_blocker: of pytest-django, which keeps every connection shut otherwise.
    """
    entry: dict[str, Any] = {**dj_database_url.parse(database.url())}
    with django_db_blocker.unblock(), second_database(ALIAS, entry):
        yield connections[ALIAS]
