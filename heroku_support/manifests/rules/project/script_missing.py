"""
A command runs a script of the project that is not there.

The release or the dyno ends with "No such file or directory".

Before, in `Procfile`:

    release: ./release.sh
    web: gunicorn shop.wsgi

Before, in `manage.py`:

    # Django's

After, in `Procfile`:

    release: ./bin/release.sh
    web: gunicorn shop.wsgi

After, in `manage.py`:

    # Django's

After, in `bin/release.sh`:

    python manage.py migrate
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
    Look for each script that a command begins with.
    """
    if (
        not project.is_whole
        or not project.procfile
        or not project.is_read_by("cedar", "fir")
    ):
        return
    for command in project.procfile.commands:
        for part in command.parts:
            words = [word for word in part.words if "=" not in word.text]
            if words[:1] and words[0].text in ("sh", "bash"):
                words = words[1:]
            path = words[0].text if words else ""
            is_own = path.startswith("./") or path.endswith(".sh")
            if (
                is_own
                and "$" not in path
                and not path.startswith(("/", "-"))
                and not project.has(path)
            ):
                yield rule.finding(
                    command.source,
                    words[0].start,
                    f"There is no {path}",
                    fix="Add it, or correct the path.",
                )
            if words and words[0].text == "cd":  # what follows is elsewhere
                break
