"""
The files name different versions of Python.

The buildpack takes that of `.python-version`. uv, Poetry and Pipenv then refuse a Python that is not
in the range of their own file, and the build ends; an image with another one tests something else
than what runs.

Before, in `.python-version`:

    3.13

Before, in `pyproject.toml`:

    [project]
    name = "shop"
    version = "1"
    requires-python = ">=3.10,<3.13"

After, in `.python-version`:

    3.13

After, in `pyproject.toml`:

    [project]
    name = "shop"
    version = "1"
    requires-python = ">=3.13"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_range import allows
from heroku_support.manifests.python_version import series
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare .python-version with the range, and with the image's.
    """
    file = project.python_version
    version = file.version if file else None
    if not file or version is None:
        return
    name = series(version)
    declared = project.declared
    if declared and allows(declared.python, version) is False:
        yield rule.finding(
            declared.source,
            declared.python_start,
            f".python-version names {name}, which {declared.python[:60]!r} leaves out",
            fix=f"Write into .python-version a version of that range, or: >={name}",
            severity="error" if _is_held(project) else "warning",
        )
    for dockerfile in project.dockerfiles.values():
        for stage in dockerfile.stages[-1:]:
            if stage.python and stage.python[:2] != version[:2]:
                yield rule.finding(
                    dockerfile.source,
                    stage.instructions[0].find(stage.image),
                    f"The image has Python {series(stage.python)}, and .python-version {name}",
                    fix=f"Write: FROM python:{name}-slim",
                )


def _is_held(project: Project) -> bool:
    return project.lock in ("uv.lock", "poetry.lock", "Pipfile.lock")
