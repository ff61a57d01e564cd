"""
The superuser: made when missing, never touched when there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import override_settings

from heroku_support.redaction import redact_text
from heroku_support.release import superuser
from heroku_support.release.errors import StepError
from heroku_support.release.required_fields import NEW_PASSWORD
from tests.release.releases import make_release

pytestmark = pytest.mark.django_db

PASSWORD = "Correct-Horse-9"
ADA = {
    "DJANGO_SUPERUSER_USERNAME": "ada",
    "DJANGO_SUPERUSER_EMAIL": "ada@example.com",
    "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
}
RELEASE = {**ADA, "DYNO": "release.1"}
COMMON = "django.contrib.auth.password_validation.CommonPasswordValidator"


def validated_by(*names: str) -> override_settings:
    return override_settings(
        AUTH_PASSWORD_VALIDATORS=[{"NAME": name} for name in names]
    )


@pytest.fixture(autouse=True)
def quick_passwords():
    """
    The stock hasher takes a fifth of a second.
    """
    hasher = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[hasher]):
        yield


def ensure(*, update_password: bool = False, **variables: str) -> str:
    """
    Make it because somebody asks for it.
    """
    release = make_release({**ADA, **variables})
    return superuser.ensure_superuser(
        release, asked=True, update_password=update_password
    )


def release(variables: dict[str, str], *, stage: str = "") -> tuple[str, list[str]]:
    """
    Return what a release does about it, and its warnings.
    """
    made = make_release(variables, stage=stage)
    return superuser.ensure_superuser(made, asked=False), made.report.warnings


def test_it_is_made_when_there_is_none():
    made = ensure()
    user = User.objects.get()

    assert made == "ada made"
    assert (user.is_superuser, user.check_password(PASSWORD)) == (True, True)


@pytest.mark.parametrize("name", ["ada", "ADA"])
def test_one_that_is_there_is_left_as_it_is(name: str):
    ensure()
    before = User.objects.values().get()
    found = ensure(
        DJANGO_SUPERUSER_USERNAME=name, DJANGO_SUPERUSER_PASSWORD="Another-1"
    )

    assert found == f"{name} exists"
    assert User.objects.values().get() == before


@pytest.mark.parametrize("flag", ["is_superuser", "is_active"])
def test_nobody_is_promoted_or_let_in_again(flag: str):
    ensure()
    User.objects.update(**{flag: False})

    assert ensure() == "ada exists, NOT as an active superuser"
    assert not getattr(User.objects.get(), flag)


def test_of_two_whose_names_differ_in_capitals_the_one_of_that_name_is_meant():
    User.objects.create_user("ADA")
    User.objects.create_superuser("ada")

    assert ensure() == "ada exists"


def test_a_user_whom_the_projects_own_manager_hides_is_there(
    monkeypatch: pytest.MonkeyPatch,
):
    ensure()
    # As of a project that shows no user but those who have paid.
    monkeypatch.setattr(
        type(User.objects), "get_queryset", lambda self: User._base_manager.none()
    )

    assert ensure() == "ada exists"


def test_the_name_is_normalised_as_the_user_model_does():
    ensure(DJANGO_SUPERUSER_USERNAME="\N{LATIN SMALL LIGATURE FI}n")

    assert User.objects.get().username == "fin"


@pytest.mark.parametrize("missing", ADA)
def test_a_missing_variable_is_named_with_the_line_that_sets_it(missing: str):
    with pytest.raises(StepError) as caught:
        ensure(**{missing: " "})

    line = redact_text(str(caught.value)).partition(f"{missing} is missing: ")[2]
    is_password = missing == "DJANGO_SUPERUSER_PASSWORD"
    assert line == f"export {missing}={NEW_PASSWORD if is_password else 'VALUE'}"


def test_the_line_that_sets_a_password_makes_one():
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    bash = ["bash", "-c", f"echo {NEW_PASSWORD}"]
    made = subprocess.run(bash, env={"PATH": path}, capture_output=True, text=True)

    assert len(made.stdout.strip()) > 16


def test_a_malformed_address_is_refused():
    with pytest.raises(StepError, match="DJANGO_SUPERUSER_EMAIL: Enter a valid email"):
        ensure(DJANGO_SUPERUSER_EMAIL="nobody")


def no_check(self: User, password: str) -> bool:
    raise AssertionError("a fifth of a second of PBKDF2")


def test_a_password_that_nobody_asks_about_is_not_compared(
    monkeypatch: pytest.MonkeyPatch,
):
    ensure()
    # Time is what this saves; only the call can be seen without a clock.
    monkeypatch.setattr(User, "check_password", no_check)

    assert ensure() == "ada exists"


# --- who asks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "stage"),
    [(ADA, ""), (RELEASE, "review")],
    ids=["locally", "in a review app"],
)
def test_a_release_makes_it_locally_and_in_review_apps(
    variables: dict[str, str], stage: str
):
    assert release(variables, stage=stage) == ("ada made", [])


@pytest.mark.parametrize("stage", ["", "staging", "production"])
def test_a_release_leaves_it_out_elsewhere_and_wants_the_password_gone(stage: str):
    skipped, warnings = release(RELEASE, stage=stage)

    assert "HEROKU_SUPPORT_RELEASE_SUPERUSER = True" in skipped
    assert [each.rpartition(": ")[2] for each in warnings] == [
        "heroku config:unset DJANGO_SUPERUSER_PASSWORD"
    ]


def test_a_password_without_a_name_is_to_go_as_well():
    skipped, warnings = release({**RELEASE, "DJANGO_SUPERUSER_USERNAME": ""})

    assert skipped == "skipped: DJANGO_SUPERUSER_USERNAME is not set"
    assert len(warnings) == 1


def test_without_a_password_there_is_nothing_to_warn_of():
    _, warnings = release({**RELEASE, "DJANGO_SUPERUSER_PASSWORD": ""})

    assert warnings == []


@override_settings(HEROKU_SUPPORT_RELEASE_SUPERUSER=True)
def test_a_project_can_opt_in_everywhere():
    assert release(RELEASE, stage="production") == ("ada made", [])


def test_a_release_without_the_variables_leaves_it_out():
    skipped, _ = release({"DJANGO_SUPERUSER_PASSWORD": PASSWORD})

    assert skipped == "skipped: DJANGO_SUPERUSER_USERNAME is not set"


@override_settings(AUTH_USER_MODEL="auth.Missing")
def test_a_project_without_users_is_left_alone():
    assert ensure() == "skipped: this project has no users"


def test_the_stock_user_model_is_what_these_tests_use():
    assert get_user_model() is apps.get_model("auth.User")


# --- the password --------------------------------------------------------------------------


@validated_by(COMMON)
def test_a_weak_password_is_refused_and_not_repeated():
    with pytest.raises(StepError, match="too common") as caught:
        ensure(DJANGO_SUPERUSER_PASSWORD="password")

    assert "password" not in str(caught.value).replace("This password", "")
    assert not User.objects.exists()


class Talkative:
    """
    A project's own validator, which repeats what it refuses.
    """

    def validate(self, password: str, user: User) -> None:
        raise ValidationError(f"{password} is no good.")


class Discreet:
    """
    One that does not.
    """

    def validate(self, password: str, user: User) -> None:
        raise ValidationError(f"Too short for {user.username}.")


@validated_by(f"{__name__}.Talkative", f"{__name__}.Discreet")
def test_a_validator_that_repeats_the_password_is_named_instead():
    with pytest.raises(StepError) as caught:
        ensure()

    expected = (
        "superuser: DJANGO_SUPERUSER_PASSWORD: Talkative refuses it. Too short for ada."
    )
    assert str(caught.value) == expected


def test_a_password_keeps_the_spaces_that_are_within_it():
    ensure(DJANGO_SUPERUSER_PASSWORD="correct horse battery")

    assert User.objects.get().check_password("correct horse battery")


def test_asked_to_a_changed_password_is_set():
    ensure()
    done = ensure(update_password=True, DJANGO_SUPERUSER_PASSWORD="Battery-Staple-8")

    assert done == "ada has a new password"
    assert User.objects.get().check_password("Battery-Staple-8")


def test_a_password_that_is_the_same_is_not_set_again():
    ensure()
    before = User.objects.get().password

    assert ensure(update_password=True) == "ada exists"
    assert User.objects.get().password == before


def test_an_ordinary_users_password_is_not_set():
    User.objects.create_user("ada", password="Battery-Staple-8")

    assert "NOT as an active superuser" in ensure(update_password=True)
    assert User.objects.get().check_password("Battery-Staple-8")


@validated_by(COMMON)
def test_a_new_password_is_validated_too():
    ensure()

    with pytest.raises(StepError, match="too common"):
        ensure(update_password=True, DJANGO_SUPERUSER_PASSWORD="password")
    assert User.objects.get().check_password(PASSWORD)


def test_asked_to_update_the_password_of_nobody_it_is_made():
    assert ensure(update_password=True) == "ada made"


# --- races and refusals --------------------------------------------------------------------


def refusing(error: Exception, first: Callable[[], Any] = list) -> Callable[..., None]:
    """
    A manager's method that fails after something else has happened.
    """

    def create_superuser(self: object, **values: str) -> None:
        first()
        raise error

    return create_superuser


def replace_manager(
    monkeypatch: pytest.MonkeyPatch, method: Callable[..., Any]
) -> None:
    monkeypatch.setattr(type(User.objects), "create_superuser", method)


UNIQUE = IntegrityError("UNIQUE constraint failed: auth_user.username")


class Overtaken:
    """
    A validator during which another process makes the user.
    """

    def validate(self, password: str, user: User) -> None:
        User.objects.create_superuser("ada", password="Battery-Staple-8")


@validated_by(f"{__name__}.Overtaken")
def test_losing_a_race_is_finding_it_there():
    assert ensure() == "ada exists"
    assert User.objects.get().check_password("Battery-Staple-8")


def test_what_the_database_refuses_for_another_reason_fails(
    monkeypatch: pytest.MonkeyPatch,
):
    # No constraint of the stock user model but the name can refuse.
    replace_manager(monkeypatch, refusing(UNIQUE))

    with pytest.raises(StepError, match="superuser: UNIQUE constraint failed"):
        ensure()


ROW = (
    'null value in column "email" violates not-null constraint\n'
    "DETAIL:  Failing row contains (1, pbkdf2_sha256$1000000$salt$hash, null)."
)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("Only staff may be made"), "ValueError: Only staff may be made"),
        (RuntimeError(f"no policy takes {PASSWORD}"), "RuntimeError"),
        (LookupError(f"{PASSWORD[3:9]} is a piece"), "LookupError"),
        (RuntimeError(), "RuntimeError: "),
        (OSError("smtp://ada:pw-of-mail@mail.example.com"), r"OSError: .*:\*\*\*@mail"),
        (IntegrityError(ROW), 'null value in column "email" violates [a-z -]*'),
    ],
    ids=["its message", "the password", "a piece of it", "none", "a URL", "a row"],
)
def test_a_manager_that_fails_is_one_line_without_the_password(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
):
    # A manager is a project's own code, and may say anything.
    replace_manager(monkeypatch, refusing(error))

    with pytest.raises(StepError, match=f"^superuser: {told}") as caught:
        ensure()
    chain = f"{caught.value} {caught.value.__cause__}"
    assert not any(part in chain for part in (PASSWORD, "Horse", "pbkdf2", "\n"))


def test_nothing_of_a_manager_that_fails_is_kept(monkeypatch: pytest.MonkeyPatch):
    # A manager that makes the user, and then fails at what else it does.
    first = partial(User.objects.create_user, "ada")
    replace_manager(monkeypatch, refusing(RuntimeError("no profile"), first))

    with pytest.raises(StepError, match="no profile"):
        ensure()
    assert not User.objects.exists()
