"""
The superuser of projects with user models of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import modify_settings, override_settings

from heroku_support.release.errors import StepError
from heroku_support.release.superuser import ensure_superuser
from tests.release.people.models import MODELS, Guest, Member, Office, Team
from tests.release.releases import make_release

# Tables cannot be made within a transaction of SQLite's.
pytestmark = pytest.mark.django_db(transaction=True)

ADA = {
    "DJANGO_SUPERUSER_EMAIL": "Ada@example.com",
    "DJANGO_SUPERUSER_OFFICE": "7",
    "DJANGO_SUPERUSER_TEAM": "red",
    "DJANGO_SUPERUSER_PASSWORD": "Correct-Horse-9",
}
GUEST = {
    "DJANGO_SUPERUSER_HOST": "red",
    "DJANGO_SUPERUSER_OFFICE": "7",
    "DJANGO_SUPERUSER_TEAMS": "1, 2",
    "DJANGO_SUPERUSER_PASSWORD": "Correct-Horse-9",
}
NO_OFFICE = "no office has this as its id or natural key."
LIKENESS = "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"


@pytest.fixture(autouse=True)
def people(db: None) -> Iterator[None]:
    """
    Their tables, two offices and two teams.
    """
    with modify_settings(INSTALLED_APPS={"append": "tests.release.people"}):
        with connection.schema_editor() as editor:
            for model in MODELS:
                editor.create_model(model)
        Office.objects.create(pk=7, country="NO", town="Oslo")
        Office.objects.create(pk=8, country="DE", town="Ulm", is_open=False)
        Team.objects.create(name="red")
        Team.objects.create(name="blue")
        yield
        with connection.schema_editor() as editor:
            for model in reversed(MODELS):
                editor.delete_model(model)


def ensure(model: str, variables: dict[str, str], **more: str) -> str:
    release = make_release({**variables, **more})
    with override_settings(AUTH_USER_MODEL=f"people.{model}"):
        return ensure_superuser(release, asked=True)


@pytest.mark.parametrize("office", ["7", "NO,Oslo", "NO, Oslo"])
def test_a_foreign_key_is_named_by_its_key_or_by_its_natural_key(office: str):
    ensure("Member", ADA, DJANGO_SUPERUSER_OFFICE=office)
    member = Member.objects.get()

    assert (member.office.town, member.team.name) == ("Oslo", "red")
    assert (member.email, member.is_superuser) == ("Ada@example.com", True)


def test_a_foreign_key_is_named_by_the_one_unique_field():
    ensure("Guest", GUEST)

    assert Guest.objects.get().host.name == "red"


def test_a_primary_key_goes_before_all_else():
    Team.objects.create(pk=9, name="1")
    ensure("Guest", GUEST, DJANGO_SUPERUSER_HOST="1")

    assert Guest.objects.get().host.name == "red"


def test_many_to_many_is_a_list_of_keys_with_commas():
    ensure("Guest", GUEST)

    assert [team.name for team in Guest.objects.get().teams.order_by("pk")] == [
        "red",
        "blue",
    ]


@pytest.mark.parametrize("address", ["Ada@example.com", "ada@EXAMPLE.com"])
def test_an_address_is_the_same_in_any_capitals(address: str):
    ensure("Member", ADA)

    assert ensure("Member", ADA, DJANGO_SUPERUSER_EMAIL=address).endswith(" exists")
    assert Member.objects.count() == 1


def test_a_user_named_by_an_object_is_found_again():
    ensure("Guest", GUEST)

    assert ensure("Guest", GUEST) == "1 exists"


@pytest.mark.parametrize(
    ("office", "told"),
    [
        ("99", NO_OFFICE),
        ("NO,Bergen", NO_OFFICE),
        ("NO,Oslo,1", NO_OFFICE),
        ("8", "office instance with id 8"),
    ],
    ids=["no key", "no natural key", "too many parts", "not among the choices"],
)
def test_a_foreign_key_to_nothing_is_named(office: str, told: str):
    with pytest.raises(StepError, match=f"DJANGO_SUPERUSER_OFFICE: {told}"):
        ensure("Member", ADA, DJANGO_SUPERUSER_OFFICE=office)


def test_of_two_with_the_same_natural_key_none_is_meant():
    Office.objects.create(country="NO", town="Oslo")

    with pytest.raises(StepError, match="no office has this"):
        ensure("Member", ADA, DJANGO_SUPERUSER_OFFICE="NO,Oslo")


@override_settings(AUTH_PASSWORD_VALIDATORS=[{"NAME": LIKENESS}])
def test_the_password_is_compared_with_the_user_who_is_to_be():
    with pytest.raises(StepError, match="too similar to the email"):
        ensure("Member", ADA, DJANGO_SUPERUSER_PASSWORD="ada@example.com")

    assert not Member.objects.exists()


def test_a_manager_that_makes_no_superuser_is_named():
    with pytest.raises(StepError, match=r"people\.Badge has no create_superuser\(\)"):
        ensure("Badge", {"DJANGO_SUPERUSER_NUMBER": "1"})


def test_a_user_without_a_password_is_named():
    with pytest.raises(StepError) as caught:
        ensure("Machine", {"DJANGO_SUPERUSER_NUMBER": "1"})

    line = "unset DJANGO_SUPERUSER_NUMBER"
    assert str(caught.value) == (
        f"superuser: people.Machine has no password to set: {line}"
    )
