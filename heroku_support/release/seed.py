"""
Data for a review app to show, once.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from heroku_support.conf import conf
from heroku_support.release.context import Release
from heroku_support.release.runnable import runnable

SETTING = "HEROKU_SUPPORT_RELEASE_SEED"
# A row of django_migrations: it goes when the database does, and this app needs no table of
# its own. No app's label has a dot, so nobody takes it for a migration of one.
MARK = ("heroku_support.release", "seeded")


def seed(release: Release) -> str:
    """
    Run what the setting names, in a review app whose database has not had it.

    What it writes and the mark that it has run are one transaction: of a seed that failed the
    next release finds nothing, and tries again.
    """
    text = conf.HEROKU_SUPPORT_RELEASE_SEED
    if not text:
        return f"skipped: no {SETTING}"
    if release.stage != "review":
        return "skipped: not a review app"
    run = runnable(text, SETTING)
    recorder = MigrationRecorder(connections[DEFAULT_DB_ALIAS])
    if MARK in recorder.applied_migrations():
        return "skipped: seeded before"
    with transaction.atomic(using=DEFAULT_DB_ALIAS):
        run(release)
        recorder.record_applied(*MARK)
    return "done"
