"""
What the helpers decided for a project, and what the project made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heroku_support.settings.heroku import Heroku
from heroku_support.settings.record import Decision


@dataclass(frozen=True)
class Explanation:
    """
    One decision; ``replaced`` when the settings now have another value.
    """

    decision: Decision
    replaced: bool

    def as_dict(self) -> dict[str, Any]:
        """
        Return it as JSON takes it.
        """
        return {
            "setting": self.decision.setting,
            "value": self.decision.value,
            "source": self.decision.source,
            "why": self.decision.why,
            "replaced": self.replaced,
        }


def find(settings_module: Mapping[str, Any]) -> Heroku | None:
    """
    Return the ``Heroku`` object in a module's names, whatever it is called there.
    """
    return next((v for v in settings_module.values() if isinstance(v, Heroku)), None)


def explain(heroku: Heroku, settings: Any) -> list[Explanation]:
    """
    Return the decisions, compared with the settings as they are.
    """
    return [
        Explanation(decision, heroku.is_replaced(decision.setting, settings))
        for decision in heroku.decisions
    ]
