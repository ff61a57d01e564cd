"""
There is an Aptfile that nothing reads.

On Cedar it is heroku/heroku-buildpack-apt that does, before heroku/python. On Fir the packages stand
in project.toml, in a container in the Dockerfile.

Before, in `Aptfile`:

    gdal-bin

Before, in `app.json`:

    {
      "buildpacks": [{"url": "heroku/python"}]
    }

After, in `Aptfile`:

    gdal-bin

After, in `app.json`:

    {
      "buildpacks": [
        {"url": "heroku-community/apt"},
        {"url": "heroku/python"}
      ]
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

APT = re.compile(r"\bapt\b", re.ASCII)


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the buildpack where the buildpacks are known, or for another target.
    """
    if "Aptfile" not in project.names or project.only:
        return
    if project.asked_for in (None, "cedar") and project.target.name == "cedar":
        manifest = project.app_json
        lists = [found for name, found in manifest.buildpacks()] if manifest else []
        if not lists or any(APT.search(url) for each in lists for url, _ in each):
            return
        message = "No buildpack in app.json reads the Aptfile"
        fix = 'Add before heroku/python: {"url": "heroku-community/apt"}'
    elif project.target.name == "fir":
        message = "Fir does not read the Aptfile"
        fix = 'Write into project.toml:\n[com.heroku.buildpacks.deb-packages]\ninstall = ["…"]'
    else:
        return
    yield rule.at("Aptfile", message, fix=fix)
