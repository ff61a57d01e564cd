"""
A web process knows `$PORT`, and listens on this dyno's own address.

Without an address uvicorn, daphne and granian listen on 127.0.0.1. The router comes from outside and
does not reach it: the dyno is stopped after 60 seconds (R10).

Before, in `Procfile`:

    web: uvicorn shop.asgi:application --port $PORT

After, in `Procfile`:

    web: uvicorn shop.asgi:application --host 0.0.0.0 --port $PORT
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import HOSTS, PORTS, server

rule = Rule(__name__, "error")

OPTIONS = {
    "uvicorn": "--host 0.0.0.0",
    "daphne": "-b 0.0.0.0",
    "granian": "--host 0.0.0.0",
}
# These name the place to listen elsewhere.
ELSEWHERE = {"--fd", "--uds", "-u", "--unix-socket", "-e", "--endpoint"}
VARIABLES = {"UVICORN_HOST", "GRANIAN_HOST"}
# What a shell puts there may be the address.
HIDDEN = re.compile(r"\$(?!\{?PORT\b)|`")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for servers that are told a port, and no address.
    """
    for command in project.commands:
        call = server(command, *OPTIONS)
        name = call.program.program if call else ""
        # Without a port, port-missing says both.
        if (
            not call
            or not call.option(*PORTS[name])
            or call.option(*HOSTS[name])
            or any(word.text.partition("=")[0] in ELSEWHERE for word in call.arguments)
            or any(HIDDEN.search(word.text) for word in call.arguments)
            or VARIABLES & project.variables.keys()
        ):
            continue
        yield rule.finding(
            command.source,
            call.program.start,
            f"{name} listens on 127.0.0.1 unless it is told, where no router reaches it",
            fix=f"Add: {OPTIONS[name]}",
        )
