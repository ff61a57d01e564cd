"""
What stands where in a project.toml: schema 0.2 of the buildpacks' specification, and what
Heroku's buildpacks read of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from heroku_support.manifests.toml_document import TomlDocument

Path = tuple[str | int, ...]
DEB = ("com", "heroku", "buildpacks", "deb-packages")
BUILDPACKS = ("io", "buildpacks")
ENVIRONMENT = (*BUILDPACKS, "build", "env")
GROUPS = tuple(
    (*BUILDPACKS, *path) for path in (("group",), ("pre", "group"), ("post", "group"))
)
# The keys of each table whose keys are known; "*" is any entry of several.
KEYS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("_",): (
        "schema-version",
        "id",
        "name",
        "version",
        "authors",
        "documentation-url",
        "source-url",
        "licenses",
        "metadata",
    ),
    ("io",): ("buildpacks",),
    BUILDPACKS: ("builder", "include", "exclude", "group", "build", "pre", "post"),
    (*BUILDPACKS, "build"): ("env",),
    (*ENVIRONMENT, "*"): ("name", "value"),
    (*BUILDPACKS, "pre"): ("group",),
    (*BUILDPACKS, "post"): ("group",),
    **{(*path, "*"): ("id", "uri", "version", "script") for path in GROUPS},
    DEB: ("install", "download", "sources"),
    (*DEB, "install", "*"): ("name", "skip_dependencies", "force"),
    (*DEB, "sources", "*"): ("uri", "suites", "components", "arch", "signed_by"),
}


class Shape(NamedTuple):
    """
    What may stand at a path: a type, of a list that of its items, and an example.
    """

    path: tuple[str, ...]
    types: tuple[type, ...]
    item: tuple[type, ...]
    example: str


SHAPES = (
    Shape(("_",), (dict,), (), '[_]\nschema-version = "0.2"'),
    Shape(BUILDPACKS, (dict,), (), '[io.buildpacks]\nbuilder = "heroku/builder:24"'),
    Shape((*BUILDPACKS, "builder"), (str,), (), 'builder = "heroku/builder:24"'),
    Shape((*BUILDPACKS, "include"), (list,), (str,), 'include = ["shop"]'),
    Shape((*BUILDPACKS, "exclude"), (list,), (str,), 'exclude = ["docs"]'),
    *(
        Shape(path, (list,), (dict,), f'[[{".".join(path)}]]\nid = "heroku/python"')
        for path in GROUPS
    ),
    Shape(
        ENVIRONMENT,
        (list,),
        (dict,),
        '[[io.buildpacks.build.env]]\nname = "NAME"\nvalue = "value"',
    ),
    Shape((*ENVIRONMENT, "*", "name"), (str,), (), 'name = "NAME"'),
    Shape((*ENVIRONMENT, "*", "value"), (str,), (), 'value = "value"'),
    Shape(DEB, (dict,), (), '[com.heroku.buildpacks.deb-packages]\ninstall = ["gdal-bin"]'),
    Shape((*DEB, "install"), (list,), (str, dict), 'install = ["gdal-bin"]'),
    Shape((*DEB, "install", "*", "name"), (str,), (), 'name = "gdal-bin"'),
    Shape((*DEB, "install", "*", "force"), (bool,), (), "force = true"),
    Shape((*DEB, "download"), (list,), (str,), 'download = ["https://…/x.deb"]'),
    Shape((*DEB, "sources"), (list,), (dict,), 'uri = "https://…"'),
)  # fmt: skip


def misshapen(document: TomlDocument) -> Iterator[tuple[Path, Any, Shape]]:
    """
    Return what has another shape: its path, and the shape it should have.
    """
    for shape in SHAPES:
        for path, value in at(document.tables, shape.path):
            items = value if isinstance(value, list) else []
            if not isinstance(value, shape.types) or any(
                not isinstance(item, shape.item) for item in items
            ):
                yield path, value, shape


def unknown(document: TomlDocument) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """
    Return each key that nothing reads: its table, itself, and those that there are.
    """
    for path, keys in KEYS.items():
        for found, table in at(document.tables, path):
            for name in table if isinstance(table, Mapping) else ():
                if name not in keys:
                    yield found, name, keys


def at(
    value: Any, path: tuple[str, ...], above: Path = ()
) -> Iterator[tuple[Path, Any]]:
    """
    Return what stands at a path, each with where it was found.
    """
    if not path:
        yield above, value
    elif path[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from at(item, path[1:], (*above, index))
    elif isinstance(value, Mapping) and path[0] in value:
        yield from at(value[path[0]], path[1:], (*above, path[0]))


def kind(value: Any) -> str:
    """
    Return what a value is, for a message.
    """
    names = {dict: "a table", list: "an array", str: "a text", bool: "a boolean"}
    return names.get(type(value), "a number or a date")
