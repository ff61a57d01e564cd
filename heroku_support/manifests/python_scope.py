"""
The names of a module while it is read.
"""

from __future__ import annotations

from collections.abc import Iterable

from heroku_support.manifests.python_values import Constant, Value


class Scope:
    """
    What each name stands for.

    :param is_open: whether there may be names that nobody can see in the text.
    :param prefixes: how those begin that may be there.
    """

    def __init__(self) -> None:
        self.names: dict[str, Value] = {}
        self.is_open = False
        self.prefixes: frozenset[str] = frozenset()

    def copy(self) -> Scope:
        """
        Return another with the same names.
        """
        other = Scope()
        other.names = dict(self.names)
        other.is_open, other.prefixes = self.is_open, self.prefixes
        return other

    def become(self, *others: Scope) -> None:
        """
        Take over what holds in each of these, whichever comes to pass.
        """
        names: dict[str, Value] = {}
        for other in others:
            for name, value in other.names.items():
                if name not in names:
                    names[name] = _either(
                        value, [each.names.get(name) for each in others]
                    )
        self.names = names
        self.is_open = any(each.is_open for each in others)
        self.prefixes = frozenset().union(*(each.prefixes for each in others))

    def forget(self, *prefixes: str) -> None:
        """
        Leave open what the names stand for that begin so; without prefixes, all.
        """
        self.is_open = self.is_open or not prefixes
        self.prefixes |= set(prefixes)
        self.unknown(name for name in self.names if name.startswith(prefixes or ("",)))

    def unknown(self, names: Iterable[str]) -> None:
        """
        Leave open what these stand for.
        """
        for name in list(names):
            if name in self.names:
                value = self.names[name]
                self.names[name] = Value(value.source, value.node)

    def may_have(self, name: str) -> bool:
        """
        Whether the name may be there.
        """
        hidden = self.is_open or name.startswith(tuple(self.prefixes))
        return hidden or name in self.names


def _either(value: Value, values: list[Value | None]) -> Value:
    if all(_is_same(value, each) for each in values):
        return value
    return Value(value.source, value.node)


def _is_same(one: Value, other: Value | None) -> bool:
    if isinstance(one, Constant) and isinstance(other, Constant):
        return repr(one.value) == repr(other.value)
    return one is other
