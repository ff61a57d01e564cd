"""
``manage.py heroku_health``: run the readiness checks here.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heroku_support.conf import conf
from heroku_support.errors import ConfigError
from heroku_support.health import configured
from heroku_support.health.readiness import Readiness
from heroku_support.health.report import FAIL, PASS, WARN, Outcome, Report


class Command(BaseCommand):
    """
    What ``/health/ready`` would find, in this process and now.
    """

    help = "Run the readiness checks here, and exit with 1 if this app is not ready."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """
        Add ``--json``.
        """
        parser.add_argument("--json", action="store_true", help="For programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """
        Print the report.
        """
        try:
            timeout = conf.HEROKU_SUPPORT_CHECK_TIMEOUT
        except ConfigError as error:
            raise CommandError(error.problems[0].line) from error
        report = Readiness(configured.checks(), timeout=timeout, ttl=0).check().report
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2))
        else:
            self._tell(report)
        if not report.passed:
            raise CommandError(f"not ready: {_counted(report, FAIL)}")

    def _tell(self, report: Report) -> None:
        width = max((len(each.name) for each in report.outcomes), default=0)
        for each in report.outcomes:
            self.stdout.write(self._line(each, width).rstrip())
        if not report.outcomes:
            self.stdout.write("There is nothing to check.")
        elif report.passed:
            warned = f", {_counted(report, WARN)}" * (report.status == WARN)
            self.stdout.write(f"ready{warned}")

    def _line(self, outcome: Outcome, width: int) -> str:
        styles = {
            PASS: self.style.SUCCESS,
            WARN: self.style.WARNING,
            FAIL: self.style.ERROR,
        }
        took = f"{outcome.seconds * 1000:7.1f} ms"
        status = styles[outcome.status](outcome.status)
        return f"{status}  {outcome.name:{width}}  {took}  {outcome.output}"


def _counted(report: Report, status: str) -> str:
    count = sum(each.status == status for each in report.outcomes)
    noun = {FAIL: "check", WARN: "warning"}[status] + "s" * (count != 1)
    return f"{count} {noun} failed" if status == FAIL else f"{count} {noun}"
