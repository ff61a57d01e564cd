"""
Neighbourhoods have places; places have answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import models
from django.db.models import Avg, Count, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify


class Kind(models.TextChoices):
    """
    What a place is; each value is also the name of its icon.
    """

    PLAYGROUND = "playground"
    PARK = "park"
    BENCH = "bench"
    FOUNTAIN = "fountain"
    CROSSING = "crossing"
    MARKET = "market"
    LIBRARY = "library"
    OTHER = "other", "Something else"


class Rating(models.IntegerChoices):
    """
    How a neighbour likes a place.
    """

    POOR = 1
    WEAK = 2
    FAIR = 3
    GOOD = 4
    GREAT = 5


class Neighbourhood(models.Model):
    """
    A part of town.
    """

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('places:list')}?neighbourhood={self.slug}"


class PlaceQuerySet(models.QuerySet):
    """
    Places as visitors see them.
    """

    def published(self) -> PlaceQuerySet:
        return self.filter(is_published=True)

    def with_ratings(self) -> PlaceQuerySet:
        """
        Add ``average`` (None without answers) and ``answer_count``, and sort by name.
        """
        seen = Q(answers__is_published=True)
        return self.annotate(
            average=Avg("answers__rating", filter=seen),
            answer_count=Count("answers", filter=seen),
        ).order_by("name", "pk")  # Meta.ordering does not reach a GROUP BY


@dataclass(frozen=True)
class RatingShare:
    """
    One bar of the distribution: how many answers gave this rating.
    """

    rating: Rating
    answers: int
    percent: int


class Place(models.Model):
    """
    Somewhere that everyone may use.
    """

    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, related_name="places"
    )
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=90, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.CharField("where it is", max_length=120)
    description = models.TextField(max_length=600, blank=True)
    is_published = models.BooleanField(
        "published", default=True, db_default=True, help_text="Shown to visitors."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "neighbourhood",
                name="place_name_once_in_a_neighbourhood",
                violation_error_message=(
                    "There is already a place of that name in this neighbourhood."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or self.free_slug()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("places:detail", args=[self.slug])

    def free_slug(self) -> str:
        """
        Find a slug that no other place has; a name without Latin letters gets its kind.
        """
        base = slugify(self.name) or self.kind
        taken = set(
            Place.objects.filter(slug__startswith=base).values_list("slug", flat=True)
        )
        candidates = (f"{base}-{number}" for number in count(2))
        return (
            base if base not in taken else next(s for s in candidates if s not in taken)
        )

    def distribution(self) -> list[RatingShare]:
        """
        Count the published answers by rating, best first.
        """
        rows = self.answers.published().order_by().values_list("rating")
        counts = dict(rows.annotate(Count("pk")))
        total = sum(counts.values()) or 1
        return [
            RatingShare(rating, answers, round(100 * answers / total))
            for rating in reversed(Rating)
            for answers in [counts.get(rating, 0)]
        ]


class AnswerQuerySet(models.QuerySet):
    """
    Answers as visitors see them.
    """

    def published(self) -> AnswerQuerySet:
        return self.filter(is_published=True)


class Answer(models.Model):
    """
    What one neighbour says about a place.
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="answers")
    rating = models.PositiveSmallIntegerField(choices=Rating)
    works = models.TextField("what works well", max_length=600, blank=True)
    improve = models.TextField("what to improve", max_length=600, blank=True)
    name = models.CharField(max_length=40, blank=True)
    is_published = models.BooleanField(
        "published", default=True, db_default=True, help_text="Shown to visitors."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__range=(Rating.POOR, Rating.GREAT)),
                name="answer_rating_from_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rating_display()}, by {self.name or 'a neighbour'}"
