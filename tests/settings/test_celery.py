"""
Celery's settings: which broker, and what is set for a dyno that is stopped and started.
"""

from __future__ import annotations

from typing import Any

import pytest
from celery import Celery
from celery.app.defaults import DEFAULTS
from kombu import Connection

from heroku_support.errors import ConfigError
from heroku_support.settings.typed import CelerySettings
from tests.settings.places import EVERYWHERE, FIR, LOCAL, WEB, heroku, problem_of

WORKER = {"DYNO": "worker.1"}
STORE = "rediss://:Kv8pW3pT@ec2-1-2-3-4.compute-1.amazonaws.com:6379"
STORE_URL = f"{STORE}/?ssl_cert_reqs=none"
AMQP = "amqps://hare:Qm7xV9kW@hare.rmq2.cloudamqp.com/burrow"
STACKHERO = "amqps://admin:Qm7xV9kW@abc.stackhero-network.com:5671"


def configured(**variables: str) -> Any:
    """
    Return the configuration that Celery itself reads from the settings.
    """
    app = Celery(set_as_current=False)
    app.config_from_object(
        heroku(WORKER, **variables).celery(), namespace="CELERY", force=True
    )
    return app.conf


# --- the broker ----------------------------------------------------------------------------


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_without_a_broker_tasks_run_where_they_are_called(environ):
    settings = heroku(environ).celery()

    assert settings["CELERY_TASK_ALWAYS_EAGER"] is True
    assert settings["CELERY_BROKER_URL"] == "memory://"
    assert settings["CELERY_RESULT_BACKEND"] is None


def test_the_store_is_the_broker_and_keeps_the_results():
    settings = heroku(WORKER, REDIS_URL=STORE).celery()

    assert settings["CELERY_TASK_ALWAYS_EAGER"] is False
    assert settings["CELERY_BROKER_URL"] == STORE_URL
    assert settings["CELERY_RESULT_BACKEND"] == STORE_URL


def test_cloudamqp_comes_before_the_store_which_keeps_the_results():
    settings = heroku(WORKER, REDIS_URL=STORE, CLOUDAMQP_URL=AMQP).celery()

    assert settings["CELERY_BROKER_URL"] == AMQP
    assert settings["CELERY_RESULT_BACKEND"] == STORE_URL
    assert settings["CELERY_BROKER_TRANSPORT_OPTIONS"] == {}


def test_a_broker_without_a_store_keeps_no_results():
    settings = heroku(WORKER, CLOUDAMQP_URL=AMQP).celery()

    assert settings["CELERY_RESULT_BACKEND"] is None
    assert settings["CELERY_TASK_ALWAYS_EAGER"] is False


def test_stackhero_is_a_broker_as_well():
    settings = heroku(WORKER, STACKHERO_RABBITMQ_AMQP_URL_TLS=STACKHERO).celery()

    assert settings["CELERY_BROKER_URL"].startswith(STACKHERO)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("amqp://u:p@a.rmq.cloudamqp.com/v", "amqps://u:p@a.rmq.cloudamqp.com:5671/v"),
        (
            "amqp://u:p@a.CloudAMQP.com:5672/v",
            "amqps://u:p@a.CloudAMQP.com:5671/v",
        ),
        ("amqp://u:p@a.cloudamqp.com:1883/v", "amqp://u:p@a.cloudamqp.com:1883/v"),
        ("amqp://u:p@localhost:5672/v", "amqp://u:p@localhost:5672/v"),
        ("amqp://u:p@cloudamqp.com.example/v", "amqp://u:p@cloudamqp.com.example/v"),
    ],
)
def test_cloudamqp_is_reached_over_tls_and_other_hosts_as_the_url_says(url, expected):
    assert heroku(WORKER, CLOUDAMQP_URL=url).celery()["CELERY_BROKER_URL"] == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "/"),
        ("/", "/"),
        ("/%2F", "/"),
        ("/burrow", "burrow"),
        ("/a%2Fb%20c", "a/b c"),
    ],
)
def test_a_virtual_host_may_have_any_name(path: str, expected: str):
    settings = heroku(WORKER, CLOUDAMQP_URL=f"amqp://u:p%40@localhost{path}").celery()
    connection = Connection(settings["CELERY_BROKER_URL"])

    assert connection.as_uri(include_password=True, mask="")
    assert (connection.virtual_host or "/", connection.password) == (expected, "p@")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://u:Qm7xV9kW@host/v", "neither amqp nor amqps"),
        ("amqps:///v", "names no host"),
        ("amqps://u:Qm7xV9kW/x@host/v", "percent-encoded"),
        ("Qm7xV9kW", "is not a URL"),
    ],
)
def test_a_malformed_broker_is_a_problem_without_its_password(url: str, reason: str):
    problem = problem_of(heroku(WORKER, CLOUDAMQP_URL=url).celery)

    assert problem.variable == "CLOUDAMQP_URL"
    assert reason in problem.reason
    assert "Qm7x" not in str(problem)


def test_a_problem_with_the_store_is_told_once():
    problem = problem_of(heroku(WORKER, REDIS_URL="ftp://:Kv8pW3pT@host").celery)

    assert problem.variable == "REDIS_URL"


def test_placeholders_of_malformed_brokers_send_nothing():
    app = heroku(WORKER, CLOUDAMQP_URL="amqps:///v")
    app.record.collecting = True

    assert app.celery()["CELERY_TASK_ALWAYS_EAGER"] is True


def test_a_broker_that_is_given_leaves_the_environments_unread():
    settings = heroku(WORKER, CLOUDAMQP_URL="no URL")

    settings.celery(CELERY_BROKER_URL=AMQP)

    sources = {each.setting: each.source for each in settings.decisions}
    assert sources["CELERY_TASK_ALWAYS_EAGER"] == "argument"


def test_the_first_of_several_brokers_says_what_they_are():
    brokers = ["redis://a.example", "redis://b.example"]
    value = heroku(WORKER).celery(CELERY_BROKER_URL=brokers)

    assert value["CELERY_BROKER_URL"] == brokers
    assert value["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]


@pytest.mark.parametrize("broker", [None, []])
def test_a_broker_that_is_given_and_none_is_a_problem(broker):
    problem = problem_of(heroku(WORKER).celery, CELERY_BROKER_URL=broker)

    assert problem.variable == "celery(CELERY_BROKER_URL=…)"
    assert problem.fix == "heroku.celery()"


def test_a_broker_that_is_none_leaves_a_placeholder_in_a_with_block():
    with pytest.raises(ConfigError), heroku(WORKER) as settings:
        value = settings.celery(CELERY_BROKER_URL=None)

    assert value["CELERY_TASK_ALWAYS_EAGER"] is True


# --- workers -------------------------------------------------------------------------------


def test_a_stopped_worker_has_time_for_short_tasks_and_gives_back_long_ones():
    conf = configured(REDIS_URL=STORE)

    assert conf.task_acks_late is True
    assert 10 < conf.worker_soft_shutdown_timeout < 25
    assert conf.worker_prefetch_multiplier == 1


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({"WEB_CONCURRENCY": "5"}, 5), ({"DYNO_RAM": "256"}, 1)],
)
def test_the_concurrency_is_the_dynos_and_not_the_hosts(variables, expected):
    settings = heroku(WORKER, **variables).celery()

    assert settings["CELERY_WORKER_CONCURRENCY"] == expected


def test_a_concurrency_that_is_no_number_is_a_problem():
    problem = problem_of(heroku(WORKER, WEB_CONCURRENCY="many").celery)

    assert problem.variable == "WEB_CONCURRENCY"


def test_the_beat_writes_its_file_where_a_dyno_may_write():
    on_dyno, here = heroku(WORKER).celery(), heroku(LOCAL).celery()

    assert on_dyno["CELERY_BEAT_SCHEDULE_FILENAME"] == "/tmp/celerybeat-schedule"
    assert here["CELERY_BEAT_SCHEDULE_FILENAME"] == "celerybeat-schedule"


# --- connections ---------------------------------------------------------------------------


def test_pools_fit_small_plans_and_timeouts_are_set():
    conf = configured(REDIS_URL=STORE)
    store = conf.broker_transport_options

    assert conf.broker_pool_limit == 1
    assert conf.redis_socket_connect_timeout and conf.redis_socket_timeout
    assert store["socket_connect_timeout"] and store["socket_timeout"]
    assert store["visibility_timeout"] == 3600


def test_what_cloudamqp_advises_is_set():
    conf = configured(CLOUDAMQP_URL=AMQP)

    assert conf.broker_connection_timeout == 30
    assert conf.broker_heartbeat is None
    assert (conf.event_queue_expires, conf.broker_pool_limit) == (60, 1)


@pytest.mark.parametrize("environ", [WEB, FIR])
def test_a_request_waits_less_for_a_broker_than_a_worker_does(environ):
    web = heroku(environ, CLOUDAMQP_URL=AMQP).celery()
    worker = heroku(WORKER, CLOUDAMQP_URL=AMQP).celery()

    assert web["CELERY_BROKER_CONNECTION_TIMEOUT"] == 3
    assert web["CELERY_TASK_PUBLISH_RETRY_POLICY"]["max_retries"] == 1
    assert worker["CELERY_TASK_PUBLISH_RETRY_POLICY"]["max_retries"] == 3


def test_every_setting_is_one_that_celery_knows():
    names = [name.removeprefix("CELERY_").lower() for name in heroku(LOCAL).celery()]

    assert [name for name in names if name not in DEFAULTS] == []


# --- overrides and decisions ---------------------------------------------------------------


def test_arguments_win():
    settings = heroku(WORKER, CLOUDAMQP_URL=AMQP).celery(
        CELERY_WORKER_CONCURRENCY=8, CELERY_BROKER_URL="amqp://elsewhere"
    )

    assert settings["CELERY_WORKER_CONCURRENCY"] == 8
    assert settings["CELERY_BROKER_URL"] == "amqp://elsewhere"


def test_a_broker_of_ones_own_is_not_overruled_by_eager_tasks():
    settings = heroku(WORKER).celery(CELERY_BROKER_URL="redis://localhost")

    assert settings["CELERY_TASK_ALWAYS_EAGER"] is False
    assert settings["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"] == 3600


def test_an_unknown_argument_is_an_error():
    with pytest.raises(TypeError, match="does not set CELERY_BROKER"):
        heroku(WORKER).celery(CELERY_BROKER="amqp://elsewhere")


def test_each_setting_that_the_type_names_is_returned():
    assert heroku(WORKER).celery().keys() == CelerySettings.__annotations__.keys()


@pytest.mark.parametrize(
    ("variables", "setting", "source", "why"),
    [
        ({}, "CELERY_TASK_ALWAYS_EAGER", "default", "run where they are called"),
        ({}, "CELERY_BROKER_URL", "default", "no broker is attached"),
        ({}, "CELERY_RESULT_BACKEND", "default", "results are not kept"),
        ({"REDIS_URL": STORE}, "CELERY_RESULT_BACKEND", "REDIS_URL", ""),
        ({"CLOUDAMQP_URL": AMQP}, "CELERY_BROKER_URL", "CLOUDAMQP_URL", ""),
        ({"WEB_CONCURRENCY": "3"}, "CELERY_WORKER_CONCURRENCY", "WEB_CONCURRENCY", ""),
    ],
)
def test_decisions_say_where_a_setting_came_from(variables, setting, source, why):
    app = heroku(WORKER, **variables)
    app.celery()
    (decision,) = [each for each in app.decisions if each.setting == setting]

    assert decision.source == source
    assert why in decision.why


def test_decisions_hide_passwords():
    app = heroku(WORKER, REDIS_URL=STORE, CLOUDAMQP_URL=AMQP)
    app.celery(CELERY_WORKER_CONCURRENCY=2)
    (concurrency,) = [d for d in app.decisions if d.setting.endswith("CONCURRENCY")]

    assert concurrency.source == "argument"
    assert "Qm7x" not in str(app.decisions)
    assert "Kv8p" not in str(app.decisions)


@pytest.mark.parametrize("name", ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"])
def test_options_that_kombu_does_not_take_stay_out_of_its_urls(name):
    url = "rediss://:p@store.example.com:6380/2?socket_timeout=9&max_connections=20"

    value = heroku(WEB, REDIS_URL=url).celery()[name]

    expected = "rediss://:p@store.example.com:6380/2?ssl_cert_reqs=none"
    assert value == expected
