"""
What a spring brings in: more places than a page has, a market that half the town has answered
about, and what waits for the city team.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from places import front_page
from places.models import Answer, Neighbourhood, Place

# neighbourhood, kind, name, address, description, whether it is published
PLACES = [
    ("Old Harbour", "crossing", "Lock Gate Footbridge", "Lock Yard", "Over the inner lock, closed while boats go through.", True),
    ("Old Harbour", "library", "Seamen's Reading Room", "3 Sailmaker Lane", "One room, a stove, and every tide table since 1880.", True),
    ("Old Harbour", "other", "Kittiwake Wall", "Grain Quay", "The old granary's north side, where the birds nest from March.", True),
    ("Mill Bank", "bench", "Heron Seat", "Towpath, above the weir", "A bench for two, given by the rowing club.", True),
    ("Mill Bank", "fountain", "Miller's Tap", "Miller's Row, by number 40", "", True),
    ("Mill Bank", "market", "Tuesday Carts", "Bridge Street", "Three carts: soup, flowers, and keys cut while you wait.", True),
    ("St Anne's", "playground", "Chestnut Yard", "Behind the library", "A yard with a hopscotch that is painted anew each term.", True),
    ("St Anne's", "bench", "The Long Bench outside the Outpatients' Entrance of St Anne's Hospital", "Hospital Road", "Eleven metres. People wait here who would rather not wait inside.", True),
    ("Northfield", "crossing", "Beacon Way Lights", "Beacon Way at Hangar Road", "Working since November.", True),
    ("Northfield", "fountain", "Windsock Pump", "Runway Park, middle", "", True),
    ("Orchard Hill", "park", "Pippin Green", "Between Pippin Road and the chapel", "Apple trees on a slope; anyone may pick.", True),
    ("Orchard Hill", "market", "Honesty Table", "Cider Lane, number 9", "Eggs, jam, and a tin for the money.", True),
    ("Northfield", "other", "Cheap Tyres", "Hangar Road 1", "Best prices in the county, fitted while you wait.", False),
]  # fmt: skip

MARKET = "ropewalk-market"
# Days ago, rating, what works, what to improve, name.
ANSWERS = [
    (1, 5, "Rhubarb already.", "", "Ottilie"),
    (1, 2, "", "By eleven there is no way through with a pram.", "Dev"),
    (2, 4, "The button stall. Do not laugh, I found all six.", "", "Mrs Calloway"),
    (3, 5, "First asparagus, and a recipe with it.", "", ""),
    (4, 3, "Fresh and fair.", "Three stalls take cards. It should be all of them.", "Bram"),
    (5, 4, "", "A tap to wash what one eats on the way home.", "Sunniva"),
    (6, 5, "The fishmonger asked after my knee.", "", "Arthur, 79"),
    (8, 1, "", "The lorries leave their engines running from six. We live above.", "Ropewalk 14"),
    (8, 4, "My children pay themselves now and count the change.", "", "Nadia"),
    (10, 3, "", "Signs from the quay: visitors ask me every week.", "Colm"),
    (11, 5, "Bread that is still warm.", "", "Tomasz"),
    (13, 4, "It is where I hear everything.", "Two more benches.", "Philippa"),
    (15, 2, "The cheese.", "Dogs under the tables, and nobody says a word.", ""),
    (15, 5, "", "", ""),
    (17, 4, "Somebody carried my bags to the tram.", "A stop that is nearer than Bridge Street.", "Irma, 84"),
    (18, 3, "Good in the sun.", "A roof over one row would do.", "Kezia"),
    (20, 5, "I sold out by noon. Thank you, Quillford.", "", "the soup cart"),
    (22, 4, "", "Clear the cobbles of fish scales before the shops open.", "Leif"),
    (24, 5, "Plants from somebody who knows them.", "", "Marguerite"),
    (27, 1, "Nothing for me.", "I work on Saturdays. One evening a month?", "Jamal"),
    (29, 4, "Live music without a loudspeaker.", "", "Esme"),
]  # fmt: skip
# With a link in it, so that it waits for the city team.
HELD = (2, 5, "Great place!!", "More like this at www.cheap-tyres.example", "Tyre King")


@transaction.atomic
def fill() -> int:
    """
    Write what is not there yet; return how many rows that were.
    """
    now = timezone.now()
    count = 0
    for neighbourhood, kind, name, address, description, is_published in PLACES:
        town = Neighbourhood.objects.get(name=neighbourhood)
        _, is_new = Place.objects.get_or_create(
            neighbourhood=town,
            name=name,
            defaults={
                "kind": kind,
                "address": address,
                "description": description,
                "is_published": is_published,
            },
        )
        count += is_new
    market = Place.objects.get(slug=MARKET)
    for answer in [*ANSWERS, HELD]:
        days, rating, works, improve, name = answer
        _, is_new = Answer.objects.get_or_create(
            place=market,
            works=works,
            improve=improve,
            name=name,
            defaults={
                "rating": rating,
                "created_at": now - timedelta(days=days),
                "is_published": answer != HELD,
            },
        )
        count += is_new
    front_page.changed()
    return count
