"""
The four pages of the survey.
"""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from places import front_page
from places.forms import AnswerForm, FilterForm, PlaceForm
from places.models import Answer, Place
from places.tasks import hold_advertising

PLACES_ON_A_PAGE = 24
ANSWERS_ON_A_PAGE = 20


@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    """
    Browse the places; the front page comes out of the cache.
    """
    return front_page.cached(request, render_list)


def render_list(request: HttpRequest) -> HttpResponse:
    """
    Make the page of places that the visitor asks for.
    """
    published = Place.objects.published()
    form = FilterForm(request.GET)
    # Sorted by name first: what is searched for has an order of its own.
    found = form.apply(published.with_ratings()).select_related("neighbourhood")
    context = {
        "form": form,
        "page": Paginator(found, PLACES_ON_A_PAGE).get_page(request.GET.get("page")),
        "place_total": published.count(),
        "answer_total": Answer.objects.published()
        .filter(place__is_published=True)
        .count(),
    }
    return render(request, "places/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def place_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """
    Read what others say about a place, and answer.
    """
    places = Place.objects.published().with_ratings().select_related("neighbourhood")
    place = get_object_or_404(places, slug=slug)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.instance.place = place
        if not form.is_spam:
            check = partial(hold_advertising.delay, form.save().pk)
            # Not before a worker can find the answer; and without a broker it is in as well.
            transaction.on_commit(check, robust=True)
        messages.success(request, f"Thank you. Your answer about {place} is in.")
        # Browsers carry #survey over a redirect; the thanks stand at the top.
        return redirect(f"{place.get_absolute_url()}#content")

    answers = Paginator(place.answers.published(), ANSWERS_ON_A_PAGE)
    context = {
        "place": place,
        "form": form,
        "page": answers.get_page(request.GET.get("page")),
        "distribution": place.distribution(),
    }
    return render(request, "places/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def place_add(request: HttpRequest) -> HttpResponse:
    """
    Propose a place that is not on the list.
    """
    form = PlaceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if form.is_spam:
            destination = "places:list"
        else:
            destination = form.save()
        messages.success(
            request,
            f"Thank you. {form.instance} is on the list; be the first to answer.",
        )
        return redirect(destination)
    return render(request, "places/add.html", {"form": form})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """
    Say what the survey is for.
    """
    return render(request, "places/about.html")
