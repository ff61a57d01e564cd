"""
Run the statements of a settings module, as far as their text tells.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Protocol

from heroku_support.manifests.python_changes import changed, put
from heroku_support.manifests.python_expressions import Evaluator
from heroku_support.manifests.python_scope import Scope
from heroku_support.manifests.python_syntax import catches_import, root, touched
from heroku_support.manifests.python_values import (
    Call,
    Reference,
    Sequence,
    Table,
    Value,
    text_of,
)
from heroku_support.manifests.source import Source

NAMESPACES = frozenset({"globals", "locals", "vars"})
HELPERS = "heroku_support.Heroku()."
# How the names begin that these set.
SETTERS: dict[str, tuple[str, ...]] = {
    f"{HELPERS}security": ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "DEFAULT_EXCEPTION_REPORTER"),
    f"{HELPERS}email": ("EMAIL_", "MAILERS"),
    f"{HELPERS}celery": ("CELERY_",),
    f"{HELPERS}geo": ("GDAL_", "GEOS_", "SPATIALITE_"),
}  # fmt: skip
DJANGO_HEROKU = frozenset({"django_heroku.settings", "django_on_heroku.settings"})
SET_BY_DJANGO_HEROKU = ("DATABASES", "LOGGING", "MIDDLEWARE", "STATIC", "ALLOWED_HOSTS", "SECRET_KEY", "TEST_RUNNER")  # fmt: skip
# They change the module that calls them, or have the settings elsewhere.
HIDERS = ("split_settings.", "dynaconf.", "configurations.", "exec", "goodconf.")


class ModuleMissingError(Exception):
    """
    A module of the project that is not there, or is not deployed.
    """


class Importer(Protocol):
    """
    Who finds and runs other modules.
    """

    def find(self, module: str) -> Source | None:
        """
        Return the file of a module by its dotted name.
        """

    def beside(self, source: Source, level: int, module: str) -> Source | None:
        """
        Return the file that a relative import names.
        """

    def run(self, source: Source, scope: Scope) -> None:
        """
        Put what the module assigns into a scope.
        """


class Statements:
    """
    Runs the statements of one module.
    """

    def __init__(self, modules: Importer, source: Source, scope: Scope) -> None:
        self.modules = modules
        self.source = source
        self.scope = scope
        self.evaluate = Evaluator(source, scope)
        self.is_hidden = False  # whether the settings are in a class

    def run(self, body: Iterable[ast.stmt]) -> None:
        """
        Run them one after the other.
        """
        for each in body:
            known = KINDS.get(type(each))
            if known:
                known(self, each)
            elif not isinstance(each, HARMLESS):
                self._forget(each)

    def _assign(self, node: ast.Assign) -> None:
        value = self.evaluate.value(node.value)
        if isinstance(value, Call) and value.function.startswith(HIDERS):
            self.scope.forget()
        for target in node.targets:
            self._set(target, value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value:
            self._set(node.target, self.evaluate.value(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        target = node.target
        if isinstance(target, ast.Name) and target.id in self.scope.names:
            old, new = self.scope.names[target.id], self.evaluate.value(node.value)
            self.scope.names[target.id] = self.evaluate.sum(node.value, old, new, node.op)  # fmt: skip
        else:
            self._forget(node)

    def _forget(self, node: ast.stmt) -> None:
        names = set(touched(node))
        if names:
            self.scope.forget(*names)

    def _set(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.scope.names[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = value.items if isinstance(value, Sequence) else ()
            known = len(items) == len(target.elts)
            for index, each in enumerate(target.elts):
                inner = items[index] if known else Value(self.source, target)
                self._set(each, inner)
        elif isinstance(target, ast.Subscript):
            self._put(target, value)

    def _put(self, target: ast.Subscript, value: Value) -> None:
        keys: list[str | None] = []
        at: ast.expr = target
        while isinstance(at, ast.Subscript):
            keys.insert(0, text_of(self.evaluate.value(at.slice)))
            at = at.value
        if isinstance(at, ast.Call) and self._is_namespace(at):
            if len(keys) == 1 and keys[0] is not None:
                self.scope.names[keys[0]] = value
            else:
                self.scope.forget()
        elif isinstance(at, ast.Name) and at.id in self.scope.names:
            self.scope.names[at.id] = put(self.scope.names[at.id], keys, value)

    def _import(self, node: ast.Import) -> None:
        for each in node.names:
            name = each.asname or each.name.partition(".")[0]
            path = each.name if each.asname else name
            self.scope.names[name] = self._reference(node, path)

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            found = self.modules.beside(self.source, node.level, module)
        else:
            found = self.modules.find(module)
        if node.names[0].name == "*":
            if found is None:
                raise ModuleMissingError
            self.modules.run(found, self.scope)
            return
        own = Scope()
        if found:
            self.modules.run(found, own)
        for each in node.names:
            reference = self._reference(node, f"{module}.{each.name}")
            value = own.names.get(each.name, reference)
            self.scope.names[each.asname or each.name] = value

    def _reference(self, node: ast.Import | ast.ImportFrom, name: str) -> Reference:
        place = ast.copy_location(ast.Constant(None), node)
        return Reference(self.source, place, name)

    def _if(self, node: ast.If) -> None:
        holds = self.evaluate.truth(node.test)
        if holds is not None:
            self.run(node.body if holds else node.orelse)
            return
        other = self.scope.copy()
        Statements(self.modules, self.source, other).run(node.orelse)
        mine = self.scope.copy()
        Statements(self.modules, self.source, mine).run(node.body)
        self.scope.become(mine, other)

    def _try(self, node: ast.Try) -> None:
        before, body = self.scope.copy(), self.scope.copy()
        try:
            Statements(self.modules, self.source, body).run(node.body)
        except ModuleMissingError:
            handlers = [each for each in node.handlers if catches_import(each)]
            if not handlers:
                raise
            self.run(handlers[0].body)
            self.run(node.finalbody)
            return
        outcomes = [body]
        if not all(
            isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body
        ):
            for handler in node.handlers:
                outcomes.append(before.copy())
                Statements(self.modules, self.source, outcomes[-1]).run(handler.body)
        self.scope.become(*outcomes)
        self.run(node.orelse)
        self.run(node.finalbody)

    def _with(self, node: ast.With) -> None:
        for each in node.items:
            value = self.evaluate.value(each.context_expr)
            if each.optional_vars:
                self._set(each.optional_vars, value)
        self.run(node.body)

    def _expression(self, node: ast.Expr) -> None:
        call = node.value
        if not isinstance(call, ast.Call):
            return
        if isinstance(call.func, ast.Attribute):
            owner = call.func.value
            if isinstance(owner, ast.Call) and self._is_namespace(owner):
                self._update_namespace(call)
                return
            if root(owner) in self.scope.names and call.func.attr in CHANGES:
                self._change(owner, call.func.attr, call)
                return
        self._hidden(call)

    def _hidden(self, call: ast.Call) -> None:
        value = self.evaluate.value(call)
        function = value.function if isinstance(value, Call) else "?"
        arguments = [*call.args, *(each.value for each in call.keywords)]
        if function in DJANGO_HEROKU:
            self.scope.forget(*SET_BY_DJANGO_HEROKU)
        elif function.startswith(HIDERS) or any(map(self._is_namespace, arguments)):
            self.scope.forget()

    def _update_namespace(self, call: ast.Call) -> None:
        value = self.evaluate.value(call.args[0]) if call.args else None
        if isinstance(value, Table) and value.is_complete:
            self.scope.names |= value.entries
        elif isinstance(value, Call) and value.function in SETTERS:
            self.scope.forget(*SETTERS[value.function])
        else:
            self.scope.forget()

    def _change(self, owner: ast.expr, method: str, call: ast.Call) -> None:
        old = self.evaluate.value(owner)
        arguments = [self.evaluate.value(each) for each in call.args]
        new = changed(old, method, arguments) if not call.keywords else None
        if new is None:
            name = root(owner)
            self.scope.unknown([name] if name else [])
        elif isinstance(owner, ast.Name):
            self.scope.names[owner.id] = new
        elif isinstance(owner, ast.Subscript):
            self._put(owner, new)

    def _is_namespace(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in NAMESPACES
        )

    def _definition(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        place = ast.copy_location(ast.Constant(None), node)
        self.scope.names[node.name] = Value(self.source, place)
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        for each in map(self.evaluate.value, bases):
            if isinstance(each, Reference) and each.name.startswith(HIDERS):
                self.is_hidden = True


HARMLESS = (ast.Assert, ast.Pass, ast.Raise, ast.Global, ast.AsyncFunctionDef)
CHANGES = frozenset(
    {"append", "extend", "insert", "update", "setdefault", "remove", "pop", "clear"}
)
KINDS: dict[type, Callable[..., None]] = {
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
    ast.Import: Statements._import,
    ast.ImportFrom: Statements._import_from,
    ast.If: Statements._if,
    ast.Try: Statements._try,
    ast.With: Statements._with,
    ast.Expr: Statements._expression,
    ast.FunctionDef: Statements._definition,
    ast.ClassDef: Statements._definition,
}
