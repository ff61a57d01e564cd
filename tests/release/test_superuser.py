"""
The superuser: made when missing, never touched when there.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.test import override_settings

from heroku_support.dyno import Dyno
from heroku_support.errors import StepError
from heroku_support.release import superuser

pytestmark = pytest.mark.django_db

ADA = {
    "DJANGO_SUPERUSER_USERNAME": "ada",
    "DJANGO_SUPERUSER_EMAIL": "ada@example.com",
    "DJANGO_SUPERUSER_PASSWORD": "Correct-Horse-9",
}
STRICT = override_settings(
    AUTH_PASSWORD_VALIDATORS=[
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}
    ]
)


def ensure(*, asked: bool = True, **variables: str) -> str:
    dyno = Dyno.from_environ({**ADA, **variables}, argv=[])
    return superuser.ensure_superuser(dyno, "default", asked=asked)


def test_it_is_made_when_there_is_none():
    made = ensure()
    user = User.objects.get()

    assert made == "ada made"
    assert (user.is_superuser, user.check_password("Correct-Horse-9")) == (True, True)


@pytest.mark.parametrize("name", ["ada", "ADA"])
def test_one_that_is_there_is_left_as_it_is(name: str):
    ensure()
    before = User.objects.values().get()
    found = ensure(
        DJANGO_SUPERUSER_USERNAME=name, DJANGO_SUPERUSER_PASSWORD="Another-1"
    )

    assert found == f"{name} exists"
    assert User.objects.values().get() == before


def test_an_ordinary_user_of_that_name_is_not_promoted():
    User.objects.create_user("ada")

    assert ensure() == "ada exists, NOT as an active superuser"
    assert not User.objects.get().is_superuser


@pytest.mark.parametrize("missing", ADA)
def test_a_missing_variable_is_named_with_the_line_that_sets_it(missing: str):
    with pytest.raises(
        StepError, match=f"{missing} is missing: export {missing}=VALUE"
    ):
        ensure(**{missing: " "})


@STRICT
def test_a_weak_password_is_refused_and_not_repeated():
    with pytest.raises(StepError, match="too common") as caught:
        ensure(DJANGO_SUPERUSER_PASSWORD="password")

    assert "password" not in str(caught.value).replace("This password", "")
    assert not User.objects.exists()


def test_a_malformed_address_is_refused():
    with pytest.raises(StepError, match="DJANGO_SUPERUSER_EMAIL: Enter a valid email"):
        ensure(DJANGO_SUPERUSER_EMAIL="nobody")


def refusing(create: Callable[[], None]) -> Callable[..., None]:
    """
    A manager's method that is too late: another process has just written.
    """

    def create_superuser(self: object, **values: str) -> None:
        create()
        raise IntegrityError("UNIQUE constraint failed")

    return create_superuser


def test_losing_a_race_is_finding_it_there(monkeypatch: pytest.MonkeyPatch):
    # Between the look and the write; test_release has the race of real processes.
    original = type(User.objects).create_superuser
    late = refusing(lambda: original(User.objects, "ada", "ada@example.com", "x"))
    monkeypatch.setattr(type(User.objects), "create_superuser", late)
    monkeypatch.setattr(superuser, "_existing", answers("", "ada exists"))

    assert ensure() == "ada exists"


def answers(*values: str) -> Callable[..., str]:
    remaining = iter(values)
    return lambda *arguments: next(remaining)


def test_what_the_database_refuses_for_another_reason_fails(
    monkeypatch: pytest.MonkeyPatch,
):
    # No constraint of the stock user model but the name can refuse.
    monkeypatch.setattr(type(User.objects), "create_superuser", refusing(lambda: None))

    with pytest.raises(StepError, match="ada could not be made"):
        ensure()


# --- who asks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"DYNO": "release.1", "HEROKU_PR_NUMBER": "7"},
        {"DYNO": "release.1", "HEROKU_BRANCH": "main"},
    ],
    ids=["locally", "for a pull request", "for a branch"],
)
def test_a_release_makes_it_locally_and_in_review_apps(variables: dict[str, str]):
    assert ensure(asked=False, **variables) == "ada made"


def test_a_release_leaves_it_out_elsewhere():
    skipped = ensure(asked=False, DYNO="release.1")

    assert "HEROKU_SUPPORT_RELEASE_SUPERUSER = True" in skipped
    assert not User.objects.exists()


@override_settings(HEROKU_SUPPORT_RELEASE_SUPERUSER=True)
def test_a_project_can_opt_in_everywhere():
    assert ensure(asked=False, DYNO="release.1") == "ada made"


def test_a_release_without_the_variables_leaves_it_out():
    skipped = ensure(asked=False, DJANGO_SUPERUSER_USERNAME="")

    assert skipped == "skipped: DJANGO_SUPERUSER_USERNAME is not set"


@override_settings(AUTH_USER_MODEL="auth.Missing")
def test_a_project_without_users_is_left_alone():
    assert ensure() == "skipped: this project has no users"


def test_the_stock_user_model_is_what_these_tests_use():
    assert get_user_model() is apps.get_model("auth.User")


def test_a_required_foreign_key_takes_a_primary_key():
    content_type = ContentType.objects.get_for_model(User)
    variables = {"DJANGO_SUPERUSER_CONTENT_TYPE": str(content_type.pk)}
    dyno = Dyno.from_environ(variables, argv=[])

    assert superuser._value(dyno, Permission, "content_type") == content_type


def test_a_foreign_key_to_nothing_is_named():
    dyno = Dyno.from_environ({"DJANGO_SUPERUSER_CONTENT_TYPE": "0"}, argv=[])

    with pytest.raises(
        StepError, match="DJANGO_SUPERUSER_CONTENT_TYPE: content type instance"
    ):
        superuser._value(dyno, Permission, "content_type")
