"""
The superuser of a project whose users are in a second database.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import override_settings

from tests.release.aliases import second_database
from tests.release.test_superuser import ensure

pytestmark = pytest.mark.django_db(databases=["default", "users"])

NEW = "Battery-Staple-8"


class UsersElsewhere:
    """
    A project's router.
    """

    def db_for_read(self, model: type, **hints: Any) -> str:
        """
        Return an alias.
        """
        return "users"

    db_for_write = db_for_read


@pytest.fixture(scope="module", autouse=True)
def users(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """
    The second database.
    """
    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    with django_db_blocker.unblock(), second_database("users", entry):
        call_command("migrate", database="users", stdout=io.StringIO())
        with override_settings(DATABASE_ROUTERS=[f"{__name__}.UsersElsewhere"]):
            yield


def test_it_is_made_where_the_users_are():
    ensure()

    assert User.objects.using("users").get().username == "ada"
    assert not User.objects.using("default").exists()


def test_its_password_is_set_there():
    ensure()
    ensure(update_password=True, DJANGO_SUPERUSER_PASSWORD=NEW)

    assert User.objects.using("users").get().check_password(NEW)
