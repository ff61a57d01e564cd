"""
A site whose queries go on while a release migrates: clients, and one who is in the way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from tests.servers.postgres import Database


@dataclass
class Site:
    """
    :param slowest: query so far, in seconds.
    """

    slowest: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)


@contextmanager
def live_site(
    database: Database, query: str, *, clients: int = 8, pause: float = 0.025
) -> Iterator[Site]:
    """
    Let clients send a query, each again and again.

    :param pause: seconds between two queries of one.
    """
    site = Site()
    with ThreadPoolExecutor(clients) as pool:
        running = [
            pool.submit(_ask, site, database, query, pause) for _ in range(clients)
        ]
        try:
            yield site
        finally:
            site.stopped.set()
            for client in running:
                client.result(60)


def _ask(site: Site, database: Database, query: str, pause: float) -> None:
    with psycopg.connect(database.url(), autocommit=True) as client:
        while not site.stopped.wait(pause):
            started = time.monotonic()
            client.execute(query.encode())
            site.slowest = max(site.slowest, time.monotonic() - started)


@contextmanager
def in_the_way(database: Database, statement: str) -> Iterator[psycopg.Connection]:
    """
    Keep a transaction open on a dyno's connection.
    """
    with psycopg.connect(database.url(), application_name="web.2") as connection:
        connection.execute(statement.encode())
        yield connection
