"""
The dialects of a Procfile, written down once more: what each reads, or that it refuses.

By the words of heroku/buildpacks-procfile (SPEC.md 4.2.3, for both of Heroku's own) and of the
client's ``load-foreman-procfile.js`` and ``procfile.cjs`` 11.10. Nothing here is the package's.
"""

from __future__ import annotations

import re

Processes = dict[str, str]


class RefusedError(Exception):
    """
    A dialect that is strict does not know a line.
    """


def classic(text: str) -> Processes:
    """
    Read as Cedar does: lines that do not match are passed over, of two the last counts.
    """
    found = {}
    for line in text.split("\n"):
        match = re.match(
            r"^[ \t\n\r\f\v]*([a-zA-Z0-9_-]+):?\s+(.*)[ \t\n\r\f\v]*", line
        )
        if match:
            found[match[1]] = match[2].strip()
    return found


def cloud_native(text: str) -> Processes:
    """
    Read as Fir does, where its specification warns of nothing.

    :raises RefusedError: for a line that it refuses, corrects or warns of.
    """
    found: Processes = {}
    for line in text.split("\n"):
        if not line.strip() or line.lstrip()[0] == "#":
            continue
        name, colon, command = line.partition(":")
        letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        if not colon or not command.strip(" \t"):
            raise RefusedError(line)
        if not 1 <= len(name) <= 63 or set(name) - set(letters + "-"):
            raise RefusedError(line)
        if name[0] == "-" or name[-1] == "-" or name in found:
            raise RefusedError(line)
        found[name] = command.strip()
    return found


def local(text: str) -> Processes:
    """
    Read as ``heroku local`` does.

    :raises RefusedError: for what it takes for a mistake.
    """
    found = {}
    for line in re.split(r"\r?\n", text):
        if re.match(r"\s*#", line) or not re.search(r"[A-Za-z0-9_]", line):
            continue
        if not re.match(r"\s*[A-Za-z0-9_]+:", line):
            raise RefusedError(line)
        name, _, command = line.partition(":")
        found[name.rstrip()] = command.lstrip()
    return found


def local_named(text: str) -> Processes:
    """
    Read as ``heroku local NAME`` does.

    :raises RefusedError: for what it stumbles over.
    """
    found = {}
    for line in text.split("\n"):
        if not line or line[0] == "#":
            continue
        match = re.search(r"^([A-Za-z0-9_-]+):\s*(.+)$", line)
        if not match:
            raise RefusedError(line)
        found[match[1]] = match[2].strip()
    return found
