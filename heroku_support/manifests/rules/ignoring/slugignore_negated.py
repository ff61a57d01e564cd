"""
`.slugignore` has a line with `!`.

It is no `.gitignore`: a line above stays as it is, and nothing comes back (Dev Center, "Slug
Compiler").

Before, in `.slugignore`:

    docs
    !docs/terms.html

After, in `.slugignore`:

    docs/internal
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for exclamation marks.
    """
    for file in project.ignore_files:
        for pattern in file.patterns if file.name == ".slugignore" else ():
            if pattern.is_negated and project.is_read_by("cedar"):
                yield rule.finding(
                    file.source,
                    pattern.start,
                    f"'!{pattern.text[:40]}' brings nothing back: .slugignore has no such lines",
                    fix="Name what is to be left out, and nothing else.",
                )
