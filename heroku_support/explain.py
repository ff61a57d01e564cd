"""
What the helpers decided for a project, and what the project made of it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from operator import itemgetter
from pathlib import PurePath
from types import ModuleType
from typing import Any

from django.db.utils import ConnectionHandler

from heroku_support.conf import Settings, conf
from heroku_support.scrubbing import redactor
from heroku_support.settings.decisions import Decision
from heroku_support.settings.heroku import Heroku

OWN = "HEROKU_SUPPORT_"
MISSING = object()


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


def find(settings_module: str) -> list[Heroku]:
    """
    Return the ``Heroku`` objects that a settings module used, whatever they are called, in the
    order in which they were made.

    They may stand in any module whose settings it has taken: ``from base import *`` leaves
    them there, though another object gets the name. Else one of its package will do.
    """
    modules = {name: _names(module) for name, module in sys.modules.copy().items()}
    own = modules.get(settings_module, {})
    package = settings_module.rpartition(".")[0]
    used: dict[int, Heroku] = {}
    beside: dict[int, Heroku] = {}
    for name, names in modules.items():
        objects = {each.record.number: each for each in _objects_in(names)}
        if objects and (name == settings_module or _has_taken(own, names)):
            used.update(objects)
        elif package and name.startswith(f"{package}."):
            beside.update(objects)
    return [each for _, each in sorted((used or beside).items())]


def explain(objects: Sequence[Heroku], settings: Any) -> list[Explanation]:
    """
    Return the decisions, compared with the settings as they are, and this package's own
    settings.

    Of several decisions on a setting, the one that is nearest to its value now, else the last.
    """
    decisions: dict[str, list[tuple[int, Decision]]] = {}
    for each in objects:
        values = [value for _, value, *_ in each.record.decided]
        for decision, value in zip(each.decisions, values, strict=True):
            distance = _distance_from_now(decision.setting, value, settings)
            decisions.setdefault(decision.setting, []).append((distance, decision))
    nearest = [min(reversed(made), key=itemgetter(0)) for made in decisions.values()]
    return [
        *(Explanation(decision, distance > 0) for distance, decision in nearest),
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


def _names(module: object) -> dict[str, Any]:
    # A module that is loaded when it is asked for something stays as it is.
    is_module = issubclass(type(module), ModuleType)
    return object.__getattribute__(module, "__dict__") if is_module else {}


def _objects_in(names: Mapping[str, Any]) -> list[Heroku]:
    # By its type: a lazy object that is asked for its class makes itself.
    return [each for each in tuple(names.values()) if issubclass(type(each), Heroku)]


def _has_taken(own: Mapping[str, Any], names: Mapping[str, Any]) -> bool:
    settings = {name: value for name, value in tuple(names.items()) if name.isupper()}
    # Lists and dicts that are the same, not merely equal; or where there are none, all names.
    shared = [name for name, value in settings.items() if own.get(name) is value]
    changeable = [name for name in shared if isinstance(settings[name], (dict, list))]
    return bool(changeable or (shared and own.keys() >= settings.keys()))


def _distance_from_now(setting: str, decided: Any, settings: Any) -> int:
    if not setting.isupper():
        return 0  # of no setting: what a library is called with
    current = getattr(settings, setting, None)
    if setting == "DATABASES":
        # Django adds its defaults to what the project wrote; here to both.
        decided, current = _with_defaults(decided), _with_defaults(current)
    return _distance(decided, current)


def _distance(one: Any, other: Any) -> int:
    """
    Return in how many items two values differ, at any depth of mappings; 0 if they are equal.
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return sum(
            _distance(one.get(key, MISSING), other.get(key, MISSING))
            for key in one.keys() | other.keys()
        )
    differ = int(bool(one != other))
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        differ += sum(each not in other for each in one)
        differ += sum(each not in one for each in other)
    return differ


def _with_defaults(databases: Any) -> Any:
    try:
        return ConnectionHandler().configure_settings(deepcopy(databases))
    except Exception:  # whatever is wrong with it, Django says so
        return databases
