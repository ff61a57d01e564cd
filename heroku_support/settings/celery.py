"""
Celery's settings: the broker, and workers that a dyno can be stopped around.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from heroku_support import addons, service_url, variables
from heroku_support.errors import ServiceURLError
from heroku_support.settings import Record, key_value

if TYPE_CHECKING:
    from heroku_support.service_url import ServiceURL
    from heroku_support.settings.typed import CelerySettings, Verify

EXAMPLE = "'amqps://USER:PASSWORD@HOST/VHOST'"
# Kombu's own; with it and with eager tasks nothing is ever sent.
NO_BROKER = "memory://"

# CloudAMQP advises amqps for its servers, which listen on both ports (cloudamqp.com/docs/celery).
WITH_TLS = ".cloudamqp.com"
PLAIN_PORT, TLS_PORT = 5672, 5671

# SIGKILL comes 30 s after SIGTERM (Dev Center, "Dyno Shutdown Behavior"); giving tasks back
# takes a worker two more.
SOFT_SHUTDOWN = 20.0
# An hour, Kombu's own: until then a store keeps the task of a worker that died unheard.
VISIBILITY = 3600
# Seconds. CloudAMQP asks for patience, its names may take long to resolve; a request has 30 in
# all (Dev Center, "Request Timeout"), which are soon used up by one retry after another.
CONNECT_TIMEOUT, CONNECT_TIMEOUT_IN_REQUEST = 30.0, 3.0
STORE_CONNECT_TIMEOUT, STORE_TIMEOUT = 3.0, 5.0
# Celery's own. Of the result backend's, each is a second long.
PUBLISH_RETRIES, RESULT_RETRIES = 3, 20

WHY = {
    "CELERY_TASK_ACKS_LATE": "a task that a dyno's end cuts off is run again",
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "SIGKILL comes 30 s after SIGTERM",
    "CELERY_WORKER_PREFETCH_MULTIPLIER": "what waits in one worker, no other can take",
    "CELERY_WORKER_CONCURRENCY": "not all of the host's cores are this dyno's",
    "CELERY_WORKER_HIJACK_ROOT_LOGGER": "LOGGING stays as Django set it up",
    "CELERY_BROKER_POOL_LIMIT": "small plans allow 20 connections in all",
    "CELERY_BROKER_HEARTBEAT": "the service watches its connections by TCP keep-alive",
    "CELERY_BROKER_CONNECTION_TIMEOUT": "shorter on a web dyno: a request has 30 s",
    "CELERY_TASK_PUBLISH_RETRY_POLICY": "fewer on a web dyno: a request has 30 s",
    "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS": "fewer on a web dyno: a request has 30 s",
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": "a worker outlives its broker's restart",
    "CELERY_EVENT_QUEUE_EXPIRES": "queues of monitors that went away are deleted",
    "CELERY_BEAT_SCHEDULE_FILENAME": "the file of the one beat",
}


def celery(
    record: Record, overrides: CelerySettings, *, verify: Verify
) -> CelerySettings:
    """
    Return the settings by name, for ``namespace="CELERY"``.
    """
    if "CELERY_BROKER_URL" in overrides:
        variable, broker = "argument", _given(record, overrides["CELERY_BROKER_URL"])
    else:
        variable, broker = _broker(record, verify)
    value: CelerySettings = {
        "CELERY_BROKER_URL": broker or NO_BROKER,
        "CELERY_RESULT_BACKEND": _store(record, verify) or None,
        "CELERY_TASK_ALWAYS_EAGER": not broker,
        **_shutdown(),
        **_worker(record),
        **_connections(
            of_store=broker.startswith(("redis:", "rediss:")),
            in_request=record.dyno.process_type == "web",
        ),
    }
    eager = overrides.get("CELERY_TASK_ALWAYS_EAGER", not broker)
    reason = partial(_reason, record, variable, eager)
    group = record.decide_group("celery", value, overrides, reason)
    return cast("CelerySettings", group)


def _broker(record: Record, verify: Verify) -> tuple[str, str]:
    """
    Return the variable that carries the broker and its URL, both empty without one.
    """
    if variable := addons.first(record.dyno.vars, addons.AMQP):
        return variable, _amqp_url(record, variable)
    return (
        key_value.variable_name(record) or "",
        _store(record, verify),
    )


def _given(record: Record, broker: Any) -> str:
    # Celery takes several, for when one is down.
    first = broker[0] if isinstance(broker, (list, tuple)) and broker else broker
    if isinstance(first, str):
        return first
    reason = "is no URL: without it, the environment's is taken."
    record.problem("celery(CELERY_BROKER_URL=…)", reason, "heroku.celery()")
    return ""


def _store(record: Record, verify: Verify) -> str:
    # Kombu takes no others, and these settings have the timeouts.
    return key_value.key_value_url(record, verify, only_tls=True)


def _amqp_url(record: Record, variable: str) -> str:
    def read() -> str:
        return service_url.build(_parse(variables.text(record.dyno.vars, variable)))

    fix = record.assignment(variable, EXAMPLE)
    return record.attempt_url(variable, fix, read) or ""


def _parse(text: str) -> ServiceURL:
    url = service_url.parse(text)
    if url.scheme not in ("amqp", "amqps"):
        raise ServiceURLError("has a scheme that is neither amqp nor amqps.")
    if not url.host:
        raise ServiceURLError("names no host.")
    plain = url.scheme == "amqp" and url.port in (None, PLAIN_PORT)
    if plain and url.host.lower().endswith(WITH_TLS):
        url.scheme, url.port = "amqps", TLS_PORT
    return url


def _shutdown() -> CelerySettings:
    return {
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": SOFT_SHUTDOWN,
    }


def _worker(record: Record) -> CelerySettings:
    dyno = record.dyno
    return {
        "CELERY_WORKER_CONCURRENCY": record.attempt(dyno.worker_count, 1),
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        # The app's folder may belong to somebody else there, and is new with each dyno anyway.
        # Elsewhere a folder that others may write to is no place for a pickle.
        "CELERY_BEAT_SCHEDULE_FILENAME": "/tmp/celerybeat-schedule"
        if dyno.is_heroku
        else "celerybeat-schedule",
    }


def _connections(*, of_store: bool, in_request: bool) -> CelerySettings:
    timeouts = {
        "socket_connect_timeout": STORE_CONNECT_TIMEOUT,
        "socket_timeout": STORE_TIMEOUT,
        "socket_keepalive": True,
    }
    transport = {"visibility_timeout": VISIBILITY, **timeouts} if of_store else {}
    result_retries = 1 if in_request else RESULT_RETRIES
    return {
        "CELERY_BROKER_POOL_LIMIT": 1,
        "CELERY_BROKER_HEARTBEAT": None,
        "CELERY_BROKER_CONNECTION_TIMEOUT": CONNECT_TIMEOUT_IN_REQUEST
        if in_request
        else CONNECT_TIMEOUT,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_TRANSPORT_OPTIONS": transport,
        "CELERY_TASK_PUBLISH_RETRY_POLICY": {
            "max_retries": 1 if in_request else PUBLISH_RETRIES,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 1,
        },
        "CELERY_EVENT_QUEUE_EXPIRES": 60,
        "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS": {
            "retry_policy": {"max_retries": result_retries}
        },
        "CELERY_REDIS_SOCKET_CONNECT_TIMEOUT": STORE_CONNECT_TIMEOUT,
        "CELERY_REDIS_SOCKET_TIMEOUT": STORE_TIMEOUT,
        "CELERY_REDIS_SOCKET_KEEPALIVE": True,
    }


def _reason(record: Record, broker: str, eager: bool, setting: str) -> tuple[str, str]:
    if setting == "CELERY_BROKER_URL":
        return broker or "default", "no broker is attached" if eager else ""
    if setting == "CELERY_TASK_ALWAYS_EAGER":
        how = "no broker: tasks run where they are called"
        return broker or "default", how if eager else "workers run the tasks"
    if setting == "CELERY_RESULT_BACKEND":
        store = key_value.variable_name(record)
        return store or "default", "" if store else "no store: results are not kept"
    is_set = "WEB_CONCURRENCY" in record.dyno.vars
    counted = setting == "CELERY_WORKER_CONCURRENCY" and is_set
    return "WEB_CONCURRENCY" if counted else "default", WHY.get(setting, "")
