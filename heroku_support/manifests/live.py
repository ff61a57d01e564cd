"""
What servers have told of themselves, for the rules about them; ``connect/`` asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from heroku_support.manifests.source import START, Position


@dataclass(frozen=True)
class Place:
    """
    Where the setting stands that leads to a server.
    """

    path: str
    position: Position = START


@dataclass(frozen=True)
class Server:
    """
    What a database and a store have in common.

    :param name: for a message: ``DATABASES['default']``.
    :param error: why it did not answer; then nothing else is known.
    :param product: with its version: ``PostgreSQL 18.1``.
    :param version: its first two numbers.
    :param is_local: TLS is not needed on the way there.
    :param most_clients: how many may be connected at once, None where it did not say.
    :param clients: how many others are.
    """

    name: str
    place: Place
    error: str = ""
    product: str = ""
    version: tuple[int, int] = (0, 0)
    is_local: bool = True
    has_tls: bool = False
    most_clients: int | None = None
    clients: int = 0


@dataclass(frozen=True)
class Database(Server):
    """
    An alias of ``DATABASES``.

    :param stronger: the level of ``heroku.databases(ssl=…)`` that the server can do and the
        connection does not ask for, empty without one.
    :param pool: how many connections a process has, where it has a pool of them.
    :param is_pooled: PgBouncer or its like stands in between.
    :param has_cursors: Django may keep cursors on the server.
    :param is_spare: only releases use it.
    :param missing: the extensions that the project needs; whether the server has each at hand.
    """

    stronger: str = ""
    pool: int | None = None
    is_pooled: bool = False
    has_cursors: bool = False
    is_spare: bool = False
    missing: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Store(Server):
    """
    A Key-Value Store.

    :param roles: what it is for: ``cache``, ``broker``, ``results``, ``channels``.
    :param policy: what it does when its memory is full; empty where nothing limits it.
    """

    roles: frozenset[str] = frozenset()
    policy: str = ""


@dataclass(frozen=True)
class UnsafeMigration:
    """
    A pending migration that would break or block the code that is running.

    :param fails: a release would refuse it.
    """

    place: Place
    message: str
    instead: str
    fails: bool = False


@dataclass(frozen=True)
class Live:
    """
    All that was asked.

    :param is_asked: whether anybody was.
    :param web_concurrency: ``WEB_CONCURRENCY``, where it is set.
    :param celery_concurrency: ``CELERY_WORKER_CONCURRENCY``, where it is set.
    """

    is_asked: bool = False
    databases: tuple[Database, ...] = ()
    stores: tuple[Store, ...] = ()
    migrations: tuple[UnsafeMigration, ...] = ()
    web_concurrency: int | None = None
    celery_concurrency: int | None = None

    @property
    def servers(self) -> tuple[Server, ...]:
        """
        Those that were asked.
        """
        return (*self.databases, *self.stores)

    @property
    def reached(self) -> tuple[Server, ...]:
        """
        Those that answered.
        """
        return tuple(each for each in self.servers if not each.error)
