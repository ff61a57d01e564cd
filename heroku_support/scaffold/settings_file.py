"""
Write the block into a settings file, in place of what ``startproject`` left there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from heroku_support.manifests.findings import Edit, applied
from heroku_support.scaffold import settings_block, settings_edits
from heroku_support.scaffold.local_values import Replacement, replacement
from heroku_support.scaffold.python_code import Assignment, Module, is_python
from heroku_support.scaffold.settings_block import BEGIN, END
from heroku_support.scaffold.survey import Survey
from heroku_support.settings.typed import SecuritySettings

# Called in the last line, with locals().
PREDECESSORS = ("django_heroku.settings(", "django_on_heroku.settings(")
OTHER_QUOTES = str.maketrans("'\"", "\"'")


@dataclass(frozen=True)
class Rewritten:
    """
    The text as it is to be; what was not done, and what belongs into ``.env``.

    :param is_first: whether there was no block before.
    """

    text: str
    notes: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    is_first: bool = False


class SettingsFile:
    """
    A settings module that is to have the block.
    """

    def __init__(self, module: Module, survey: Survey) -> None:
        self.module = module
        self.survey = survey
        self.text = module.source.text
        self.path = module.source.path
        self._edits: list[Edit] = []

    def rewritten(self) -> Rewritten:
        """
        Return the text with the block, as it is where that cannot be done.
        """
        if BEGIN in self.text:
            return self._renewed()
        reason = self._reason_against()
        if reason:
            note = f"{self.path} {reason}: left alone. The block to write by hand is in the README."
            return Rewritten(self.text, (note,))
        return self._converted()

    def _reason_against(self) -> str:
        if self.module.calls("Heroku"):
            return "calls heroku_support's helpers already"
        if not any(each.is_top for each in self.module.assigned("INSTALLED_APPS")):
            return "has no INSTALLED_APPS of its own, but another module's"
        if not self._base_dir:
            return "has no BASE_DIR"
        return ""

    def _renewed(self) -> Rewritten:
        start = self.text.index(BEGIN)
        end = self.text.find(END, start)
        if end < 0:
            where = f"{self.path}:{self.module.source.position(start).line}"
            note = (
                f"{where} begins heroku_init's block, and nothing ends it. Write: {END}"
            )
            return Rewritten(self.text, (note,))
        end += len(END)
        taken = {
            each.name
            for each in self.module.assignments
            if self.module.start(each.node) not in range(start, end)
        }
        old, arguments = self.text[start:end], settings_block.called_with(self.module)
        new = self._block(arguments, taken).rstrip()
        if settings_block.is_same(old, new):
            return Rewritten(self.text)
        text = applied(self.text, [Edit(start, end, new)])
        if not is_python(text):
            note = (
                f"{self.path}: heroku_init's block has another indentation: left alone."
            )
            return Rewritten(self.text, (note,))
        return Rewritten(text)

    def _converted(self) -> Rewritten:
        replaced = {
            each: found
            for each in self.module.assignments
            if self._stands_alone(each) and (found := replacement(each))
        }
        taken = {each.name for each in self.module.assignments if each not in replaced}
        removals = [settings_edits.removal(self.module, each) for each in replaced]
        place = settings_edits.place(self.module, removals)
        needs_path = self._base_dir != "BASE_DIR"
        importing = settings_edits.imports(self.module, place, needs_path=needs_path)
        block = self._block(_arguments(replaced), taken) + 2 * self._newline
        if importing.start == place:
            importing, block = Edit(0, 0, ""), importing.text + block
        edits = [importing, Edit(place, place, block), *removals]
        edits += settings_edits.wrapped(self.module, place, self.survey)
        self._edits = edits
        return Rewritten(
            applied(self.text, edits).rstrip() + self._newline,
            tuple(self._notes(taken, place)),
            {
                name: value
                for found in replaced.values()
                for name, value in found.variables.items()
            },
            is_first=True,
        )

    def _stands_alone(self, each: Assignment) -> bool:
        # Said once, nothing else in its lines, and no library changes it further below.
        if each.name == "DATABASES" and "dj_database_url" in self.text:
            return False
        lines = range(each.node.lineno, (each.node.end_lineno or 0) + 1)
        beside = [
            node
            for node in self.module.tree.body
            if node.lineno in lines or node.end_lineno in lines
        ]
        return len(self.module.assigned(each.name)) == len(beside) == 1

    def _block(self, arguments: dict[str, tuple[str, ...]], taken: set[str]) -> str:
        base_dir = self._base_dir or "BASE_DIR"
        if BEGIN in self.text:  # in the file's quotes already
            arguments = {
                name: tuple(map(self._quoted, each)) for name, each in arguments.items()
            }
        found = settings_block.block(self.survey, arguments, taken, base_dir)
        found = found.replace("{BASE_DIR /", f"{{{base_dir} /")
        return self._quoted(found).replace("\n", self._newline)

    def _quoted(self, text: str) -> str:
        is_single = self.text.count("'") > self.text.count('"')
        return text.translate(OTHER_QUOTES) if is_single else text

    @property
    def _newline(self) -> str:
        return self.module.source.newline

    @property
    def _base_dir(self) -> str:
        # Django wrote a text before 3.1, and a Path since.
        for each in self.module.assigned("BASE_DIR"):
            if each.is_top and each.node.value:
                is_path = "Path(" in ast.unparse(each.node.value)
                return "BASE_DIR" if is_path else "Path(BASE_DIR)"
        return ""

    def _notes(self, taken: set[str], place: int) -> list[str]:
        notes = [*self._replaced_by_the_block(place), *self._replacing_the_block()]
        for helper in settings_block.HELPERS:
            for name in sorted((helper.owns | {helper.setting}) & taken):
                each = self.module.assigned(name)[0]
                notes.append(
                    f"{self._where(each.node)} {name} is yours and stays;"
                    f" heroku.{helper.name}() would take it from the config vars."
                )
        for name, helper_name in settings_edits.LISTS.items():
            if not settings_edits.wrappable(self.module, name, place):
                notes.append(
                    f"{self.path}: below the block, write"
                    f" {name} = heroku.{helper_name}([…]) around the list."
                )
        return notes

    def _where(self, node: ast.stmt) -> str:
        # The line in the text as it is to be.
        start, line = self.module.start(node), node.lineno
        for each in self._edits:
            if each.end <= start:
                gone = self.text[each.start : each.end].count("\n")
                line += each.text.count("\n") - gone
        return f"{self.path}:{line}"

    def _replaced_by_the_block(self, place: int) -> Iterator[str]:
        for each in self.module.assignments:
            is_above = self.module.start(each.node) < place
            if is_above and each.name in SecuritySettings.__annotations__:
                yield (
                    f"{self._where(each.node)} {each.name} stands above the block, where"
                    " heroku.security() replaces it. Move it below, if it is to win."
                )

    def _replacing_the_block(self) -> Iterator[str]:
        for node in self.module.tree.body:
            written = ast.unparse(node)
            if written.startswith(PREDECESSORS):
                yield (
                    f"{self._where(node)} {written} replaces what the block says."
                    " Take it out, and its import."
                )


def _arguments(
    replaced: dict[Assignment, Replacement],
) -> dict[str, tuple[str, ...]]:
    # By the helper, which is called as the setting is.
    found: dict[str, tuple[str, ...]] = {
        "databases": ("default=f\"sqlite:///{BASE_DIR / 'db.sqlite3'}\"",)
    }
    for each, value in replaced.items():
        found[each.name.lower()] = value.arguments
    return {**found, "csrf_trusted_origins": found.get("allowed_hosts", ())}
