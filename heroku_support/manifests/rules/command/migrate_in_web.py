"""
Migrations run when a web dyno starts.

Each dyno runs them, at each of its daily restarts, and two at the same time race. The time counts
as time to boot: the dyno is stopped after 60 seconds. The release phase runs them once.

Before, in `Procfile`:

    web: python manage.py migrate && gunicorn shop.wsgi

After, in `Procfile`:

    release: python manage.py migrate --no-input
    web: gunicorn shop.wsgi
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
    Look for migrate in web.
    """
    if command.process == "web":
        for word in command.manage("migrate"):
            yield rule.finding(
                command.source,
                word.start,
                "Every start of a web dyno migrates the database",
                fix="Move it into a line of its own: release: python manage.py migrate --no-input",
            )
