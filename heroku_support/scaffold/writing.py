"""
Write files: each by one rename, and none that has changed since it was looked at.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from heroku_support.manifests import source
from heroku_support.manifests.source import SourceError
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.plan import Change


def write(root: Path, changes: list[Change]) -> None:
    """
    Write the changes.

    :raises ScaffoldError: if a file has changed meanwhile, and nothing is written; or if one
        cannot be written, and those before it are.
    """
    for step in (_look, _write):
        for change in changes:
            _try(step, root, change)


def _try(step: Callable[[Path, Change], None], root: Path, change: Change) -> None:
    try:
        step(root, change)
    except (OSError, SourceError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScaffoldError(f"{change.path} cannot be written: {reason}") from None


def _look(root: Path, change: Change) -> None:
    now = source.read(root, change.path, largest=1 << 30)
    if (now.text if now else None) != (change.before.text if change.before else None):
        raise ScaffoldError(f"{change.path} has changed meanwhile: run this again.")
    path = os.path.realpath(root / change.path)
    if not Path(path).is_relative_to(os.path.realpath(root)):
        raise ScaffoldError(
            f"{change.path} leads out of the project: nothing to write."
        )


def _write(root: Path, change: Change) -> None:
    path = Path(os.path.realpath(root / change.path))
    path.parent.mkdir(parents=True, exist_ok=True)
    encoding = change.before.encoding if change.before else "utf-8"
    # A .env is read by whoever owns it.
    mode = change.before.mode if change.before else 0o644 if change.is_shared else 0o600
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(change.after.encode(encoding))
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
