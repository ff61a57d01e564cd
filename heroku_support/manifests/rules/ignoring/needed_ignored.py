"""
A file is left out without which the app does not build or run.

What `.gitignore` names is not pushed, unless it was added before. What `.slugignore` names is
removed before the buildpack runs (Dev Center, "Slug Compiler"), what `exclude` of project.toml
names likewise, and what `.dockerignore` names no `COPY` finds.

Before, in `Procfile`:

    web: gunicorn shop.wsgi

Before, in `manage.py`:

    # Django's

Before, in `.slugignore`:

    *.md
    manage.py

After, in `Procfile`:

    web: gunicorn shop.wsgi

After, in `manage.py`:

    # Django's

After, in `.slugignore`:

    *.md
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.ignoring import IgnoreFile, Pattern
from heroku_support.manifests.needs import Need, needs
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

READERS = {".slugignore": "cedar", ".dockerignore": "container"}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Hold each pattern against what is needed.
    """
    for file in project.ignore_files:
        target = READERS.get(file.name)
        if target and not project.is_read_by(target):
            continue
        seen: set[Pattern] = set()
        for need in needs(project, file.name):
            pattern = file.drops(need.path)
            is_out = pattern and not _is_pushed(project, file, need)
            if pattern and is_out and pattern not in seen:
                seen.add(pattern)
                is_certain = not project.index.is_empty or file.name != ".gitignore"
                yield rule.finding(
                    file.source,
                    pattern.start,
                    f"'{pattern.text[:40]}' leaves out {need.path}: {need.why}",
                    fix=_fix(file, need),
                    severity="error" if need.is_certain and is_certain else "warning",
                )


def _is_pushed(project: Project, file: IgnoreFile, need: Need) -> bool:
    # What is in the repository stays there, whatever .gitignore says.
    return file.name == ".gitignore" and project.is_tracked(need.path)


def _fix(file: IgnoreFile, need: Need) -> str:
    if file.name == ".slugignore":
        return "Remove the line, or name what it is about more exactly."
    return f"Remove the line, or add below it: !{need.path}"
