"""
The sections of heroku.yml where they do not belong, and the way back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from heroku_support.manifests.findings import Edit
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import (
    KEYS,
    LEGACY,
    PROCESS,
    SECTIONS,
)
from heroku_support.manifests.nodes import Entry, Mapping, Node, items, mapping, text
from heroku_support.manifests.source import Source

STEP = 2  # spaces


@dataclass(frozen=True)
class Nested:
    """
    A section within another.

    :param parent: the key above it.
    :param siblings: what follows it in the same mapping.
    """

    entry: Entry
    parent: str
    siblings: tuple[Entry, ...]
    source: Source

    @property
    def column(self) -> int:
        """
        Where its key begins.
        """
        return self.source.position(self.entry.key.start).column

    @property
    def span(self) -> tuple[int, int]:
        """
        Its first line and its last.
        """
        return _span(self.source, self.entry)

    @property
    def lines(self) -> str:
        """
        The same for a message.
        """
        first, last = self.span
        return f"lines {first}-{last}" if last > first else f"line {first}"


def nested(manifest: HerokuYml) -> list[Nested]:
    """
    Return the sections that stand within another.
    """
    found: list[Nested] = []
    for entry in manifest.root.entries:
        found += _nested(manifest, entry.value, entry.name)
    return [each for each in found if not manifest.root.get(each.entry.name)]


def starts_nested(manifest: HerokuYml) -> set[int]:
    """
    Return where the sections within others begin: what they are there has its own rules.

    Of a section that is empty there, the keys beside it as well.
    """
    starts = set()
    for each in nested(manifest):
        starts.add(each.entry.key.start)
        if each.entry.value.type == "null":
            starts |= {sibling.key.start for sibling in each.siblings}
    return starts


def dedent(manifest: HerokuYml, found: Nested) -> list[Edit]:
    """
    Return what moves the section to the margin, nothing where that would take others along.
    """
    first, _ = found.span
    left = found.column - 1
    before = manifest.source.line(first)[:left]
    if found.entry.value.type == "null":  # its keys stand where they belong
        keys = KEYS[found.entry.name]
        return (
            [Edit(found.entry.key.start - left, found.entry.key.start, "")]
            if not before.strip() and all(each.name in keys for each in found.siblings)
            else []
        )
    if before.strip() or any(not _is_section(each) for each in found.siblings):
        return []
    return shift_left(manifest.source, found.entry, left)


def owner(manifest: HerokuYml, entry: Entry) -> str:
    """
    Return the section that a key at the margin belongs to, which is empty or not there.
    """
    if entry.name in SECTIONS:
        return ""
    for section in ("build", "release", "setup", "run"):
        found = manifest.root.get(section)
        if found and found.value.type != "null":
            continue
        if entry.name in KEYS.get(section, ()) and (found or entry.name != "config"):
            return section
        if section == "run" and found and text(entry.value):
            return section
    above = _above(manifest, entry)
    return above.name if above else ""


def _above(manifest: HerokuYml, entry: Entry) -> Entry | None:
    # What a key at the margin was to stand under: the release or the process above it that lacks
    # it, or the key above it that is empty.
    sections = [
        each
        for each in map(manifest.root.get, SECTIONS)
        if each and each.key.start < entry.key.start
    ]
    last = max(sections, key=lambda each: each.key.start, default=None)
    if last is None or not mapping(last.value).entries:
        return None
    child = mapping(last.value).entries[-1]
    if entry.name in PROCESS:
        found = last if last.name == "release" else child
        is_lacking = isinstance(found.value, Mapping) and not found.value.get(
            entry.name
        )
        return found if last.name in ("release", "run") and is_lacking else None
    is_value = (
        last.name == "build" and child.name in KEYS["build"] and text(entry.value)
    )
    return child if child.value.type == "null" and is_value else None


def beside(manifest: HerokuYml) -> dict[int, Entry]:
    """
    Return the keys of a process that stand beside it in ``run``: by their start, the process.
    """
    found: dict[int, Entry] = {}
    process: Entry | None = None
    moved = starts_nested(manifest)
    for entry in manifest.section("run").entries:
        if entry.key.start in moved:
            continue
        if entry.name not in PROCESS:
            process = entry
        elif process and (
            process.value.type == "null"
            or (
                isinstance(process.value, Mapping) and not process.value.get(entry.name)
            )
        ):
            found[entry.key.start] = process
    return found


def column(manifest: HerokuYml, entry: Entry) -> int:
    """
    Return where a key begins.
    """
    return manifest.source.position(entry.key.start).column


def level(manifest: HerokuYml) -> int:
    """
    Return the leftmost column that a key of a section has.

    A section's key further to the right may be meant for another place.
    """
    columns = [
        column(manifest, child)
        for section in manifest.root.entries
        for child in mapping(section.value).entries
    ]
    return min(columns, default=0)


def misplaced(manifest: HerokuYml) -> set[str]:
    """
    Return the sections whose keys stand at the margin.
    """
    return {owner(manifest, entry) for entry in manifest.root.entries}


def indent(manifest: HerokuYml, entry: Entry, section: str) -> list[Edit]:
    """
    Return what moves a key under the empty section right above it.
    """
    found = manifest.root.get(section)
    names = [each.name for each in manifest.root.entries]
    if not found:
        return []
    inner = mapping(found.value).entries
    if inner and manifest.source.position(inner[-1].key.start).column != STEP + 1:
        return []
    between = names[names.index(section) + 1 : names.index(entry.name)]
    if any(name in SECTIONS for name in between):
        return []
    return shift_right(manifest.source, entry)


def shift_left(source: Source, entry: Entry, by: int) -> list[Edit]:
    """
    Return what moves an entry to the left, with the lines under it.
    """
    first, last = _span(source, entry)
    starts = [
        source.start(number)
        for number in range(first, last + 1)
        if source.line(number)[:by].isspace()
    ]
    return [Edit(start, start + by, "") for start in starts]


def shift_right(source: Source, entry: Entry) -> list[Edit]:
    """
    Return what moves an entry, with the lines under it, one level to the right.
    """
    first, last = _span(source, entry)
    starts = [
        source.start(number)
        for number in range(first, last + 1)
        if source.line(number).strip()
    ]
    return [Edit(start, start, " " * STEP) for start in starts]


def commands(manifest: HerokuYml) -> Iterator[Entry]:
    """
    Return each entry ``command``.
    """
    parts = [manifest.section("release")]
    parts += [mapping(entry.value) for entry in manifest.section("run").entries]
    for part in parts:
        entry = part.get("command")
        if entry:
            yield entry


def configs(manifest: HerokuYml) -> Iterator[Entry]:
    """
    Return each variable that ``setup`` and ``build`` set.
    """
    for section in ("setup", "build"):
        yield from manifest.section(section, "config").entries


def _nested(manifest: HerokuYml, node: Node, parent: str) -> Iterator[Nested]:
    entries = mapping(node).entries
    for index, entry in enumerate(entries):
        if _is_section(entry) or _is_headless(entry, entries[index + 1 : index + 2]):
            yield Nested(entry, parent, entries[index + 1 :], manifest.source)
        else:
            yield from _nested(manifest, entry.value, entry.name)
    for item in items(node):
        yield from _nested(manifest, item, parent)


def _is_section(entry: Entry) -> bool:
    # By what is in it: a process may be called release, and a variable build.
    if not isinstance(entry.value, Mapping):
        return False
    names = set(entry.value.names())
    if entry.name == "run":
        return "dockerfile" not in names
    keys = {*KEYS.get(entry.name, ()), *(LEGACY if entry.name == "build" else ())}
    return bool(names & keys)


def _is_headless(first: Entry, rest: tuple[Entry, ...]) -> bool:
    # An empty section whose keys follow beside it.
    keys = KEYS.get(first.name, ())
    return (
        first.value.type == "null"
        and bool(rest)
        and rest[0].name in keys
        and (first.name == "release" or isinstance(rest[0].value, Mapping))
    )


def _span(source: Source, entry: Entry) -> tuple[int, int]:
    end = max(entry.value.end, entry.key.end)
    return source.position(entry.key.start).line, source.position(end).line
