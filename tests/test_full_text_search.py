"""
The example's search on Postgres, which needs no add-on for it.
"""

from __future__ import annotations

import re

from tests.processes import DYNO, Project
from tests.servers.postgres import PASSWORD, Database, PostgresServer

KEY = {"SECRET_KEY": DYNO["SECRET_KEY"]}


def test_visitors_search_in_full_text(example: Project, newest: Database):
    variables = {**KEY, "DATABASE_URL": newest.url()}
    released = example.release(**variables)
    with example.gunicorn(WEB_CONCURRENCY="1", **variables) as server:
        pages = [
            server.get(f"/?q={words}").text
            for words in ("two+slide", "bench+-granite", "lookout+or+oven", "dragonf")
        ]

    assert released.returncode == 0, released.stderr
    assert [re.findall(r'<h3><a href="/places/([^/]+)/', page) for page in pages] == [
        ["dragonfly-playground"],
        ["lookout-bench"],
        ["hilltop-oven", "lookout-bench"],
        ["dragonfly-playground"],
    ]


def test_examples_own_tests_pass_on_postgres(
    example: Project, postgres_newest: PostgresServer
):
    role, database = "surveyor", postgres_newest.create_database()
    database.query(f"CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{PASSWORD}'")
    url = database.url(user=role)
    tested = example.manage("test", "places", DATABASE_URL=url, **KEY)
    database.query(f"DROP ROLE {role}")
    database.drop()

    assert tested.returncode == 0, tested.stderr
    assert "skipped" not in tested.stderr
