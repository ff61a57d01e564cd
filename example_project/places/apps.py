"""
The survey's one app.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class PlacesConfig(AppConfig):
    """
    Places, and what neighbours say about them.
    """

    name = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from places import front_page  # the apps must be there

        for model in self.get_models():
            post_save.connect(front_page.changed, sender=model)
            post_delete.connect(front_page.changed, sender=model)
