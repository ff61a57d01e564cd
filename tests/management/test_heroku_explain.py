"""
``manage.py heroku_explain`` on the tests' own settings.
"""

from __future__ import annotations

import json
from io import StringIO
from pathlib import PurePosixPath

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils.translation import gettext_lazy

from heroku_support import Heroku
from heroku_support.conf import Settings
from heroku_support.explain import Explanation, explain, find, layout, plain
from heroku_support.settings.decisions import Decision
from tests import django_settings
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


NAMED = {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "named_settings"}


@pytest.mark.parametrize("line", ["del heroku\n", "heroku = None\n"])
def test_a_project_without_the_object_is_told_what_to_write(example: Project, line):
    source = (example.directory / "config" / "settings.py").read_text()
    named = source.replace("parent.parent", "parent") + line
    (example.directory / "named_settings.py").write_text(named)
    explained = example.manage("heroku_explain", **NAMED)

    expected = "CommandError: named_settings has no Heroku object: write with Heroku"
    assert explained.stderr.startswith(expected)
    assert len(explained.stderr.splitlines()) == 1


def test_settings_without_a_module_are_told_what_to_write():
    with (
        override_settings(SETTINGS_MODULE=None),
        pytest.raises(CommandError, match="^no settings module has no Heroku object"),
    ):
        explained()


def test_the_object_is_found_whatever_its_name(example: Project):
    source = (example.directory / "config" / "settings.py").read_text()
    named = source.replace("heroku.", "_env.").replace("as heroku:", "as _env:")
    (example.directory / "config" / "named.py").write_text(named)
    variables = {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.named"}

    assert (
        "# config.named, phase local"
        in example.manage("heroku_explain", **variables).stdout
    )


def test_the_object_is_found_in_a_module_beside(example: Project):
    source = (example.directory / "config" / "settings.py").read_text()
    folder = example.directory / "layers"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "base.py").write_text(
        source.replace("heroku", "_heroku").replace(
            "_heroku_support import", "heroku_support import"
        )
    )
    (folder / "production.py").write_text("from layers.base import *\n")
    variables = {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "layers.production"}
    done = example.manage("heroku_explain", **variables)

    assert "# layers.production, phase local" in done.stdout, done.stderr


def test_a_module_that_is_not_loaded_has_none():
    assert find("nowhere") is None


def test_our_own_settings_are_explained():
    with override_settings(HEROKU_SUPPORT_HEALTH_TOKEN="t0ken-of-the-health"):
        found = explain(django_settings.heroku, settings)
    rows = {each.decision.setting: each.as_dict() for each in found}

    assert rows["HEROKU_SUPPORT_HEALTH_TOKEN"]["value"] == "***"
    assert rows["HEROKU_SUPPORT_HEALTH_TOKEN"]["source"] == "settings"
    assert rows["HEROKU_SUPPORT_CHECK_TTL"]["source"] == "default"
    assert "t0ken" not in "".join(each.as_text(80) for each in found)


def test_every_setting_of_ours_is_there_once():
    named = [row["setting"] for row in json.loads(explained("--json"))]
    own = [name for name in vars(Settings) if name.startswith("HEROKU_SUPPORT_")]

    assert sorted(set(named)) == sorted(named)
    assert set(own) <= set(named)


def test_a_long_value_is_laid_out_an_item_a_line():
    value = {"default": {"HOST": "h" * 40, "PORTS": (1, 2)}, "lines": ["a" * 50, "b"]}
    shown = Explanation(Decision("DATABASES", value, "DATABASE_URL", "")).as_text(60)
    lines = shown.splitlines()

    assert lines == [
        "DATABASES = {",
        "    'default': {",
        f"        'HOST': '{'h' * 40}',",
        "        'PORTS': (1, 2),",
        "    },",
        "    'lines': [",
        f"        '{'a' * 50}',",
        "        'b',",
        "    ],",
        "}",
        "    from DATABASE_URL",
    ]
    assert eval(shown.partition(" = ")[2].partition("    from")[0]) == value


@pytest.mark.parametrize("value", ["x" * 90, [], {}, (), None, 7, ("y" * 90,)])
def test_what_is_laid_out_is_python(value):
    assert eval(layout(value, 40)) == value


def test_json_is_the_same_in_every_run():
    value = {
        1: {"b", "a"},
        "path": PurePosixPath("/app"),
        "function": explain,
        "object": Decision("A", 1, "b", "c"),
        "lazy": gettext_lazy("name"),
    }

    assert plain(value) == {
        "1": ["a", "b"],
        "path": "/app",
        "function": "heroku_support.explain.explain",
        "object": ["A", 1, "b", "c"],
        "lazy": "django.utils.functional.lazy.<locals>.__proxy__",
    }


def test_what_a_library_is_called_with_is_never_replaced():
    heroku = Heroku({"SECRET_KEY": "k" * 50}, argv=[])
    heroku.sentry()
    rows = [each.as_dict() for each in explain(heroku, object())]

    assert [row["replaced"] for row in rows if row["setting"] == "sentry().dsn"] == [
        False
    ]


def test_of_a_helper_that_was_called_twice_the_last_is_shown():
    heroku = Heroku({"DYNO": "web.1", "SECRET_KEY": "k" * 50}, argv=[])
    heroku.allowed_hosts("a.example.com")
    heroku.allowed_hosts("b.example.com")
    (row,) = [
        each.as_dict()
        for each in explain(heroku, object())
        if each.decision.setting == "ALLOWED_HOSTS"
    ]

    assert row["value"] == ["b.example.com", ".herokuapp.com"]
