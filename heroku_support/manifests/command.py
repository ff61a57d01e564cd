"""
The doctor's command line, for ``manage.py heroku_doctor`` and ``python -m heroku_support doctor``.
"""

from __future__ import annotations

import difflib
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from heroku_support.manifests.checked import Checked
from heroku_support.manifests.doctor import Diagnosis, examine
from heroku_support.manifests.fixes import FixError, fix
from heroku_support.manifests.live import Live
from heroku_support.manifests.project import TARGETS, Project
from heroku_support.manifests.registry import rules
from heroku_support.manifests.reporters import REPORTERS, as_text
from heroku_support.manifests.source import SourceError, read
from heroku_support.manifests.toml_text import TomlError, TomlMissingError, parse

CLEAN, FOUND, COULD_NOT_RUN = 0, 1, 2
TABLE = "[tool.heroku_support.doctor]"
NO_SETTINGS = (
    "--connect needs the project's settings: python manage.py heroku_doctor --connect"
)
EXTRA = "pip install 'django-heroku-support[doctor]'"


class DoctorError(Exception):
    """
    The doctor could not run; the message says what to do.
    """


def add_arguments(parser: ArgumentParser) -> None:
    """
    Add the options of the command.
    """
    parser.add_argument(
        "path", nargs="?", default=".", help="The project's folder, or one file of it."
    )
    parser.add_argument("--target", choices=TARGETS, help="Where it is to run.")
    parser.add_argument("--format", choices=REPORTERS, default="text")
    parser.add_argument(
        "--fix", action="store_true", help="Mend what is mechanical, in the files."
    )
    parser.add_argument(
        "--diff", action="store_true", help="Show what --fix would do, and do nothing."
    )
    parser.add_argument(
        "--connect",
        action="store_true",
        help="Ask the database and the store as well; by manage.py only.",
    )
    parser.add_argument(
        "--strict", action="store_true", help="Fail for warnings too; never for advice."
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="RULE",
        help="Leave out a rule.",
    )


def run(
    options: Mapping[str, Any],
    write: Callable[[str], object],
    *,
    color: bool = False,
    check: Callable[[Path], Checked | None] = lambda root: None,
    connect: Callable[[Path], Live] | None = None,
) -> int:
    """
    Examine, report, and return the exit status.

    :param check: runs the system checks, where the settings of this folder are loaded.
    :param connect: asks the servers, for a project in this folder.
    :raises DoctorError: if there is nothing to examine, or a name is unknown.
    """
    try:
        project = _project(options["path"], options["target"], check)
        ignore = _ignored(project.root, options["ignore"])
        if options["connect"]:
            if connect is None:
                raise DoctorError(NO_SETTINGS)
            project.live = connect(project.root)
        diagnosis = examine(project, ignore)
        if options["diff"]:
            write(diagnosis.redactor.text(fix(diagnosis, ignore).diff))
        elif options["fix"]:
            fixed = fix(diagnosis, ignore)
            fixed.write()
            diagnosis = fixed.diagnosis
    except FixError as error:
        raise DoctorError(str(error)) from None
    except TomlMissingError:
        raise DoctorError(f"Python 3.10 needs a reader of TOML: {EXTRA}") from None
    except OSError as error:
        reason = f"{options['path']} cannot be read: {error.strerror}."
        raise DoctorError(reason) from None
    if not options["diff"]:
        write(_report(diagnosis, options["format"], color))
    return _status(diagnosis, options["strict"])


def _project(
    path: str, target: str | None, check: Callable[[Path], Checked | None]
) -> Project:
    given = Path(path)
    if given.is_dir():
        return Project(given, target, checked=check(given))
    if not given.exists():
        raise DoctorError(f"{path} does not exist: name the project's folder.")
    return Project(given.parent, target, only=given.name)


def _ignored(root: Path, names: list[str]) -> set[str]:
    ignored = {name for each in names for name in each.replace(",", " ").split()}
    _known(ignored, "--ignore")
    configured = set(_configured(root))
    _known(configured, f"pyproject.toml, {TABLE}")
    return ignored | configured


def _configured(root: Path) -> list[str]:
    try:
        text = read(root, "pyproject.toml")
        tables = parse(text.text) if text else {}
    except SourceError as error:
        raise DoctorError(str(error)) from None
    except TomlError as error:
        where = f"pyproject.toml:{error.line}:{error.column}"
        raise DoctorError(f"{where}: {error.reason}") from None
    for name in ("tool", "heroku_support", "doctor"):
        tables = tables.get(name, {})
        if not isinstance(tables, dict):
            tables = {}
    unknown = set(tables) - {"ignore"}
    if unknown:
        raise DoctorError(
            f"pyproject.toml, {TABLE}: has only 'ignore', a list of rules."
        )
    ignored = tables.get("ignore", [])
    if not isinstance(ignored, list) or not all(
        isinstance(name, str) for name in ignored
    ):
        raise DoctorError(f'pyproject.toml, {TABLE}: write ignore = ["rule-name"].')
    return ignored


def _known(names: set[str], where: str) -> None:
    for name in sorted(names - rules().keys()):
        close = difflib.get_close_matches(name, rules(), n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise DoctorError(f"{where}: there is no rule {name!r}.{hint}")


def _report(diagnosis: Diagnosis, form: str, color: bool) -> str:
    if form == "text":
        return as_text(diagnosis, color=color)
    return REPORTERS[form](diagnosis)


def _status(diagnosis: Diagnosis, strict: bool) -> int:
    failing = diagnosis.count("error") + (diagnosis.count("warning") if strict else 0)
    return FOUND if failing else CLEAN
