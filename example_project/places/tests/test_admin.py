from __future__ import annotations

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from places.models import Answer, Neighbourhood, Place
from places.tests.base import EmptyTown


class AdminTests(EmptyTown):
    def setUp(self) -> None:
        self.client.force_login(User.objects.create_superuser("team"))
        self.place = self.add_place()
        (self.answer,) = self.add_answers(self.place, 4, works="The ducks.")

    def test_every_page_of_the_desk_opens(self):
        for row in (self.riverside, self.place, self.answer):
            name = f"admin:places_{row._meta.model_name}"
            for url in (
                reverse(f"{name}_changelist") + "?q=duck",
                reverse(f"{name}_add"),
                reverse(f"{name}_change", args=[row.pk]),
            ):
                with self.subTest(url=url):
                    self.assertEqual(self.client.get(url).status_code, 200)

    def test_the_desk_leads_to_the_health_page(self):
        self.assertContains(self.client.get(reverse("admin:index")), '"/health/"')
        self.assertContains(self.client.get("/health/"), "database:default")

    def test_places_are_listed_with_their_rating(self):
        response = self.client.get(reverse("admin:places_place_changelist"))

        self.assertContains(response, '<td class="field-average">4.0</td>')

    def test_answers_are_edited_on_the_page_of_their_place(self):
        response = self.client.get(
            reverse("admin:places_place_change", args=[self.place.pk])
        )

        self.assertContains(response, "The ducks.")

    def test_actions_take_rows_down_and_put_them_back(self):
        for row in (self.place, self.answer):
            for action, expected in (("unpublish", False), ("publish", True)):
                with self.subTest(row=row, action=action):
                    self.client.post(
                        reverse(f"admin:places_{row._meta.model_name}_changelist"),
                        {"action": action, "_selected_action": [row.pk]},
                    )
                    row.refresh_from_db()

                    self.assertIs(row.is_published, expected)

    def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(self):
        lists = [
            reverse(f"admin:places_{model._meta.model_name}_changelist")
            for model in (Neighbourhood, Place, Answer)
        ]
        before = [self.count_queries(url) for url in lists]
        for number in range(5):
            hill = Neighbourhood.objects.create(
                name=f"Hill {number}", slug=f"hill-{number}"
            )
            self.add_answers(self.add_place(neighbourhood=hill), 1, 5)

        self.assertEqual([self.count_queries(url) for url in lists], before)

    def count_queries(self, url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            self.client.get(url)
        return len(queries)
