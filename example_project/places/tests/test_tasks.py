from __future__ import annotations

from datetime import timedelta

from config.celery import app
from django.utils import timezone

from places import tasks
from places.models import Answer
from places.tests.base import EmptyTown


class HoldAdvertisingTests(EmptyTown):
    def setUp(self):
        self.place = self.add_place()

    def answer(self, **fields: str) -> Answer:
        url = self.place.get_absolute_url()
        with self.captureOnCommitCallbacks(execute=True):
            response = self.client.post(url, {"rating": 4, **fields})
        self.assertRedirects(response, f"{url}#content", fetch_redirect_response=False)
        return Answer.objects.get()

    def test_an_answer_with_a_link_waits_for_the_city_team(self):
        answer = self.answer(works="Watches at https://watches.example")

        self.assertFalse(answer.is_published)

    def test_an_answer_without_one_is_shown(self):
        answer = self.answer(works="Ducks, mostly.")

        self.assertTrue(answer.is_published)

    def test_an_answer_that_is_gone_is_no_error(self):
        self.assertIs(tasks.hold_advertising(0), False)

    def test_to_run_twice_does_no_harm(self):
        answer = self.answer(name="www.watches.example")

        self.assertIs(tasks.hold_advertising(answer.pk), False)


class DailyDigestTests(EmptyTown):
    def test_counts_what_came_in_since_yesterday(self):
        place = self.add_place()
        self.add_answers(place, 4, 5)
        self.add_answers(place, 1, is_published=False)
        self.add_answers(place, 3, created_at=timezone.now() - timedelta(days=2))

        self.assertEqual(tasks.daily_digest(), {"places": 1, "answers": 3, "hidden": 1})

    def test_the_schedule_names_tasks_that_are_there(self):
        named = {entry["task"] for entry in app.conf.beat_schedule.values()}

        self.assertLessEqual(named, set(app.tasks))
