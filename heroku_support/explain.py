"""
What the helpers decided for a project, and what the project made of it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.db.utils import ConnectionHandler

from heroku_support.conf import Settings, conf
from heroku_support.scrubbing import redactor
from heroku_support.settings.decisions import Decision
from heroku_support.settings.heroku import Heroku

OWN = "HEROKU_SUPPORT_"


@dataclass(frozen=True)
class Explanation:
    """
    One decision; ``replaced`` when the settings now have another value.
    """

    decision: Decision
    replaced: bool = False

    def as_dict(self) -> dict[str, Any]:
        """
        Return it as JSON takes it.
        """
        return {
            "setting": self.decision.setting,
            "value": plain(self.decision.value),
            "source": self.decision.source,
            "why": self.decision.why,
            "replaced": self.replaced,
        }

    def as_text(self, width: int) -> str:
        """
        Return it for people, each line within the width where that can be.
        """
        decision = self.decision
        heading = f"{decision.setting} = "
        why = f": {decision.why}" if decision.why else ""
        lines = [
            f"{heading}{layout(decision.value, width, column=len(heading))}",
            f"    from {decision.source}{why}",
        ]
        if self.replaced:
            lines.append("    replaced: the settings have another value now")
        return "\n".join(lines)


def find(settings_module: str) -> Heroku | None:
    """
    Return the ``Heroku`` object that a settings module used, whatever it is called there.

    It may stand in another module of the same package, which the settings module imports.
    """
    package = settings_module.rpartition(".")[0]
    beside = [
        name for name in sys.modules if package and name.startswith(f"{package}.")
    ]
    for name in (settings_module, *sorted(beside)):
        names = vars(sys.modules.get(name, object))
        for value in tuple(names.values()):
            if isinstance(value, Heroku):
                return value
    return None


def explain(heroku: Heroku, settings: Any) -> list[Explanation]:
    """
    Return the decisions, compared with the settings as they are, and this package's own
    settings.
    """
    decided = heroku.record.values
    # Of a helper that was called twice, the last.
    decisions = {each.setting: each for each in heroku.decisions}
    return [
        *(
            Explanation(
                each, _is_replaced(each.setting, decided[each.setting], settings)
            )
            for each in decisions.values()
        ),
        *(each for each in _own(settings) if each.decision.setting not in decisions),
    ]


def plain(value: Any) -> Any:
    """
    Return a value as JSON has it, the same in every run.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, PurePath):
        return str(value)
    # A function or class by its name, without the address that its repr shows.
    owner = value if hasattr(value, "__qualname__") else type(value)
    return f"{owner.__module__}.{owner.__qualname__}"


def layout(value: Any, width: int, *, column: int = 0, indent: int = 0) -> str:
    """
    Return a value as Python has it, an item a line where it is too long for one.

    :param column: how much of the first line is taken.
    :param indent: how far the last line, its closing bracket, stands to the right.
    """
    line = repr(value)
    if column + len(line) < width or not isinstance(value, (dict, list, tuple)):
        return line
    margin = " " * (indent + 4)
    items = [
        f"{margin}{key}"
        + layout(item, width, column=len(margin + key), indent=indent + 4)
        for key, item in _items(value)
    ]
    brackets = {dict: "{}", list: "[]"}.get(type(value), "()")
    return "\n".join(
        [brackets[0], *(f"{item}," for item in items), " " * indent + brackets[1]]
    )


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{key!r}: ", item) for key, item in value.items())
    else:
        yield from (("", item) for item in value)


def _own(settings: Any) -> Iterator[Explanation]:
    for name, member in vars(Settings).items():
        if name.startswith(OWN):
            is_set = hasattr(settings, name)
            value = getattr(settings, name) if is_set else getattr(conf, name)
            source = "settings" if is_set else "default"
            shown = redactor().value(name, value)
            yield Explanation(Decision(name, shown, source, _summary(member)))


def _summary(member: object) -> str:
    summary = (inspect.getdoc(member) or "").partition("\n\n")[0].rstrip(".")
    return " ".join(f"{summary[:1].lower()}{summary[1:]}".split())


def _is_replaced(setting: str, decided: Any, settings: Any) -> bool:
    if not setting.isupper():
        return False  # of no setting: what a library is called with
    current = getattr(settings, setting, None)
    if setting == "DATABASES":
        # Django adds its defaults to what the project wrote; here to both.
        decided, current = _with_defaults(decided), _with_defaults(current)
    return bool(decided != current)


def _with_defaults(databases: Any) -> Any:
    try:
        return ConnectionHandler().configure_settings(deepcopy(databases))
    except Exception:  # whatever is wrong with it, Django says so
        return databases
