"""
pysqlite3 is older than 0.6.

It is compiled during the build, for which the stack has no headers of SQLite: the build ends
(heroku-buildpack-python v351). `pysqlite3-binary`, and the `sqlite3` that Python brings, need none.

Before, in `requirements.txt`:

    pysqlite3==0.5.4

After, in `requirements.txt`:

    pysqlite3-binary==0.5.4
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at its version.
    """
    for each in project.requirements:
        if each.name == "pysqlite3" and each.version and each.version < (0, 6):
            yield rule.finding(
                each.source,
                each.start,
                "pysqlite3 before 0.6 needs headers of SQLite, which the build has not",
                fix="Remove it, or write: pysqlite3-binary",
            )
