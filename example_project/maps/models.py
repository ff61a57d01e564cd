"""
A place has a position, or it has none yet.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance
from django.db.models import QuerySet
from places.models import Place


class Position(models.Model):
    """
    Where a place is, as GPS says it (WGS 84).
    """

    place = models.OneToOneField(
        Place, on_delete=models.CASCADE, related_name="position"
    )
    # As geography: distances are in metres on the globe.
    point = models.PointField(geography=True)

    def __str__(self) -> str:
        return f"{self.point.y:.5f}, {self.point.x:.5f}"

    @property
    def map_url(self) -> str:
        """
        The address of a map with a mark at this point.
        """
        latitude, longitude = f"{self.point.y:.5f}", f"{self.point.x:.5f}"
        return (
            f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"
            f"#map=17/{latitude}/{longitude}"
        )

    def nearest(self, number: int = 3) -> QuerySet[Position]:
        """
        Return the positions of the nearest other places, each with its ``distance``.
        """
        others = Position.objects.exclude(pk=self.pk).filter(place__is_published=True)
        measured = others.annotate(distance=Distance("point", self.point))
        return measured.select_related("place").order_by("distance", "pk")[:number]
