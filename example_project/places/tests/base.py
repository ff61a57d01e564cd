"""
An empty town to build in.
"""

from __future__ import annotations

from typing import Any

from django.test import TestCase, override_settings

from places.models import Answer, Kind, Neighbourhood, Place, Rating


@override_settings(FRONT_PAGE_SECONDS=0)  # a test looks at the page that it made
class EmptyTown(TestCase):
    """
    One neighbourhood, no places: the starter content is out of the way.
    """

    @classmethod
    def setUpTestData(cls) -> None:
        Place.objects.all().delete()
        Neighbourhood.objects.all().delete()
        cls.riverside = Neighbourhood.objects.create(name="Riverside", slug="riverside")

    def add_place(self, name: str = "Duck Pond", **fields: Any) -> Place:
        defaults = {
            "neighbourhood": self.riverside,
            "kind": Kind.PARK,
            "address": "Pond Lane",
        }
        return Place.objects.create(name=name, **defaults | fields)

    def add_answers(self, place: Place, *ratings: int, **fields: Any) -> list[Answer]:
        return [
            Answer.objects.create(place=place, rating=Rating(rating), **fields)
            for rating in ratings
        ]
