"""
The scaffolder's command line, for ``manage.py heroku_init`` and ``python -m heroku_support init``.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from heroku_support.manifests.project import TARGETS, Project
from heroku_support.manifests.toml_text import TomlMissingError
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.plan import Change, Plan, plan
from heroku_support.scaffold.survey import CELERY, GEO, REDIS, SEARCH
from heroku_support.scaffold.writing import write

DONE, DIFFERENT = 0, 1
EXTRA = "pip install 'django-heroku-support[doctor]'"
ASKED_FOR = {"geo": {GEO}, "celery": {CELERY, REDIS}, "search": {SEARCH}}
LIBRARIES = {"geo": "GeoDjango", "celery": "Celery", "search": "Haystack"}
QUESTION = "Write these? [y/N] "


def add_arguments(parser: ArgumentParser) -> None:
    """
    Add the options of the command.
    """
    parser.add_argument(
        "path", nargs="?", default=".", help="The folder that has manage.py."
    )
    parser.add_argument("--target", choices=TARGETS, help="Where it is to run.")
    for name, library in LIBRARIES.items():
        parser.add_argument(
            f"--{name}",
            action="store_true",
            help=f"It is to use {library}, though no file shows that yet.",
        )
    parser.add_argument(
        "--check", action="store_true", help="Write nothing; exit with 1 if it would."
    )
    parser.add_argument(
        "--diff",
        action="store_true",
        help="Show what would be written, and do nothing.",
    )
    parser.add_argument("--yes", action="store_true", help="Write without asking.")
    parser.add_argument(
        "--force", action="store_true", help="Replace files that somebody has written."
    )


def run(
    options: Mapping[str, Any],
    write_out: Callable[[str], object],
    ask: Callable[[str], str],
) -> int:
    """
    Look, show, ask, write, and return the exit status.

    :param ask: shows a question and returns the answer; raises EOFError where nobody is asked.
    :raises ScaffoldError: if it is no Django project, or a file cannot be read or written.
    """
    asked_for = {name for key in ASKED_FOR if options[key] for name in ASKED_FOR[key]}
    root = Path(options["path"])
    try:
        found = plan(
            Project(root, options["target"]),
            frozenset(asked_for),
            version("django"),
            force=options["force"],
        )
    except TomlMissingError:
        raise ScaffoldError(f"Python 3.10 needs a reader of TOML: {EXTRA}") from None
    except OSError as error:
        reason = f"{error.filename or root} cannot be read: {error.strerror}."
        raise ScaffoldError(reason) from None
    if options["check"]:
        return _check(found, write_out)
    write_out("".join(f"note: {each}\n" for each in found.warnings))
    write_out(found.diff(found.changes))
    is_wanted = found.changes and not options["diff"]
    if is_wanted and not options["yes"] and not _agreed(ask):
        write_out("Nothing was written.\n")
        return DONE
    if is_wanted:
        write(root, found.changes)
    write_out(_report(found, is_written=bool(is_wanted)))
    return DONE


def _check(found: Plan, write_out: Callable[[str], object]) -> int:
    if found.is_up_to_date:
        write_out("Up to date.\n")
        return DONE
    write_out("".join(f"{_what(each)}\n" for each in found.changes if each.is_shared))
    write_out("".join(f"To be run: {command}\n" for command in found.commands))
    if any(each.is_shared for each in found.changes):
        write_out("python -m heroku_support init shows these, and writes them.\n")
    return DIFFERENT


def _what(change: Change) -> str:
    return f"{'would change' if change.before else 'missing'}: {change.path}"


def _agreed(ask: Callable[[str], str]) -> bool:
    try:
        return ask(QUESTION).strip().lower() in ("y", "yes")
    except KeyboardInterrupt:
        return False
    except EOFError:
        raise ScaffoldError("Nobody is there to ask: add --yes, or --diff.") from None


def _report(found: Plan, *, is_written: bool) -> str:
    lines = []
    if not found.changes:
        lines.append(f"Up to date, for {found.survey.target}.")
    if is_written:
        lines += [f"wrote {each.path}" for each in found.changes]
    for each in found.kept:
        lines.append(f"left alone {each.path}: somebody wrote it; --force replaces it.")
    lines += [f"note: {each}" for each in found.notes]
    lines += [f"to be run: {each}" for each in found.commands]
    if is_written:
        lines.append("Next: python -m heroku_support doctor, then git add and commit.")
    return "".join(f"{line}\n" for line in lines)
