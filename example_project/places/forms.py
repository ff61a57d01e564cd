"""
What visitors fill in: the filter, a new place, an answer.
"""

from __future__ import annotations

from typing import Any

from django import forms

from places.models import Answer, Kind, Neighbourhood, Place, PlaceQuerySet, Rating
from places.search import search


class FilterForm(forms.Form):
    """
    Narrow the list; whatever makes no sense is left out.
    """

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="Anywhere",
    )
    kind = forms.ChoiceField(choices=[("", "Any kind"), *Kind.choices], required=False)

    def apply(self, places: PlaceQuerySet) -> PlaceQuerySet:
        """
        Keep the places that match every field; those that are searched for, best first.
        """
        self.is_valid()
        chosen = self.chosen
        words = chosen.pop("q", "")
        found = places.filter(**chosen)
        return search(found, words) if words else found

    @property
    def chosen(self) -> dict[str, Any]:
        """
        The fields that the visitor used.
        """
        return {field: value for field, value in self.cleaned_data.items() if value}


class Honeypot(forms.Form):
    """
    A field that people don't see: who fills it in is thanked, and nothing is kept.
    """

    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"}),
    )

    @property
    def is_spam(self) -> bool:
        return bool(self.cleaned_data["website"])


class PlaceForm(Honeypot, forms.ModelForm):
    """
    Propose a place.
    """

    kind = forms.ChoiceField(choices=[("", "Choose a kind"), *Kind.choices])
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.all(), empty_label="Choose a neighbourhood"
    )

    class Meta:
        model = Place
        fields = ["name", "kind", "neighbourhood", "address", "description"]
        labels = {"address": "Where is it?", "description": "What is it like?"}
        help_texts = {
            "name": "What people call it.",
            "address": "A street and a corner are enough.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}


class AnswerForm(Honeypot, forms.ModelForm):
    """
    Answer the survey about one place.
    """

    rating = forms.TypedChoiceField(
        label="How do you like it?",
        choices=Rating.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the five, please."},
    )

    class Meta:
        model = Answer
        fields = ["rating", "works", "improve", "name"]
        labels = {
            "works": "What works well?",
            "improve": "What should be better?",
            "name": "Your name",
        }
        help_texts = {"name": "Shown beside your answer. A first name will do."}
        widgets = {
            "works": forms.Textarea(attrs={"rows": 3}),
            "improve": forms.Textarea(attrs={"rows": 3}),
            "name": forms.TextInput(attrs={"autocomplete": "given-name"}),
        }
