"""
A word of the Aptfile is no package.

Each word of a line is one to heroku/heroku-buildpack-apt, also behind a `#`, and a carriage return
belongs to its word: apt-get does not find it, and the build ends with an error. A comment is a line
of its own.

Before, in `Aptfile`:

    gdal-bin  # for maps

After, in `Aptfile`:

    # for maps
    gdal-bin
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.aptfile import Aptfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(aptfile: Aptfile) -> Iterator[Finding]:
    """
    Look at the first such word of each line.
    """
    seen: set[int] = set()
    for word in aptfile.words:
        line = aptfile.source.position(word.start).line
        if word.is_package or line in seen:
            continue
        seen.add(line)
        is_comment = word.text.startswith("#")
        yield rule.finding(
            aptfile.source,
            word.start,
            f"'{word.text[:40]}' is taken for a package, and there is none of the name",
            fix="Put the comment on a line of its own."
            if is_comment
            else "Write one package on each line, as: gdal-bin",
        )
