"""
A process of `run` has no image.

A command that is a text runs in the image of the same name. Where `build.docker` builds none of
that name, `image` says which, indented under the process like `command`.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn shop.wsgi
      worker: celery -A shop worker

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn shop.wsgi
      worker:
        command:
          - celery -A shop worker
        image: web
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import PROCESS, SECTIONS
from heroku_support.manifests.nodes import mapping
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import beside, misplaced, starts_nested

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Compare run with build.docker.
    """
    if not manifest.images:
        return
    other = "web" if "web" in manifest.images else next(iter(manifest.images))
    strays = beside(manifest)
    owners = {each.key.start for each in strays.values()}
    outside = misplaced(manifest)
    moved = starts_nested(manifest)
    for entry in manifest.section("run").entries:
        process = strays.get(entry.key.start)
        if process:
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"'{entry.name}' stands beside '{process.name}', not under it",
                fix=f"Move it right by 2, with the lines under it, below '{process.name}:'.",
            )
            continue
        if entry.key.start in owners | moved or entry.name in outside:
            continue
        if entry.name in PROCESS and entry.name not in manifest.images:
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"'{entry.name}' is no process, but belongs to one",
                fix=f"Write:\n{other}:\n  {entry.name}: …",
            )
            continue
        named = mapping(entry.value).get("image")
        if (
            entry.name not in manifest.images
            and not named
            and entry.name not in SECTIONS
        ):
            yield rule.finding(
                manifest.source,
                entry.key.start,
                f"'{entry.name}' has no image: build.docker builds {', '.join(manifest.images)}",
                fix=f"Write:\n{entry.name}:\n  command:\n    - …\n  image: {other}",
            )
