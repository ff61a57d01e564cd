"""
``manage.py heroku_explain`` on the tests' own settings.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

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


BASE = """
from heroku_support import Heroku

with Heroku() as heroku:
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    ALLOWED_HOSTS = heroku.allowed_hosts("base.example.com")
    INSTALLED_APPS = heroku.installed_apps([])
"""
PRODUCTION = """
from {base} import *

with Heroku() as heroku:
    ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")
    CACHES = heroku.caches()
"""
PICKED = """
from layers.base import DEBUG, INSTALLED_APPS, SECRET_KEY, Heroku

_heroku = Heroku()
ALLOWED_HOSTS = _heroku.allowed_hosts("www.example.com")
CACHES = _heroku.caches()
"""
LAYOUTS = {
    "a package": {
        "layers/base.py": BASE,
        "layers/production.py": PRODUCTION.format(base=".base"),
    },
    "names that are picked": {"layers/base.py": BASE, "layers/production.py": PICKED},
    "the package itself": {
        "layers/base.py": BASE,
        "layers/__init__.py": PICKED,
    },
    "modules": {"base.py": BASE, "production.py": PRODUCTION.format(base="base")},
    "another package": {
        "shared/base.py": BASE,
        "layers/production.py": PRODUCTION.format(base="shared.base"),
    },
    "names that were deleted": {
        "base.py": BASE,
        "production.py": PRODUCTION.format(base="base")
        + "_last = heroku\ndel heroku, Heroku\n",
    },
}


def rows_of(directory: Path, layout: dict[str, str]) -> dict[str, dict[str, Any]]:
    for path, text in layout.items():
        (directory / path).parent.mkdir(exist_ok=True)
        (directory / path).write_text(text)
    last = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    command = (sys.executable, "-m", "django", "heroku_explain", "--json")
    done = Project(directory).run(
        *command, DJANGO_SETTINGS_MODULE=last, SECRET_KEY="k" * 50
    )
    assert done.returncode == 0, done.stderr
    return {row["setting"]: row for row in json.loads(done.stdout)}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_settings_of_two_objects_are_all_explained(tmp_path: Path, layout: str):
    rows = rows_of(tmp_path, LAYOUTS[layout])

    assert {"SECRET_KEY", "INSTALLED_APPS", "CACHES"} <= set(rows)
    assert rows["ALLOWED_HOSTS"]["value"][0] == "www.example.com"
    assert [row["setting"] for row in rows.values() if row["replaced"]] == []


def test_an_object_that_is_for_no_settings_is_left_out(tmp_path: Path):
    tasks = "from heroku_support import Heroku\nheroku = Heroku()\n{}"
    store = (
        'KEY_VALUE_URL = heroku.key_value_url()\nQUEUES = heroku.rq_queues("mail")\n'
    )
    rows = rows_of(
        tmp_path,
        {
            "shop/tasks.py": tasks.format(store),
            "shop/store.py": tasks.format("url = heroku.key_value_url()\n"),
            "production.py": f"import shop.tasks, shop.store\n{BASE}",
        },
    )

    assert "INSTALLED_APPS" in rows
    assert {"KEY_VALUE_URL", "RQ_QUEUES"}.isdisjoint(rows)


def test_a_module_that_is_not_loaded_has_none():
    assert find("nowhere") == []


def test_the_object_of_a_module_that_is_loaded_is_found():
    assert find("tests.django_settings") == [django_settings.heroku]


def test_our_own_settings_are_explained():
    with override_settings(HEROKU_SUPPORT_HEALTH_TOKEN="t0ken-of-the-health"):
        found = explain([django_settings.heroku], settings)
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
    rows = [each.as_dict() for each in explain([heroku], object())]

    assert [row["replaced"] for row in rows if row["setting"] == "sentry().dsn"] == [
        False
    ]


def test_of_a_helper_that_was_called_twice_the_last_is_shown():
    heroku = Heroku({"DYNO": "web.1", "SECRET_KEY": "k" * 50}, argv=[])
    heroku.allowed_hosts("a.example.com")
    heroku.allowed_hosts("b.example.com")
    (row,) = [
        each.as_dict()
        for each in explain([heroku], object())
        if each.decision.setting == "ALLOWED_HOSTS"
    ]

    assert row["value"] == ["b.example.com", ".herokuapp.com"]
