"""
A section has a key that it does not know.

Heroku calls the manifest invalid for it, without a line.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      commands:
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
from difflib import get_close_matches

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.heroku_yml_shape import KEYS, LEGACY
from heroku_support.manifests.nodes import Entry
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import column, level, shift_right, starts_nested

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look in the sections whose keys are known.
    """
    moved = starts_nested(manifest)
    margin = level(manifest)
    for section, keys in KEYS.items():
        entries = manifest.section(section).entries
        empty = next((each for each in entries if each.value.type == "null"), None)
        if empty and empty.name in keys and column(manifest, empty) > margin:
            continue  # value-shape says so
        for entry in entries:
            is_known = entry.name in keys or (
                section == "build" and entry.name in LEGACY
            )
            if not is_known and entry.key.start not in moved:
                yield _finding(manifest, section, keys, entry, empty)


def _finding(
    manifest: HerokuYml,
    section: str,
    keys: tuple[str, ...],
    entry: Entry,
    empty: Entry | None,
) -> Finding:
    close = get_close_matches(entry.name.lower(), keys, n=1)
    is_free = bool(close) and not manifest.root.get(section, close[0])
    if empty:
        name = empty.name
        is_below = empty.key.start < entry.key.start
        return rule.finding(
            manifest.source,
            entry.key.start,
            f"'{entry.name}' stands beside '{name}', which is empty, not under it",
            fix=f"Move it right by 2, with the lines under it, below '{name}:'.",
            edits=shift_right(manifest.source, entry) if is_below else [],
        )
    return rule.finding(
        manifest.source,
        entry.key.start,
        f"'{section}' has no key '{entry.name}'",
        fix=f"Write: {close[0]}:" if close else f"Use: {', '.join(keys)}.",
        edits=[Edit(entry.key.start, entry.key.end, close[0])] if is_free else [],
    )
