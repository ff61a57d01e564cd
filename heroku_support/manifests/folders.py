"""
What a project's folders hold, as far down as a rule may ask.
"""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path

DEEPEST = 4  # folders; the buildpack looks for manage.py three deep
MOST = 10_000  # entries in all
# Made by a tool, or not the project's own.
SKIPPED = frozenset(
    {"node_modules", "venv", "env", "site-packages", "__pycache__", "staticfiles"}
    | {"build", "dist", "htmlcov"}
)


def files(root: Path) -> frozenset[str]:
    """
    Return the paths from the root, with slashes; nothing of hidden folders, none behind a link.
    """
    found: set[str] = set()
    queue = deque([("", 0)])
    left = MOST
    while queue and left > 0:
        folder, depth = queue.popleft()
        try:
            entries = sorted(os.scandir(root / folder), key=lambda each: each.name)
        except OSError:
            continue
        left -= len(entries)
        for entry in entries:
            path = f"{folder}{entry.name}"
            if entry.is_file(follow_symlinks=False):
                found.add(path)
            elif _is_own(entry) and depth < DEEPEST:
                queue.append((f"{path}/", depth + 1))
    return frozenset(found)


def _is_own(entry: os.DirEntry[str]) -> bool:
    is_hidden = entry.name.startswith(".") or entry.name in SKIPPED
    return entry.is_dir(follow_symlinks=False) and not is_hidden
