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
from heroku_support.manifests.nodes import Entry, kind
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import beside, is_deep, misplaced, starts_nested

rule = Rule(__name__, "error")

WORDS = {"sequence": "a list", "mapping": "a mapping", "text": "a text"}


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Compare what stands at each path.
    """
    outside = misplaced(manifest)
    moved = starts_nested(manifest)
    for path, entry, shapes, example in misshapen(manifest.root):
        # An empty section whose keys stand beside it: key-outside.
        if len(path) == 1 and entry.name in outside:
            continue
        if entry.key.start in moved:
            continue
        if path == ("run", "*") and entry.name in PROCESS and manifest.images:
            continue  # image-missing
        is_null = entry.value.type == "null"
        if is_null and (entry.name in outside or _is_beside(manifest, path, entry)):
            continue
        expected = " or ".join(WORDS[shape] for shape in shapes)
        place = ".".join((*path[:-1], entry.name))
        yield rule.finding(
            manifest.source,
            entry.key.start if is_null else entry.value.start,
            f"'{place}' is {kind(entry.value)}, and must be {expected}",
            fix=f"Write:\n{example}",
        )


def _is_beside(manifest: HerokuYml, path: tuple[str, ...], entry: Entry) -> bool:
    # What is to stand under it stands beside it: key-unknown and image-missing say so.
    if path[0] == "run":
        owners = beside(manifest).values()
        return any(each.key.start == entry.key.start for each in owners)
    entries = manifest.section(path[0]).entries if len(path) == 2 else ()
    known = (*KEYS.get(path[0], ()), *LEGACY)
    first = next((each for each in entries if each.value.type == "null"), None)
    is_first = first is not None and first.key.start == entry.key.start
    if is_deep(manifest, entry):
        return False
    return is_first and any(each.name not in known for each in entries)
