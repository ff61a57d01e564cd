"""
The path of a Dockerfile does not begin in the project.

It is relative to the root of the repository. Heroku builds what was pushed: it follows neither an
absolute path nor a URL.

Before, in `heroku.yml`:

    build:
      docker:
        web: /api/Dockerfile

After, in `heroku.yml`:

    build:
      docker:
        web: api/Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at the paths in build.docker.
    """
    for image in manifest.images.values():
        path = image.dockerfile
        if path and path.value.startswith(("/", "~", "..", "http:", "https:", "git@")):
            is_url = "://" in path.value or path.value.startswith("git@")
            message = "is a URL" if is_url else "leads out of the repository"
            yield rule.finding(
                manifest.source,
                path.start,
                f"'{path.value}' {message}",
                fix=f"Write the path from the root: {image.entry.name}: Dockerfile"
                if is_url
                else f"Write: {image.entry.name}: {path.value.lstrip('./~')}",
            )
