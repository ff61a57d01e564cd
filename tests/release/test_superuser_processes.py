"""
The superuser as the commands make it, in projects with Django's users and with their own.

Whatever happens, the password is in nothing that is printed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.processes import DYNO, Project
from tests.servers.postgres import Database, PostgresServer

PEOPLE = Path(__file__).parent / "people"
PASSWORD, CHANGED, COMMON = "Correct-Horse-9", "Battery-Staple-8", "qwerty123"
RELEASE = ("heroku_release", "--only", "superuser")

SETTINGS = """
from config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "people"]
AUTH_USER_MODEL = "{model}"
AUTH_PASSWORD_VALIDATORS = [
    {{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}}
]
HEROKU_SUPPORT_RELEASE_SUPERUSER = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a quick one
"""


@dataclass(frozen=True)
class Site:
    """
    A small, migrated, with the variables that name its superuser.
    """

    small: Project
    database: Database
    table: str
    username: str
    variables: dict[str, str]

    def run(self, *command: str, **variables: str) -> CompletedProcess[str]:
        """
        Run a command, and look through what it prints.
        """
        done = self.small.manage(*command, **{**self.variables, **variables})
        printed = done.stdout + done.stderr
        assert not any(word in printed for word in (PASSWORD, CHANGED, COMMON)), printed
        return done

    def users(self) -> list[tuple[object, ...]]:
        """
        Return the names and password hashes.
        """
        column = "username" if self.table == "auth_user" else "email"
        return self.database.query(f"SELECT {column}, password FROM {self.table}")


def variables_of(model: str) -> dict[str, str]:
    if model == "auth.User":
        return {
            "DJANGO_SUPERUSER_USERNAME": "admin",
            "DJANGO_SUPERUSER_EMAIL": "admin@example.com",
        }
    return {
        "DJANGO_SUPERUSER_EMAIL": "admin@example.com",
        "DJANGO_SUPERUSER_OFFICE": "NO,Oslo",
        "DJANGO_SUPERUSER_TEAM": "red",
    }


@pytest.fixture(
    scope="module",
    params=[pytest.param("auth.User", marks=pytest.mark.long), "people.Member"],
)
def migrated(
    request: pytest.FixtureRequest, small: Project, postgres_newest: PostgresServer
) -> Iterator[Site]:
    model: str = request.param
    database = postgres_newest.create_database()
    name = f"{model.partition('.')[0]}_users_settings"
    shutil.copytree(PEOPLE, small.directory / "people", dirs_exist_ok=True)
    (small.directory / f"{name}.py").write_text(SETTINGS.format(model=model))
    variables = {
        **DYNO,
        "DATABASE_URL": database.url(),
        "DJANGO_SETTINGS_MODULE": name,
        "HEROKU_PR_NUMBER": "7",
        **variables_of(model),
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
    site = Site(
        small,
        database,
        model.lower().replace(".", "_"),
        "DJANGO_SUPERUSER_USERNAME"
        if model == "auth.User"
        else "DJANGO_SUPERUSER_EMAIL",
        variables,
    )
    for command in (["makemigrations", "people"], ["migrate"]):
        done = site.run(*command)
        assert done.returncode == 0, done.stderr
    database.query("INSERT INTO people_office VALUES (1, 'NO', 'Oslo', true)")
    database.query("INSERT INTO people_team VALUES (1, 'red', '')")
    yield site
    shutil.rmtree(small.directory / "people")
    database.drop()


@pytest.fixture
def site(migrated: Site) -> Iterator[Site]:
    """
    A project without users.
    """
    yield migrated
    migrated.database.query(f"DELETE FROM {migrated.table}")


def test_the_second_release_finds_it_and_leaves_a_changed_password_alone(site: Site):
    first = site.run(*RELEASE)
    before = site.users()
    second = site.run(*RELEASE, DJANGO_SUPERUSER_PASSWORD=CHANGED)

    assert re.search(r"superuser: \S+ made", first.stdout), first.stderr
    assert re.search(r"superuser: \S+ exists \(", second.stdout), second.stderr
    assert (second.returncode, site.users()) == (0, before)


def test_asked_to_it_sets_the_changed_password(site: Site):
    site.run("heroku_superuser")
    before = site.users()
    updated = site.run(
        "heroku_superuser", "--update-password", DJANGO_SUPERUSER_PASSWORD=CHANGED
    )

    assert "has a new password" in updated.stdout
    assert site.users() != before


@pytest.mark.parametrize(
    ("password", "told"),
    [(COMMON, "too common"), ("", "DJANGO_SUPERUSER_PASSWORD is missing")],
    ids=["weak", "missing"],
)
def test_a_password_that_is_weak_or_missing_is_refused(
    site: Site, password: str, told: str
):
    refused = site.run(*RELEASE, DJANGO_SUPERUSER_PASSWORD=password)

    assert (refused.returncode, site.users()) == (1, [])
    assert re.fullmatch(rf"CommandError: superuser: .*{told}.*\n", refused.stderr)


def test_other_capitals_name_the_same_user(site: Site):
    site.run("heroku_superuser")
    name = site.variables[site.username].upper()
    found = site.run("heroku_superuser", **{site.username: name})

    assert f"superuser: {name} exists (" in found.stdout
    assert len(site.users()) == 1


def test_production_makes_none_and_wants_the_password_gone(site: Site):
    skipped = site.run(*RELEASE, HEROKU_SUPPORT_STAGE="production")

    assert "heroku config:unset DJANGO_SUPERUSER_PASSWORD" in skipped.stdout
    assert (skipped.returncode, site.users()) == (0, [])


def race(site: Site) -> list[str]:
    """
    Return what each of two at once did.
    """
    both = [site.small.start(*RELEASE, **site.variables) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], printed
    assert PASSWORD not in "".join(printed)
    return sorted(re.findall(r"superuser: \S+ (\w+)", "".join(printed)))


@pytest.mark.parametrize(
    "trials", [2, pytest.param(15, marks=pytest.mark.long)], ids="{} trials".format
)
def test_of_two_at_once_one_makes_it_and_the_other_finds_it(site: Site, trials: int):
    for _ in range(trials):
        site.database.query(f"DELETE FROM {site.table}")

        assert race(site) == ["exists", "made"]
        assert len(site.users()) == 1


@pytest.mark.parametrize("office", ["1", "NO,Oslo"], ids=["key", "natural key"])
@pytest.mark.parametrize("migrated", ["people.Member"], indirect=True)
def test_a_required_object_is_named_by_its_key_or_its_natural_key(
    site: Site, office: str
):
    made = site.run("heroku_superuser", DJANGO_SUPERUSER_OFFICE=office)

    assert made.returncode == 0, made.stderr
    assert site.database.query("SELECT office_id FROM people_member") == [(1,)]
