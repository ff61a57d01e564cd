"""
A value has another shape than Heroku reads.

`build.docker` maps an image to its Dockerfile, `run` a process to its command, `setup.addons` is a
list. Heroku answers that the manifest is invalid: "must validate one and only one schema".

Before, in `heroku.yml`:

    build:
      docker:
        - web: Dockerfile

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import misshapen
from heroku_support.manifests.nodes import kind
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import misplaced

rule = Rule(__name__, "error")

WORDS = {"sequence": "a list", "mapping": "a mapping", "text": "a text"}


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Compare what stands at each path.
    """
    outside = misplaced(manifest)
    for path, entry, shapes, example in misshapen(manifest.root):
        # An empty section whose keys stand beside it: key-outside.
        if len(path) == 1 and entry.name in outside:
            continue
        expected = " or ".join(WORDS[shape] for shape in shapes)
        place = ".".join((*path[:-1], entry.name))
        is_null = entry.value.type == "null"
        yield rule.finding(
            manifest.source,
            entry.key.start if is_null else entry.value.start,
            f"'{place}' is {kind(entry.value)}, and must be {expected}",
            fix=f"Write:\n{example}",
        )
