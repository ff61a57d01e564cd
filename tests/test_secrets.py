"""
A secret in every variable that the package reads, and in nothing that it says.
"""

from __future__ import annotations

import pkgutil
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import heroku_support
import heroku_support.management.commands
from heroku_support import Heroku
from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError
from heroku_support.explain import explain
from heroku_support.redaction import SHORTEST, is_secret_name
from heroku_support.service_url import ServiceURL
from heroku_support.settings import Record
from tests.processes import Project
from tests.settings.places import WEB
from tests.settings.test_database_url import HOSTILE, LETTERS, MUTATIONS, mutated

PACKAGE = Path(heroku_support.__file__).parent
VARIABLE = re.compile(r"""["']([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)["']""")
NOT_HELPERS = {"dyno", "decisions"}

# Local addresses where nothing listens: who tries, fails at once.
HOST = "127.0.0.1:1"
FORMS = {
    "DATABASE": "postgres://app:{}@" + HOST + "/shop",
    "POSTGRESQL": "postgres://app:{}@" + HOST + "/shop",
    "REDIS": "redis://:{}@" + HOST,
    "AMQP": "amqp://app:{}@" + HOST + "/app",
    "EMAIL": "smtp://app:{}@" + HOST,
    # Here the path, or the user, is the secret.
    "WEBSOLR": "http://" + HOST + "/solr/{}",
    "METRICS": "http://" + HOST + "/{}",
    "SENTRY": "http://{}@" + HOST + "/7",
    "CLOUDCUBE_URL": "https://app:{}@cloud-cube.s3.amazonaws.com/cube",
}
ANY_URL = "http://app:{}@" + HOST
# What stands beside a secret, so that its helper goes on.
COMPANIONS = {
    "AWS_ACCESS_KEY_ID": "app",
    "BUCKETEER_AWS_ACCESS_KEY_ID": "app",
    "CLOUDCUBE_ACCESS_KEY_ID": "app",
    "AWS_STORAGE_BUCKET_NAME": "bucket",
    "BUCKETEER_BUCKET_NAME": "bucket",
    "MEMCACHIER_SERVERS": "mc.example.com:11211",
    "MEMCACHIER_USERNAME": "app",
    "MEMCACHEDCLOUD_SERVERS": "mc.example.com:11211",
    "MEMCACHEDCLOUD_USERNAME": "app",
    "SENDGRID_USERNAME": "app",
    "MAILGUN_SMTP_LOGIN": "app",
    "SASL_PATH": "/usr/lib",
}


def named_in_the_source() -> set[str]:
    """
    Return what the package has of names that a config var could have.
    """
    return {
        name
        for path in PACKAGE.rglob("*.py")
        for name in VARIABLE.findall(path.read_text())
    }


def is_url(name: str) -> bool:
    return "URL" in name.split("_") or name.endswith("_DSN")


# MEMCACHIER_PASSWORD and the like are put together from a prefix.
MORE = {"MEMCACHIER_PASSWORD", "MEMCACHEDCLOUD_PASSWORD", "DJANGO_SUPERUSER_PASSWORD"}
MORE |= {"HEROKU_POSTGRESQL_BRONZE_URL", "HEROKU_METRICS_URL"}
SECRETS = sorted(
    name
    for name in named_in_the_source() | MORE
    if is_url(name) or (is_secret_name(name) and not name.endswith("_ID"))
)
URLS = [name for name in SECRETS if is_url(name)]


def canary(name: str) -> str:
    """
    Return a secret of the variable's own, of a length that an add-on gives.
    """
    return f"cAnArY{sha256(name.encode()).hexdigest()[:32]}"


def form(name: str) -> str:
    if not is_url(name):
        return "{}"
    return next((each for word, each in FORMS.items() if word in name), ANY_URL)


def right(name: str) -> str:
    return form(name).format(canary(name))


def broken(name: str) -> Iterator[str]:
    """
    Return what is left of a value after a slip of the hand.
    """
    secret, value = canary(name), right(name)
    yield from (f"'{value}'", value.replace(secret, f"#{secret}/?{secret}%zz"))
    yield from (value.replace("//", "/", 1), value.replace(":1", f":{secret}"))
    yield from (secret, f"\N{LEFT-POINTING ANGLE BRACKET}{value} {secret}")


EVERYTHING = {**COMPANIONS, **{name: right(name) for name in SECRETS}}
CANARIES = {name: canary(name) for name in SECRETS}


def load(heroku: Heroku) -> dict[str, Any]:
    """
    Use every helper.
    """
    lists = {"installed_apps": [[]], "middleware": [[]]}
    helpers = [name for name in dir(Heroku) if not name.startswith("_")]
    with heroku:
        return {
            name: getattr(heroku, name)(*lists.get(name, []))
            for name in helpers
            if name not in NOT_HELPERS
        }


def heroku(environ: Mapping[str, str]) -> Heroku:
    return Heroku(environ, argv=["manage.py", "check"])


def said(environ: Mapping[str, str]) -> str:
    """
    Return all that is said about an environment: the error and its chain, or the decisions.
    """
    made = heroku(environ)
    try:
        load(made)
    except ConfigError as error:
        return "\n".join(chain(error))
    explained = [each.as_text(80) for each in explain([made], object())]
    return "\n".join([*explained, repr(made.decisions)])


def chain(error: BaseException | None) -> Iterator[str]:
    """
    Return an error and those behind it, also those that a traceback leaves out.
    """
    while error is not None:
        yield "".join(traceback.format_exception(error))
        yield repr(vars(error))
        error = error.__cause__ or error.__context__


def leaks(text: str) -> list[str]:
    """
    Return the variables whose secret, or eight characters of it, stands in the text.
    """
    return [
        name
        for name, secret in CANARIES.items()
        if any(secret[at : at + 8] in text for at in range(6, len(secret) - 7))
    ]


def test_the_variables_are_those_of_the_add_ons():
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "CLOUDAMQP_URL",
        "EMAIL_URL",
        "SENTRY_DSN",
    ):
        assert name in URLS
    for name in ("SECRET_KEY", "SENDGRID_API_KEY", "BUCKETEER_AWS_SECRET_ACCESS_KEY"):
        assert name in SECRETS


def test_right_values_are_no_problem():
    assert "problem" not in said({**EVERYTHING, **WEB})


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_not_in_the_decisions_of_its_service(name):
    service = {
        each: value
        for each, value in EVERYTHING.items()
        if each.partition("_")[0] == name.partition("_")[0]
    }
    text = said({"SECRET_KEY": "k" * 50, **WEB, **service})

    assert leaks(text) == []


@pytest.mark.parametrize("name", [name for name in URLS if "app:{}" in form(name)])
def test_a_secret_that_is_the_user_as_well_is_not_in_the_decisions(name):
    secret = canary(name)
    url = form(name).replace("app:{}", f"{secret}:{secret}")
    others = {"SECRET_KEY": "k" * 50, "DATABASE_URL": "sqlite:///db.sqlite3"}

    assert leaks(said({**others, **WEB, name: url})) == []


@pytest.mark.parametrize("name", SECRETS)
def test_a_malformed_variable_is_said_without_its_secret(name):
    for value in broken(name):
        for others in (EVERYTHING, {**WEB, "SECRET_KEY": "k" * 50}):
            assert leaks(said({**others, **WEB, name: value})) == []


# Or each example searches the folders of this machine for libraries.
LIBRARIES = {"GDAL_LIBRARY_PATH": __file__, "GEOS_LIBRARY_PATH": __file__}
PASSWORDS = st.text(LETTERS, min_size=SHORTEST) | st.text(
    LETTERS + HOSTILE, min_size=SHORTEST
)


@pytest.mark.no_cover
@settings(max_examples=2000, deadline=None)
@given(st.sampled_from(URLS), PASSWORDS, MUTATIONS)
def test_no_piece_of_a_random_password_is_in_what_is_said(name, password, mutations):
    url = mutated(form(name).format(password), mutations)
    text = said({**WEB, **LIBRARIES, "SECRET_KEY": "k" * 50, name: url})
    pieces = {password[at : at + 4] for at in range(len(password) - 3)}

    assert [each for each in pieces if set(each) <= set(LETTERS) and each in text] == []


SETTINGS = """
from heroku_support import Heroku

with Heroku() as heroku:
    globals().update(heroku.security())
    DEBUG = heroku.debug()
    SECRET_KEY = heroku.secret_key()
    SECRET_KEY_FALLBACKS = heroku.secret_key_fallbacks()
    ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")
    CSRF_TRUSTED_ORIGINS = heroku.csrf_trusted_origins()
    DATABASES = heroku.databases()
    CACHES = heroku.caches()
    KEY_VALUE_URL = heroku.key_value_url()
    STORAGES = heroku.storages()
    LOGGING = heroku.logging()
    INSTALLED_APPS = heroku.installed_apps(
        ["django.contrib.auth", "django.contrib.contenttypes"]
    )
    MIDDLEWARE = heroku.middleware([])
    globals().update(heroku.email())
    globals().update(heroku.celery())
    HAYSTACK_CONNECTIONS = heroku.haystack_connections()
    CHANNEL_LAYERS = heroku.channel_layers()
    RQ_QUEUES = heroku.rq_queues()
    globals().update(heroku.geo())
    SENTRY = heroku.sentry()

HEROKU_METRICS_URL = heroku.dyno.vars.get("HEROKU_METRICS_URL")
HEROKU_SUPPORT_HEALTH_TOKEN = heroku.dyno.vars.get("HEROKU_SUPPORT_HEALTH_TOKEN")
HEROKU_SUPPORT_RELEASE_SUPERUSER = True
HEROKU_SUPPORT_RELEASE_DEADLINE = 3  # its database never answers
ROOT_URLCONF = "urls"
"""
MANAGE = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canary_settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
# Reports of one failure in each way that a project has, all to stdout.
REPORTS = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canary_settings")
import django
django.setup()
import sentry_sdk
from django.conf import settings
from django.test import RequestFactory
from django.test.utils import override_settings
from django.utils.log import AdminEmailHandler
from django.views.debug import technical_500_response
from sentry_sdk.transport import Transport
import logging

class Printed(Transport):
    def capture_envelope(self, envelope):
        print(envelope.serialize().decode("utf-8", "replace"))

class Mail(AdminEmailHandler):
    def send_mail(self, subject, message, *args, html_message=None, **kwargs):
        print(subject, message, html_message)

sentry_sdk.init(
    **settings.SENTRY, transport=Printed, max_request_body_size="always",
    default_integrations=False,
)

def fail(request):
    environment, databases = dict(os.environ), settings.DATABASES
    caches, broker, sentry = settings.CACHES, settings.CELERY_BROKER_URL, settings.SENTRY
    values = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    pool = [*environment.values()]
    try:
        raise ConnectionError(f"lost {environment}")
    except ConnectionError as error:
        raise ValueError(f"{pool} {databases} {values}") from error

mail = logging.Logger("mail")
mail.addHandler(Mail(include_html=True))
for accepted in ("text/html", "text/plain"):
    request = RequestFactory().post(
        "/?next=" + os.environ["DATABASE_URL"], dict(os.environ), HTTP_ACCEPT=accepted
    )
    request.META.update(os.environ)  # as runserver does
    request.COOKIES.update(os.environ)
    for debug in (True, False):
        with override_settings(DEBUG=debug):
            try:
                fail(request)
            except ValueError:
                page = technical_500_response(request, *sys.exc_info())
                print(page.headers["Content-Type"], page.content.decode())
                mail.error("failed", exc_info=True, extra={"request": request})
                sentry_sdk.capture_exception()
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    directory = tmp_path_factory.mktemp("canary")
    (directory / "canary_settings.py").write_text(SETTINGS)
    (directory / "urls.py").write_text("urlpatterns = []\n")
    (directory / "manage.py").write_text(MANAGE)
    (directory / "reports.py").write_text(REPORTS)
    return Project(directory)


def commands() -> list[list[str]]:
    """
    Return every command of the package, with ``--json`` where it has that.
    """
    found = [["check", "--deploy"]]
    for module in pkgutil.iter_modules(heroku_support.management.commands.__path__):
        found.append([module.name])
        source = PACKAGE / "management" / "commands" / f"{module.name}.py"
        if '"--json"' in source.read_text():
            found.append([module.name, "--json"])
    return found


USER = {"DJANGO_SUPERUSER_USERNAME": "ada", "DJANGO_SUPERUSER_EMAIL": "a@example.com"}


def test_the_settings_use_every_helper():
    public = {name for name in dir(Heroku) if not name.startswith("_")} - NOT_HELPERS

    assert public == set(re.findall(r"heroku\.(\w+)\(", SETTINGS))


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_no_command_says_a_secret(project, command):
    done = project.manage(*command, **EVERYTHING, **WEB, **USER)

    assert "this app's configuration" not in done.stderr
    assert leaks(done.stdout + done.stderr) == []


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_no_command_says_a_secret_where_all_are_malformed(project, command):
    malformed = {name: f"{right(name)}#\t" for name in URLS}
    done = project.manage(*command, **{**EVERYTHING, **malformed}, **WEB, **USER)

    assert done.returncode != 0
    assert "problems with this app's configuration" in done.stderr
    assert leaks(done.stdout + done.stderr) == []


def test_no_report_of_an_error_has_a_secret(project):
    done = project.run(sys.executable, "reports.py", **EVERYTHING, **WEB)

    assert done.returncode == 0, done.stderr[-2000:]
    for part in ("text/html", "text/plain", "ERROR", '"type":"event"'):
        assert part in done.stdout
    assert leaks(done.stdout + done.stderr) == []


def test_what_a_class_shows_of_itself_has_no_secret():
    made = heroku({**EVERYTHING, **WEB})
    load(made)
    url = ServiceURL("postgres", "app", canary("DATABASE_URL"), "h")
    shown = [made, made.dyno, made.record, made.decisions, url]

    assert all(
        isinstance(each, (Heroku, Dyno, Record, tuple, ServiceURL)) for each in shown
    )
    assert leaks(repr(shown) + str(url)) == []
