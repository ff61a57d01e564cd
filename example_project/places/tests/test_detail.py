from __future__ import annotations

from django.apps import apps

from places.models import Answer
from places.tests.base import EmptyTown
from places.views import ANSWERS_ON_A_PAGE


class ReadTests(EmptyTown):
    def test_visitors_read_the_average_and_what_others_say(self):
        place = self.add_place()
        self.add_answers(place, 5, works="The ducks.", name="Ines")
        self.add_answers(place, 2, improve="The mud.")
        response = self.client.get(place.get_absolute_url())

        for text in (
            "<strong>3.5</strong>",
            "The ducks.",
            "Ines",
            "The mud.",
            "A neighbour",
        ):
            self.assertContains(response, text)

    def test_half_of_the_answers_fill_half_of_the_bar(self):
        place = self.add_place()
        self.add_answers(place, 4, 1)
        response = self.client.get(place.get_absolute_url())

        self.assertContains(response, 'aria-label="50%"><rect width="50%"', count=2)

    def test_what_visitors_write_is_never_markup(self):
        place = self.add_place()
        self.add_answers(place, 3, works="<script>alert(1)</script>")

        self.assertNotContains(self.client.get(place.get_absolute_url()), "<script")

    def test_the_first_visitor_is_invited(self):
        response = self.client.get(self.add_place().get_absolute_url())

        self.assertContains(response, "Yours would be the first.")

    def test_unpublished_answers_are_not_shown(self):
        place = self.add_place()
        self.add_answers(place, 1, works="Buy my watches!", is_published=False)

        self.assertNotContains(self.client.get(place.get_absolute_url()), "watches")

    def test_unpublished_places_are_not_found(self):
        place = self.add_place(is_published=False)

        self.assertEqual(self.client.get(place.get_absolute_url()).status_code, 404)
        self.assertEqual(
            self.client.post(place.get_absolute_url(), {"rating": 5}).status_code, 404
        )

    def test_the_number_of_queries_does_not_depend_on_the_number_of_answers(self):
        place = self.add_place()
        self.add_answers(place, *[1, 2, 3, 4, 5] * 5)

        # The place, its shares, the pages, the answers; its position where there is a map.
        with self.assertNumQueries(4 + apps.is_installed("maps")):
            response = self.client.get(place.get_absolute_url())
        self.assertContains(
            response, '<article class="answer">', count=ANSWERS_ON_A_PAGE
        )


class AnswerTests(EmptyTown):
    def answer(self, **fields: object):
        self.place = self.add_place()
        return self.client.post(self.place.get_absolute_url(), fields, follow=True)

    def test_an_answer_is_kept_and_thanked_for(self):
        response = self.answer(rating=4, works="Quiet.", improve="Light.", name="Ines")
        answer = self.place.answers.get()

        self.assertEqual(
            (answer.rating, answer.works, answer.improve, answer.name),
            (4, "Quiet.", "Light.", "Ines"),
        )
        self.assertRedirects(response, f"{self.place.get_absolute_url()}#content")
        self.assertContains(response, "Thank you. Your answer about Duck Pond is in.")

    def test_a_rating_alone_is_an_answer(self):
        self.answer(rating=1)

        self.assertEqual(self.place.answers.count(), 1)

    def test_without_a_rating_nothing_is_kept_and_the_words_are_not_lost(self):
        response = self.answer(works="So many ducks.")

        self.assertContains(response, "So many ducks.")
        self.assertContains(response, "Choose one of the five, please.")
        self.assertFalse(Answer.objects.exists())

    def test_ratings_that_nobody_offers_are_refused(self):
        for rating in ("0", "6", "-1", "many", "4.5"):
            with self.subTest(rating=rating):
                place = self.add_place(f"Pond {rating}")
                self.client.post(place.get_absolute_url(), {"rating": rating})

        self.assertFalse(Answer.objects.exists())

    def test_visitors_cannot_choose_the_place_or_the_date_of_an_answer(self):
        elsewhere = self.add_place("Elsewhere")
        self.answer(rating=5, place=elsewhere.pk, created_at="1999-01-01")
        answer = Answer.objects.get()

        self.assertEqual(answer.place, self.place)
        self.assertNotEqual(answer.created_at.year, 1999)

    def test_who_fills_in_the_hidden_field_is_thanked_and_nothing_is_kept(self):
        response = self.answer(rating=5, website="https://watches.example")

        self.assertContains(response, "Thank you.")
        self.assertFalse(Answer.objects.exists())
