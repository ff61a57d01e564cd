"""
app.json does not say that the app is built from a Dockerfile.

A review app, and an app of the Heroku Button, is then built by buildpacks. For an app that exists:
`heroku stack:set container`.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

Before, in `app.json`:

    {"name": "shop"}

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

After, in `app.json`:

    {"name": "shop", "stack": "container"}
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
    Look for the stack beside a heroku.yml.
    """
    manifest = project.app_json
    is_container = (
        project.asked_for in (None, "container") and "heroku.yml" in project.names
    )
    # With a Procfile beside it, buildpacks may be what is meant.
    if not manifest or not is_container or "Procfile" in project.names:
        return
    if manifest.root.entries and not project.only and manifest.stack != "container":
        stack = manifest.root.get("stack")
        yield rule.finding(
            manifest.source,
            stack.value.start if stack else manifest.root.start,
            "There is a heroku.yml, and the stack is not container",
            fix='Write: "stack": "container"',
        )
