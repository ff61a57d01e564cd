"""
Where the first places are: Quillford is invented, so it lies in the Wash, under water.
"""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.db import migrations

# slug: latitude, longitude
POSITIONS = {
    "ropewalk-market": (52.9281, 0.2962),
    "customs-house-steps": (52.9276, 0.2939),
    "anchor-fountain": (52.9287, 0.2951),
    "weir-meadow": (52.9312, 0.3034),
    "dragonfly-playground": (52.9315, 0.3049),
    "tannery-lane-crossing": (52.9303, 0.3015),
    "st-annes-library": (52.9338, 0.2985),
    "school-lane-crossing": (52.9342, 0.2991),
    "hospital-garden": (52.9351, 0.2968),
    "runway-park": (52.9417, 0.3012),
    "propeller-playground": (52.9429, 0.2984),
    "bus-stop-books": (52.9409, 0.3061),
    "lookout-bench": (52.9366, 0.3127),
    "hilltop-oven": (52.9354, 0.3109),
}


def add(apps, schema_editor):
    """
    Give the starter places that are still there a position.
    """
    alias = schema_editor.connection.alias
    positions = apps.get_model("maps", "Position").objects.using(alias)
    places = apps.get_model("places", "Place").objects.using(alias)
    for place in places.filter(slug__in=POSITIONS):
        latitude, longitude = POSITIONS[place.slug]
        point = Point(longitude, latitude)
        positions.get_or_create(place=place, defaults={"point": point})


class Migration(migrations.Migration):
    dependencies = [("maps", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
