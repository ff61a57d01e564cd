"""
Bugs that projects on Heroku have met in other packages, and that must not come back.

One test each, named after what went wrong, with the report beside it; the modules' own tests
go further.
"""

from __future__ import annotations

import configparser
import inspect
import json
import logging
from importlib.metadata import requires
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory, override_settings
from packaging.requirements import Requirement

from heroku_support import Heroku, gunicorn
from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError
from tests.settings.places import (
    BUILD,
    CI,
    EVERYWHERE,
    FIR,
    LOCAL,
    ON_HEROKU,
    RELEASE,
    RUN,
    WEB,
    heroku,
    problem_of,
)

REMOTE = "ec2-3-3-3-3.compute-1.amazonaws.com"
POSTGRES = f"postgres://user:password@{REMOTE}:5432/name"
STORE = f"rediss://:password@{REMOTE}:6380"
SQLITE = "sqlite:///db.sqlite3"
PGBOUNCER = "postgres://user:password@127.0.0.1:6000/db1"


def database(environ: Any, url: str | None, **arguments: Any) -> Any:
    variables = {} if url is None else {"DATABASE_URL": url}
    settings = heroku(environ, **variables)
    return settings.databases(**{"default": SQLITE, **arguments})["default"]


# --- the database ---------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "  "])
def test_an_empty_database_url_does_not_hide_the_default(url: str):
    # dj-database-url returns {} for an empty variable, whatever the default.
    assert database(LOCAL, url)["NAME"] == "db.sqlite3"


@pytest.mark.parametrize("environ", [RUN, WEB, FIR])
@pytest.mark.parametrize("url", [None, "", " "])
def test_a_missing_database_url_is_an_error_not_a_warning(environ, url, caplog):
    # dj-database-url#72: a warning on the root logger, and "supply the ENGINE value" later.
    problem = problem_of(database, environ, url)

    assert problem.fix == "heroku addons:create heroku-postgresql:essential-0"
    assert caplog.records == []


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_sqlite_gets_no_sslmode(environ):
    # doccano#170, #189; django-material-dashboard#3: TypeError at the first query.
    assert "OPTIONS" not in database(environ, SQLITE)


def test_sqlite_on_a_dyno_is_no_error_of_the_settings():
    # It is a system check's, so that manage.py help and collectstatic live.
    assert database(WEB, SQLITE)["ENGINE"] == "django.db.backends.sqlite3"


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_mysql_gets_no_sslmode(environ):
    # dj-database-url#107, #280.
    entry = database(environ, f"mysql://user:password@{REMOTE}/name")

    assert "sslmode" not in entry.get("OPTIONS", {})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "db", "%2Ftmp"])
@pytest.mark.parametrize("environ", EVERYWHERE)
def test_local_postgres_needs_no_tls(environ, host):
    # django-heroku#10.
    entry = database(environ, f"postgres://user:password@{host}/name")

    assert "sslmode" not in entry["OPTIONS"]


def test_in_dyno_postgres_of_heroku_ci_needs_no_tls():
    # django-heroku#17.
    entry = database(CI, "postgres://u:p@localhost:5432/test")

    assert "sslmode" not in entry["OPTIONS"]


@pytest.mark.parametrize("environ", [WEB, RELEASE, RUN])
def test_on_dyno_pgbouncer_gets_no_tls_and_no_cursors_of_the_server(environ):
    # heroku-buildpack-pgbouncer#118.
    entry = database(environ, PGBOUNCER)

    assert "sslmode" not in entry["OPTIONS"]
    assert entry["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.parametrize("environ", [LOCAL, WEB])
def test_a_url_with_verify_full_is_not_weakened(environ):
    # django-heroku#10, dj-database-url: ssl_require overrode the URL.
    entry = database(environ, f"{POSTGRES}?sslmode=verify-full")

    assert entry["OPTIONS"]["sslmode"] == "verify-full"


def test_a_pool_leaves_no_persistent_connections():
    # Django: "Pooling doesn't support persistent connections."
    entry = database(WEB, POSTGRES, pool=True, conn_max_age=60)

    assert (entry["CONN_MAX_AGE"], entry["CONN_HEALTH_CHECKS"]) == (0, True)
    assert entry["OPTIONS"]["pool"] is True


def test_a_pool_with_psycopg2_says_what_to_install(monkeypatch):
    # Django: "Database pooling requires psycopg >= 3". That psycopg 3 is missing has to be
    # pretended: it is installed here.
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "psycopg" else found(name, *rest),
    )
    problem = problem_of(database, WEB, POSTGRES, pool=True)

    line = "echo 'django-heroku-support[postgres]' >> requirements.txt"
    assert problem.fix == line


def test_no_driver_is_dragged_in():
    # django-heroku#7, #18, #42, #44: psycopg2, with a compiler.
    core = {
        Requirement(line).name
        for line in requires("django-heroku-support") or []
        if "extra ==" not in line
    }

    assert core == {
        "dj-database-url",
        "django",
        "django-environ",
        "gunicorn",
        "whitenoise",
    }


@pytest.mark.parametrize("environ", [CI, {"CI": "true"}])
def test_ci_alone_changes_no_test_runner(environ):
    # django-heroku#31, #39: a runner that drops every table, with SQL that is none.
    names = {each.setting for each in every_helper(environ).decisions}

    assert "TEST_RUNNER" not in names


# --- the key -------------------------------------------------------------------------------


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_a_key_that_begins_with_a_dollar_is_a_key(environ):
    # django-environ#98, #207, #213, #271, #284, #415: read as a reference, and printed.
    key = "$" + "k" * 50

    assert heroku(environ, SECRET_KEY=key).secret_key() == key


@pytest.mark.parametrize("environ", [LOCAL, WEB])
@pytest.mark.parametrize(
    ("variable", "helper"),
    [
        ("DATABASE_URL", Heroku.databases),
        ("REDIS_URL", Heroku.caches),
        ("CLOUDAMQP_URL", Heroku.celery),
        ("EMAIL_URL", Heroku.email),
    ],
)
def test_no_variable_refers_to_another(environ, variable, helper):
    # django-environ follows DATABASE_URL=$OTHER_URL.
    settings = heroku(environ, **{variable: "$OTHER_URL", "OTHER_URL": POSTGRES})

    assert problem_of(helper, settings).variable == variable


@pytest.mark.parametrize(
    "environ", [BUILD, {"CNB_STACK_ID": "heroku-24"}], ids=["classic", "cnb"]
)
def test_a_build_needs_no_config_var(environ):
    # heroku-buildpack-python#653, #199: collectstatic trips over the settings.
    settings = every_helper(environ, argv=["manage.py", "collectstatic"])

    assert settings.dyno.phase == "build"


@pytest.mark.parametrize("environ", [BUILD, {"CNB_STACK_ID": "heroku-24"}])
def test_a_build_whose_dyno_is_named_needs_no_config_var(environ):
    # The classic build has DYNO as well.
    named = {**environ, "DYNO": "run.1"} if environ is BUILD else environ

    assert (
        every_helper(named, argv=["manage.py", "collectstatic"]).dyno.phase == "build"
    )


def test_ci_finds_static_files_without_a_manifest():
    # whitenoise#625, #274, #210, #163: an entry that is missing is a 500.
    backend = heroku(CI).storages()["staticfiles"]["BACKEND"]

    assert "Manifest" not in backend


# --- the Key-Value Store -------------------------------------------------------------------


def test_a_store_behind_tls_is_not_verified_by_anybody():
    # cookiecutter-django#5500, fx-private-relay#5131, celery#5371, django-redis#554,
    # channels_redis#370, django-rq#674: October 2024, when all plans went behind TLS.
    settings = heroku(WEB, REDIS_URL=STORE)
    url = settings.key_value_url()
    celery = settings.celery()

    assert url.endswith("ssl_cert_reqs=none")
    assert str(settings.caches()).count("ssl_cert_reqs=none") == 1
    assert "ssl_cert_reqs=none" in celery["CELERY_BROKER_URL"]
    assert "ssl_cert_reqs=none" in (celery["CELERY_RESULT_BACKEND"] or "")
    assert "ssl_cert_reqs=none" in str(settings.channel_layers())
    assert "ssl_cert_reqs=none" in str(settings.rq_queues())


def test_a_store_without_tls_gets_no_option_of_tls():
    # TypeError: AbstractConnection.__init__() got an unexpected keyword argument.
    settings = heroku(WEB, REDIS_URL="redis://:password@localhost:6379")

    assert "ssl" not in settings.key_value_url()
    assert "ssl" not in str(settings.caches())


def test_the_url_behind_tls_is_preferred():
    plain = f"redis://:password@{REMOTE}:6379"
    url = heroku(WEB, REDIS_URL=plain, REDIS_TLS_URL=STORE).key_value_url()

    assert url.startswith("rediss://")


def test_an_installed_django_redis_changes_nothing():
    # django-environ takes it whenever it is there, and then loses the options.
    import django_redis

    assert django_redis
    backend = heroku(WEB, REDIS_URL=STORE).caches()["default"]["BACKEND"]

    assert backend == "django.core.cache.backends.redis.RedisCache"


def test_valkey_keeps_its_scheme():
    # django-environ#553: a location without any.
    settings = heroku(WEB, REDIS_URL=STORE.replace("rediss", "valkeys"))
    (location,) = [settings.caches()["default"]["LOCATION"]]

    assert str(location).startswith("rediss://")


def test_the_prefix_of_keys_is_kept():
    # django-environ#517.
    caches = heroku(WEB, REDIS_URL=STORE).caches(key_prefix="shop")

    assert caches["default"]["KEY_PREFIX"] == "shop"


# --- hosts and TLS -------------------------------------------------------------------------


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_no_wildcard_is_allowed_that_nobody_wrote(environ):
    # django-heroku#5, #27; django-on-heroku#8.
    assert "*" not in heroku(environ).allowed_hosts("www.example.com")


def test_hosts_with_spaces_are_hosts():
    # django-environ: 'a.com, b.com' becomes ' b.com'.
    settings = heroku(WEB, CANONICAL_HOST="a.example, b.example")

    assert settings.allowed_hosts(" c.example ")[:3] == [
        "c.example",
        "a.example",
        "b.example",
    ]


def test_an_app_without_a_known_domain_answers():
    # django-simple-deploy#242: app names have had a random suffix since June 2023.
    assert heroku(WEB, HEROKU_APP_NAME="shop").allowed_hosts() == [".herokuapp.com"]


def test_http_is_redirected_and_debug_is_off():
    # python-getting-started#250, #251, #253: missing for years.
    settings = heroku(WEB)

    assert settings.security()["SECURE_SSL_REDIRECT"] is True
    assert settings.debug() is False


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_only_behind_the_router_a_client_is_believed_to_have_come_over_tls(environ):
    # Without a router in front any client may send the header.
    request = RequestFactory().get("/", HTTP_X_FORWARDED_PROTO="https")
    header = heroku(environ).security()["SECURE_PROXY_SSL_HEADER"]

    with override_settings(SECURE_PROXY_SSL_HEADER=header):
        assert request.is_secure() is (environ in ON_HEROKU)


def test_every_logger_has_a_handler():
    # django-heroku configured one called testlogger.
    root = heroku(WEB).logging()["root"]

    assert root["handlers"] and root["level"] == "INFO"


# --- mail, places, search ------------------------------------------------------------------


def test_mail_is_said_in_one_of_two_ways_never_in_both():
    # django-environ#606: EMAIL_* beside MAILERS is ImproperlyConfigured on Django 6.1.
    names = set(heroku(WEB, EMAIL_URL="smtp+tls://u:p@mail.example.com:587").email())

    assert ("MAILERS" in names) != any(name.startswith("EMAIL_") for name in names)


def test_an_empty_library_path_counts_as_none():
    # heroku-buildpack-geodjango#6: kills collectstatic.
    assert heroku(WEB, GDAL_LIBRARY_PATH="").geo() == heroku(WEB).geo()


def test_the_search_keeps_its_tls():
    # django-environ says http:// whatever the URL says.
    url = "https://index.websolr.com/solr/0123456789a"
    connection = heroku(WEB, WEBSOLR_URL=url).haystack_connections()["default"]

    assert connection["URL"] == url


# --- gunicorn ------------------------------------------------------------------------------


def options(environ: Any, **variables: str) -> dict[str, Any]:
    return gunicorn.options(Dyno.from_environ({**environ, **variables}, argv=()))


def test_idle_connections_outlive_the_routers():
    # python-getting-started#261, #263.
    assert options(WEB)["keepalive"] == 95


def test_no_client_moves_the_script_prefix():
    # FORWARDED_ALLOW_IPS=* of the buildpack, and SCRIPT_NAME in a request.
    assert options(WEB, FORWARDED_ALLOW_IPS="*")["forwarder_headers"] == ""


def test_gunicorn_needs_no_home_to_write_to():
    # mozilla/sumo#2882, QFieldCloud#1706, koku#6046, bugsink#405.
    assert options(WEB)["control_socket_disable"] is True


def test_a_machine_without_ipv6_is_listened_on(monkeypatch):
    # The kernel of the machine that tests cannot be asked to be without.
    monkeypatch.setattr(gunicorn, "socket", SimpleNamespace(has_dualstack_ipv6=bool))

    assert options(WEB, PORT="5006")["bind"] == "0.0.0.0:5006"


def test_a_fir_dyno_has_workers_and_trusts_the_router(tmp_path: Path):
    # The cloud native buildpack sets neither WEB_CONCURRENCY nor FORWARDED_ALLOW_IPS.
    (tmp_path / "memory.max").write_text(str(1024 * 1024 * 1024))
    dyno = Dyno.from_environ(FIR, argv=(), cgroup=tmp_path)

    assert gunicorn.options(dyno)["workers"] > 1
    assert heroku(FIR).security()["SECURE_PROXY_SSL_HEADER"] == (
        "HTTP_X_FORWARDED_PROTO",
        "https",
    )


@pytest.mark.source
def test_a_gunicorn_that_loses_requests_is_not_accepted():
    # gunicorn#3627, #3821.
    setup = configparser.ConfigParser()
    setup.read(Path(__file__).parent.parent / "setup.cfg")

    assert "gunicorn>=27.0.1" in setup["options"]["install_requires"].split()


def test_an_asgi_server_keeps_no_connections():
    # gunicorn#3627; Django docs, "Persistent connections": disable them under ASGI.
    settings = heroku(
        WEB, argv=["/app/.heroku/bin/uvicorn", "config.asgi"], DATABASE_URL=POSTGRES
    )

    assert settings.databases()["default"]["CONN_MAX_AGE"] == 0


# --- the whole -----------------------------------------------------------------------------


def every_helper(environ: Any, **arguments: Any) -> Heroku:
    """
    Call every helper that takes no argument.
    """
    settings = heroku(environ, **arguments)
    for name, method in inspect.getmembers(settings, inspect.ismethod):
        if not name.startswith("_") and name not in ("middleware", "installed_apps"):
            method()
    return settings


def test_all_problems_are_said_at_once():
    # environs#56: "validation only happens one field at a time".
    with pytest.raises(ConfigError) as caught, heroku(WEB, REDIS_URL="x") as settings:
        settings.secret_key()
        settings.databases()
        settings.caches()

    assert {each.variable for each in caught.value.problems} == {
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
    }


def test_what_a_helper_returns_can_be_pasted():
    # python-getting-started#167: inline settings are clearer.
    settings = heroku(LOCAL, DEBUG="true", REDIS_URL=STORE)
    values = [
        settings.databases(default=SQLITE),
        settings.caches(),
        settings.celery(),
        settings.channel_layers(),
        settings.storages(),
        settings.security(),
        settings.email(),
        settings.logging(),
    ]

    assert json.loads(json.dumps(values))


def test_settings_that_are_right_log_nothing(caplog):
    with caplog.at_level(logging.DEBUG):
        every_helper(LOCAL, DEBUG="true")

    assert caplog.records == []
