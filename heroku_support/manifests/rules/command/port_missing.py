"""
A web process does not know `$PORT`.

gunicorn binds to it by itself, these do not: uvicorn, daphne, hypercorn, granian and waitress
listen on a port of their own (8000 or 8080) unless they are told. The router asks on `$PORT`, and
the dyno is stopped after 60 seconds (R10).

Before, in `Procfile`:

    web: uvicorn shop.asgi:application --host 0.0.0.0

After, in `Procfile`:

    web: uvicorn shop.asgi:application --host 0.0.0.0 --port $PORT
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import server

rule = Rule(__name__, "error")

OPTIONS = {
    "uvicorn": "--host 0.0.0.0 --port $PORT",
    "daphne": "-b 0.0.0.0 -p $PORT",
    "hypercorn": "--bind 0.0.0.0:$PORT",
    "granian": "--interface asgi --host 0.0.0.0 --port $PORT",
    "waitress-serve": "--port=$PORT",
}
# These name the place to listen elsewhere.
ELSEWHERE = (
    "--fd",
    "--uds",
    "-u",
    "--unix-socket",
    "-c",
    "--config",
    "-e",
    "--endpoint",
)


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for servers that are told no port.
    """
    call = server(command, *OPTIONS)
    if (
        not call
        or "PORT" in command.text
        or call.option("-p", "--port", "-b", "--bind", "--listen")
    ):
        return
    if any(word.text.partition("=")[0] in ELSEWHERE for word in call.arguments):
        return
    name = call.program.program
    yield rule.finding(
        command.source,
        call.program.start,
        f"{name} is not told to listen on $PORT, where the router asks",
        fix=f"Add: {OPTIONS[name]}",
    )
