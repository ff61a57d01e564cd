"""
Write the block into a settings file, in place of what ``startproject`` left there.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field

from heroku_support.manifests.findings import Edit, applied
from heroku_support.scaffold import settings_block
from heroku_support.scaffold.local_values import Replacement, replacement
from heroku_support.scaffold.python_code import Assignment, Module
from heroku_support.scaffold.settings_block import BEGIN, END
from heroku_support.scaffold.survey import GEO, SEARCH, Survey

# startproject's comments on what is replaced, of any version.
COMMENT = re.compile(
    r"# (Quick-start development settings - unsuitable for production|Database|Email"
    r"|(See )?https://docs\.djangoproject\.com/\S*(/checklist/|#databases|/topics/email/\S*)"
    r"|SECURITY WARNING: keep the secret key used in production secret!"
    r"|SECURITY WARNING: don't run with debug turned on in production!)\Z"
)
IMPORT = "from heroku_support import Heroku\n"
LISTS = {"INSTALLED_APPS": "installed_apps", "MIDDLEWARE": "middleware"}
# Apps that a feature needs, where it was asked for and the list has not.
APPS = {GEO: "django.contrib.gis", SEARCH: "haystack"}
OTHER_QUOTES = str.maketrans("'\"", "\"'")


@dataclass(frozen=True)
class Rewritten:
    """
    The text as it is to be; what was not done, and what belongs into ``.env``.

    :param secrets: values that no output may show.
    """

    text: str
    notes: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


class SettingsFile:
    """
    A settings module that is to have the block.
    """

    def __init__(self, module: Module, survey: Survey) -> None:
        self.module = module
        self.survey = survey
        self.text = module.source.text
        self.path = module.source.path

    def rewritten(self) -> Rewritten:
        """
        Return the text with the block, as it is where that cannot be done.
        """
        if BEGIN in self.text:
            return self._renewed()
        reason = self._reason_against()
        if reason:
            line = "docs/reference/settings.md has the block to write by hand."
            return Rewritten(self.text, (f"{self.path} {reason}: left alone. {line}",))
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
            note = f"{where} begins heroku_init's block, and nothing ends it: write {END!r}"
            return Rewritten(self.text, (note,))
        end += len(END)
        old = self.text[start:end]
        inside = range(start, end)
        taken = {
            each.name
            for each in self.module.assignments
            if self.module.start(each.node) not in inside
        }
        arguments = settings_block.called_with(self.module)
        new = self._block(arguments, taken).rstrip("\r\n")
        if settings_block.is_same(old, new):
            return Rewritten(self.text)
        return Rewritten(applied(self.text, [Edit(start, end, new)]))

    def _converted(self) -> Rewritten:
        replaced = {
            each: found
            for each in self.module.assignments
            if self._stands_alone(each) and (found := replacement(each))
        }
        kept = {each.name for each in self.module.assignments if each not in replaced}
        place = self._place(list(replaced))
        arguments = {"databases": ("default=f\"sqlite:///{BASE_DIR / 'db.sqlite3'}\"",)}
        for each, found in replaced.items():
            arguments[each.name.lower()] = found.arguments
        arguments["csrf_trusted_origins"] = arguments.get("allowed_hosts", ())
        edits = [self._removal(each) for each in replaced]
        below = self._newline * (2 if replaced else 1)
        edits += [Edit(place, place, f"{self._block(arguments, kept)}{below}")]
        edits += [*self._import(place), *self._wrapped(place)]
        text = applied(self.text, edits)
        return Rewritten(
            f"{text.rstrip()}{self._newline}",
            tuple(self._notes(kept, place)),
            self._variables(replaced),
            tuple(self._secrets(replaced)),
        )

    def _stands_alone(self, each: Assignment) -> bool:
        # Said once, and nothing else in its lines.
        lines = range(each.node.lineno, (each.node.end_lineno or 0) + 1)
        beside = [
            node
            for node in self.module.tree.body
            if node.lineno in lines or node.end_lineno in lines
        ]
        return len(self.module.assigned(each.name)) == len(beside) == 1

    def _block(self, arguments: dict[str, tuple[str, ...]], taken: set[str]) -> str:
        base_dir = self._base_dir or "BASE_DIR"
        found = settings_block.block(self.survey, arguments, taken, base_dir)
        found = found.replace("{BASE_DIR /", f"{{{base_dir} /")
        if self.text.count("'") > self.text.count('"') and BEGIN not in self.text:
            found = found.translate(OTHER_QUOTES)
        return found.replace("\n", self._newline)

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

    def _place(self, replaced: list[Assignment]) -> int:
        base_dir = next(
            each for each in self.module.assigned("BASE_DIR") if each.is_top
        )
        after = self._line_after(base_dir.node)
        starts = [self._removal(each).start for each in replaced]
        for name in LISTS:
            starts += [self._commented(each) for each in self.module.assigned(name)]
        below = [start for start in starts if start >= after]
        return min(below) if below else after

    def _commented(self, each: Assignment) -> int:
        number = each.node.lineno
        while self.module.source.line(number - 1).startswith("#"):
            number -= 1
        return self.module.source.start(number)

    def _line_after(self, node: ast.stmt) -> int:
        return self.module.source.start((node.end_lineno or 0) + 1)

    def _removal(self, each: Assignment) -> Edit:
        # With the comments that startproject has put above, and the empty lines below.
        line = self.module.source.line
        first = number = each.node.lineno
        while number > 1 and (
            not line(number - 1).strip() or self._is_known(number - 1)
        ):
            number -= 1
            first = number if line(number).strip() else first
        end = each.node.end_lineno or 0
        while end < len(self.module.source.lines) and not line(end + 1).strip():
            end += 1
        return Edit(
            self.module.source.start(first), self.module.source.start(end + 1), ""
        )

    def _is_known(self, number: int) -> bool:
        return bool(COMMENT.match(self.module.source.line(number)))

    def _import(self, place: int) -> list[Edit]:
        imports = [
            node
            for node in self.module.tree.body
            if isinstance(node, (ast.Import, ast.ImportFrom))
            and self.module.start(node) < place
        ]
        needed = IMPORT
        if self._base_dir != "BASE_DIR" and not re.search(
            r"^from pathlib import .*\bPath\b", self.text, re.MULTILINE
        ):
            needed = f"from pathlib import Path\n\n{IMPORT}"
        needed = needed.replace("\n", self._newline)
        if not imports:
            return [Edit(place, place, f"{needed}{self._newline}")]
        last = imports[-1]
        name = getattr(last, "module", None) or last.names[0].name
        is_standard = name.partition(".")[0] in sys.stdlib_module_names
        between = self._newline if is_standard and needed.startswith("from h") else ""
        at = self._line_after(last)
        return [Edit(at, at, f"{between}{needed}")]

    def _wrapped(self, place: int) -> list[Edit]:
        edits = []
        for name, helper in LISTS.items():
            node = self._list(name, place)
            if node:
                start, end = self.module.start(node), self.module.end(node)
                edits += [Edit(start, start, f"heroku.{helper}("), Edit(end, end, ")")]
                if name == "INSTALLED_APPS" and isinstance(node, ast.List):
                    edits += self._apps(node)
        return edits

    def _list(self, name: str, place: int) -> ast.expr | None:
        # Of a tuple a list would come back, to which no tuple can be added.
        for each in self.module.assigned(name)[:1]:
            node = each.node.value
            is_fit = each.is_top and not isinstance(node, ast.Tuple)
            return (
                node if node and is_fit and self.module.start(node) >= place else None
            )
        return None

    def _apps(self, node: ast.List) -> list[Edit]:
        present = self.module.strings("INSTALLED_APPS")
        missing = [
            app
            for feature, app in APPS.items()
            if self.survey.has(feature) and app not in present
        ]
        if not missing or not node.elts or node.elts[-1].lineno == node.lineno:
            return []
        last = node.elts[-1]
        line = self.module.source.line(last.lineno)
        indent = line[: len(line) - len(line.lstrip())]
        quote = self.text[self.module.start(last)]
        lines = "".join(
            f"{indent}{quote}{app}{quote},{self._newline}" for app in missing
        )
        at = self._line_after(node.elts[-1])
        return [Edit(at, at, lines)]

    def _notes(self, kept: set[str], place: int) -> list[str]:
        notes = []
        for helper in settings_block.HELPERS:
            for name in sorted((helper.owns | {helper.setting}) & kept):
                each = self.module.assigned(name)[0]
                notes.append(
                    f"{self.path}:{each.node.lineno} {name} is yours and stays;"
                    f" heroku.{helper.name}() would take it from the config vars."
                )
        for name, helper_name in LISTS.items():
            if not self._list(name, place):
                notes.append(
                    f"{self.path}: below the block, write"
                    f" {name} = heroku.{helper_name}([…]) around the list."
                )
        return notes

    def _variables(self, replaced: dict[Assignment, Replacement]) -> dict[str, str]:
        return {
            name: value
            for found in replaced.values()
            for name, value in found.variables.items()
        }

    def _secrets(self, replaced: dict[Assignment, Replacement]) -> list[str]:
        secrets = []
        for each in replaced:
            if each.name == "SECRET_KEY":
                secrets.append(each.value)
            if each.name == "DATABASES":
                secrets.append(each.value["default"].get("PASSWORD") or "")
        return [secret for secret in secrets if secret]
