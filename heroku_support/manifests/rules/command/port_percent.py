"""
`%PORT%` is how Windows writes a variable.

On Heroku a shell of Unix reads the command, and hands over `%PORT%` as it stands.

Before, in `Procfile`:

    web: waitress-serve --port=%PORT% shop.wsgi:application

After, in `Procfile`:

    web: waitress-serve --port=$PORT shop.wsgi:application
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for variables between percent signs.
    """
    for match in re.compile("%([A-Z_]{2,})%").finditer(
        command.source.text, command.start, command.end
    ):
        yield rule.finding(
            command.source,
            match.start(),
            f"{match.group()} is a variable on Windows only",
            fix=f"Write: ${match[1]}",
            edits=[Edit(match.start(), match.end(), f"${match[1]}")],
        )
