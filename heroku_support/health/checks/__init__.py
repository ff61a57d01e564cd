"""
What a readiness report looks at, a module each.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections

from heroku_support.health.checks.database import DatabaseCheck
from heroku_support.health.readiness import Check
from heroku_support.own_connection import is_direct


def default_checks() -> Sequence[Check]:
    """
    Return one check for each alias of ``DATABASES``, followers too.

    Without ``direct``, which is the database of ``default``: no request uses it.
    """
    return [DatabaseCheck(alias) for alias in connections if not is_direct(alias)]
