"""
The same table for a server that does the TLS itself, as Heroku's do: Debian's Redis.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.valkey import ValkeyServer
from tests.settings.key_value_clients import CLIENTS, ROWS, Client, Row

pytestmark = pytest.mark.services


@pytest.fixture(scope="module", params=ROWS, ids=lambda row: row.name)
def row_and_url(request: pytest.FixtureRequest) -> Iterator[tuple[Row, str]]:
    """
    A row of the table, and a Redis with its certificate.
    """
    row: Row = request.param
    program = shutil.which("redis-server")
    assert program, "Run: apt-get install redis-server"
    with ValkeyServer.start(Path(program), certificate=row.shown) as server:
        yield row, server.url()


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_one_url_form_works_in_every_library_over_native_tls(
    row_and_url: tuple[Row, str], client: Client
):
    row, url = row_and_url

    row.check(client, url)
