"""
What a readiness report looks at, a module each.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections

from heroku_support.health.checks.database import DatabaseCheck
from heroku_support.health.readiness import Check


def default_checks() -> Sequence[Check]:
    """
    Return one check for each alias of ``DATABASES``.
    """
    return [DatabaseCheck(alias) for alias in connections]
