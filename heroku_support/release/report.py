"""
What a release did, in one line that a log can be searched for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

PREFIX = "heroku_release "  # of the line in a log


@dataclass
class Report:
    """
    Filled by the steps, as they go.

    :param steps: seconds that each took, by its name.
    :param applied: migrations, as ``app.name``; with ``alias:`` before it off ``default``.
    :param retries: how often a migration was begun again after a lock timeout or a deadlock.
    :param waited: seconds for the release lock.
    """

    version: str | None = None
    commit: str | None = None
    stage: str | None = None
    steps: dict[str, float] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    unsafe: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    retries: int = 0
    waited: float = 0.0
    failed: str | None = None
    error: str | None = None

    def as_json(self) -> str:
        """
        Return one line of JSON.
        """
        facts: dict[str, Any] = {
            "version": self.version,
            "commit": self.commit,
            "stage": self.stage,
            "ok": self.error is None,
            "steps": {name: round(spent, 3) for name, spent in self.steps.items()},
            "applied": self.applied,
            "unsafe": self.unsafe,
            "warnings": self.warnings,
            "retries": self.retries,
            "waited": round(self.waited, 3),
            "failed": self.failed,
            "error": self.error,
        }
        return json.dumps(facts)
