"""
What the helpers decided for a project, and what the project made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.db.utils import ConnectionHandler

from heroku_support.settings.decisions import Decision
from heroku_support.settings.heroku import Heroku


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
    decided = heroku.record.values
    return [
        Explanation(each, _is_replaced(each.setting, decided[each.setting], settings))
        for each in heroku.decisions
    ]


def _is_replaced(setting: str, decided: Any, settings: Any) -> bool:
    current = getattr(settings, setting, None)
    if setting == "DATABASES" and isinstance(current, dict):
        # Django adds its defaults to what the project wrote; here to both.
        decided, current = _with_defaults(decided), _with_defaults(current)
    return bool(decided != current)


def _with_defaults(databases: dict[str, Any]) -> dict[str, Any]:
    handler = ConnectionHandler()
    return handler.configure_settings(deepcopy(databases))
