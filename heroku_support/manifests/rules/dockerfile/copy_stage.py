"""
`COPY --from` names no stage that stands above it.

Docker knows the stages by what stands behind `AS`, or by their number from 0, and only those above. It
takes any other word for an image, and does not find it.

Before, in `Dockerfile`:

    FROM python:3.13-slim AS build
    RUN pip wheel -w /wheels Django
    FROM python:3.13-slim
    COPY --from=builder /wheels /wheels
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim AS build
    RUN pip wheel -w /wheels Django
    FROM python:3.13-slim
    COPY --from=build /wheels /wheels
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

FROM = re.compile(r"--from=(?P<name>[\w-]+)(?=\s)")
# Names that people give to stages, and nobody to an image of Docker's own.
USUAL = frozenset({"assets", "base", "build", "builder", "compile", "deps", "frontend"})

MOST_STAGES = 20  # that a name is compared with


@rule.check
def check(file: Dockerfile) -> Iterator[Finding]:
    """
    Hold each name against the stages above.
    """
    above: set[str] = set()
    for index, stage in enumerate(file.stages):
        for each in stage.instructions:
            match = FROM.match(each.value) if each.name == "COPY" else None
            name = match["name"].lower() if match else ""
            if not name or name in above or _is_number_below(name, index):
                continue
            close = difflib.get_close_matches(name, sorted(above)[:MOST_STAGES], n=1)
            if close or _is_stage(name):
                yield rule.finding(
                    file.source,
                    each.find(name),
                    f"There is no stage {name} above",
                    fix=f"Write: --from={close[0]}"
                    if close
                    else "Name one of those above."
                    if name.isdigit()
                    else f"Add above: FROM … AS {name}",
                )
        if stage.name:
            above.add(stage.name)


def _is_number_below(name: str, index: int) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 5 and int(name) < index


def _is_stage(name: str) -> bool:
    return name in USUAL or name.isdigit()
