"""
What a rule's page shows: the files before and after, as a project on the disk.
"""

from __future__ import annotations

import re
from pathlib import Path

from heroku_support.manifests.doctor import Diagnosis, examine
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import rules

BLOCK = re.compile(
    r"^(?P<when>Before|After), in `(?P<path>[^`]+)`:\n\n(?P<text>(?:    .*\n|\n)+)",
    re.M,
)


def files(rule: str, when: str) -> dict[str, str]:
    """
    Return the files of an example, with the signs for what cannot be printed.
    """
    page = rules()[rule].page + "\n"
    return {
        match["path"]: re.sub(r"^    ", "", match["text"], flags=re.M).strip("\n")
        + "\n"
        for match in BLOCK.finditer(page)
        if match["when"] == when
    }


def write(root: Path, texts: dict[str, str]) -> Path:
    """
    Write the files; the signs become what they stand for.
    """
    for path, text in texts.items():
        encoding = "utf-8"
        if text.startswith("␛"):
            encoding = "utf-8-sig"
        elif text.startswith("␀"):
            encoding = "utf-16"
        text = text.lstrip("␛␀").replace("␍", "\r").replace("␞", "\0")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode(encoding))
    return root


def diagnose(root: Path, target: str | None = None, **options: object) -> Diagnosis:
    """
    Examine the folder.
    """
    return examine(Project(root, target), **options)


def places(diagnosis: Diagnosis, rule: str) -> list[str]:
    """
    Return where a rule found something, as ``path:line:column``.
    """
    return [
        f"{each.path}:{each.line}:{each.column}"
        for each in diagnosis.findings
        if each.rule == rule
    ]
