"""
The example's front page out of a Valkey behind TLS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.processes import DYNO, Project, Server
from tests.servers.valkey import ValkeyBehindTLS
from tests.servers.waiting import wait_until

KEYS = "*:places:front:*"
# As SQL, which no signal tells of.
HIDE = """
from django.db import connection
connection.cursor().execute(
    "UPDATE places_place SET is_published = false WHERE slug = 'lookout-bench'"
)
"""


@dataclass(frozen=True)
class Survey:
    """
    The example, served by two processes that share a Valkey.
    """

    project: Project
    server: Server
    valkey: ValkeyBehindTLS
    variables: dict[str, str]

    def shows(self, text: str) -> bool:
        """
        Whether the front page has a text.
        """
        return text in self.server.get("/").text

    def kept(self) -> list[str]:
        """
        The keys of the pages that are kept.
        """
        keys: list[str] = self.valkey.server.ask("KEYS", KEYS)
        return keys

    def hide_unnoticed(self) -> None:
        """
        Take a place down behind the survey's back.
        """
        done = self.project.manage("shell", "-c", HIDE, **self.variables)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def survey(
    example: Project, valkey_tls: ValkeyBehindTLS, sqlite_url: str
) -> Iterator[Survey]:
    variables = {
        "SECRET_KEY": DYNO["SECRET_KEY"],
        "DATABASE_URL": sqlite_url,
        "REDIS_URL": valkey_tls.url,
    }
    released = example.release(**variables)
    assert released.returncode == 0, released.stderr
    valkey_tls.server.ask("FLUSHALL")
    with example.gunicorn(WEB_CONCURRENCY="2", **variables) as server:
        yield Survey(example, server, valkey_tls, variables)


def test_cached_page_comes_out_of_valkey_over_tls(survey: Survey):
    made = survey.server.get("/")
    (key,) = survey.kept()
    survey.hide_unnoticed()
    kept = survey.server.get("/")
    survey.valkey.server.ask("DEL", key)

    assert "Lookout Bench" in made.text
    assert kept.body == made.body
    assert not survey.shows("Lookout Bench")


def test_cached_page_does_not_outlive_a_minute(survey: Survey):
    survey.server.get("/")
    (key,) = survey.kept()

    assert 0 < survey.valkey.server.ask("TTL", key) <= 60


@pytest.mark.parametrize("fault", ["refuse", "blackhole"])
def test_page_is_made_anew_while_the_store_is_away(survey: Survey, fault: str):
    survey.server.get("/")
    survey.hide_unnoticed()
    survey.valkey.proxy.reset()
    getattr(survey.valkey.proxy, fault)()
    page = survey.server.get("/")
    survey.valkey.proxy.heal()

    assert (page.status, "Lookout Bench" in page.text) == (200, False)
    assert "logger=places.front_page" in survey.server.output
    assert wait_until(lambda: survey.shows("Lookout Bench"))
