from __future__ import annotations

from unittest.mock import patch

from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from places.models import Place
from places.tests.base import EmptyTown

TEST_CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@override_settings(CACHES=TEST_CACHE, FRONT_PAGE_SECONDS=60)
class FrontPageTests(EmptyTown):
    def setUp(self) -> None:
        self.addCleanup(cache.clear)

    def shows(self, text: str, path: str = "/") -> bool:
        return text in self.client.get(path).content.decode()

    def add_unnoticed(self) -> None:
        Place.objects.bulk_create(
            [Place(neighbourhood=self.riverside, name="Old Mill", slug="old-mill")]
        )

    def test_the_kept_page_needs_no_database(self):
        with self.captureOnCommitCallbacks(execute=True):
            self.add_place()
        first = self.client.get("/")

        with self.assertNumQueries(0):
            second = self.client.get("/")
        self.assertEqual(second.content, first.content)
        self.assertEqual(second.headers["Content-Type"], first.headers["Content-Type"])
        self.assertEqual(self.client.head("/").status_code, 200)

    def test_what_visitors_add_is_there_at_once(self):
        self.client.get("/")
        with self.captureOnCommitCallbacks(execute=True):
            place = self.add_place()
        self.assertTrue(self.shows("Duck Pond"))

        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(place.get_absolute_url(), {"rating": 5})
        self.client.cookies.clear()
        self.assertTrue(self.shows("<strong>1 answer</strong>"))

    def test_what_the_city_team_takes_down_is_gone_at_once(self):
        place = self.add_place()
        self.assertTrue(self.shows("Duck Pond"))

        self.client.force_login(User.objects.create_superuser("team"))
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(
                reverse("admin:places_place_changelist"),
                {"action": "unpublish", "_selected_action": [place.pk]},
            )
        self.client.logout()
        self.client.cookies.clear()
        self.assertFalse(self.shows("Duck Pond"))

    def test_who_is_logged_in_sees_the_page_as_it_is(self):
        self.client.get("/")
        self.add_unnoticed()
        self.assertFalse(self.shows("Old Mill"))

        self.client.force_login(User.objects.create_superuser("team"))
        self.assertTrue(self.shows("Old Mill"))

    def test_thanks_are_for_one_visitor_only(self):
        fields = {"name": "Pond", "kind": "park", "website": "https://watches.example"}
        fields |= {"neighbourhood": self.riverside.pk, "address": "Pond Lane"}
        response = self.client.post(reverse("places:add"), fields, follow=True)
        self.assertContains(response, "Thank you.")

        self.assertFalse(self.shows("Thank you."))

    def test_what_is_searched_for_is_not_kept(self):
        self.client.get("/?q=mill")
        self.add_unnoticed()

        self.assertTrue(self.shows("Old Mill", "/?q=mill"))

    def test_another_style_sheet_is_another_page(self):
        self.client.get("/")
        self.add_unnoticed()
        with patch("places.front_page.static", return_value="/static/next.css"):
            self.assertTrue(self.shows("Old Mill"))

    @override_settings(FRONT_PAGE_SECONDS=0)
    def test_a_cache_that_others_do_not_see_is_not_used(self):
        self.client.get("/")
        self.add_unnoticed()

        self.assertTrue(self.shows("Old Mill"))

    def test_without_the_store_pages_are_made_and_answers_taken(self):
        # A server that refuses; nothing listens on port 1.
        away = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
        away |= {"LOCATION": "redis://127.0.0.1:1"}
        with override_settings(CACHES={"default": away}):
            with self.captureOnCommitCallbacks(execute=True):
                place = self.add_place()
            with self.assertLogs("places.front_page", "WARNING") as logs:
                self.assertTrue(self.shows("Duck Pond"))
            with self.captureOnCommitCallbacks(execute=True):
                self.client.post(place.get_absolute_url(), {"rating": 5})

        self.assertEqual(place.answers.count(), 1)
        self.assertIn("ConnectionError", logs.output[0])
