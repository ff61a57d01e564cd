"""
``python -m heroku_support doctor`` and ``init``: what works without the project's settings.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from heroku_support.dyno import Dyno
from heroku_support.manifests import command
from heroku_support.manifests.command import DoctorError
from heroku_support.scaffold import command as scaffold
from heroku_support.scaffold.errors import ScaffoldError


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one of the commands and return its exit status.
    """
    parser = ArgumentParser(prog="python -m heroku_support")
    commands = parser.add_subparsers(dest="command", required=True)
    summary = "Say what is wrong with the files that Heroku reads."
    command.add_arguments(commands.add_parser("doctor", help=summary))
    summary = "Write the files with which a project runs on Heroku."
    scaffold.add_arguments(commands.add_parser("init", help=summary))
    options = vars(parser.parse_args(arguments))
    if options["command"] == "init":
        return _init(parser, options)
    color = sys.stdout.isatty() and not Dyno.from_environ().vars.get("NO_COLOR")
    try:
        return command.run(options, _write, color=color)
    except DoctorError as error:
        parser.exit(command.COULD_NOT_RUN, f"heroku_doctor: {error}\n")


def _init(parser: ArgumentParser, options: dict[str, object]) -> int:
    try:
        return scaffold.run(options, _write, input)
    except ScaffoldError as error:
        parser.exit(1, f"heroku_init: {error}\n")


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


if __name__ == "__main__":
    sys.exit(main())
