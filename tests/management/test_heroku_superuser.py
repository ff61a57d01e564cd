"""
``manage.py heroku_superuser``, called by hand.
"""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.release.test_superuser import ADA

pytestmark = pytest.mark.django_db


def test_calling_it_is_asking_for_it_even_on_a_dyno(monkeypatch: pytest.MonkeyPatch):
    for name, value in {**ADA, "HEROKU_SUPPORT_PHASE": "local"}.items():
        monkeypatch.setenv(name, value)
    output = StringIO()
    call_command("heroku_superuser", stdout=output)

    assert "superuser: ada made (" in output.getvalue()


def test_a_missing_password_is_one_line_and_status_1():
    with pytest.raises(
        CommandError, match="DJANGO_SUPERUSER_USERNAME is missing"
    ) as caught:
        call_command("heroku_superuser", stdout=StringIO())

    assert caught.value.returncode == 1


def test_from_code_bad_usage_is_an_exception_as_with_any_command():
    with pytest.raises(CommandError, match="unrecognized arguments: extra"):
        call_command("heroku_superuser", "extra")
