"""
The configuration of gunicorn on Heroku: ``gunicorn -c python:heroku_support.gunicorn``.

Every value yields to the command line and to ``GUNICORN_CMD_ARGS``.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from heroku_support import variables
from heroku_support.dyno import Dyno, asked_worker_class, program_of
from heroku_support.errors import ConfigError

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

THREADS = 3
LOADED_ONCE = (
    "heroku_support.health.front",
    "heroku_support.health.hashed_files",
    "heroku_support.metrics.pusher",
    "heroku_support.metrics.record_locks",
)
# What Django imports by a setting when the first request needs it, and who reads the setting.
LOADED_BY_SETTING = {
    "MESSAGE_STORAGE": "django.contrib.messages.storage",
    "SESSION_SERIALIZER": "django.contrib.sessions.backends.base",
}
SHARED_MEMORY = "/dev/shm"

ACCESS_LOG_FORMAT = (
    'method=%(m)s path="%(U)s" status=%(s)s service=%(M)sms bytes=%(B)s'
    ' request_id=%({x-request-id}i)s fwd="%({x-forwarded-for}i)s"'
)


def options(dyno: Dyno) -> dict[str, Any]:
    """
    Return gunicorn's settings for a dyno.

    :raises ConfigError: if ``PORT`` or ``WEB_CONCURRENCY`` is malformed.
    """
    return {
        **_bind(dyno),
        **_worker_class(dyno),
        **_worker_tmp_dir(),
        "workers": dyno.worker_count(),
        # Router 2.0 keeps idle connections to a dyno for 90 s; the dyno must not be the one
        # that hangs up (Dev Center, "HTTP Routing"; python-getting-started #261, #263).
        "keepalive": 95,
        # The router answers the client with H12 after 30 s; a sync worker is stopped before.
        "timeout": 25,
        # SIGKILL comes 30 s after SIGTERM (Dev Center, "Dyno Shutdown Behavior").
        "graceful_timeout": 20,
        # Loaded once and shared by the workers: less memory, a quicker boot, and settings
        # that are wrong end the process instead of letting it respawn workers for ever.
        "preload_app": True,
        # Any client may send SCRIPT_NAME and PATH_INFO, and the buildpack trusts all peers.
        "forwarder_headers": "",
        "header_map": "drop",
        # An open door that nobody on a dyno uses, in a home that may be read-only.
        "control_socket_disable": True,
        "accesslog": "-",
        "access_log_format": ACCESS_LOG_FORMAT,
    }


def when_ready(server: Arbiter) -> None:
    """
    Load what each worker is about to, and keep it all out of the workers' garbage collections,
    so they share it.
    """
    if "django.conf" in sys.modules:
        for name in LOADED_ONCE:
            import_module(name)
        _load_for_requests()
    # Not collected before: what is freed leaves holes, and pages that get them filled are not
    # shared any more (the documentation of gc.freeze).
    gc.freeze()
    gc.enable()


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """
    Close what the application opened while it was loaded: two processes on one
    connection read each other's rows.
    """
    if "django.db" not in sys.modules:
        return
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        getattr(connection, "close_pool", _nothing)()


def post_worker_init(worker: Worker) -> None:
    """
    Answer the health endpoints and static files in front of the application, keep health out of
    the log, and count this worker among the dyno's processes.
    """
    if "django.conf" not in sys.modules:
        return
    from heroku_support.health import front, hashed_files
    from heroku_support.metrics.current import current

    is_draining = partial(_is_draining, worker)
    if hasattr(worker, "asgi"):
        worker.asgi = front.ASGIFront(worker.asgi, is_draining=is_draining)
    else:
        application = hashed_files.wrap(worker.wsgi)
        worker.wsgi = front.wrap(application, is_draining=is_draining)
    worker.log.access_log.addFilter(front.AccessLogFilter())
    if recorder := current():
        recorder.attach()


def worker_exit(server: Arbiter, worker: Worker) -> None:
    """
    Report what the last worker has counted; one of several leaves that to the others, and one
    that has had its ``max_requests`` to the one that comes.
    """
    if "heroku_support.metrics.current" not in sys.modules:
        return
    from heroku_support.metrics.current import current

    if recorder := current():
        recorder.leave(is_replaced=worker.nr >= worker.max_requests)


def _is_draining(worker: Worker) -> bool:
    """
    Whether the worker was told to end; one that has had its ``max_requests`` ends by itself.
    """
    return not worker.alive and worker.nr < worker.max_requests


def _load_for_requests() -> None:
    """
    Import the URLconf, and with it the views, and what else Django leaves to the first request: so
    each worker would have to, and share nothing of it.
    """
    from django.apps import apps
    from django.conf import settings

    if not apps.ready:
        return
    modules = [settings.ROOT_URLCONF]
    for setting, reader in LOADED_BY_SETTING.items():
        if reader in sys.modules:
            modules.append(getattr(settings, setting).rpartition(".")[0])
    for module in modules:
        try:
            import_module(module)
        except Exception:
            # It may need a database that is away now: no reason for a dyno to crash.
            logging.getLogger("gunicorn.error").warning(
                "%s cannot be loaded yet; each request tries it again.",
                module,
                exc_info=True,
            )


def _bind(dyno: Dyno) -> dict[str, str]:
    port = variables.port(dyno.vars)
    if port is None:
        return {}
    # Fir's network is IPv6 (Dev Center, "Heroku Generations"); Cedar's is IPv4.
    host = "[::]" if socket.has_dualstack_ipv6() else "0.0.0.0"
    return {"bind": f"{host}:{port}"}


def _worker_class(dyno: Dyno) -> dict[str, Any]:
    """
    Threads make a sync worker a gthread one, and an asgi worker complain.
    """
    if asked_worker_class(dyno) not in (None, "gthread"):
        return {}
    # Three: workers x threads is also the number of database connections of a dyno.
    return {"worker_class": "gthread", "threads": THREADS}


def _worker_tmp_dir() -> dict[str, str]:
    # The heartbeat file: on a disk, its time stamp can block a worker (gunicorn's FAQ).
    return (
        {"worker_tmp_dir": SHARED_MEMORY} if os.access(SHARED_MEMORY, os.W_OK) else {}
    )


def _nothing() -> None:
    pass


def _settings(dyno: Dyno) -> dict[str, Any]:
    """
    Return the settings, or end gunicorn with a line for each variable that is malformed.
    """
    lines = []
    for check in (variables.port, variables.web_concurrency):
        try:
            check(dyno.vars)
        except ConfigError as error:
            lines += [problem.line for problem in error.problems]
    if lines:
        # gunicorn prints a traceback around any exception but this one.
        raise SystemExit("\n".join(lines))
    return options(dyno)


_dyno = Dyno.from_environ()
globals().update(_settings(_dyno))
if program_of(_dyno) == "gunicorn":
    gc.disable()  # until all is loaded, which goes quicker
    # Whatever hooks a project has in place of these.
    os.register_at_fork(after_in_child=gc.enable)
