"""
What the readiness checks found, and how it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

PASS, WARN, FAIL = "pass", "warn", "fail"


# No dataclasses: defining one takes two milliseconds of the start of every process.
class Outcome:
    """
    What one check found; ``output`` is empty when it passed.
    """

    def __init__(
        self,
        name: str,
        status: str,  # "pass", "warn" or "fail"
        seconds: float,
        output: str = "",
        at: datetime | None = None,
    ) -> None:
        self.name = name
        self.status = status
        self.seconds = seconds
        self.output = output
        self.at = at or datetime.now(timezone.utc)

    def as_dict(self) -> dict[str, Any]:
        """
        Return it in the words of draft-inadarei-api-health-check-06.
        """
        return {
            "status": self.status,
            "time": self.at.isoformat(timespec="milliseconds"),
            "observedValue": round(self.seconds * 1000, 1),
            "observedUnit": "ms",
            "output": self.output,
        }

    @classmethod
    def from_dict(cls, name: str, found: Mapping[str, Any]) -> Outcome:
        """
        Return what ``as_dict`` was made from, to the digits that it has.
        """
        return cls(
            name,
            found["status"],
            found["observedValue"] / 1000,
            found["output"],
            datetime.fromisoformat(found["time"]),
        )


class Report:
    """
    What all checks found.
    """

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes

    @property
    def passed(self) -> bool:
        """
        Whether the app can do its work: no check failed that decides about it.
        """
        return self.status != FAIL

    @property
    def status(self) -> str:
        """
        The worst of the outcomes: ``fail``, ``warn`` or ``pass``.
        """
        found = {outcome.status for outcome in self.outcomes}
        return next((status for status in (FAIL, WARN) if status in found), PASS)

    def as_dict(self) -> dict[str, Any]:
        """
        Return it in the words of draft-inadarei-api-health-check-06, each check with its outcome.
        """
        checks = {each.name: [each.as_dict()] for each in self.outcomes}
        return {"status": self.status, "checks": checks}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Report:
        """
        Return what ``as_dict`` was made from.
        """
        checks = found["checks"].items()
        return cls([Outcome.from_dict(name, each) for name, (each,) in checks])


DRAINING = Report(
    [Outcome("draining", FAIL, 0.0, "this process was told to end: SIGTERM")]
)
