"""
The checks of databases of MySQL; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heroku_support.checks import mysql
from tests.checks.test_checks import run_all
from tests.settings.places import KEY, WEB, heroku

Enter = Callable[..., None]


def remote(**entry: Any) -> dict[str, Any]:
    """
    Return a database of MySQL elsewhere.
    """
    url = "mysql://u:p@db.example.com/shop"
    made = heroku({**WEB, **KEY}, DATABASE_URL=url).databases()["default"]
    return {**made, **entry}


def test_mysql_elsewhere_is_fine_locally(database: Enter):
    database(**remote())

    assert run_all(mysql) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "entry",
    [
        {"HOST": "10.1.2.3"},
        {"HOST": "db.internal"},
        {"HOST": "/tmp/mysql.sock"},
        {"OPTIONS": {"unix_socket": "/tmp/mysql.sock"}},
        {"OPTIONS": {"read_default_file": "/app/my.cnf"}},
        {"OPTIONS": {"ssl_mode": "REQUIRED"}},
        {"OPTIONS": {"ssl_mode": "verify_identity"}},
        {"OPTIONS": {"ssl": {"ca": "/app/ca.pem"}}},
        {"OPTIONS": {"ssl_ca": "/app/ca.pem"}},
        {"OPTIONS": {"ssl_verify_cert": True}},
    ],
)
def test_mysql_that_is_private_or_asks_for_tls_is_fine(
    database: Enter, entry: dict[str, Any]
):
    database(**remote(**entry))

    assert run_all(mysql) == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "options",
    [
        {},
        None,
        {"charset": "utf8mb4"},
        {"ssl": {}},
        {"ssl_mode": "PREFERRED"},
        {"ssl_mode": "DISABLED"},
        {"ssl_ca": "/app/ca.pem", "ssl_disabled": True},
    ],
)
def test_mysql_elsewhere_without_tls_is_a_warning(database: Enter, options: Any):
    database(**remote(OPTIONS=options))

    assert run_all(mysql) == [mysql.W026]


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("query", ["ssl_mode=REQUIRED", "ssl-ca=/app/ca.pem"])
def test_the_url_of_mysql_may_ask_for_tls(database: Enter, query: str):
    url = f"mysql://u:p@db.example.com/shop?{query}"
    database(**heroku({**WEB, **KEY}, DATABASE_URL=url).databases()["default"])

    assert run_all(mysql) == []
