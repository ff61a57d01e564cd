"""
Pytest's view of the servers: load it as the plugin `tests.servers.fixtures`.

Tests that use one of the servers get the marker `server`.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.servers.binaries import majors_under_test
from tests.servers.certificates import self_sign, server_context
from tests.servers.fault_proxy import FaultProxy
from tests.servers.mariadb import MariaDBServer
from tests.servers.postgres import Database, PostgresServer
from tests.servers.rabbitmq import RabbitMQServer
from tests.servers.valkey import ValkeyBehindTLS, ValkeyServer
from tests.servers.workspace import remove_workspace, workspace

MAJORS = majors_under_test()
SERVERS = {"postgres", "postgres_newest", "postgres_without_tls", "valkey"}


@pytest.hookimpl(tryfirst=True)  # before `-m` selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Mark the tests that use a server, directly or through another fixture.
    """
    for item in items:
        if SERVERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server)


def pytest_configure() -> None:
    """
    Make the directory of the servers before a test changes where temporary files go.
    """
    workspace()


def pytest_unconfigure() -> None:
    """
    Remove what the servers left; the last word, for collecting alone may write too.
    """
    remove_workspace()


@pytest.fixture(scope="session", autouse=True)
def no_server_is_left() -> Iterator[None]:
    """
    Fail the session when a test left a server running, and end that.
    """
    yield

    kinds = (PostgresServer, ValkeyServer, RabbitMQServer, MariaDBServer)
    left = [server for kind in kinds for server in kind.started if server.running]
    for server in left:
        server.stop()
    assert not left


@pytest.fixture(
    scope="session", params=MAJORS, ids=[f"postgres-{major}" for major in MAJORS]
)
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """
    Each Postgres that the installed Django is tested on, with TLS.
    """
    with PostgresServer.start(request.param) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_newest() -> Iterator[PostgresServer]:
    """
    The newest Postgres, with TLS, for tests that one version is enough for.
    """
    with PostgresServer.start(MAJORS[-1]) as server:
        yield server


@pytest.fixture(
    params=[
        *(pytest.param(each, marks=pytest.mark.long) for each in MAJORS[:-1]),
        None,
    ],
    ids=[f"postgres-{major}" for major in MAJORS],
)
def database_of_processes(
    request: pytest.FixtureRequest, postgres_newest: PostgresServer
) -> Iterator[Database]:
    """
    An empty database in each Postgres, the older ones in long runs, for tests whose time goes
    into the processes that they start.
    """
    with ExitStack() as stack:
        older = request.param and PostgresServer.start(request.param)
        server = stack.enter_context(older) if older else postgres_newest
        yield stack.enter_context(server.database())


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    """
    An empty database in each Postgres.
    """
    with postgres.database() as database:
        yield database


@pytest.fixture
def newest(postgres_newest: PostgresServer) -> Iterator[Database]:
    """
    An empty database in the newest Postgres.
    """
    with postgres_newest.database() as database:
        yield database


@pytest.fixture(scope="session")
def postgres_without_tls() -> Iterator[PostgresServer]:
    """
    The newest Postgres, which cannot do TLS.
    """
    with PostgresServer.start(MAJORS[-1], tls=False) as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """
    A Valkey on loopback, without TLS, with a password.
    """
    with ValkeyServer.start() as server:
        yield server


@pytest.fixture
def valkey_tls(valkey: ValkeyServer) -> Iterator[ValkeyBehindTLS]:
    """
    The Valkey, emptied, behind a fault proxy with TLS and a self-signed certificate.

    `.url` is what Heroku would put into `REDIS_URL`; `.server` and `.proxy` are both.
    """
    valkey.ask("FLUSHALL")
    certificate = self_sign()
    with FaultProxy(valkey.port, tls=server_context(certificate)) as proxy:
        yield ValkeyBehindTLS(valkey, proxy, certificate)


@pytest.fixture
def fault_proxy() -> Iterator[Callable[..., FaultProxy]]:
    """
    Start proxies: `fault_proxy(server.port)`, `fault_proxy(port, tls=context)`.
    """
    with ExitStack() as stack:

        def start(upstream: int, *, tls: ssl.SSLContext | None = None) -> FaultProxy:
            return stack.enter_context(FaultProxy(upstream, tls=tls))

        yield start


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQServer]:
    """
    Debian's RabbitMQ on loopback, with TLS and without.
    """
    with RabbitMQServer.start() as server:
        yield server
