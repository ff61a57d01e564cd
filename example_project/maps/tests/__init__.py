"""
What the map adds to the survey.
"""

from __future__ import annotations

from unittest import SkipTest

from django.apps import apps

# PostGIS is asked for by WITH_MAP, and nothing here can even be imported without.
if not apps.is_installed("maps"):
    raise SkipTest("WITH_MAP is not true")
