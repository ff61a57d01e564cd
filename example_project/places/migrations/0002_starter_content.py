"""
The first places of Quillford, and what the first neighbours said about them.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import migrations
from django.utils import timezone
from django.utils.text import slugify

NEIGHBOURHOODS = {
    "Old Harbour": "Quays, warehouses and the Saturday market, where the Quill meets the tide.",
    "Mill Bank": "Terraces along the weir, and the towpath that everybody walks on Sundays.",
    "St Anne's": "The school, the hospital, and the busiest crossing in town.",
    "Northfield": "New streets on the old airfield: young trees, young families.",
    "Orchard Hill": "Steep lanes, allotments, and the widest view over the river.",
}

# neighbourhood, kind, name, address, description, and the answers:
# days ago, rating, what works, what to improve, name
PLACES = [
    (
        "Old Harbour",
        "market",
        "Ropewalk Market",
        "Ropewalk Square",
        "Saturdays from eight until two. Vegetables, bread, fish off the boats, and one"
        " stall that sells nothing but buttons.",
        [
            (2, 5, "You can do the whole week's shopping and meet half the town.", "", "Ines"),
            (9, 4, "The fish. Nothing else comes close.", "Somewhere to sit down with a hot drink in winter.", "Colm"),
            (16, 3, "Good stalls.", "With a wheelchair the cobbles between the rows are hard work. One smooth lane would do.", ""),
        ],
    ),
    (
        "Old Harbour",
        "bench",
        "Customs House Steps",
        "Customs House Quay",
        "Granite steps and three long benches, facing west over the water.",
        [
            (5, 5, "Evening sun until the very last minute.", "Please leave it exactly as it is.", "Wanda"),
            (21, 4, "Quiet, even in August.", "The bins overflow by Sunday noon and the gulls do the rest.", "Theo"),
        ],
    ),
    (
        "Old Harbour",
        "fountain",
        "Anchor Fountain",
        "Corner of Harbour Street and Sailmaker Lane",
        "A drinking fountain, cast in 1911 and running again since last spring.",
        [
            (12, 4, "Cold, clean, and low enough for my daughter.", "A hook or a shelf for bags.", "Malik"),
        ],
    ),
    (
        "Mill Bank",
        "park",
        "Weir Meadow",
        "Between the towpath and Miller's Row",
        "Long grass, short grass, and the sound of the weir. Floods for a week or two"
        " most Februaries.",
        [
            (1, 5, "The uncut half is full of grasshoppers. My pupils count them.", "", "Ms Adeyemi"),
            (7, 4, "Room for kites, dogs and people asleep.", "Lights on the path to the footbridge. It gets dark at four.", "Piotr"),
            (30, 5, "", "", ""),
        ],
    ),
    (
        "Mill Bank",
        "playground",
        "Dragonfly Playground",
        "Weir Meadow, east gate",
        "Sand, two slides, and a water pump that the children mend themselves.",
        [
            (3, 4, "The pump! Two hours gone, every time.", "Shade over the sand pit.", "Leonie"),
            (18, 2, "My older one loves the tall slide.", "The gate no longer closes by itself, and the towpath is ten steps away.", "Sam"),
            (44, 3, "Well looked after.", "One swing for small children is not enough.", ""),
        ],
    ),
    (
        "Mill Bank",
        "crossing",
        "Tannery Lane Crossing",
        "Tannery Lane at Bridge Street",
        "Zebra crossing on the way from the towpath to the bus stop.",
        [
            (6, 1, "", "Parked vans hide you until you are in the road. Keep the last ten metres clear.", "Harriet"),
            (11, 2, "At least there is one now.", "Nobody slows down coming off the bridge.", ""),
        ],
    ),
    (
        "St Anne's",
        "library",
        "St Anne's Library",
        "12 School Lane",
        "Two reading rooms, a children's attic, and a printer that works.",
        [
            (4, 5, "They ordered a book for me from three towns away and rang when it came.", "Open on Sunday, even for two hours.", "Mr Okafor"),
            (25, 5, "Warm, free, and nobody minds how long you stay.", "", ""),
            (33, 4, "The attic.", "A lift. My mother has not seen the upper floor for six years.", "Bea"),
        ],
    ),
    (
        "St Anne's",
        "crossing",
        "School Lane Crossing",
        "School Lane, by the main gate",
        "Lights with a button, and Mrs Lindqvist with her sign from eight to nine.",
        [
            (8, 3, "Mrs Lindqvist knows every child by name.", "The green light is over before a class of five-year-olds is across.", "Jonah"),
        ],
    ),
    (
        "St Anne's",
        "park",
        "Hospital Garden",
        "Behind the outpatients' entrance",
        "Four lawns and a pond, open to everyone until dusk.",
        [],
    ),
    (
        "Northfield",
        "park",
        "Runway Park",
        "Along the old runway, from Hangar Road to Beacon Way",
        "One kilometre, dead straight. The trees were planted three years ago.",
        [
            (2, 4, "Nowhere better to learn to ride a bicycle.", "It needs drinking water, and patience until there is shade.", "Yusuf"),
            (14, 3, "I run here before work.", "In the wind there is not one sheltered bench.", "Grete"),
        ],
    ),
    (
        "Northfield",
        "playground",
        "Propeller Playground",
        "Hangar Road",
        "Climbing nets between two real propellers.",
        [
            (5, 5, "Finally something for ten-year-olds.", "", "Asha"),
            (28, 4, "You can see the whole place from one bench.", "The nearest toilet is in the supermarket.", ""),
        ],
    ),
    (
        "Northfield",
        "library",
        "Bus Stop Books",
        "Beacon Way, stop 14",
        "A bus shelter with two shelves: take a book, leave a book.",
        [
            (10, 4, "I have missed two buses because of it.", "The lower shelf gets wet when it rains from the west.", "Rosa"),
        ],
    ),
    (
        "Orchard Hill",
        "bench",
        "Lookout Bench",
        "Top of Cider Lane",
        "Where the lane ends and you need a rest anyway.",
        [
            (3, 5, "On a clear day you can see the sea.", "", "Edmund"),
            (19, 3, "The view.", "One bench half-way up would mean I could get here at all.", "Irma, 84"),
        ],
    ),
    (
        "Orchard Hill",
        "other",
        "Hilltop Oven",
        "Pippin Road allotments",
        "A wood-fired bread oven. Lit on the first Sunday of the month; bring your own dough.",
        [
            (20, 5, "I came with flour and went home with friends.", "Put the date up at the tram stop as well.", "Niamh"),
        ],
    ),
]  # fmt: skip


def add(apps, schema_editor):
    """
    Put the town on the map.
    """
    alias = schema_editor.connection.alias
    neighbourhood_rows = apps.get_model("places", "Neighbourhood").objects.using(alias)
    place_rows = apps.get_model("places", "Place").objects.using(alias)
    Answer = apps.get_model("places", "Answer")
    now = timezone.now()

    neighbourhoods = {
        name: neighbourhood_rows.create(
            name=name, slug=slugify(name), description=description
        )
        for name, description in NEIGHBOURHOODS.items()
    }
    for neighbourhood, kind, name, address, description, answers in PLACES:
        place = place_rows.create(
            neighbourhood=neighbourhoods[neighbourhood],
            kind=kind,
            name=name,
            slug=slugify(name),
            address=address,
            description=description,
            created_at=now - timedelta(days=60),
        )
        Answer.objects.using(alias).bulk_create(
            Answer(
                place=place,
                rating=rating,
                works=works,
                improve=improve,
                name=author,
                created_at=now - timedelta(days=days),
            )
            for days, rating, works, improve, author in answers
        )


def remove(apps, schema_editor):
    """
    Take the starter places away; a neighbourhood that got others by now stays.
    """
    alias = schema_editor.connection.alias
    neighbourhood_rows = apps.get_model("places", "Neighbourhood").objects.using(alias)
    place_rows = apps.get_model("places", "Place").objects.using(alias)

    names = [name for _, _, name, *_ in PLACES]
    place_rows.filter(slug__in=map(slugify, names)).delete()
    emptied = neighbourhood_rows.filter(places__isnull=True)
    emptied.filter(slug__in=map(slugify, NEIGHBOURHOODS)).delete()


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
