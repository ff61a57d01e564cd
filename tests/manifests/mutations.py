"""
Files as nobody writes them: the examples of the rules' pages, broken by chance.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from heroku_support.manifests.registry import rules
from tests.manifests.examples import files

EXAMPLE = Path(__file__).resolve().parents[2] / "example_project"
LARGEST = 300_000  # characters: a little more than is read
# What has broken readers of such files before.
SPLINTERS = [
    *(
        "\0",
        "\t",
        "\r",
        "\r\n",
        "\ufeff",
        "\u2028",
        "\u00a0",
        "\x1b[2J",
        "\udc80",
        "😀",
    ),
    *(
        "{",
        "[",
        "]",
        "}",
        '"',
        "'",
        "`",
        "\\",
        "\\u",
        "${",
        "{%",
        "%(",
        "#",
        ",",
        ":",
        ": ",
    ),
    *(
        "&a ",
        "*a",
        "<<: *a",
        "!!python/object:os.system ",
        "? ",
        "- ",
        "| ",
        ">-\n",
        "---\n",
    ),
    *("NaN", "1e999", "-", "9" * 5000, "0x", "yes", "null", "1:30:00", "2026-99-99"),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "-r ../secret\n",
        "$PORT",
        "&&",
        "||",
        ";",
        "|",
    ),
    *("<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n", "FROM ", "ARG ", "<<EOF\n", "\\\n"),
    *(
        "web: ",
        "release: ",
        "build:\n",
        "  docker:\n",
        '"formation": {',
        "[[",
        "=",
        "a.b.c",
    ),
    *(
        "gunicorn ",
        "celery worker -B ",
        "--bind 0.0.0.0:80 ",
        "python manage.py migrate ",
    ),
    *('__import__("os")', "import os\n", "DATABASES = ", "def f(", "lambda: ", "f'{"),
]


def sources() -> dict[str, list[str]]:
    """
    Return the texts to begin with, by the name of their file.
    """
    found: dict[str, list[str]] = {}
    for name in rules():
        for when in ("Before", "After"):
            for path, text in files(name, when).items():
                found.setdefault(path, []).append(text)
    for path in sorted(EXAMPLE.iterdir()):
        if path.is_file():
            found.setdefault(path.name, []).append(path.read_text())
    return found


def mutated(number: int, beginnings: dict[str, list[str]]) -> dict[str, bytes]:
    """
    Return the files of a project, some of them broken; the same for the same number.
    """
    chance = Random(number)
    count = min(len(beginnings), chance.randint(1, 4))
    names = chance.sample(sorted(beginnings), count)
    found = {}
    for name in names:
        text = chance.choice(beginnings[name])
        for _ in range(chance.choice((0, 1, 1, 2, 3, 8))):
            text = _broken(text, chance, beginnings)[:LARGEST]
        found[name] = _encoded(text, chance)
    return found


def _broken(text: str, chance: Random, beginnings: dict[str, list[str]]) -> str:
    at, to = sorted(chance.randint(0, len(text)) for _ in range(2))
    splinter = chance.choice(SPLINTERS)
    lines = text.splitlines(keepends=True) or [""]
    line = chance.randrange(len(lines))
    other = chance.choice(beginnings[chance.choice(sorted(beginnings))])
    kinds = [
        lambda: text[:at] + splinter + text[at:],
        lambda: text[:at] + splinter + text[to:],
        lambda: text[:at] + text[at + 1 :],
        lambda: text[:at],
        lambda: text[:to] + text[at:to] + text[to:],
        lambda: "".join(chance.sample(lines, len(lines))),
        lambda: "".join([*lines[:line], " " * chance.randint(1, 9), *lines[line:]]),
        lambda: "".join(
            [*lines[:line], lines[line] * chance.choice((2, 50, 20_000)), *lines[line:]]
        ),
        lambda: "".join([*lines[:line], *lines[line + 1 :]]),
        lambda: text[:at] + splinter * chance.choice((3, 100, 30_000)) + text[at:],
        lambda: text[:at] + other + text[at:],
        lambda: text.replace("\n", "\r\n"),
        lambda: text.swapcase(),
    ]
    return chance.choice(kinds)()


def _encoded(text: str, chance: Random) -> bytes:
    encoding = chance.choice(("utf-8",) * 12 + ("utf-8-sig", "utf-16", "latin-1"))
    content = text.encode(
        encoding, "surrogateescape" if encoding == "utf-8" else "replace"
    )
    if content and chance.random() < 0.1:
        at = chance.randrange(len(content))
        content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    return content
