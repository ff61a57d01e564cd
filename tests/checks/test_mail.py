"""
The check of how mail is sent; the silent cases first.
"""

from __future__ import annotations

from typing import Any

import django
import pytest
from django.test import override_settings
from django.urls import path
from django.views import View

from heroku_support.checks import mail
from tests.settings.places import KEY, WEB, heroku

LIST = ["Ops <ops@example.com>"]
BACKENDS = "django.core.mail.backends"
urlpatterns = [path("reset/", View.as_view(), name="password_reset")]


def mailer(**entry: Any) -> dict[str, Any]:
    """
    Return Django 6.1's setting.
    """
    return {"MAILERS": {"default": entry}}


def older(backend: str = "smtp", host: str = "localhost") -> dict[str, Any]:
    """
    Return the settings before, as a mailer where they are deprecated.
    """
    path = f"{BACKENDS}.{backend}.EmailBackend"
    if django.VERSION >= (6, 1):
        return mailer(BACKEND=path, OPTIONS={"host": host})
    return {"EMAIL_BACKEND": path, "EMAIL_HOST": host}


@override_settings(ADMINS=LIST, **older())
def test_a_server_on_this_machine_is_fine_locally():
    assert mail.check_server() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(**older())
def test_a_project_that_sends_no_mail_needs_no_server():
    assert mail.check_server() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "settings",
    [
        older(host="smtp.example.com"),
        older(backend="console"),
        mailer(BACKEND=f"{BACKENDS}.smtp.EmailBackend", OPTIONS={"host": "smtp.a.com"}),
        mailer(OPTIONS={"host": "smtp.example.com"}),
        mailer(BACKEND="anymail.backends.mailgun.EmailBackend"),
        # Django says that itself.
        {"MAILERS": {}},
    ],
)
def test_another_way_is_fine(settings: dict[str, Any]):
    with override_settings(ADMINS=LIST, **settings):
        assert mail.check_server() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "settings",
    [
        older(),
        older(host=""),
        older(host="127.0.0.1"),
        mailer(),
        mailer(BACKEND=f"{BACKENDS}.smtp.EmailBackend", OPTIONS={"host": "localhost"}),
    ],
)
def test_a_server_on_the_dyno_is_a_warning(settings: dict[str, Any]):
    with override_settings(ADMINS=LIST, **settings):
        assert mail.check_server() == [mail.W021]


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ROOT_URLCONF=__name__, **older())
def test_forgotten_passwords_need_mail():
    assert mail.check_server() == [mail.W021]


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ROOT_URLCONF="tests.no_such_module", **older())
def test_urls_that_django_refuses_are_left_to_it():
    assert mail.check_server() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_apps_that_register_users_need_mail(install: Any):
    install("djoser", **older())

    assert mail.check_server() == [mail.W021]


@pytest.mark.usefixtures("on_a_dyno")
def test_the_hint_mends_it():
    made = heroku(
        {**WEB, **KEY},
        MAILGUN_SMTP_SERVER="smtp.mailgun.org",
        MAILGUN_SMTP_PORT="587",
        MAILGUN_SMTP_LOGIN="postmaster@example.com",
        MAILGUN_SMTP_PASSWORD="secret",
    ).email()
    with override_settings(ADMINS=LIST, **made):
        assert mail.check_server() == []
