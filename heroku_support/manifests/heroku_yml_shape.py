"""
What stands where in a heroku.yml.

The sections and keys are those of Dev Center, "Building Docker Images with heroku.yml"
(25 April 2024); there is no published schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.nodes import Entry, Mapping, Node, Scalar, items, mapping
from heroku_support.manifests.source import Source

SECTIONS = ("setup", "build", "release", "run")
KEYS = {
    "setup": ("addons", "config"),
    "build": ("docker", "config"),
    "release": ("command", "image"),
}
ADDON = ("plan", "as")
PROCESS = ("command", "image")
# Of the developer preview of 2018, which built with buildpacks.
LEGACY = ("languages", "packages", "pre", "post")
# What stands at a path, and an example; "*" is any key.
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


def misshapen(
    root: Mapping,
) -> Iterator[tuple[tuple[str, ...], Entry, tuple[str, ...], str]]:
    """
    Return what has another shape: its path, entry, the shapes it may have, an example.
    """
    for path, shapes, example in SHAPES:
        for entry in _at(root, path):
            if entry.value.type not in shapes:
                yield path, entry, shapes, example


def mismatches(source: Source, node: Node | None) -> int:
    """
    Return how many things do not fit: 0 where Heroku would find everything in its place.
    """
    root = mapping(node)
    count = len(list(misshapen(root))) + (root.get("build") is None)
    count += sum(1 for name in root.names() if name not in SECTIONS)
    for section, keys in KEYS.items():
        entry = root.get(section)
        names = mapping(entry.value).names() if entry else []
        known = (*keys, *LEGACY) if section == "build" else keys
        count += sum(1 for name in names if name not in known)
    addons, run = root.get("setup", "addons"), root.get("run")
    for item in items(addons.value) if addons else ():
        names = mapping(item).names()
        count += sum(1 for name in names if name not in ADDON) + ("plan" not in names)
    if run:
        count += sum(1 for name in mapping(run.value).names() if name in PROCESS)
    return count + sum(1 for each in scalars(root) if is_continued(source, each))


def is_continued(source: Source, scalar: Scalar) -> bool:
    """
    Whether a text without quotes goes on over a line that was meant as an item or a key.
    """
    written = source.text[scalar.start : scalar.end]
    if written[:1] in ("", "|", ">", '"', "'"):
        return False
    _, *rest = written.splitlines()
    return any(line.lstrip().startswith("- ") for line in rest) or (
        written.startswith("-") and not scalar.value.startswith("--")
    )


def scalars(node: Node) -> Iterator[Scalar]:
    """
    Return every scalar that is a value.
    """
    if isinstance(node, Scalar):
        yield node
    for entry in mapping(node).entries:
        yield from scalars(entry.value)
    for item in items(node):
        yield from scalars(item)


def _at(node: Mapping, path: tuple[str, ...]) -> Iterator[Entry]:
    for entry in node.entries:
        if path[0] in ("*", entry.name):
            if len(path) == 1:
                yield entry
            else:
                yield from _at(mapping(entry.value), path[1:])
