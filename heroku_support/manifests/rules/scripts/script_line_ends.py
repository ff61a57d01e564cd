"""
The lines of a script end in a carriage return.

Linux looks for an interpreter of that name (`/bin/sh^M`: "No such file or directory"), and a shell
takes it for a part of each command. An editor on Windows writes them; `*.sh text eol=lf` in
`.gitattributes` keeps them out.

Before, in `Procfile`:

    release: sh bin/release.sh

Before, in `bin/release.sh`:

    #!/bin/sh␍
    python manage.py migrate --no-input

After, in `Procfile`:

    release: sh bin/release.sh

After, in `bin/release.sh`:

    #!/bin/sh
    python manage.py migrate --no-input
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.line_ends import unix
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.scripts import HOOKS, scripts, text

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for carriage returns, unless git or the image takes them away.
    """
    attributes = project.read(".gitattributes")
    files = [file.source.text for file in project.dockerfiles.values()]
    if (attributes and "eol=lf" in attributes.text) or any(map(_is_converted, files)):
        return
    named = {script.path for script in scripts(project) if script.is_there}
    hooks = [name for name in HOOKS if project.has_buildpacks and project.has(name)]
    sources = [text(project, path) for path in sorted({*named, *hooks})]
    for source in filter(None, sources):
        for offset, edit in unix(source):
            yield rule.finding(
                source,
                offset,
                "Lines end in a carriage return, which belongs to each command",
                fix="Save it with line ends of Unix: --fix does.",
                edits=[edit],
            )


def _is_converted(dockerfile: str) -> bool:
    return "dos2unix" in dockerfile or "\\r" in dockerfile
