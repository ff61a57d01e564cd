"""
A database or store does not answer.

The reason is the driver's. Nothing else can be said of a server that does not answer within ten
seconds; `heroku pg:info` and `heroku redis:info` tell whether Heroku has it under maintenance.
From outside of Heroku, a database in a Private Space is never reached:
`heroku run python manage.py heroku_doctor --connect`.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Tell why each that was asked gave no answer.
    """
    for server in project.live.servers:
        if server.error:
            yield rule.at(
                server.place.path,
                f"{server.name} cannot be reached: {server.error.rstrip('.')}",
                fix="See whether it is up, and whether its config var is right: heroku addons",
                position=server.place.position,
            )
