"""
A settings file after ``heroku_init``: what is replaced, what stays, and where the block stands.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

import django
import pytest

from heroku_support.manifests.project import Project
from heroku_support.scaffold.reader import Reader
from heroku_support.scaffold.settings_block import BEGIN, END
from heroku_support.scaffold.settings_file import Rewritten, SettingsFile

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
BASE = "from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n"
APPS = 'INSTALLED_APPS = ["django.contrib.admin"]\n'
MIDDLEWARE = 'MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]\n'
REST = APPS + MIDDLEWARE
STARTPROJECT = Path(django.__file__).parent / "conf" / "project_template"


def rewritten(text: str, tmp_path: Path, *features: str) -> Rewritten:
    (tmp_path / "shop").mkdir(exist_ok=True)
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "shop" / "settings.py").write_bytes(text.encode())
    reader = Reader(Project(tmp_path), frozenset(features))
    return SettingsFile(reader.settings, reader.survey()).rewritten()


def startproject() -> str:
    text = (STARTPROJECT / "project_name" / "settings.py-tpl").read_text()
    text = text.replace("{{ docs_version }}", "5.2")
    return text.replace("{{ secret_key }}", "django-insecure-Kf8wQz2")


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def number(found: Rewritten, line: str) -> int:
    """
    Return where a line stands in what is written.
    """
    return found.text.splitlines().index(line) + 1


# --- what stays ----------------------------------------------------------------------------


def test_twice_changes_nothing(tmp_path: Path):
    once = rewritten(startproject(), tmp_path)

    assert rewritten(once.text, tmp_path) == Rewritten(once.text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from .base import *\n", "has no INSTALLED_APPS of its own"),
        (f"if 1:\n    {APPS}", "has no INSTALLED_APPS of its own"),
        (APPS, "has no BASE_DIR"),
        (
            f"from heroku_support import Heroku\nheroku = Heroku()\n{BASE}{APPS}",
            "calls",
        ),
    ],
)
def test_a_file_of_another_shape_is_left_alone(text: str, reason: str, tmp_path: Path):
    found = rewritten(text, tmp_path)

    assert found.text == text
    assert reason in found.notes[0]


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY = os.environ['SECRET_KEY']",
        "DEBUG = os.environ.get('DEBUG') == '1'",
        "DEBUG = 'yes'",
        "DATABASES = {'default': dj_database_url.config()}",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}",
        "DATABASES = {'a': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',"
        " 'NAME': 'x', 'HOST': 'db.example.com'}}",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'TEST': {}}}",
        "ALLOWED_HOSTS = ['a', 'https://b']",
        "CACHES = {'default': {'BACKEND': 'x', 'KEY_PREFIX': 'a'}}",
        "CACHES = {'default': {'BACKEND': 'x', 'LOCATION': 'redis://a.example.com'}}",
        "CACHES = {'default': {'BACKEND': 'x', 'LOCATION': ['a:1', 'b:1']}}",
        "EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend'",
        "MAILERS = {'default': {'BACKEND': 'django.core.mail.backends.smtp.EmailBackend'}}",
        "LOGGING = {}",
        "STATIC_ROOT = BASE_DIR / 'assets'",
        "SILENCED_SYSTEM_CHECKS = []",
        "STATICFILES_STORAGE = 'x'",
    ],
)
def test_what_somebody_has_thought_about_stays_and_is_not_said_twice(
    line: str, tmp_path: Path
):
    found = rewritten(f"{BASE}import os\n{REST}{line}\n", tmp_path)
    name = line.partition(" ")[0]
    block = found.text[found.text.index(BEGIN) : found.text.index(END)]

    assert line in found.text
    assert f"{name} =" not in block


def test_what_stays_is_told_with_its_line_in_what_is_written(tmp_path: Path):
    found = rewritten(f"{BASE}{REST}DEBUG = bool(1)\n", tmp_path)

    assert found.notes == (
        f"shop/settings.py:{number(found, 'DEBUG = bool(1)')} DEBUG is yours and stays;"
        " heroku.debug() would take it from the config vars.",
    )


def test_what_the_block_replaces_is_told_with_its_line(tmp_path: Path):
    above = "SECURE_HSTS_SECONDS = 31536000\n"
    found = rewritten(f"{BASE}{above}{REST}SECURE_SSL_REDIRECT = False\n", tmp_path)

    assert found.notes == (
        f"shop/settings.py:{number(found, above.strip())} SECURE_HSTS_SECONDS stands above the"
        " block, where"
        " heroku.security() replaces it. Move it below, if it is to win.",
    )


@pytest.mark.parametrize("name", ["django_heroku", "django_on_heroku"])
def test_what_replaces_the_block_is_told_with_its_line(name: str, tmp_path: Path):
    call = f"{name}.settings(locals())"
    found = rewritten(f"{BASE}import {name}\n{REST}{call}\n", tmp_path)

    assert found.notes == (
        f"shop/settings.py:{number(found, call)} {call} replaces what the block says."
        " Take it out, and its import.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "if 1:\n    DEBUG = True\n",
        "try:\n    DEBUG = True\nexcept ValueError:\n    DEBUG = False\n",
        "DEBUG = TEMPLATE_DEBUG = True\n",
        "DEBUG, X = True, 1\n",
        "DEBUG = True; X = 1\n",
        "DEBUG = False\nDEBUG = True\n",
        "DEBUG: bool\n",
        "DEBUG |= True\n",
    ],
)
def test_a_value_that_is_not_said_once_and_alone_stays(text: str, tmp_path: Path):
    found = rewritten(f"{BASE}{REST}{text}", tmp_path)

    assert text in found.text
    assert "heroku.debug()" not in found.text


def test_a_database_that_is_changed_below_by_a_library_stays(tmp_path: Path):
    text = (
        "import dj_database_url\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'a'}}\n"
        "DATABASES['default'].update(dj_database_url.config())\n"
    )

    assert text in rewritten(f"{BASE}{REST}{text}", tmp_path).text


def test_line_ends_are_kept(tmp_path: Path):
    found = rewritten(startproject().replace("\n", "\r\n"), tmp_path)

    assert found.text.count("\r\n") == found.text.count("\n")
    assert rewritten(found.text, tmp_path).text == found.text


def test_letters_of_every_alphabet_do_not_move_an_edit(tmp_path: Path):
    text = f"{BASE}X = 'äöü€'; INSTALLED_APPS = ['ä.b']\n{MIDDLEWARE}"
    found = rewritten(text, tmp_path)

    assert "X = 'äöü€'; INSTALLED_APPS = heroku.installed_apps(['ä.b'])" in found.text


# --- what is replaced ----------------------------------------------------------------------


def test_nothing_of_startproject_is_left_that_the_block_says(tmp_path: Path):
    text = rewritten(startproject(), tmp_path).text
    assigned = [
        target.id
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]

    assert not {"SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "DATABASES", "MAILERS"} & set(
        assigned
    )
    assert "SECURITY WARNING" not in text
    assert "#databases" not in text


def test_nothing_else_of_startproject_is_gone(tmp_path: Path):
    text = rewritten(startproject(), tmp_path).text

    for name in ("ROOT_URLCONF", "TEMPLATES", "AUTH_PASSWORD_VALIDATORS", "USE_TZ"):
        assert f"\n{name} = " in text
    assert "\n# Password validation\n" in text
    assert "\n\n\n\n" not in text


def test_the_block_has_the_quotes_of_the_file(tmp_path: Path):
    single = rewritten(startproject(), tmp_path).text
    double = rewritten(f"{BASE}{REST}", tmp_path).text

    assert "dotenv=BASE_DIR / '.env'" in single
    assert "default=f'sqlite:///{BASE_DIR / \"db.sqlite3\"}'" in single
    assert 'dotenv=BASE_DIR / ".env"' in double


def test_mailers_of_django_6_1_go(tmp_path: Path):
    mailers = (
        "# Email\n# https://docs.djangoproject.com/en/6.1/topics/email/#topic\n\n"
        "MAILERS = {\n    'default': {\n"
        "        'BACKEND': 'django.core.mail.backends.console.EmailBackend',\n    },\n}\n"
    )
    found = rewritten(f"{BASE}{REST}X = 1\n\n\n{mailers}", tmp_path)

    assert found.text.endswith("X = 1\n")
    assert "globals().update(heroku.email())" in found.text


def test_a_comment_of_the_authors_own_stays(tmp_path: Path):
    found = rewritten(f"{BASE}# Ours.\nDEBUG = True\n{REST}", tmp_path)

    assert "# Ours.\n" in found.text


def test_hosts_are_arguments_of_the_helpers(tmp_path: Path):
    hosts = 'ALLOWED_HOSTS = ["www.example.com", "localhost", "*"]\n'
    found = rewritten(f"{BASE}{hosts}{REST}", tmp_path)

    assert 'ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")' in found.text
    assert 'heroku.csrf_trusted_origins("www.example.com")' in found.text


@pytest.mark.parametrize(
    ("options", "default"),
    [
        (
            {"ENGINE": "django.db.backends.postgresql", "NAME": "a b"},
            "postgres://localhost/a%20b",
        ),
        (
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "shop",
                "USER": "ada",
                "HOST": "db",
                "PORT": 5433,
            },
            "postgres://ada@db:5433/shop",
        ),
        ({"ENGINE": "django.db.backends.sqlite3", "NAME": "/a.db"}, "sqlite:////a.db"),
    ],
)
def test_a_local_database_becomes_the_default(
    options: dict[str, object], default: str, tmp_path: Path
):
    found = rewritten(
        f"{BASE}{REST}DATABASES = {json.dumps({'default': options})}\n", tmp_path
    )

    assert f'"{default}"' in found.text


@pytest.mark.parametrize(
    "name",
    [
        "BASE_DIR / 'a' / 'b.db'",
        "BASE_DIR.joinpath('a', 'b.db')",
        "os.path.join(BASE_DIR, 'a/b.db')",
        "str(BASE_DIR / 'a' / 'b.db')",
    ],
)
def test_a_file_in_the_project_stays_there(name: str, tmp_path: Path):
    database = f'"ENGINE": "django.db.backends.sqlite3", "NAME": {name}'
    quotes = '# """""""""""""\n'
    found = rewritten(
        f"{BASE}{REST}{quotes}DATABASES = {{'default': {{{database}}}}}\n", tmp_path
    )

    assert "default=f\"sqlite:///{BASE_DIR / 'a/b.db'}\"" in found.text


@pytest.mark.parametrize(
    "name",
    [
        "OTHER / 'b.db'",
        "BASE_DIR / OTHER",
        "str(1, 2)",
        "name()",
        "a.b()",
        "OTHER",
        "[1][0]",
    ],
)
def test_a_file_that_only_running_tells_stays(name: str, tmp_path: Path):
    line = f"DATABASES = {{'default': {{'ENGINE': 'django.db.backends.sqlite3', 'NAME': {name}}}}}"

    assert line in rewritten(f"{BASE}{REST}{line}\n", tmp_path).text


def test_a_password_goes_to_the_authors_own_machine(tmp_path: Path):
    options = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "ada",
        "PASSWORD": "Kf8/wQz2",
    }
    found = rewritten(
        f"{BASE}{REST}DATABASES = {json.dumps({'default': options})}\n", tmp_path
    )

    assert "Kf8" not in found.text
    assert found.variables == {
        "DATABASE_URL": "postgres://ada:Kf8%2FwQz2@localhost/shop"
    }


def test_a_local_store_goes_to_the_authors_own_machine(tmp_path: Path):
    text = (
        "CHANNEL_LAYERS = {'default': {'BACKEND': 'x', 'CONFIG': {'hosts': [('localhost', 1)]}}}\n"
        "CELERY_BROKER_URL = 'redis://localhost:6379/1'\n"
    )
    found = rewritten(f"{BASE}{REST}{text}", tmp_path, "celery", "channels")

    assert found.variables == {"REDIS_URL": "redis://localhost:6379/1"}
    assert "CHANNEL_LAYERS = heroku.channel_layers()" in found.text
    assert "globals().update(heroku.celery())" in found.text


@pytest.mark.parametrize(
    ("text", "goes"),
    [
        ("CHANNEL_LAYERS = {'default': {'BACKEND': 'channels.layers.InMemory'}}", True),
        (
            "CHANNEL_LAYERS = {'default': {'BACKEND': 'x', 'CONFIG': {'hosts': ['redis://a']}}}",
            True,
        ),
        (
            "CHANNEL_LAYERS = {'default': {'BACKEND': 'x', 'CONFIG': {'hosts': [('a.b', 1)]}}}",
            False,
        ),
        (
            "CHANNEL_LAYERS = {'default': {'BACKEND': 'x', 'CONFIG': {'capacity': 1}}}",
            False,
        ),
        ("CELERY_BROKER_URL = 'redis://a.example.com'", False),
        ("CELERY_BROKER_URL = 'memory://'", True),
        ("CELERY_RESULT_BACKEND = 'django-db'", True),
        (
            "HAYSTACK_CONNECTIONS = {'default': {'ENGINE': 'x', 'URL': 'http://127.0.0.1/solr'}}",
            True,
        ),
        (
            "HAYSTACK_CONNECTIONS = {'default': {'ENGINE': 'x', 'URL': 'http://solr.example.com'}}",
            False,
        ),
        ("EMAIL_BACKEND = 'django.core.mail.backends.console.EmailBackend'", True),
        ("CACHES = {'default': {'BACKEND': 'x.LocMemCache'}}", True),
        (
            "CACHES = {'default': {'BACKEND': 'x', 'LOCATION': 'redis://a', 'OPTIONS':"
            " {'CLIENT_CLASS': 'django_redis.client.DefaultClient'}}}",
            True,
        ),
    ],
)
def test_what_names_this_machine_goes_and_what_names_another_stays(
    text: str, goes: bool, tmp_path: Path
):
    found = rewritten(f"{BASE}{REST}{text}\n", tmp_path)

    assert (text not in found.text) is goes


# --- where things go -----------------------------------------------------------------------


def test_the_block_stands_above_the_lists_that_need_it(tmp_path: Path):
    text = f"{BASE}X = 1\n# Apps.\n{REST}DEBUG = True\n"
    found = lines(rewritten(text, tmp_path).text)

    assert found.index("X = 1") < found.index(BEGIN) < found.index("# Apps.")


def test_lists_above_base_dir_cannot_be_wrapped_and_that_is_told(tmp_path: Path):
    found = rewritten(f"{REST}{BASE}", tmp_path)

    assert APPS in found.text
    assert found.text.index(END) > found.text.index("BASE_DIR =")
    assert "heroku.installed_apps([…])" in found.notes[0]


def test_a_tuple_is_left_as_it_is(tmp_path: Path):
    found = rewritten(f"{BASE}{APPS}MIDDLEWARE = ('a',)\n", tmp_path)

    assert "MIDDLEWARE = ('a',)" in found.text
    assert "heroku.middleware([…])" in found.notes[0]


def test_any_other_expression_is_wrapped(tmp_path: Path):
    found = rewritten(
        f"{BASE}OWN_APPS = []\nINSTALLED_APPS = OWN_APPS + []\n", tmp_path
    )

    assert "INSTALLED_APPS = heroku.installed_apps(OWN_APPS + [])" in found.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "import os\n\nBASE_DIR = Path(os)\n",
            "import os\n\nfrom heroku_support import Heroku\n",
        ),
        (
            "import environ\nBASE_DIR = Path(1)\n",
            "import environ\nfrom heroku_support import",
        ),
        (
            "BASE_DIR = Path(1)\n",
            "BASE_DIR = Path(1)\nfrom heroku_support import Heroku\n\n#",
        ),
        (
            "BASE_DIR = Path(1)\nimport os\n",
            "import os\n\nfrom heroku_support import Heroku\n\n#",
        ),
        (
            "import os\nBASE_DIR = os.getcwd()\n",
            "import os\nfrom pathlib import Path\n\nfrom h",
        ),
    ],
)
def test_the_import_stands_with_the_others(text: str, expected: str, tmp_path: Path):
    found = rewritten(f"{text}{REST}", tmp_path).text

    assert expected in found
    ast.parse(found)


def test_a_base_dir_that_is_a_text_becomes_a_path(tmp_path: Path):
    text = "import os\nBASE_DIR = os.path.dirname(__file__)\n"
    found = rewritten(f"{text}{REST}", tmp_path).text

    assert 'Heroku(dotenv=Path(BASE_DIR) / ".env")' in found
    assert "sqlite:///{Path(BASE_DIR) / 'db.sqlite3'}" in found


@pytest.mark.parametrize(
    ("apps", "expected"),
    [
        ("[\n    'a',\n]", "    'a',\n    'django.contrib.gis',\n    'haystack',\n])"),
        ("['a']", "(['a'])"),
        ("[]", "([])"),
        ("[\n    'django.contrib.gis',\n    'haystack',\n]", "    'haystack',\n])"),
    ],
)
def test_apps_of_what_was_asked_for_are_added_to_a_list(
    apps: str, expected: str, tmp_path: Path
):
    found = rewritten(f"{BASE}INSTALLED_APPS = {apps}\n", tmp_path, "geo", "search")

    assert expected in found.text


# --- a block that is there -----------------------------------------------------------------


def with_block(tmp_path: Path, *features: str) -> str:
    return rewritten(f"{BASE}{REST}", tmp_path, *features).text


def test_arguments_in_the_block_are_carried_over(tmp_path: Path):
    text = with_block(tmp_path)
    text = text.replace("allowed_hosts()", 'allowed_hosts("www.example.com")')
    found = rewritten(text, tmp_path, "celery").text

    assert 'heroku.allowed_hosts("www.example.com")' in found
    assert "heroku.celery()" in found


def test_anything_else_in_the_block_is_as_it_is_to_be_again(tmp_path: Path):
    text = with_block(tmp_path)

    assert (
        rewritten(text.replace("    LOGGING = heroku.logging()\n", ""), tmp_path).text
        == text
    )


def test_what_is_set_below_the_block_is_not_in_it(tmp_path: Path):
    text = with_block(tmp_path)
    found = rewritten(f"{text}LOGGING = {{}}\n", tmp_path).text

    assert "heroku.logging()" not in found
    assert found.endswith("LOGGING = {}\n")


def test_a_formatters_work_is_no_difference(tmp_path: Path):
    text = with_block(tmp_path)
    formatted = text.replace("    DEBUG =", "\n    # On.\n    DEBUG   =")

    assert rewritten(formatted, tmp_path).text == formatted


def test_a_block_at_another_place_is_written_anew_only_if_that_is_python(
    tmp_path: Path,
):
    indented = (
        with_block(tmp_path)
        .replace("\n", "\n    ")
        .replace("from p", "if 1:\n    from p", 1)
    )
    found = rewritten(indented, tmp_path)

    assert found.text == indented
    assert "another indentation" in found.notes[0]


def test_a_block_that_does_not_end_is_left_alone(tmp_path: Path):
    text = with_block(tmp_path).replace(END, "")
    found = rewritten(text, tmp_path)

    assert found.text == text
    assert found.notes[0].startswith("shop/settings.py:6 begins heroku_init's block")


def test_what_was_asked_for_once_is_wanted_still(tmp_path: Path):
    text = with_block(tmp_path, "geo", "celery", "search", "channels")

    assert rewritten(text, tmp_path).text == text


def test_places_are_in_a_postgis_also_on_this_machine(tmp_path: Path):
    found = with_block(tmp_path, "geo")

    assert 'default="postgis://localhost/shop",\n' in found
    assert 'engine="django.contrib.gis.db.backends.postgis",\n' in found
