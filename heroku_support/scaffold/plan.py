"""
What is to be written, what is left alone, and what is to be done by hand.
"""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import NamedTuple

from heroku_support.manifests.facts import facts
from heroku_support.manifests.project import TARGETS, Project
from heroku_support.manifests.settings_location import NAME
from heroku_support.manifests.source import Source, visible
from heroku_support.redaction import HIDDEN, Redactor
from heroku_support.scaffold import files, repository
from heroku_support.scaffold.dependencies import REQUIREMENTS, installed
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.files import File
from heroku_support.scaffold.python_code import Module
from heroku_support.scaffold.reader import Reader
from heroku_support.scaffold.render import render
from heroku_support.scaffold.settings_file import Rewritten, SettingsFile
from heroku_support.scaffold.settings_modules import APP, APPS, with_apps
from heroku_support.scaffold.survey import CELERY, FEATURES, Survey
from heroku_support.scaffold.urls_file import UrlsFile

DOTENV, GITIGNORE = ".env", ".gitignore"
DOTENV_EXAMPLE, VERSION_FILE = ".env.example", ".python-version"
# Once they are there they are the project's, whatever is asked for.
NEVER_REPLACED = {VERSION_FILE, DOTENV_EXAMPLE}


class Change(NamedTuple):
    """
    A file as it is to be.

    :param before: None where there is none.
    :param is_shared: whether it goes into the repository.
    """

    path: str
    before: Source | None
    after: str
    is_shared: bool = True

    def diff(self) -> str:
        """
        Return the change as a patch.
        """
        old = self.before.text.splitlines(keepends=True) if self.before else []
        new = self.after.splitlines(keepends=True)
        names = (f"a/{self.path}" if self.before else "/dev/null", f"b/{self.path}")
        lines = difflib.unified_diff(old, new, *names)
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


@dataclass
class Plan:
    """
    Everything that follows from a survey.

    :param kept: files of somebody's that differ from what would be written.
    :param commands: what is to be run by hand, before the files do any good.
    :param notes: what somebody should know.
    :param hidden: values that no output may show.
    :param warnings: what somebody should know before anything is written.
    """

    survey: Survey
    changes: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hidden: frozenset[str] = frozenset()
    warnings: list[str] = field(default_factory=list)

    @property
    def is_up_to_date(self) -> bool:
        """
        Whether the repository is as it is to be.
        """
        return not self.commands and not any(each.is_shared for each in self.changes)

    def diff(self, changes: list[Change]) -> str:
        """
        Return changes as one patch, without secrets.
        """
        return "".join(map(self._shown, changes))

    def _shown(self, change: Change) -> str:
        text = change.diff()
        if change.before is None and change.is_shared:
            return text  # ours, without a secret
        for secret in sorted(self.hidden, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return "".join(
            f"{_printable(line)}\n" for line in Redactor().text(text).splitlines()
        )


def _printable(line: str) -> str:
    # No file may move the cursor; a tab is no harm.
    return "\t".join(map(visible, line.split("\t")))


def plan(
    project: Project, asked_for: frozenset[str], django: str, *, force: bool
) -> Plan:
    """
    Return what is to be done to a project.

    :param asked_for: features, whether or not it shows them.
    :param django: the version that runs here.
    :param force: replace what somebody has written.
    """
    reader = Reader(project, asked_for)
    survey = reader.survey()
    rewritten = SettingsFile(reader.settings, survey).rewritten()
    module = Module(Source(reader.settings.source.path, rewritten.text))
    has_app = survey.has_app or module.calls("installed_apps")
    survey = replace(survey, has_app=has_app)
    found = Plan(survey)
    # Only the helpers read it: the file of somebody else's is theirs.
    reads_dotenv = module.calls("Heroku")
    left_out = set() if reads_dotenv else {DOTENV_EXAMPLE}
    if "runtime.txt" in project.names:
        left_out.add(VERSION_FILE)  # it would not be read; the doctor says so
    top = repository.top(project.root)
    if top:
        left_out.add(files.WORKFLOW)
        found.warnings.append(repository.warning(project, top))
    for path, file in files.FILES[survey.target].items():
        if path not in left_out:
            _whole(found, project, path, file, force=force)
    if survey.has(CELERY) and not reader.features.celery:
        _add(found, project, f"{survey.package}/celery.py", files.celery(survey))
    _settings(found, reader, rewritten)
    if rewritten.is_first:
        _urls(found, project, reader)
    _requirements(found, project, django)
    _add(found, project, GITIGNORE, _ignoring(project))
    if DOTENV not in project.names:
        if reads_dotenv:
            _dotenv(found, rewritten)
    elif rewritten.variables:
        names = ", ".join(sorted(rewritten.variables))
        found.notes.append(f"Write into {DOTENV} what stood in the settings: {names}.")
    return found


def _whole(
    found: Plan, project: Project, path: str, file: File, *, force: bool
) -> None:
    before, after = _read(project, path), file(found.survey)
    if before is None or before.text != after:
        change = Change(path, before, after)
        is_free = before is None or (force and path not in NEVER_REPLACED)
        if is_free or (before and before.text in _variants(found.survey, file)):
            found.changes.append(change)
        elif path not in NEVER_REPLACED:
            found.kept.append(change)


def _variants(survey: Survey, file: File) -> Iterator[str]:
    """
    Return the file as each other choice of options would make it.

    What is one of them, nobody has changed since it was written.
    """
    subsets = [
        frozenset(each)
        for count in range(len(FEATURES) + 1)
        for each in combinations(FEATURES, count)
    ]
    # The settings may have changed since, and with them what they demand and list.
    plain = replace(survey, demanded=(), hosts_variable="", dyno_settings="")
    for each in dict.fromkeys((survey, plain)):
        for has_app in (True, False):
            yield from _with_options(replace(each, has_app=has_app), file, subsets)


def _with_options(
    survey: Survey, file: File, subsets: list[frozenset[str]]
) -> Iterator[str]:
    for target in TARGETS:
        for python in facts("python").words("supported"):
            for features in subsets:
                yield file(survey.other(target, python, features))


def _settings(found: Plan, reader: Reader, rewritten: Rewritten) -> None:
    module, survey = reader.settings, found.survey
    if rewritten.text != module.source.text:
        found.changes.append(Change(module.source.path, module.source, rewritten.text))
    found.notes += rewritten.notes
    found.hidden = module.secrets
    if not survey.has_app:
        path = with_apps(reader.modules) or "the module that has it"
        found.notes.append(
            "The release runs migrate: heroku_release is a command of heroku_support, which is"
            f' not in INSTALLED_APPS. Add "{APP}" to {APPS} in {path}, then run init again.'
        )
    if survey.dyno_settings and NAME not in reader.project.variables:
        found.notes.append(
            f"manage.py takes {reader.name} and the server {survey.dyno_settings}: a release"
            " would migrate the database of the former."
            f" Run: heroku config:set {NAME}={survey.dyno_settings}"
        )


def _urls(found: Plan, project: Project, reader: Reader) -> None:
    # Once, with the block: whoever takes the page away later does not want it.
    urls = UrlsFile(project, reader.settings)
    text = "" if urls.has_page else urls.mounted()
    if text:
        found.changes.append(Change(urls.path, urls.source, text))
    elif not urls.has_page:
        found.notes.append(urls.note)


def _requirements(found: Plan, project: Project, django: str) -> None:
    needed = installed(project, found.survey, django)
    if needed.text is not None:
        _add(found, project, REQUIREMENTS, needed.text)
    if needed.command:
        found.commands.append(needed.command)


def _ignoring(project: Project) -> str:
    wanted = render("gitignore", {})
    before = _read(project, GITIGNORE)
    if before is None:
        return wanted
    there = {line.strip().strip("/") for line in before.lines}
    missing = [
        line for line in wanted.splitlines() if not _is_ignored(line.strip("/"), there)
    ]
    gap = before.newline if before.text and not before.text.endswith("\n") else ""
    return before.text + gap + "".join(f"{line}{before.newline}" for line in missing)


# Other ways to say the same.
PATTERNS = {
    ".env": {".env*", "*.env"},
    ".venv": {"venv", "env", ".venv*"},
    "__pycache__": {"*.py[cod]", "*.pyc", "*.py[co]", "**/__pycache__"},
    "db.sqlite3": {"*.sqlite3", "*.sqlite", "*.db", "db.sqlite3*"},
    "staticfiles": {"static_root", "staticfiles/*"},
}


def _is_ignored(name: str, there: set[str]) -> bool:
    return bool(there & {name, *PATTERNS[name]})


def _dotenv(found: Plan, rewritten: Rewritten) -> None:
    key = secrets.token_urlsafe(50)
    variables = {"DEBUG": "true", "SECRET_KEY": key, **rewritten.variables}
    found.hidden |= {key}
    text = "".join(f"{name}={value}\n" for name, value in variables.items())
    found.changes.append(Change(DOTENV, None, text, is_shared=False))


def _add(found: Plan, project: Project, path: str, after: str) -> None:
    before = _read(project, path)
    if before is None or before.text != after:
        found.changes.append(Change(path, before, after))


def _read(project: Project, path: str) -> Source | None:
    found = project.read(path)
    if found is None and path in project.errors:
        raise ScaffoldError(str(project.errors[path]))
    return found
