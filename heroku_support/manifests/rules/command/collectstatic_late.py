"""
`collectstatic` runs after the build.

Each dyno has its own disk, which begins as the build left it: what the release phase collects is
gone when it ends, and a dyno of another process never sees it. The Python buildpack collects
while it builds; a Dockerfile does it in a `RUN`.

Before, in `Procfile`:

    release: python manage.py migrate && python manage.py collectstatic --no-input

After, in `Procfile`:

    release: python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(command: Command) -> Iterator[Finding]:
    """
    Look for collectstatic in any process.
    """
    for word in command.manage("collectstatic"):
        is_built = command.source.path == "Procfile"
        yield rule.finding(
            command.source,
            word.start,
            "What collectstatic writes here is gone when this dyno ends",
            fix="Remove it: the buildpack collects."
            if is_built
            else "Move it into the Dockerfile: RUN python manage.py collectstatic --no-input",
        )
