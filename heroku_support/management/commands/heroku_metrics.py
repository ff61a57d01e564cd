"""
``manage.py heroku_metrics``: what the dynos count, and what they send.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heroku_support.dyno import Dyno
from heroku_support.metrics import show, watch
from heroku_support.metrics.errors import ShowError

TERMINATED = 143  # what a shell says of SIGTERM


class Command(BaseCommand):
    """
    Shows what other processes count; it counts and sends nothing itself.
    """

    help = "Show what the server counts here, or all dynos do, and what is sent of it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add the ways to look, of which there is one at a time.
        """
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument(
            "--once", action="store_true", help="What would be sent now; the default."
        )
        ways.add_argument("--watch", action="store_true", help="A live view.")
        ways.add_argument(
            "--sink", type=int, metavar="PORT", help="Receive metrics and show them."
        )
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--all", action="store_true", help="Every dyno that the store knows."
        )
        which.add_argument(
            "--pid", type=int, help="The server of this process, if there are several."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Show it until it is shown, or until Ctrl-C.
        """
        self.stdout.ending = ""
        try:
            self._show(options)
        except ShowError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            pass
        except BrokenPipeError:  # `| head` has had enough
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())

    def _show(self, options: Mapping[str, Any]) -> None:
        dyno, is_all, process = Dyno.from_environ(), options["all"], options["pid"]
        if options["sink"] is not None:
            show.receive(options["sink"], self._say)
        elif options["watch"]:
            signal.signal(signal.SIGTERM, _end)  # leaves the terminal as it was
            read = show.reader(dyno, process, is_all=is_all)
            watch.watch(read, options.get("stdout") or sys.stdout, pause=time.sleep)
        elif is_all:
            self._say(show.formation_table(dyno))
        else:
            label, body = show.once(dyno, process)
            self.stderr.write(
                f"{label}: a post to HEROKU_METRICS_URL would be",
                self.style.MIGRATE_LABEL,
            )
            self._say(body)

    def _say(self, text: str) -> None:
        self.stdout.write(f"{text}\n")
        self.stdout.flush()


def _end(*args: object) -> None:
    raise SystemExit(TERMINATED)
