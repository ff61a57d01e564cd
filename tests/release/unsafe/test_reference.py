"""
The reference names what the scanner finds, and what the guide shows is safe.
"""

from __future__ import annotations

import re
from pathlib import Path

from heroku_support.release.unsafe.findings import BREAKS
from heroku_support.release.unsafe.rules import RULES

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "reference" / "unsafe-migrations.md").read_text()


def test_every_rule_is_documented_below_its_kind():
    breaks, locks = PAGE.split("## What breaks running code")[1].split(
        "## What locks a table"
    )
    named = [
        set(re.findall(r"^### `([\w-]+)`$", part, re.MULTILINE))
        for part in (breaks, locks)
    ]

    assert named == [
        {name for name, rule in RULES.items() if rule.kind == BREAKS},
        {name for name, rule in RULES.items() if rule.kind != BREAKS},
    ]
