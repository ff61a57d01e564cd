"""
Which server a process is, by its command line.
"""

from __future__ import annotations

import pytest

from heroku_support.dyno import Dyno, asked, asked_worker_class, is_asgi_server

BIN = "/app/.heroku/python/bin"
PACKAGES = "/app/.heroku/python/lib/python3.13/site-packages"
# The classic buildpack exports it to every process.
CLASSIC = {"GUNICORN_CMD_ARGS": "--access-logfile -"}


def dyno(line, **variables):
    return Dyno.from_environ({**CLASSIC, **variables}, argv=line.split())


@pytest.mark.parametrize(
    "line",
    [
        f"{BIN}/uvicorn config.asgi",
        f"{BIN}/uvicorn.exe config.asgi",
        f"{PACKAGES}/uvicorn/__main__.py config.asgi",
        f"{BIN}/uvicorn --interface asgi3 config.asgi",
        f"{BIN}/daphne config.asgi:application",
        f"{BIN}/hypercorn config.asgi",
        f"{BIN}/granian --interface asgi config.asgi:application",
        f"{BIN}/granian config.asgi:application --interface=asginl",
        f"{BIN}/gunicorn -k asgi config.asgi",
        f"{BIN}/gunicorn -kasgi config.asgi",
        f"{BIN}/gunicorn config.asgi -k uvicorn.workers.UvicornWorker",
        f"{BIN}/gunicorn --worker-class=uvicorn_worker.UvicornWorker config.asgi",
        f"{PACKAGES}/gunicorn/__main__.py --worker-class asgi config.asgi",
        f"{BIN}/gunicorn -k gthread -k asgi config.asgi",
    ],
)
def test_server_of_asgi(line):
    assert is_asgi_server(dyno(line))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "manage.py",
        "manage.py check",
        "manage.py runserver uvicorn",
        f"{BIN}/celery -A config worker",
        f"{BIN}/gunicorn config.wsgi",
        f"{BIN}/gunicorn -k gthread config.wsgi",
        f"{BIN}/gunicorn -k asgi -k gthread config.wsgi",
        f"{BIN}/gunicorn config.asgi",
        f"{BIN}/uvicorn --interface wsgi config.wsgi",
        f"{BIN}/granian config.wsgi:application --interface wsgi",
        f"{BIN}/granian config.rsgi:application",
        f"{BIN}/waitress-serve config.wsgi:application",
    ],
)
def test_server_of_something_else(line):
    assert not is_asgi_server(dyno(line))


@pytest.mark.parametrize(
    ("program", "variables", "expected"),
    [
        ("gunicorn", {"GUNICORN_CMD_ARGS": ""}, False),
        ("gunicorn", {"GUNICORN_CMD_ARGS": "-k asgi"}, True),
        ("gunicorn", {"GUNICORN_CMD_ARGS": "'"}, False),
        ("celery", {"GUNICORN_CMD_ARGS": "-k asgi"}, False),
        ("granian", {"GRANIAN_INTERFACE": "asgi"}, True),
        ("uvicorn", {"UVICORN_INTERFACE": "wsgi"}, False),
    ],
)
def test_server_by_its_own_variables(program, variables, expected):
    assert is_asgi_server(dyno(f"{BIN}/{program} config.app", **variables)) is expected


def test_command_line_is_louder_than_the_variable():
    given = dyno("gunicorn -k gthread", GUNICORN_CMD_ARGS="-k asgi")

    assert asked_worker_class(given) == "gthread"


def test_no_command_line():
    assert not is_asgi_server(Dyno.from_environ({}, argv=[]))


def test_option_without_a_value():
    assert asked(["-k"], ["-k"]) is None
