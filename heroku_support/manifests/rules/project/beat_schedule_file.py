"""
Celery's beat remembers in a file when it last sent what.

A dyno's files are gone with each restart, at least daily. A task of every 30 hours then never comes,
and what was due meanwhile is not made up for. RedBeat and django-celery-beat remember in Redis and
in the database.

Before, in `Procfile`:

    beat: celery -A shop beat --schedule celerybeat-schedule

After, in `Procfile`:

    beat: celery -A shop beat --scheduler django_celery_beat.schedulers:DatabaseScheduler
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

LASTING = {"django-celery-beat", "celery-redbeat"}
OURS = "django-heroku-support"  # heroku.celery() says where the file is


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for a beat with a file, or without anything else.
    """
    found = project.dependencies
    for command in project.commands:
        for call in command.calls("celery"):
            if not call.has("beat") or call.option("-S", "--scheduler"):
                continue
            file = call.option("-s", "--schedule")
            known = found and found.is_complete and found.names
            if not file and (not known or {*LASTING, OURS} & known):
                continue
            yield rule.finding(
                command.source,
                file.start if file else call.program.start,
                "This beat's schedule is a file, which is gone with each restart",
                fix="Install django-celery-beat, and add: "
                "--scheduler django_celery_beat.schedulers:DatabaseScheduler",
                severity="warning" if file else "info",
            )
