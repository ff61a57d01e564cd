"""
What the commands that run release steps share: their options and their exit status.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, NoReturn, TextIO, cast

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    OutputWrapper,
)

from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.redaction import Redactor
from heroku_support.release import database
from heroku_support.release.context import Release
from heroku_support.release.errors import ReleaseError
from heroku_support.release.output import Output, PatientStream
from heroku_support.release.report import Report

WAIT_FOR_DATABASE = 60.0  # seconds


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
            type=seconds,
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
        stdout, stderr = _patient(self.stdout), _patient(self.stderr)
        self.stdout, self.stderr = _wrapped(stdout), _wrapped(stderr)
        # For the CommandError below.
        self.stderr.style_func = self.style.ERROR
        # One JSON document is all that stdout is for then.
        stream = stderr if options.get("json") else stdout
        dyno = Dyno.from_environ()
        hide = Redactor(dyno.vars).text
        output = self._output(stream, hide, options)
        try:
            self.perform(self._release(dyno, options, output), options)
        except ReleaseError as error:
            told = hide(str(error))
            raise CommandError(told, returncode=error.returncode) from error

    def _output(
        self, stream: PatientStream, hide: Callable[[str], str], options: dict[str, Any]
    ) -> Output:
        verbosity = options["verbosity"]
        return Output(
            stream,
            is_detailed=verbosity > 1 or (verbosity == 1 and stream.isatty()),
            is_quiet=verbosity == 0,
            hide=hide,
        )

    def _release(self, dyno: Dyno, options: dict[str, Any], output: Output) -> Release:
        stage = conf.HEROKU_SUPPORT_STAGE
        return Release(
            dyno=dyno,
            stage=stage,
            output=output,
            candidates=self.candidates(options),
            lock_wait=_either(
                options["lock_wait"], conf.HEROKU_SUPPORT_RELEASE_LOCK_WAIT
            ),
            wait_for_database=_either(options.get("wait_for_db"), WAIT_FOR_DATABASE),
            deadline=time.monotonic() + conf.HEROKU_SUPPORT_RELEASE_DEADLINE,
            unsafe=options.get("unsafe") or conf.HEROKU_SUPPORT_RELEASE_UNSAFE,
            full=options.get("full", False),
            report=Report(dyno.release_version, dyno.commit, stage or None),
        )

    def candidates(self, options: dict[str, Any]) -> tuple[str, ...]:
        """
        Return the aliases of the databases that this command is for.
        """
        return ("default",)

    def perform(self, release: Release, options: dict[str, Any]) -> None:
        """
        Do what this command is for.
        """
        raise NotImplementedError


class MigratingCommand(ReleaseCommand):
    """
    One that migrates, or looks what there is to migrate.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add what those take.
        """
        super().add_arguments(parser)
        parser.add_argument(
            "--plan", action="store_true", help="Show what would be done; do nothing."
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Like --plan, and exit with 2 if anything is pending.",
        )
        parser.add_argument(
            "--full",
            action="store_true",
            help="Read the migrations even if none is pending, for Django's checks of them.",
        )
        parser.add_argument(
            "--unsafe",
            choices=("warn", "fail", "off"),
            help="What to do about migrations that break or block the code that is running"
            " (HEROKU_SUPPORT_RELEASE_UNSAFE, warn).",
        )

    def candidates(self, options: dict[str, Any]) -> tuple[str, ...]:
        """
        Return every alias that is migrated.
        """
        return database.candidates()


def seconds(text: str) -> float:
    """
    Read an option.

    :raises ValueError: if it is no length of time.
    """
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(text)
    return number


def _either(option: float | None, setting: float) -> float:
    return setting if option is None else option


def _patient(wrapper: OutputWrapper) -> PatientStream:
    # Django's migrate ends its own lines, and leaves some of them open.
    wrapper.ending = ""
    return PatientStream(wrapper)


def _wrapped(stream: PatientStream) -> OutputWrapper:
    return OutputWrapper(cast("TextIO", stream))  # it needs write() and flush() alone
