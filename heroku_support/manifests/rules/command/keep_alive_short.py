"""
The server closes connections that the router keeps open.

Heroku's router keeps a connection to a dyno for 90 seconds (Router 2.0). A server that closes it
earlier, gunicorn's threads after 2 seconds and uvicorn after 5, makes the router connect anew, and
now and then answer 503 (H13, H18). gunicorn's sync workers have no keep-alive.

Before, in `Procfile`:

    web: gunicorn --threads 4 shop.wsgi

After, in `Procfile`:

    web: gunicorn --threads 4 --keep-alive 95 shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Call, Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import server

rule = Rule(__name__, "info")

ROUTER = 90  # seconds
WANTED = 95
THREADED = ("gthread", "uvicorn", "gevent", "eventlet", "asgi")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for workers with keep-alive that are told no time, or a short one.
    """
    call = server(command, "gunicorn", "uvicorn")
    if not call or not _keeps_alive(call):
        return
    is_gunicorn = call.program.program == "gunicorn"
    option = "--keep-alive" if is_gunicorn else "--timeout-keep-alive"
    word = call.option(option)
    seconds = word.text if word else "2" if is_gunicorn else "5"
    if seconds.isdecimal() and len(seconds) < 9 and int(seconds) < ROUTER:
        yield rule.finding(
            command.source,
            word.start if word else call.program.start,
            f"{call.program.program} keeps connections {seconds} seconds, and the router {ROUTER}",
            fix=f"Write: {option} {WANTED}",
        )


def _keeps_alive(call: Call) -> bool:
    if call.program.program == "uvicorn":
        return True
    if call.option("-c", "--config"):  # which may say so
        return False
    worker, threads = call.option("-k", "--worker-class"), call.option("--threads")
    is_threaded = bool(threads and threads.text != "1")
    return is_threaded or bool(worker and any(name in worker.text for name in THREADED))
