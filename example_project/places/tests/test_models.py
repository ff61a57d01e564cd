from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from places.models import Neighbourhood, Place
from places.tests.base import EmptyTown


class PlaceTests(EmptyTown):
    def test_a_place_gets_its_slug_from_its_name(self):
        place = self.add_place("St Anne's Library")

        self.assertEqual(place.get_absolute_url(), "/places/st-annes-library/")

    def test_namesakes_in_two_neighbourhoods_get_different_slugs(self):
        hill = Neighbourhood.objects.create(name="Hill", slug="hill")
        slugs = [self.add_place().slug, self.add_place(neighbourhood=hill).slug]

        self.assertEqual(slugs, ["duck-pond", "duck-pond-2"])

    def test_a_name_without_latin_letters_still_has_an_address(self):
        self.assertEqual(self.add_place("鴨の池").slug, "park")

    def test_the_longest_names_fit_as_slugs(self):
        hill = Neighbourhood.objects.create(name="Hill", slug="hill")
        self.add_place("a" * 80)
        second = self.add_place("a" * 80, neighbourhood=hill)
        second.full_clean()

        self.assertEqual(second.slug, "a" * 80 + "-2")

    def test_a_renamed_place_keeps_its_address(self):
        place = self.add_place()
        place.name = "Swan Pond"
        place.save()

        self.assertEqual(place.slug, "duck-pond")

    def test_one_name_once_in_a_neighbourhood_whatever_the_case(self):
        self.add_place()
        namesake = Place(
            name="DUCK pond",
            neighbourhood=self.riverside,
            slug="other",
            kind="park",
            address="x",
        )

        with self.assertRaisesMessage(ValidationError, "already a place of that name"):
            namesake.full_clean()
        with transaction.atomic(), self.assertRaises(IntegrityError):
            namesake.save()

    def test_a_neighbourhood_with_places_cannot_be_deleted(self):
        self.add_place()

        with self.assertRaises(ProtectedError):
            self.riverside.delete()

    def test_ratings_count_published_answers_only(self):
        place = self.add_place()
        self.add_answers(place, 5, 4)
        self.add_answers(place, 1, is_published=False)
        rated = Place.objects.with_ratings().get()

        self.assertEqual((rated.average, rated.answer_count), (4.5, 2))
        self.assertEqual(
            [share.answers for share in place.distribution()], [1, 1, 0, 0, 0]
        )

    def test_a_place_without_answers_has_no_average_and_empty_shares(self):
        self.add_place()
        place = Place.objects.with_ratings().get()

        self.assertIsNone(place.average)
        self.assertEqual({share.percent for share in place.distribution()}, {0})


class AnswerTests(EmptyTown):
    def test_the_database_refuses_ratings_outside_of_1_to_5(self):
        place = self.add_place()

        for rating in (0, 6):
            with (
                self.subTest(rating=rating),
                transaction.atomic(),
                self.assertRaises(IntegrityError),
            ):
                place.answers.create(rating=rating)

    def test_newest_answers_come_first(self):
        first, second = self.add_answers(self.add_place(), 1, 2)

        self.assertEqual(list(first.place.answers.all()), [second, first])

    def test_an_answer_says_who_gave_it(self):
        place = self.add_place()
        (anonymous,) = self.add_answers(place, 3)
        (named,) = self.add_answers(place, 5, name="Ines")

        self.assertEqual(str(anonymous), "Fair, by a neighbour")
        self.assertEqual(str(named), "Great, by Ines")
