"""
A file is in the repository that belongs on one machine.

`.env` has keys and passwords: everyone with the repository has them. A SQLite database is put on
each dyno as it was committed, and what is written to it there is gone with the dyno; `media/` likewise. `staticfiles/` is made by each
build.

    git rm --cached .env
    echo .env >> .gitignore
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

FILES = (
    (".env", "everyone with the repository has its secrets"),
    ("db.sqlite3", "a dyno's copy is gone with the dyno"),
)
FOLDERS = (
    ("staticfiles/", "the build collects these files anew"),
    ("media/", "what is uploaded to a dyno is gone with the dyno"),
)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for them in git's index.
    """
    for name, reason in FILES:
        if project.is_tracked(name):
            yield rule.at(
                name,
                f"{name} is in the repository: {reason}",
                fix=f"git rm --cached {name} && echo {name} >> .gitignore",
            )
    for folder, reason in FOLDERS:
        path = project.index.first(folder)
        if path:
            yield rule.at(
                path,
                f"{folder} is in the repository: {reason}",
                fix=f"git rm -r --cached {folder} && echo {folder} >> .gitignore",
            )
