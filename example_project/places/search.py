"""
Search by what the database can do: full text in Postgres, the words as they are elsewhere.

No index serves it: of a thousand places with long descriptions Postgres reads every word in a
tenth of a second. A town that has more gives them a column of the type ``tsvector`` and a GIN
index on that.
"""

from __future__ import annotations

from django.db import connections
from django.db.models import Q

from places.models import PlaceQuerySet


def search(places: PlaceQuerySet, words: str) -> PlaceQuerySet:
    """
    Return the places that the words are about.
    """
    if connections[places.db].vendor == "postgresql":
        return full_text(places, words)
    return plain(places, words)


def full_text(places: PlaceQuerySet, words: str) -> PlaceQuerySet:
    """
    Return those that have the words, in whatever form English gives them, best first.

    Quotes, ``or`` and a minus mean what they mean to search engines. A piece of the name
    will do as well, for whoever has typed no more so far.
    """
    # Here: it imports psycopg, which SQLite does without. For the same reason
    # django.contrib.postgres is not among the apps; nothing of this needs it there.
    from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector

    english = {"config": "english"}
    document = (
        SearchVector("name", weight="A", **english)
        + SearchVector("kind", "neighbourhood__name", weight="B", **english)
        + SearchVector("address", "description", weight="C", **english)
    )
    query = SearchQuery(words, search_type="websearch", **english)
    # By cover density: the other rank is the same for all once a word is excluded.
    rank = SearchRank(document, query, cover_density=True)
    matched = places.annotate(document=document, rank=rank)
    found = matched.filter(Q(document=query) | Q(name__icontains=words))
    return found.order_by("-rank", "name", "pk")


def plain(places: PlaceQuerySet, words: str) -> PlaceQuerySet:
    """
    Return those that have every word, in any case, by name.
    """
    for word in words.split():
        fields = ("name", "kind", "neighbourhood__name", "address", "description")
        anywhere = [Q(**{f"{field}__icontains": word}) for field in fields]
        places = places.filter(Q(*anywhere, _connector=Q.OR))
    return places
