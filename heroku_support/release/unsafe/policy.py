"""
What a release does about unsafe migrations: warn, fail, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from heroku_support.redaction import one_line
from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError, UnsafeMigrationError
from heroku_support.release.unsafe.findings import Finding
from heroku_support.release.unsafe.scanner import scan

POLICIES = ("warn", "fail", "off")
WAY_OUT = (
    'or, in a migration that you know to be safe: heroku_release_safe = "the reason"'
)


def refuse_or_warn(
    release: Release, alias: str, migrations: Sequence[Migration], state: ProjectState
) -> None:
    """
    Look at what is pending in a database, before anything of it is run.

    Silent in a review app and in an empty database, where nothing serves.

    :param state: the models as they are before the first of these migrations.
    :raises UnsafeMigrationError: where something is unsafe, and that is to fail.
    """
    if _policy(release) == "off" or release.stage == "review":
        return
    try:
        findings = scan(migrations, state, connections[alias])
    except Exception as error:  # of ours, or of a field's: no reason to fail a release
        release.warn(
            "could not look for unsafe migrations:"
            f" {type(error).__name__}: {one_line(error)}"
        )
        return
    judge(release, findings)


def judge(release: Release, findings: Sequence[Finding]) -> None:
    """
    Tell what was found, and fail if that is wanted.

    :raises UnsafeMigrationError: where something is unsafe, and that is to fail.
    """
    policy = _policy(release)
    if policy == "off":
        return
    for finding in findings:
        release.report.unsafe.append(f"{finding.migration}: {finding.rule}")
        release.warn(finding.line)
        release.log(finding.way_out)
    if findings and policy == "fail":
        names = ", ".join(sorted({finding.migration for finding in findings}))
        raise UnsafeMigrationError(
            f"unsafe, and nothing was run: {names}."
            f" Write what stands above instead, {WAY_OUT}"
        )


def _policy(release: Release) -> str:
    if release.unsafe not in POLICIES:
        raise SettingError(
            "HEROKU_SUPPORT_RELEASE_UNSAFE must be 'warn', 'fail' or 'off'."
            ' Fix: HEROKU_SUPPORT_RELEASE_UNSAFE = "warn"'
        )
    return release.unsafe
