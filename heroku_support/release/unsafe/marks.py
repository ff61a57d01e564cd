"""
What a migration says about itself.
"""

from __future__ import annotations

from dataclasses import replace

from django.db.migrations import Migration

from heroku_support.release.unsafe.findings import Finding

REASON = (
    'heroku_release_safe needs its reason: heroku_release_safe = "why this is safe"'
)


def is_safe(migration: Migration) -> bool:
    """
    Whether somebody has looked at the migration, and says why it is safe.
    """
    reason = getattr(migration, "heroku_release_safe", None)
    return isinstance(reason, str) and bool(reason.strip())


def with_reason(finding: Finding, migration: Migration) -> Finding:
    """
    Say what is missing where a migration says that it is safe, but not why.
    """
    if not getattr(migration, "heroku_release_safe", None):
        return finding
    return replace(finding, instead=f"{REASON}\n{finding.instead}")


def is_after_deploy(migration: Migration) -> bool:
    """
    Whether django-syzygy's ``stage`` or django-safemigrate's ``safe`` puts it after the deploy.
    """
    stage = getattr(migration, "stage", None)
    safe = getattr(migration, "safe", None)
    # An enum's member, or an object that has one (safemigrate since version 5).
    names = (
        getattr(mark, "name", "") for mark in (stage, safe, getattr(safe, "when", None))
    )
    return any(
        name in ("POST_DEPLOY", "AFTER_DEPLOY", "after_deploy") for name in names
    )
