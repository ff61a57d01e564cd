"""
The position on the page of its place, as two numbers.

Django's own widget for points would fetch a map from elsewhere.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.gis.geos import Point
from places.admin import PlaceAdmin
from places.models import Place

from maps.models import Position


class PositionForm(forms.ModelForm):
    """
    Latitude and longitude instead of a point.
    """

    latitude = forms.FloatField(min_value=-90, max_value=90)
    longitude = forms.FloatField(min_value=-180, max_value=180)

    class Meta:
        model = Position
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if point := self.instance.point:
            self.initial |= {"latitude": point.y, "longitude": point.x}

    def save(self, commit: bool = True) -> Position:
        given = self.cleaned_data
        self.instance.point = Point(given["longitude"], given["latitude"])
        return super().save(commit)


class PositionInline(admin.StackedInline):
    """
    The one position of a place.
    """

    model = Position
    form = PositionForm
    fields = ["latitude", "longitude"]


admin.site.unregister(Place)


@admin.register(Place)
class MappedPlaceAdmin(PlaceAdmin):
    """
    Places, with where they are.
    """

    inlines = [PositionInline, *PlaceAdmin.inlines]
