"""
What the commands that run release steps share: their options and their exit status.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.errors import ReleaseError
from heroku_support.release.steps import Release


class ReleaseCommand(BaseCommand):
    """
    A command that runs steps under the release lock.
    """

    # A release refuses what would lose data with an exit status of its own.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add what all of them take.
        """
        parser.add_argument(
            "--lock-wait",
            type=_seconds,
            metavar="SECONDS",
            help="How long to wait for another release"
            " (HEROKU_SUPPORT_RELEASE_LOCK_WAIT, 900).",
        )

    def create_parser(
        self, prog_name: str, subcommand: str, **kwargs: Any
    ) -> CommandParser:
        """
        Return a parser whose complaint is one line, with status 1: 2 means something else.
        """
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        complain: Callable[[str], NoReturn] = parser.error

        def error(message: str) -> NoReturn:  # in place of argparse's own
            if parser.called_from_command_line:
                help_line = f"{prog_name} {subcommand} --help"
                parser.exit(1, f"CommandError: {message}. See: {help_line}\n")
            complain(message)

        parser.error = error  # type: ignore[method-assign]  # argparse's own way to say it
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Run the command; an expected failure is one line and an exit status.
        """
        # Django's migrate ends its own lines, and leaves some of them open.
        self.stdout.ending = ""
        wait = options["lock_wait"]
        release = Release(
            dyno=Dyno.from_environ(),
            alias=options.get("database", "default"),
            log=self._log,
            lock_wait=conf.HEROKU_SUPPORT_RELEASE_LOCK_WAIT if wait is None else wait,
            migrate_options={"verbosity": options["verbosity"], "stdout": self.stdout},
        )
        try:
            self.perform(release)
        except ReleaseError as error:
            raise CommandError(str(error), returncode=error.returncode) from error

    def _log(self, line: str) -> None:
        self.stdout.write(f"{line}\n")
        self.stdout.flush()  # Logplex shows what was flushed, not what was written

    def perform(self, release: Release) -> None:
        """
        Do what this command is for.
        """
        raise NotImplementedError


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < math.inf:
        raise ValueError(text)
    return seconds
