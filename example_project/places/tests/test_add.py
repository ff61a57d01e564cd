from __future__ import annotations

from django.urls import reverse

from places.models import Place
from places.tests.base import EmptyTown


class AddPlaceTests(EmptyTown):
    def add(self, **changes: object):
        fields = {
            "name": "Duck Pond",
            "kind": "park",
            "neighbourhood": self.riverside.pk,
            "address": "Pond Lane",
        }
        return self.client.post(reverse("places:add"), fields | changes, follow=True)

    def test_a_new_place_is_shown_at_once(self):
        response = self.add(description="Ducks, mostly.")

        self.assertRedirects(response, "/places/duck-pond/")
        self.assertContains(response, "Thank you. Duck Pond is on the list")
        self.assertContains(response, "Ducks, mostly.")

    def test_what_is_missing_is_said_beside_the_field(self):
        response = self.add(name="", kind="")

        self.assertContains(response, 'id="id_name_error"')
        self.assertContains(response, 'id="id_kind_error"')
        self.assertFalse(Place.objects.exists())

    def test_a_place_cannot_be_added_twice(self):
        self.add_place()
        response = self.add(name="duck pond")

        self.assertContains(response, "already a place of that name")
        self.assertEqual(Place.objects.count(), 1)

    def test_visitors_cannot_write_the_fields_of_the_city_team(self):
        self.add(slug="mine", is_published="")
        place = Place.objects.get()

        self.assertEqual((place.slug, place.is_published), ("duck-pond", True))

    def test_who_fills_in_the_hidden_field_is_thanked_and_nothing_is_kept(self):
        response = self.add(website="https://watches.example")

        self.assertContains(response, "Thank you.")
        self.assertFalse(Place.objects.exists())
