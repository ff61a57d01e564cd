"""
Examine a project: every rule on what it is about, without what is to be ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project, Target
from heroku_support.manifests.registry import rules
from heroku_support.redaction import Redactor

MOST_FINDINGS = 100  # of a rule in a file: nobody reads on
# In a comment of the file, on the line itself or on the one above it.
IGNORED = re.compile(
    r"#\s*heroku-doctor:\s*ignore\s+(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)"
)


@dataclass(frozen=True)
class Diagnosis:
    """
    What was found, where the worst comes first within a line, and for which target.
    """

    project: Project
    findings: tuple[Finding, ...]
    ignored: int = 0

    @property
    def target(self) -> Target:
        """
        Where the project is to run.
        """
        return self.project.target

    @cached_property
    def redactor(self) -> Redactor:
        """
        What hides the secrets that the files give away.
        """
        settings = self.project.settings
        secrets = settings.secrets if settings else {}
        return Redactor({**secrets, **self.project.variables})

    def count(self, severity: str) -> int:
        """
        Return how many findings are of a severity.
        """
        return sum(1 for each in self.findings if each.severity == severity)


def examine(project: Project, ignore: Collection[str] = ()) -> Diagnosis:
    """
    Return what is wrong with a project.

    :param ignore: names of rules to leave out.
    """
    found = set(_findings(project))
    if project.checked:
        found = set(project.checked.join(found, project.settings))
    kept = {
        each
        for each in found
        if each.rule not in ignore and not _silenced(project, each)
    }
    return Diagnosis(project, tuple(sorted(kept)), len(found) - len(kept))


def _findings(project: Project) -> Iterator[Finding]:
    for kind, subjects in SUBJECTS.items():
        for subject in subjects(project):
            for rule in rules().values():
                if rule.kind == kind:
                    yield from islice(rule.examine(subject), MOST_FINDINGS)


def _one(subject: Any) -> list[Any]:
    return [] if subject is None else [subject]


# What a rule of each kind is given, one after the other. Those about files as such come last,
# when all that matter have been read.
SUBJECTS: dict[str, Callable[[Project], Collection[Any]]] = {
    "procfile": lambda project: (
        _one(project.procfile) if project.is_read_by("cedar", "fir") else []
    ),
    "heroku_yml": lambda project: (
        _one(project.heroku_yml) if project.is_read_by("container") else []
    ),
    "dockerfile": lambda project: (
        list(project.dockerfiles.values()) if project.is_read_by("container") else []
    ),
    "app_json": lambda project: _one(project.app_json),
    "project_toml": lambda project: (
        _one(project.project_toml) if project.is_read_by("fir") else []
    ),
    "aptfile": lambda project: (
        _one(project.aptfile) if project.is_read_by("cedar") else []
    ),
    "command": lambda project: project.commands,
    "settings": lambda project: _one(project.settings),
    "python": lambda project: [project] if project.has_buildpacks else [],
    "project": lambda project: [project],
    "live": lambda project: [project],
    "scripts": lambda project: [project],
    "ignoring": lambda project: [project] if project.ignore_files else [],
    "source": lambda project: list(project.sources),
    "reading": lambda project: [project],
}


def _silenced(project: Project, finding: Finding) -> bool:
    is_there = finding.path in project.names or project.has(finding.path)
    source = project.read(finding.path) if is_there else None
    if source is None:
        return False
    above = source.line(finding.line - 1)
    # Behind something, a comment is about its own line.
    lines = [source.line(finding.line), above if above.lstrip().startswith("#") else ""]
    matches = filter(None, map(IGNORED.search, lines))
    return any(finding.rule in re.split(r"[\s,]+", match["rules"]) for match in matches)
