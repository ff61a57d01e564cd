"""
A server is given a file, or a name with one dot too many, and not a module.

gunicorn, uvicorn and daphne import `shop.wsgi`: with `.py` or `.application` behind it Python looks for
a module inside of it. The name of the application stands behind a colon, and is `application` without.

Before, in `Procfile`:

    web: gunicorn shop/wsgi.py

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import server

rule = Rule(__name__, "error")

PATH = re.compile(
    r"(?P<module>\w+(?:[./]\w+)*[./](?:wsgi|asgi))(?:\.py|\.application)(?P<name>:\w+)?\Z"
)


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for what follows the module's name.
    """
    call = server(command, "gunicorn", "uvicorn", "daphne")
    if not call:
        return
    for word in call.arguments:
        match = PATH.match(word.text)
        if match:
            needs_name = call.program.program != "gunicorn"
            name = match["name"] or (":application" if needs_name else "")
            yield rule.finding(
                command.source,
                word.start,
                f"'{word.text}' is no name of a module",
                fix=f"Write: {match['module'].replace('/', '.')}{name}",
            )
