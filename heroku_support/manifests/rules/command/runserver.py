"""
Django's development server serves the app.

Without an address it listens on 127.0.0.1:8000, where the router never asks: the dyno is stopped
after 60 seconds with R10. On `0.0.0.0:$PORT` it is reached, but "do not use this server in a
production setting" (Django's documentation of `runserver`): it is a warning then.

Before, in `Procfile`:

    web: python manage.py runserver

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

# As Django takes it, or Flask-Script, whose script is called manage.py too.
REACHED = re.compile(r"(0\.0\.0\.0|\[::\]|0):\$\{?PORT|(-p|--port)[ =]?\$\{?PORT")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for runserver in web.
    """
    if command.process != "web":
        return
    for word in command.manage("runserver", "runserver_plus"):
        is_reached = REACHED.search(command.text)
        yield rule.finding(
            command.source,
            word.start,
            f"'{word.text}' is no server for the public"
            if is_reached
            else f"'{word.text}' does not listen where the router asks, on $PORT",
            fix="Write: gunicorn PROJECT.wsgi",
            severity="warning" if is_reached else "error",
        )
