"""
Mend what is mechanical: in memory until it is better than before, then by one rename.
"""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from heroku_support.manifests import source
from heroku_support.manifests.doctor import Diagnosis, examine
from heroku_support.manifests.findings import Finding, applied
from heroku_support.manifests.source import Source, SourceError

ROUNDS = 3  # what a mistake in the syntax hid is seen in the second
SYNTAX = frozenset(
    {"json-syntax", "yaml-syntax", "yaml-duplicate-key", "json-duplicate-key"}
)


class FixError(Exception):
    """
    A file could not be written; it is as it was.
    """


@dataclass(frozen=True)
class Fixed:
    """
    The project as it is mended, and the files that changed.
    """

    diagnosis: Diagnosis
    before: dict[str, Source]
    after: dict[str, Source]

    @property
    def diff(self) -> str:
        """
        The change as a patch.
        """
        lines: list[str] = []
        for path, new in sorted(self.after.items()):
            old = self.before[path].text.splitlines(keepends=True)
            lines += difflib.unified_diff(
                old, new.text.splitlines(keepends=True), f"a/{path}", f"b/{path}"
            )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def write(self) -> None:
        """
        Write the files that changed.

        :raises FixError: if one cannot be written, or has changed since it was read.
        """
        for path, new in self.after.items():
            _replace(self.diagnosis.project.root, self.before[path], new)


def fix(diagnosis: Diagnosis, ignore: Collection[str] = ()) -> Fixed:
    """
    Return the project with every mechanical fix made that makes it no worse.
    """
    original, texts = diagnosis.project, dict[str, Source]()
    for _ in range(ROUNDS):
        for path in sorted({each.path for each in diagnosis.findings if each.edits}):
            better = _better(diagnosis, path, texts, ignore)
            if better:
                diagnosis, texts[path] = better
    read = {path: original.read(path) for path in texts}
    before = {path: text for path, text in read.items() if text}
    return Fixed(diagnosis, before, texts)


def _better(
    diagnosis: Diagnosis, path: str, texts: dict[str, Source], ignore: Collection[str]
) -> tuple[Diagnosis, Source] | None:
    old = diagnosis.project.read(path)
    assert old is not None  # something was found in it
    for findings in _attempts(path, diagnosis.findings):
        edits = [edit for each in findings for edit in each.edits]
        new = Source(path, applied(old.text, edits), mode=old.mode)
        project = diagnosis.project.with_texts({**texts, path: new})
        candidate = examine(project, ignore)
        if _is_better(candidate, diagnosis, {each.rule for each in findings}):
            return candidate, new
    return None


def _attempts(path: str, findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    # All at once; where that fails, what one rule would have changed.
    fixable = [each for each in findings if each.path == path and each.edits]
    yield fixable
    for rule in sorted({each.rule for each in fixable}):
        yield [each for each in fixable if each.rule == rule]


def _is_better(new: Diagnosis, old: Diagnosis, mended: set[str]) -> bool:
    if any(_count(new, {rule}) >= _count(old, {rule}) for rule in mended):
        return False
    if mended & SYNTAX:  # what it hid may be anything
        return _count(new, SYNTAX) < _count(old, SYNTAX)
    return _errors(new) <= _errors(old)


def _count(diagnosis: Diagnosis, names: Collection[str]) -> int:
    return sum(1 for each in diagnosis.findings if each.rule in names)


def _errors(diagnosis: Diagnosis) -> set[str]:
    return {each.rule for each in diagnosis.findings if each.severity == "error"}


def _replace(root: Path, before: Source, after: Source) -> None:
    path = Path(os.path.realpath(root / before.path))
    temporary = None
    try:
        now = source.read(root, before.path, largest=1 << 30)
        if now is None or now.text != before.text:
            raise FixError(f"{before.path} has changed while it was examined.")
        descriptor, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}."
        )
        with os.fdopen(descriptor, "wb") as file:
            file.write(after.text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, after.mode)
        os.replace(temporary, path)
        temporary = None
    except (OSError, SourceError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise FixError(f"{before.path} cannot be written: {reason}.") from None
    finally:
        if temporary:
            os.unlink(temporary)
