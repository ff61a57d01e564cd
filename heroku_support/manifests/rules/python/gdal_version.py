"""
The GDAL of Python is pinned to another release than the library.

The package is compiled against the GDAL that the geo buildpack installs, and refuses any other:
"Python bindings of GDAL 3.8.4 require at least libgdal 3.8.4". `GDAL_VERSION` tells the buildpack
which to install.

Before, in `app.json`:

    {
      "buildpacks": [
        {"url": "https://github.com/heroku/heroku-geo-buildpack.git"},
        {"url": "heroku/python"}
      ]
    }

Before, in `requirements.txt`:

    GDAL==3.8.4

After, in `app.json`:

    {
      "buildpacks": [
        {"url": "https://github.com/heroku/heroku-geo-buildpack.git"},
        {"url": "heroku/python"}
      ]
    }

After, in `requirements.txt`:

    GDAL==3.12.3
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare the pin with what the buildpack installs.
    """
    manifest = project.app_json
    known = facts("geo")
    urls = (
        [url for _, each in manifest.buildpacks() for url, _ in each]
        if manifest
        else []
    )
    declared = [entry.name for _, entry in manifest.entries("env")] if manifest else []
    if "GDAL_VERSION" in declared:
        return
    for each in project.requirements:
        pinned = ".".join(map(str, each.version or ()))
        if each.name == "gdal" and pinned and pinned != known.word("gdal"):
            is_there = any("heroku-geo-buildpack" in url for url in urls)
            yield rule.finding(
                each.source,
                each.start,
                f"The geo buildpack installs GDAL {known.word('gdal')} ({known.as_of}), "
                f"not {pinned}",
                fix=f"Write: GDAL=={known.word('gdal')}, "
                f"or: heroku config:set GDAL_VERSION={pinned}",
                severity="error" if is_there else "warning",
            )
