"""
What the page of a place shows of the map.
"""

from __future__ import annotations

from django import template
from places.models import Place

from maps.models import Position
from maps.town_map import TownMap, around

register = template.Library()


@register.simple_tag
def position_of(place: Place) -> Position | None:
    """
    Return where a place is, None if nobody has said so yet.
    """
    return Position.objects.filter(place=place).first()


@register.simple_tag
def town_map(position: Position) -> TownMap:
    """
    Return what is drawn of a place's surroundings.
    """
    return around(position)
