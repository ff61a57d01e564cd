"""
Where the places are; there only when ``WITH_MAP`` is true, for it needs PostGIS.
"""

from __future__ import annotations

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """
    Positions of places. Nothing in the survey knows of it.
    """

    name = "maps"
    default_auto_field = "django.db.models.BigAutoField"
