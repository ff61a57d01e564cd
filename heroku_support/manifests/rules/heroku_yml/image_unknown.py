"""
`image` names something that is not built.

It is a key of `build.docker`, not the name of an image in a registry.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: app
      command:
        - python manage.py migrate

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command:
        - python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at every image of release and run.
    """
    if not manifest.images:
        return
    entries = [manifest.root.get("release", "image")]
    entries += [
        mapping(each.value).get("image") for each in manifest.section("run").entries
    ]
    for entry in entries:
        name = text(entry.value) if entry else ""
        if entry and name and name not in manifest.images:
            built = ", ".join(manifest.images)
            yield rule.finding(
                manifest.source,
                entry.value.start,
                f"No image '{name}' is built: build.docker has {built}",
                fix=f"Write: image: {next(iter(manifest.images))}",
            )
