"""
``manage.py heroku_explain`` on the tests' own settings.
"""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from heroku_support.explain import find
from tests.processes import Project


def explained(*arguments: str) -> str:
    output = StringIO()
    call_command("heroku_explain", *arguments, stdout=output)
    return output.getvalue()


def test_it_says_value_source_and_reason():
    assert (
        "SECURE_SSL_REDIRECT = False\n    from DYNO: no router in front" in explained()
    )


def test_secrets_are_hidden():
    assert "SECRET_KEY = '***'" in explained()


def test_a_value_that_the_project_replaced_is_marked(example: Project):
    module = example.directory / "replaced_settings.py"
    module.write_text("from config.settings import *\nSECURE_SSL_REDIRECT = True\n")
    variables = {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "replaced_settings"}
    text = example.manage("heroku_explain", **variables).stdout

    assert text.count("replaced:") == 1
    assert (
        "SECURE_SSL_REDIRECT = False\n    from DYNO: no router in front\n    replaced:"
        in text
    )


IN_PLACE = """
from config.settings import *
INSTALLED_APPS += ["django.contrib.sites"]
MIDDLEWARE.append("django.middleware.gzip.GZipMiddleware")
LOGGING["root"]["level"] = "ERROR"
DATABASES["default"]["ATOMIC_REQUESTS"] = True
SITE_ID = 1
"""


def test_a_value_that_the_project_changed_in_place_is_marked(example: Project):
    (example.directory / "in_place_settings.py").write_text(IN_PLACE)
    variables = {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "in_place_settings"}
    rows = json.loads(example.manage("heroku_explain", "--json", **variables).stdout)

    assert {row["setting"] for row in rows if row["replaced"]} == {
        "INSTALLED_APPS",
        "MIDDLEWARE",
        "LOGGING",
        "DATABASES",
    }


def test_json_says_the_same():
    rows = {row["setting"]: row for row in json.loads(explained("--json"))}

    assert rows["DEBUG"] == {
        "setting": "DEBUG",
        "value": False,
        "source": "default",
        "why": "off unless asked for",
        "replaced": False,
    }


def test_a_project_without_the_object_is_told_what_to_write():
    with (
        override_settings(SETTINGS_MODULE="tests.urls"),
        pytest.raises(CommandError, match="has no Heroku object: write with Heroku"),
    ):
        explained()


def test_the_object_is_found_whatever_its_name():
    from tests import django_settings

    assert find({"x": 1, "y": django_settings.heroku}) is django_settings.heroku
