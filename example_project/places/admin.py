"""
The city team's desk: look through what came in, publish it or take it down.
"""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from places import front_page
from places.models import Answer, Neighbourhood, Place, PlaceQuerySet

admin.site.site_header = admin.site.site_title = "Around the Corner"
admin.site.index_title = "City team"


class Moderated(admin.ModelAdmin):
    """
    Actions to show a row to visitors, or to hide it from them.
    """

    actions = ["publish", "unpublish"]

    @admin.action(
        description="Publish the selected %(verbose_name_plural)s",
        permissions=["change"],
    )
    def publish(self, request: HttpRequest, rows: QuerySet) -> None:
        changed = rows.update(is_published=True)
        front_page.changed()  # update() sends no signal
        self.message_user(request, f"Published: {changed}.", messages.SUCCESS)

    @admin.action(
        description="Unpublish the selected %(verbose_name_plural)s",
        permissions=["change"],
    )
    def unpublish(self, request: HttpRequest, rows: QuerySet) -> None:
        changed = rows.update(is_published=False)
        front_page.changed()
        self.message_user(request, f"Unpublished: {changed}.", messages.SUCCESS)


class AnswerInline(admin.TabularInline):
    """
    The answers, on the page of their place.
    """

    model = Answer
    extra = 0
    fields = ["rating", "works", "improve", "name", "is_published"]


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(admin.ModelAdmin):
    """
    The parts of town.
    """

    list_display = ["name", "description", "places"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(place_count=Count("places"))

    @admin.display(ordering="place_count")
    def places(self, neighbourhood: Neighbourhood) -> int:
        return neighbourhood.place_count


@admin.register(Place)
class PlaceAdmin(Moderated):
    """
    Places, with what visitors see of their ratings.
    """

    list_display = [
        "name",
        "kind",
        "neighbourhood",
        "answers",
        "average",
        "is_published",
    ]
    list_filter = ["is_published", "neighbourhood", "kind"]
    list_select_related = ["neighbourhood"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name", "address", "description"]
    inlines = [AnswerInline]

    def get_queryset(self, request: HttpRequest) -> PlaceQuerySet:
        return super().get_queryset(request).with_ratings()

    @admin.display(ordering="answer_count")
    def answers(self, place: Place) -> int:
        return place.answer_count

    @admin.display(ordering="average", empty_value="none yet")
    def average(self, place: Place) -> str | None:
        return None if place.average is None else f"{place.average:.1f}"


@admin.register(Answer)
class AnswerAdmin(Moderated):
    """
    Answers, newest first.
    """

    list_display = [
        "place",
        "rating",
        "is_published",
        "works",
        "improve",
        "name",
        "created_at",
    ]
    list_filter = ["is_published", "rating", "place__neighbourhood"]
    list_select_related = ["place"]
    search_fields = ["place__name", "works", "improve", "name"]
    date_hierarchy = "created_at"
    autocomplete_fields = ["place"]
