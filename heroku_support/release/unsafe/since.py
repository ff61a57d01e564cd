"""
Which migrations a branch adds, for a CI that has no database.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection
from itertools import chain
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from heroku_support.redaction import one_line
from heroku_support.release.errors import StepError
from heroku_support.release.unsafe import recorder
from heroku_support.release.unsafe.findings import Finding
from heroku_support.release.unsafe.scanner import scan

Key = tuple[str, str]

PYTHON = ("--", "*.py")
GIT_TIMEOUT = 60  # seconds; nothing here asks a server


def scan_since(ref: str, directory: Path | None = None) -> list[Finding]:
    """
    Return what is unsafe in the migrations that were added since a commit.

    For Postgres, which is where they will run, unless the default database is another server.

    :param ref: a branch, a tag or a commit; what counts is where it and HEAD parted.
    :param directory: in the repository; where this process is unless given.
    :raises StepError: if git does not know.
    """
    files = added(ref, directory or Path.cwd())
    loader = MigrationLoader(None)
    keys = {
        key
        for key, migration in loader.disk_migrations.items()
        if _file(migration) in files
    }
    state, migrations = _split(loader, keys)
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        if connection.vendor in ("sqlite", "unknown"):
            connection = recorder.dialect(connection)
        findings = scan(migrations, state, connection)
    except ImproperlyConfigured as error:  # no driver
        raise StepError(
            f"--since: {one_line(error)}: pip install 'psycopg[binary]'"
        ) from None
    names = {f"{app}.{name}" for app, name in keys}
    return [finding for finding in findings if finding.migration in names]


def added(ref: str, directory: Path) -> set[Path]:
    """
    Return the files that were added, copied or renamed since a commit, and those that git does
    not have yet.

    :raises StepError: if git does not know.
    """
    root = Path(_git(directory, "rev-parse", "--show-toplevel").strip())
    commit = f"{ref}^{{commit}}"
    try:
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", commit)
        base = _git(root, "merge-base", "--end-of-options", ref, "HEAD").strip()
    except StepError:
        raise StepError(_unknown(ref, root)) from None
    names = _git(root, "diff", "--name-only", "--diff-filter=ACR", "-z", base, *PYTHON)
    names += _git(root, "ls-files", "--others", "--exclude-standard", "-z", *PYTHON)
    return {(root / name).resolve() for name in names.split("\0") if name}


def _unknown(ref: str, root: Path) -> str:
    branch = ref.rpartition("/")[2]
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        return (
            f"--since: this clone is shallow, and does not reach back to {ref!r}:"
            f" git fetch --unshallow origin {branch}"
            " (GitHub Actions: actions/checkout with fetch-depth: 0)"
        )
    return f"--since: git knows no {ref!r}, or it has nothing in common with HEAD: git fetch origin {branch}"


def _git(directory: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments],
            capture_output=True,
            text=True,
            timeout=GIT_TIMEOUT,
        )
    except FileNotFoundError:
        raise StepError(
            "--since needs git, which is not installed here: apt-get install git"
        ) from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["git failed"]
        raise StepError(f"--since: {said[0]}")
    return done.stdout


def _file(migration: Migration) -> Path | None:
    file = sys.modules[type(migration).__module__].__file__
    return Path(file).resolve() if file else None


def _split(
    loader: MigrationLoader, keys: Collection[Key]
) -> tuple[ProjectState, list[Migration]]:
    """
    Return the state without the added migrations, and these with what builds on them.

    A squashed migration is not new unless all that it replaces is.
    """
    graph = loader.graph
    state = ProjectState(real_apps=loader.unmigrated_apps)
    later: list[Migration] = []
    seen: set[Key] = set()
    for key in _plan(loader):
        migration = graph.nodes[key]
        replaced = set(map(tuple, migration.replaces)) - set(keys)
        is_new = key in keys and not replaced
        if is_new or any(parent.key in seen for parent in graph.node_map[key].parents):
            seen.add(key)
            later.append(migration)
        else:
            migration.mutate_state(state, preserve=False)
    return state, later


def _plan(loader: MigrationLoader) -> list[Key]:
    graph = loader.graph
    plans = map(graph.forwards_plan, graph.leaf_nodes())
    return list(dict.fromkeys(chain.from_iterable(plans)))
