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
from heroku_support.manifests.nodes import Entry, Mapping, kind, mapping
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import misplaced

rule = Rule(__name__, "error")

# What stands at a path; "*" is any key.
SHAPES: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("setup",), ("mapping",), "setup:\n  addons:\n    - plan: heroku-postgresql"),
    (("setup", "addons"), ("sequence",), "addons:\n  - plan: heroku-postgresql"),
    (("setup", "config"), ("mapping",), "config:\n  NAME: value"),
    (("build",), ("mapping",), "build:\n  docker:\n    web: Dockerfile"),
    (("build", "docker"), ("mapping",), "docker:\n  web: Dockerfile"),
    (("build", "docker", "*"), ("text", "mapping"), "web: Dockerfile"),
    (("build", "config"), ("mapping",), "config:\n  NAME: value"),
    (
        ("release",),
        ("mapping",),
        "release:\n  image: web\n  command:\n    - ./release.sh",
    ),
    (("release", "command"), ("sequence", "text"), "command:\n  - ./release.sh"),
    (("release", "image"), ("text",), "image: web"),
    (("run",), ("mapping",), "run:\n  web: gunicorn PROJECT.wsgi"),
    (("run", "*"), ("text", "mapping"), "web: gunicorn PROJECT.wsgi"),
    (
        ("run", "*", "command"),
        ("sequence", "text"),
        "command:\n  - gunicorn PROJECT.wsgi",
    ),
    (("run", "*", "image"), ("text",), "image: web"),
)
WORDS = {"sequence": "a list", "mapping": "a mapping", "text": "a text"}


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Compare what stands at each path.
    """
    for path, shapes, example in SHAPES:
        for entry in _at(manifest.root, path):
            if entry.value.type not in shapes and not _is_said_elsewhere(
                manifest, path, entry
            ):
                expected = " or ".join(WORDS[shape] for shape in shapes)
                place = ".".join((*path[:-1], entry.name))
                is_null = entry.value.type == "null"
                start = entry.key.start if is_null else entry.value.start
                yield rule.finding(
                    manifest.source,
                    start,
                    f"'{place}' is {kind(entry.value)}, and must be {expected}",
                    fix=f"Write:\n{example}",
                )


def _at(node: Mapping, path: tuple[str, ...]) -> Iterator[Entry]:
    for entry in node.entries:
        if path[0] in ("*", entry.name):
            if len(path) == 1:
                yield entry
            else:
                yield from _at(mapping(entry.value), path[1:])


def _is_said_elsewhere(
    manifest: HerokuYml, path: tuple[str, ...], entry: Entry
) -> bool:
    # An empty section whose keys stand beside it: key-outside.
    return len(path) == 1 and entry.name in misplaced(manifest)
