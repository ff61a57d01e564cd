"""
``docs/reference/rules.md``, out of the docstrings of the rules.

``python -m tests.manifests.pages`` writes it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from heroku_support.manifests.registry import Rule, rules
from tests.manifests.examples import diagnose, files, write

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "rules.md"
KINDS = {
    "procfile": "Procfile",
    "command": "Commands, in a Procfile, heroku.yml or Dockerfile",
    "heroku_yml": "heroku.yml",
    "dockerfile": "Dockerfile",
    "app_json": "app.json",
    "project_toml": "project.toml",
    "aptfile": "Aptfile",
    "python": "Python and its packages",
    "settings": "Django's settings",
    "project": "Files together",
    "live": "Servers, with `--connect`",
    "scripts": "Scripts that these files name",
    "ignoring": "Files that leave others out",
    "source": "Any text",
    "reading": "What cannot be read",
}
INTRODUCTION = """\
# Rules of the doctor

What `heroku_doctor` looks for: why, and how it is mended. How to run it and to leave out a rule:
[The doctor](doctor.md). The severity is the usual one; where a rule has another in some cases,
it says so. **Mended** marks what `--fix` does itself.

In the examples `␍` stands for a carriage return, `␛` for a byte order mark, `␀` for UTF-16 and
`␞` for a byte 0.

This page is made of the rules' docstrings, by `make docs`.
"""


def page() -> str:
    """
    Return the page.
    """
    parts = [INTRODUCTION]
    for kind, title in KINDS.items():
        parts.append(f"## {title}\n")
        parts += [_section(rule) for rule in rules().values() if rule.kind == kind]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    mended = " **Mended.**" if _is_mended(rule) else ""
    severity = {"info": "Advice"}.get(rule.severity, rule.severity.capitalize())
    return f"### {rule.name}\n\n{severity}.{mended}\n\n{rule.page}\n"


def _is_mended(rule: Rule) -> bool:
    with tempfile.TemporaryDirectory() as root:
        found = diagnose(write(Path(root), files(rule.name, "Before"))).findings
    return any(each.edits for each in found if each.rule == rule.name)


if __name__ == "__main__":
    PAGE.write_text(page())
