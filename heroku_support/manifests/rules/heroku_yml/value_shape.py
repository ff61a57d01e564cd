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
from heroku_support.manifests.heroku_yml_shape import KEYS, LEGACY, PROCESS, misshapen
from heroku_support.manifests.nodes import kind
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import (
    beside,
    column,
    level,
    misplaced,
    starts_nested,
)

rule = Rule(__name__, "error")

WORDS = {"sequence": "a list", "mapping": "a mapping", "text": "a text"}


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Compare what stands at each path.
    """
    outside = misplaced(manifest)
    moved = starts_nested(manifest)
    told = _told(manifest)
    for path, entry, shapes, example in misshapen(manifest.root):
        # An empty section whose keys stand beside it: key-outside.
        if len(path) == 1 and entry.name in outside:
            continue
        if entry.key.start in moved:
            continue
        if path == ("run", "*") and entry.name in PROCESS and manifest.images:
            continue  # image-missing
        is_null = entry.value.type == "null"
        if is_null and (entry.name in outside or entry.key.start in told):
            continue
        expected = " or ".join(WORDS[shape] for shape in shapes)
        place = ".".join((*path[:-1], entry.name))
        yield rule.finding(
            manifest.source,
            entry.key.start if is_null else entry.value.start,
            f"'{place}' is {kind(entry.value)}, and must be {expected}",
            fix=f"Write:\n{example}",
        )


def _told(manifest: HerokuYml) -> set[int]:
    # Where keys begin that are empty because what belongs under them stands beside them:
    # image-missing and key-unknown say so.
    starts = {process.key.start for process in beside(manifest).values()}
    margin = level(manifest)
    for section, keys in KEYS.items():
        entries = manifest.section(section).entries
        empty = next((each for each in entries if each.value.type == "null"), None)
        known = (*keys, *LEGACY)
        if (
            empty
            and column(manifest, empty) <= margin
            and any(each.name not in known for each in entries)
        ):
            starts.add(empty.key.start)
    return starts
