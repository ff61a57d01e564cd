"""
Evaluate the expressions of a settings module, as they come out on a dyno.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from heroku_support.manifests.python_environment import ENVIRON, INDEX
from heroku_support.manifests.python_scope import Scope
from heroku_support.manifests.python_truth import is_in, is_none, truth
from heroku_support.manifests.python_values import (
    Call,
    Constant,
    Reference,
    Sequence,
    Table,
    Value,
    text_of,
)
from heroku_support.manifests.source import Source

LONGEST = 10_000  # characters of a text, items of a list


class Evaluator:
    """
    Evaluates the expressions of one file.
    """

    def __init__(self, source: Source, scope: Scope) -> None:
        self.source = source
        self.scope = scope

    def value(self, node: ast.expr) -> Value:
        """
        Return what the expression comes to.
        """
        known = KINDS.get(type(node))
        try:
            return known(self, node) if known else Value(self.source, node)
        except RecursionError:
            return Value(self.source, node)

    def truth(self, node: ast.expr) -> bool | None:
        """
        Return whether a condition holds on a dyno, None where that depends on other things.
        """
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return _negated(self.truth(node.operand), True)
        if isinstance(node, ast.BoolOp):
            parts = [self.truth(each) for each in node.values]
            decisive = isinstance(node.op, ast.Or)
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
        if isinstance(node, ast.Compare):
            return self._comparison(node)
        value = self.value(node)
        is_debug = isinstance(node, ast.Name) and node.id == "DEBUG"
        if is_debug and not isinstance(value, Constant):
            return False  # what a project that runs has there
        return truth(value)

    def _comparison(self, node: ast.Compare) -> bool | None:
        if len(node.ops) != 1:
            return None
        left, right = self.value(node.left), self.value(node.comparators[0])
        operator = node.ops[0]
        if isinstance(operator, (ast.In, ast.NotIn)):
            return _negated(is_in(left, right), isinstance(operator, ast.NotIn))
        if not isinstance(right, Constant):
            return None
        if isinstance(operator, (ast.Is, ast.IsNot)) and right.value is None:
            return _negated(is_none(left), isinstance(operator, ast.IsNot))
        if isinstance(operator, (ast.Eq, ast.NotEq)) and isinstance(left, Constant):
            return (left.value == right.value) is isinstance(operator, ast.Eq)
        return None

    def _constant(self, node: ast.Constant) -> Value:
        return Constant(self.source, node, node.value)

    def _name(self, node: ast.Name) -> Value:
        found = self.scope.names.get(node.id)
        if found is None and hasattr(builtins, node.id):
            return Reference(self.source, node, node.id)
        return found or Value(self.source, node)

    def _attribute(self, node: ast.Attribute) -> Value:
        inner = self.value(node.value)
        if isinstance(inner, Reference):
            return Reference(self.source, node, f"{inner.name}.{node.attr}")
        return Value(self.source, node)

    def _unary(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            return self._decided(node)
        inner = self.value(node.operand)
        is_number = isinstance(inner, Constant) and type(inner.value) is int
        if isinstance(node.op, ast.USub) and is_number:
            return Constant(self.source, node, -1)  # no rule asks which
        return Value(self.source, node)

    def _decided(self, node: ast.expr) -> Value:
        found = self.truth(node)
        if found is None:
            return Value(self.source, node)
        return Constant(self.source, node, found)

    def _either(self, node: ast.IfExp) -> Value:
        holds = self.truth(node.test)
        if holds is None:
            return Value(self.source, node)
        return self.value(node.body if holds else node.orelse)

    def _or(self, node: ast.BoolOp) -> Value:
        # "a or b" is one of them, not whether one holds.
        for each in node.values[:-1]:
            found = truth(self.value(each))
            if found is None:
                return Value(self.source, node)
            if found is isinstance(node.op, ast.Or):
                return self.value(each)
        return self.value(node.values[-1])

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        items: list[Value] = []
        is_complete = len(node.elts) <= LONGEST
        for each in node.elts[:LONGEST]:
            if isinstance(each, ast.Starred):
                inner = self.value(each.value)
                items += inner.items if isinstance(inner, Sequence) else ()
                is_whole = isinstance(inner, Sequence) and inner.is_complete
                is_complete = is_complete and is_whole
            else:
                items.append(self.value(each))
        return Sequence(self.source, node, tuple(items[:LONGEST]), is_complete)

    def _table(self, node: ast.Dict) -> Value:
        entries: dict[str, Value] = {}
        is_complete = True
        for key, value in zip(node.keys, node.values, strict=True):
            inner = self.value(value)
            name = text_of(self.value(key)) if key else None
            if name is not None:
                entries[name] = inner
            elif key is None and isinstance(inner, Table):
                entries |= inner.entries
                is_complete = is_complete and inner.is_complete
            else:
                is_complete = False
        return Table(self.source, node, entries, is_complete)

    def _sum(self, node: ast.BinOp) -> Value:
        return self.sum(node, self.value(node.left), self.value(node.right), node.op)

    def sum(
        self, node: ast.expr, left: Value, right: Value, operator: ast.operator
    ) -> Value:
        """
        Return what ``+`` makes of two texts or lists, and ``|`` of two dicts.
        """
        if isinstance(operator, ast.Add):
            if isinstance(left, Sequence) or isinstance(right, Sequence):
                return _joined(self.source, node, left, right)
            texts = text_of(left), text_of(right)
            if None not in texts and len("".join(filter(None, texts))) <= LONGEST:
                return Constant(self.source, node, "".join(filter(None, texts)))
        if (
            isinstance(operator, ast.BitOr)
            and isinstance(left, Table)
            and isinstance(right, Table)
        ):
            entries = {**left.entries, **right.entries}
            is_complete = left.is_complete and right.is_complete
            return Table(self.source, node, entries, is_complete)
        return Value(self.source, node)

    def _item(self, node: ast.Subscript) -> Value:
        inner, key = self.value(node.value), self.value(node.slice)
        if isinstance(inner, Reference) and inner.name == ENVIRON:
            return Call(self.source, node, INDEX, (key,), {})
        name = text_of(key)
        if isinstance(inner, Table) and name is not None:
            return inner.get(name) or Value(self.source, node)
        return Value(self.source, node)

    def _call(self, node: ast.Call) -> Value:
        name, receiver = self._function(node.func)
        arguments = [
            self.value(each) for each in node.args if not isinstance(each, ast.Starred)
        ]
        keywords = {
            each.arg: self.value(each.value) for each in node.keywords if each.arg
        }
        call = Call(self.source, node, name, tuple(arguments), keywords, receiver)
        if len(arguments) + len(keywords) < len(node.args) + len(node.keywords):
            return Value(self.source, node)  # some of them are hidden
        return _built(call) or call

    def _function(self, node: ast.expr) -> tuple[str, Call | None]:
        if isinstance(node, ast.Attribute):
            inner = self.value(node.value)
            if isinstance(inner, Call):
                return f"{inner.function}().{node.attr}", inner
        found = self.value(node)
        if isinstance(found, Call):
            return f"{found.function}()", found
        return (found.name if isinstance(found, Reference) else "?"), None


KINDS: dict[type, Callable[..., Value]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.IfExp: Evaluator._either,
    ast.BoolOp: Evaluator._or,
    ast.UnaryOp: Evaluator._unary,
    ast.Compare: Evaluator._decided,
    ast.List: Evaluator._sequence,
    ast.Tuple: Evaluator._sequence,
    ast.Set: Evaluator._sequence,
    ast.Dict: Evaluator._table,
    ast.BinOp: Evaluator._sum,
    ast.Subscript: Evaluator._item,
    ast.Call: Evaluator._call,
}


def _negated(found: bool | None, is_negated: bool) -> bool | None:
    return found if found is None else found is not is_negated


def _joined(source: Source, node: ast.expr, *parts: Value) -> Sequence:
    items: list[Value] = []
    is_complete = True
    for each in parts:
        if isinstance(each, Sequence):
            items += each.items
        is_complete = is_complete and isinstance(each, Sequence) and each.is_complete
    is_complete = is_complete and len(items) <= LONGEST
    return Sequence(source, node, tuple(items[:LONGEST]), is_complete)


def _built(call: Call) -> Value | None:
    first = call.arguments[0] if call.arguments else None
    if call.function == "dict" and first is None:
        return Table(call.source, call.node, call.keywords)
    if call.function in ("list", "tuple", "set") and isinstance(first, Sequence):
        return first
    if call.function == "heroku_support.Heroku().installed_apps" and isinstance(
        first, Sequence
    ):
        return Sequence(call.source, call.node, first.items, False)
    return None
