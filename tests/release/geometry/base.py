"""
Where Django looks for the connection of an engine.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Notes that it was told to look for geometry's types again.
    """

    told: list[bool]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.told = []

    def register_geometry_adapters(
        self, connection: Any, clear_caches: bool = False
    ) -> None:
        """
        Take what PostGIS's takes.
        """
        self.told.append(clear_caches)
