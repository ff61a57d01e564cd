from __future__ import annotations

import io

from django.core.management import call_command
from django.test import TestCase, override_settings

from places.models import Answer, Place


def fill() -> str:
    out = io.StringIO()
    call_command("fill_survey", stdout=out)
    return out.getvalue()


@override_settings(FRONT_PAGE_SECONDS=0)
class FillSurveyTests(TestCase):
    def test_the_second_time_it_writes_nothing(self):
        self.assertEqual(fill(), "35 places and answers are new.\n")
        self.assertEqual(fill(), "0 places and answers are new.\n")

    def test_what_it_writes_passes_the_forms(self):
        fill()
        for row in (*Place.objects.all(), *Answer.objects.all()):
            row.full_clean()

    def test_lists_have_a_second_page_then(self):
        fill()

        self.assertContains(self.client.get("/"), "Page 1 of 2")
        self.assertContains(self.client.get("/places/ropewalk-market/"), "Page 1 of 2")

    def test_the_city_team_has_something_to_do_and_visitors_do_not_see_it(self):
        fill()
        page = self.client.get("/?q=tyres")

        self.assertEqual(Place.objects.filter(is_published=False).count(), 1)
        self.assertEqual(Answer.objects.filter(is_published=False).count(), 1)
        self.assertContains(page, "Nothing here by that description.")
