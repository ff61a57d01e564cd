"""
The survey's one app.
"""

from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """
    Places, and what neighbours say about them.
    """

    name = "places"
    default_auto_field = "django.db.models.BigAutoField"
