"""
An image of `build.docker` has a key that it does not know, or no `dockerfile`.

Everything under `docker` is an image, and an image has `dockerfile` and `target`. Heroku calls the
manifest invalid, without a line.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
        config:
          NODE_ENV: production

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
      config:
        NODE_ENV: production
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import KEYS
from heroku_support.manifests.nodes import Entry, mapping
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import shift_left, starts_nested

rule = Rule(__name__, "error")

PARTS = ("dockerfile", "target")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at the images that are mappings.
    """
    moved = starts_nested(manifest)
    for image in manifest.images.values():
        names = mapping(image.entry.value).names()
        if not names or image.entry.key.start in moved:
            continue
        if image.entry.name in KEYS["build"]:
            yield _misplaced(manifest, image.entry)
        elif "dockerfile" not in names or set(names) - set(PARTS):
            yield rule.finding(
                manifest.source,
                image.entry.key.start,
                f"The image '{image.entry.name}' has {', '.join(names)}",
                fix=f"Write: {image.entry.name}: Dockerfile",
            )


def _misplaced(manifest: HerokuYml, entry: Entry) -> Finding:
    docker = manifest.root.get("build", "docker")
    by = manifest.source.position(entry.key.start).column
    by -= manifest.source.position(docker.key.start).column if docker else by
    return rule.finding(
        manifest.source,
        entry.key.start,
        f"'{entry.name}' is indented under 'docker', and belongs under 'build'",
        fix=f"Move it left by {by}, with the lines under it.",
        edits=shift_left(manifest.source, entry, by),
    )
