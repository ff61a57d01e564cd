"""
What the examples of the rules on settings do not show.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from heroku_support.__main__ import main
from tests.manifests.examples import diagnose, write
from tests.manifests.test_edges import at, found

URL = "import dj_database_url, os\nDATABASES = {'default': dj_database_url.config("
TABLE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', …}}\n"
REMOTE = TABLE.replace("…", "'HOST': 'db.example.com', …")
MODELS = "from django.db import models\n\n\nclass A(models.Model):\n    a = models.{}\n"
GIS_MODELS = MODELS.replace("django.db", "django.contrib.gis.db")
REDIS = "import os\nURL = os.environ['REDIS_URL']\n"
CACHE = f"""{REDIS}CACHES = {{'default': {{
    'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': [URL], …
}}}}
"""
ADDON = {"app.json": '{"addons": ["heroku-redis:mini"]}'}
STATIC = "INSTALLED_APPS = ['django.contrib.staticfiles']\n"
MANIFEST = "STATICFILES_STORAGE = 'whitenoise.storage.CompressedManifestStaticFilesStorage'\n"  # fmt: skip
UNCOLLECTED = {"app.json": '{"env": {"DISABLE_COLLECTSTATIC": "1"}}'}
CONTAINER = {"heroku.yml": "build:\n  docker:\n    web: Dockerfile\n"}
PGBOUNCER = {"Procfile": "web: bin/start-pgbouncer gunicorn shop.wsgi\n"}
UVICORN = {"Procfile": "web: gunicorn -k uvicorn.workers.UvicornWorker shop.asgi\n"}
COLLECT = "FROM a\nRUN python manage.py collectstatic\nCMD x\n"
DEVELOPMENT = {
    "shop/wsgi.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings.dev'\n",
    "shop/settings/dev.py": "",
}
GEO = {"app.json": '{"buildpacks": [{"url": "https://github.com/heroku/heroku-geo-buildpack"}]}'}  # fmt: skip


def project(settings: str, **files: str) -> dict[str, str]:
    return {"shop/settings.py": f"ROOT_URLCONF = 'x'\n{settings}", **files}


SILENT: list[tuple[str, str, dict[str, str]]] = [
    ("addon-unlisted", REDIS, {"app.json": '{"addons": ["heroku-redis:mini"]}'}),
    ("addon-unlisted", REDIS, {"app.json": '{"addons": ["rediscloud:30"]}'}),
    ("addon-unlisted", REDIS, {"app.json": '{"addons": ["x"], "env": {"REDIS_URL": {}}}'}),
    ("addon-unlisted", "import os\nX = os.environ.get('REDIS_URL')\n", {"app.json": '{"addons": ["x"]}'}),
    ("addon-unlisted", REDIS, {}),
    ("bind-twice", "", {"Procfile": "web: gunicorn -w 2 a\n", "gunicorn.conf.py": "bind = x\n(a).b = 1\n"}),
    ("bind-twice", "", {"Procfile": "web: gunicorn -w 2 a\n", "gunicorn.conf.py": "workers = (\n"}),
    ("bind-twice", "", {"Procfile": "web: gunicorn -w 2 -c python:other a\n", "gunicorn.conf.py": "workers = 2\n"}),
    ("build-variable", "import os\nif A:\n    X = os.environ['A']\n", {**CONTAINER, "Dockerfile": COLLECT}),
    ("build-variable", "import os\nX = os.environ['A']\n", {**CONTAINER, "Dockerfile": "FROM a\nARG A\n" + COLLECT}),
    ("build-variable", "import os\nX = os.environ.get('A')\n", {**CONTAINER, "Dockerfile": COLLECT}),
    ("cache-local", "AXES_HANDLER = 'axes.handlers.database.X'\n", {}),
    ("cache-local", "CACHES = other()\nINSTALLED_APPS = ['django_select2']\n", {}),
    ("celery-certificate", REDIS + "CELERY_RESULT_BACKEND = URL\nCELERY_REDIS_BACKEND_USE_SSL = {}\n", {}),
    ("celery-certificate", "CELERY_RESULT_BACKEND = 'django-db'\n", {}),
    ("celery-memory", "CELERY_BROKER_URL = 'amqp://'\n", {}),
    ("channels-memory", "CHANNEL_LAYERS = {'a': {'BACKEND': 'b'}, 'c': other()}\n", {}),
    ("ci-dyno", "import os\nX = 'DYNO' in os.environ\n", {}),
    ("connection-age", URL + ")}\n", UVICORN),
    ("connection-age", TABLE.replace("…", "'CONN_MAX_AGE': 0"), {}),
    ("connection-age", TABLE.replace("…", "'CONN_MAX_AGE': None, 'HOST': '127.0.0.1'"), {}),
    ("connection-age", REMOTE.replace("…", "'CONN_MAX_AGE': None"), UVICORN),
    ("connection-age", REMOTE.replace("…", "'CONN_MAX_AGE': other()"), {}),
    ("connection-age", REMOTE.replace("…", "'CONN_MAX_AGE': 600"), {}),
    ("connection-age", REMOTE.replace("…", "'OPTIONS': {'pool': True}"), {}),
    ("connection-age", "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'CONN_MAX_AGE': None}}\n", {}),
    ("connection-asgi", URL + "conn_max_age=600)}\n", {"Procfile": "web: gunicorn a\nworker: uvicorn a\n"}),
    ("connection-asgi", URL + "conn_max_age=600)}\n", {"Procfile": "web: gunicorn -k gthread a\n"}),
    ("connection-cursors", URL + ")}\n", {**PGBOUNCER, "app.json": '{"env": {"PGBOUNCER_POOL_MODE": "session"}}'}),
    ("connection-health", URL + "conn_max_age=600)}\n", {"requirements.txt": "Django==3.2\n"}),
    ("connection-health", URL + "conn_max_age=other())}\n", {}),
    ("connection-pool", REMOTE.replace("…", "'CONN_MAX_AGE': 9, 'OPTIONS': other()"), {}),
    ("connection-pool", REMOTE.replace("…", "'CONN_MAX_AGE': 9, 'OPTIONS': {'pool': False}"), {}),
    ("cookie-domain", "SESSION_COOKIE_DOMAIN = 'shop.herokuapp.com'\n", {}),
    ("database-local", TABLE.replace("…", "'HOST': 'localhost', 'PORT': '6000'"), {}),
    ("database-local", TABLE.replace("…", "'OPTIONS': {'service': 'x'}"), {}),
    ("database-local", TABLE.replace("…", "'HOST': other()"), {}),
    ("database-local", TABLE.replace("…", "**other()"), {}),
    ("database-sqlite", "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n", {}),
    ("database-tls", URL + "ssl_require=True)}\n", {}),
    ("database-tls", URL + ")}\nDATABASES['default']['OPTIONS'] = {'sslmode': 'require'}\n", {}),
    ("database-tls", URL + ")}\nDATABASES['default']['OPTIONS'] = {'sslmode': other()}\n", {}),
    ("database-tls", URL + ")}\nDATABASES['default']['OPTIONS'] = {**other()}\n", {}),
    ("database-tls", TABLE.replace("…", "'HOST': '10.0.0.1'"), {}),
    ("database-tls", "import dj_database_url\nDATABASES = {'default': dj_database_url.parse('postgres://a.b')}\n", {}),
    ("debug-on", "DEBUG = False\n", {}),
    ("debug-text", "import os\nDEBUG = int(os.environ.get('DEBUG', 0))\n", {}),
    ("debug-text", "import os\nDEBUG = os.environ.get('DEBUG') == 'True'\n", {}),
    ("dyno-metadata", "import os\nX = os.environ['OTHER']\n", {}),
    ("dyno-metadata", "SOURCE_VERSION = 'x'\n", {}),
    ("geo-engine", URL + ")}\nINSTALLED_APPS = ['a']\n", {"a/models.py": MODELS.format("IntegerField()")}),
    ("geo-engine", URL + "engine=other())}\nINSTALLED_APPS = ['a']\n", {"a/models.py": GIS_MODELS}),
    ("geo-library", "INSTALLED_APPS = ['django.contrib.gis']\n", {"app.json": "{}"}),
    ("hosts-any", "ALLOWED_HOSTS = ['a']\n", {}),
    ("hosts-missing", "ALLOWED_HOSTS = ['localhost', other()]\n", {}),
    ("hosts-missing", "ALLOWED_HOSTS = ['shop.example.com']\n", {}),
    ("hsts-preload", "SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS = True\nSECURE_HSTS_SECONDS = 31536000\n", {}),
    ("log-file", "LOGGING = {'handlers': {'a': {'class': 'logging.FileHandler', 'filename': '/dev/stdout'}, 'b': other()}}\n", {}),
    ("log-request-id", "LOGGING = {'formatters': {'a': {'format': '%(request_id)s'}}}\n", {}),
    ("log-request-id", "LOGGING = {'formatters': {}}\n", {}),
    ("log-silent", "INSTALLED_APPS = []\nimport logging\nlogging.basicConfig()\n", {}),
    ("log-silent", "INSTALLED_APPS = []\nDEBUG = True\n", {}),
    ("mail-local", "ADMINS = []\n", {}),
    ("mail-local", "ADMINS = ['a']\nEMAIL_BACKEND = 'anymail.backends.mailgun.EmailBackend'\n", {}),
    ("manifest-uncollected", STATIC + MANIFEST, {**UNCOLLECTED, "bin/post_compile": "x"}),
    ("manifest-uncollected", STATIC, UNCOLLECTED),
    ("nostatic-order", "INSTALLED_APPS = ['whitenoise.runserver_nostatic']\n", {}),
    ("proxy-header", "SECURE_PROXY_SSL_HEADER = None\n", {}),
    ("proxy-header", "SECURE_PROXY_SSL_HEADER = ('HTTP_CF_VISITOR', 'https')\n", {}),
    ("proxy-header", "SECURE_PROXY_SSL_HEADER = (other(), 'https')\n", {}),
    ("redirect-loop", "SECURE_SSL_REDIRECT = True\n", {}),
    ("redirect-loop", "SECURE_SSL_REDIRECT = True\n", {**CONTAINER, "gunicorn.conf.py": "forwarded_allow_ips = '*'\n"}),
    ("search-local", "HAYSTACK_CONNECTIONS = {'default': {'ENGINE': 'x', 'URL': 'https://a.b'}}\n", {}),
    ("secret-key", "import os\nSECRET_KEY = os.environ['SECRET_KEY']\n", {}),
    ("secret-key", "import os\nSECRET_KEY = os.environ.get('SECRET_KEY', default=os.urandom(9))\n", {}),
    ("session-local", "SESSION_ENGINE = 'django.contrib.sessions.backends.cached_db'\n", {}),
    ("settings-development", "", {**DEVELOPMENT}),
    ("settings-development", "", {**DEVELOPMENT, "shop/settings/prod.py": "", "app.json": '{"env": {"DJANGO_SETTINGS_MODULE": {}}}'}),
    ("settings-development", "", {"manage.py": DEVELOPMENT["shop/wsgi.py"], "shop/settings/prod.py": ""}),
    ("static-root-missing", STATIC, UNCOLLECTED),
    ("static-root-missing", STATIC + "STORAGES = {'staticfiles': {'BACKEND': 'storages.backends.s3.S3Storage'}}\n", {}),
    ("static-root-missing", STATIC + "STORAGES = other()\n", {}),
    ("static-root-missing", STATIC, {**CONTAINER, "Dockerfile": "FROM a\nCMD x\n"}),
    ("static-unserved", STATIC + "MIDDLEWARE = []\n", {"shop/wsgi.py": "DJANGO_SETTINGS_MODULE\nimport os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\nfrom dj_static import Cling\n"}),
    ("static-unserved", STATIC + "MIDDLEWARE = []\n", {"Procfile": "web: bin/start-nginx gunicorn a\n"}),
    ("static-unserved", STATIC + "MIDDLEWARE = []\nSTATIC_URL = 'https://a.b/'\n", {}),
    ("static-unserved", STATIC + "MIDDLEWARE = other()\n", {}),
    ("storage-ignored", MANIFEST, {"requirements.txt": "Django\n"}),
    ("storage-ignored", MANIFEST, {"requirements.txt": "Django==4.2\n"}),
    ("store-certificate", CACHE.replace("…", "'OPTIONS': {'ssl_cert_reqs': None}"), ADDON),
    ("store-certificate", CACHE.replace("…", "'OPTIONS': other()"), ADDON),
    ("store-certificate", CACHE.replace("…", "'OPTIONS': {'CONNECTION_POOL_KWARGS': {}}"), ADDON),
    ("store-certificate", REDIS + "RQ_QUEUES = {'a': {'URL': URL, 'SSL_CERT_REQS': None}, 'b': {'HOST': 'a'}}\n", ADDON),
    ("store-certificate", REDIS + "CELERY_BROKER_URL = URL\n", ADDON),
    ("store-certificate", "CACHES = {'default': {'BACKEND': 'other'}}\n", ADDON),
    ("store-certificate", "RQ_QUEUES = {'a': {'URL': 'rediss://x'}}\n", ADDON),
    ("time-zone", "USE_TZ = False\nTIME_ZONE = 'UTC'\n", {}),
    ("upload-local", "INSTALLED_APPS = ['a']\nDEFAULT_FILE_STORAGE = 'x'\n", {"a/models.py": MODELS.format("FileField()")}),
    ("upload-local", "INSTALLED_APPS = ['a', 'b', 'c']\n", {"a/models.py": MODELS.format("FileField(storage=x)"), "b/models.py": "FileField = (\n", "c/models.py": "x = forms.FileField()\n"}),
    ("whitenoise-order", "MIDDLEWARE = ['corsheaders.x', 'whitenoise.middleware.WhiteNoiseMiddleware']\n", {}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "settings", "files"), SILENT)
def test_a_rule_is_silent_where_it_does_not_apply(rule, settings, files, tmp_path):
    assert found(tmp_path, rule, project(settings, **files)) == []


FIRES: list[tuple[str, str, dict[str, str], list[tuple[int, int, str]]]] = [
    ("cache-local", "MIDDLEWARE = ['django.middleware.cache.UpdateCacheMiddleware']\n", {}, [(2, 15, "warning")]),
    ("cache-local", "AXES_HANDLER = 'axes.handlers.cache.AxesCacheHandler'\n", {}, [(2, 16, "warning")]),
    ("cache-local", "INSTALLED_APPS = ['django_select2']\n", {}, [(2, 19, "warning")]),
    ("celery-certificate", REDIS + "CELERY_RESULT_BACKEND = URL\n", {}, [(3, 7, "warning")]),
    ("celery-memory", "CELERY_RESULT_BACKEND = 'file:///tmp'\n", {}, [(2, 25, "warning")]),
    ("connection-age", REMOTE.replace("…", "'CONN_MAX_AGE': None, 'CONN_HEALTH_CHECKS': True"), {}, [(2, 111, "warning")]),
    ("connection-age", "import os\n" + TABLE.replace("…", "'HOST': os.environ['H'], 'CONN_MAX_AGE': None"), {}, [(3, 110, "warning")]),
    ("connection-age", URL + "conn_max_age=None)}\n", {}, [(3, 61, "warning")]),
    ("connection-age", REMOTE.replace("…", "'CONN_MAX_AGE': 0"), {}, [(2, 111, "info")]),
    ("connection-age", REMOTE.replace("…", ""), {}, [(2, 25, "info")]),
    ("connection-asgi", URL + "conn_max_age=None)}\n", UVICORN, [(3, 61, "warning")]),
    ("connection-cursors", REMOTE.replace("…", ""), PGBOUNCER, [(2, 25, "warning")]),
    ("connection-health", REMOTE.replace("…", "'CONN_MAX_AGE': None"), {}, [(2, 111, "warning")]),
    ("connection-pool", URL + "conn_max_age=9)}\nDATABASES['default']['OPTIONS'] = {'pool': {'min_size': 2}}\n", {}, [(3, 61, "error")]),
    ("database-local", TABLE.replace("…", ""), {}, [(2, 36, "warning")]),
    ("database-sqlite", "DATABASES = {'b': {'ENGINE': 'django.contrib.gis.db.backends.spatialite'}}\n", {}, [(2, 30, "warning")]),
    ("database-tls", REMOTE.replace("…", ""), {}, [(2, 77, "warning")]),
    ("database-tls", "import dj_database_url, os\nDATABASES = {'default': dj_database_url.parse(os.environ['A'])}\n", {}, [(3, 25, "warning")]),
    ("debug-text", "import os\nDEBUG = bool(os.environ.get('DEBUG', True))\n", {}, [(3, 9, "error")]),
    ("debug-text", "import os\nSECURE_SSL_REDIRECT = os.environ['TLS']\n", {}, [(3, 23, "warning")]),
    ("dyno-metadata", "import os\nX = os.environ['SOURCE_VERSION']\n", {}, [(3, 5, "warning")]),
    ("dyno-metadata", "import os\nX = os.environ.get('SOURCE_VERSION', '')\n", {}, [(3, 5, "info")]),
    ("geo-engine", "INSTALLED_APPS = ['a.apps.A']\n" + TABLE.replace("…", ""), {"a/models/__init__.py": "", "a/models/a.txt": "", "a/models/b.py": GIS_MODELS}, [(3, 36, "error")]),
    ("hsts-preload", "SECURE_HSTS_PRELOAD = True\nSECURE_HSTS_SECONDS = 31536000\n", {}, [(2, 23, "warning")]),
    ("mail-local", "INSTALLED_APPS = ['djoser']\nEMAIL_HOST = '127.0.0.1'\n", {}, [(3, 14, "warning")]),
    ("proxy-header", "SECURE_PROXY_SSL_HEADER = 'HTTP_X_FORWARDED_PROTO'\n", {}, [(2, 27, "error")]),
    ("proxy-header", "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTOCOL', 'https')\n", {}, [(2, 27, "error")]),
    ("search-local", "HAYSTACK_CONNECTIONS = {'a': {'ENGINE': 'x', 'URL': 'http://127.0.0.1:9200/'}}\n", {}, [(2, 53, "warning")]),
    ("secret-key", "import os\nSECRET_KEY = os.environ.get('KEY', 'x')\n", {}, [(3, 14, "warning")]),
    ("secret-key", "from django.core.management.utils import get_random_secret_key as key\nSECRET_KEY = key()\n", {}, [(3, 14, "error")]),
    ("session-local", "SESSION_ENGINE = 'django.contrib.sessions.backends.cache'\n", {}, [(2, 18, "error")]),
    ("static-root-missing", STATIC + "STATIC_ROOT = None\n", {}, [(2, 19, "error")]),
    ("storage-missing", "STORAGES = {'default': {}}\n", {}, [(2, 12, "warning")]),
    ("store-certificate", CACHE.replace("…", ""), {}, [(3, 7, "warning")]),
    ("store-certificate", CACHE.replace("…", "'OPTIONS': {}"), ADDON, [(3, 7, "error")]),
    ("store-certificate", "import os\nCHANNEL_LAYERS = {'a': {'CONFIG': {'hosts': [os.environ['REDIS_TLS_URL']]}}}\n", {}, [(3, 46, "error")]),
    ("store-certificate", CACHE.replace("…", "").replace("django.core.cache.backends.redis.RedisCache", "django_valkey.cache.ValkeyCache"), ADDON, [(3, 7, "error")]),
    ("store-certificate", REDIS + "RQ_QUEUES = {'a': {'URL': URL}}\n", ADDON, [(3, 7, "error")]),
    ("whitenoise-order", "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware', 'django.middleware.security.SecurityMiddleware']\n", {}, [(2, 15, "warning")]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "settings", "files", "places"), FIRES)
def test_a_rule_fires_at_the_exact_place(rule, settings, files, places, tmp_path):
    assert at(found(tmp_path, rule, project(settings, **files))) == places


WRITTEN = [
    ("os.environ.get('DEBUG')", 'os.environ.get("DEBUG", "").lower() == "true"'),
    ("os.getenv('D', 'True')", 'os.getenv("D", "true").lower() == "true"'),
    ("bool(os.environ['D'])", "os.environ['D'].lower() == \"true\""),
    ("config('D', default=False,)", "config('D', default=False, cast=bool)"),
    ("env('D')", "env.bool('D')"),
    ("env.str('D', 'off')", "env.bool('D', 'off')"),
]


@pytest.mark.parametrize(("before", "after"), WRITTEN)
def test_a_text_is_mended_in_the_way_it_is_read(before, after, tmp_path: Path):
    imports = "import os, environ\nfrom decouple import config\nenv = environ.Env()\n"
    (finding,) = found(tmp_path, "debug-text", project(f"{imports}DEBUG = {before}\n"))

    assert [edit.text for edit in finding.edits] == [after]


def test_in_one_place_only_it_can_be_left_out(tmp_path: Path):
    comment = "  # heroku-doctor: ignore debug-on"
    write(tmp_path, project(f"DEBUG = True{comment}\n"))

    assert diagnose(tmp_path).ignored == 1


@pytest.mark.parametrize("value", ["'{}'", "os.environ.get('KEY', '{}')"])
def test_a_key_of_the_settings_is_in_no_output(value: str, tmp_path, capsys):
    key = "8f4k2m9x7q1z5w3v6b0n"
    settings = (
        f"import os\nSECRET_KEY = {value.format(key)}\nSENTRY_TOKEN = '{key[::-1]}'\n"
    )
    write(tmp_path, project(settings))
    for form in ("text", "json", "github", "sarif"):
        main(["doctor", str(tmp_path), "--format", form])
    printed = capsys.readouterr().out

    assert "secret-key" in printed and "settings-secret" in printed
    assert key not in printed and key[::-1] not in printed


def test_a_key_is_not_in_what_a_fix_would_change(tmp_path: Path, capsys):
    key = "8f4k2m9x7q1z5w3v6b0n"
    text = f"import os\nSECRET_KEY = '{key}'\nDEBUG = os.getenv('DEBUG')\n"
    main(["doctor", str(write(tmp_path, project(text))), "--diff"])
    printed = capsys.readouterr().out

    assert "+DEBUG = " in printed and "SECRET_KEY = '***'" in printed
    assert key not in printed


def test_a_key_is_not_in_a_line_that_is_no_python(tmp_path: Path, capsys):
    key = "8f4k2m9x7q1z5w3v6b0n"
    files = {
        "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n",
        "shop/settings.py": f"SECRET_KEY = '{key}\n",
    }
    main(["doctor", str(write(tmp_path, files))])
    printed = capsys.readouterr().out

    assert "settings-syntax" in printed
    assert key not in printed


def test_settings_of_a_newer_python_are_doubted_only(tmp_path: Path):
    files = {"manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n"}  # fmt: skip
    broken = {**files, "shop/settings.py": "X = (\n"}
    newer = f"{sys.version_info[0]}.{sys.version_info[1] + 1}\n"

    assert at(found(tmp_path, "settings-syntax", broken)) == [(1, 5, "warning")]
    assert at(
        found(tmp_path, "settings-syntax", {**broken, ".python-version": newer})
    ) == [(1, 5, "warning")]


def test_settings_out_of_the_project_are_not_read(tmp_path: Path):
    root = write(tmp_path / "project", {"Procfile": "release: x\n"})
    write(tmp_path, {"secret/settings.py": "ROOT_URLCONF = 'x'\nDEBUG = True\n"})
    (root / "shop").symlink_to(tmp_path / "secret")

    assert [each.rule for each in diagnose(root).findings] == []


def test_a_pipe_in_place_of_the_settings_is_not_waited_for(tmp_path: Path):
    (tmp_path / "shop").mkdir()
    os.mkfifo(tmp_path / "shop" / "settings.py")
    write(tmp_path, {"Procfile": "release: x\n"})

    assert json.dumps([each.rule for each in diagnose(tmp_path).findings]) == "[]"
