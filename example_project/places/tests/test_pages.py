from __future__ import annotations

import re

from django.template.loader import render_to_string
from django.test import TestCase, override_settings
from django.urls import reverse

from places.models import Place

# What a strict Content-Security-Policy forbids, and what would leave this server before
# somebody follows a link.
FOREIGN = re.compile(
    r"""<style|<script|\sstyle=|\son\w+=|javascript:"""
    r"""|(?:src|(?<!<a )href|action)=["']?(?:https?:)?//"""
)


@override_settings(DEBUG=False, FRONT_PAGE_SECONDS=0)
class PageTests(TestCase):
    def pages(self) -> dict[str, str]:
        urls = [
            reverse("places:list"),
            reverse("places:list") + "?q=zeppelin",
            reverse("places:about"),
            reverse("places:add"),
            *(place.get_absolute_url() for place in Place.objects.all()),
            "/a/street/that/leads/nowhere/",
        ]
        pages = {url: self.client.get(url).content.decode() for url in urls}
        return pages | {"500": render_to_string("500.html")}

    def test_pages_run_under_a_strict_policy_and_ask_nobody_else(self):
        for url, page in self.pages().items():
            with self.subTest(url=url):
                self.assertIsNone(FOREIGN.search(page))

    def test_every_page_has_one_heading_a_title_and_a_language(self):
        for url, page in self.pages().items():
            with self.subTest(url=url):
                self.assertEqual(page.count("<h1"), 1)
                self.assertRegex(page, r'(?s)<html lang="en-GB">.*<title>\S')

    def test_every_field_that_people_see_has_a_label(self):
        for url, page in self.pages().items():
            ids = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page))
            with self.subTest(url=url):
                self.assertLessEqual(
                    ids, set(re.findall(r'<label[^>]* for="([^"]+)"', page))
                )

    def test_a_wrong_address_gets_our_own_page(self):
        response = self.client.get("/a/street/that/leads/nowhere/")

        self.assertContains(response, "This street leads nowhere.", status_code=404)

    def test_an_error_gets_a_page_that_needs_no_context(self):
        self.assertInHTML("<h1>Road works.</h1>", render_to_string("500.html"))

    def test_looking_around_sets_no_cookie(self):
        self.assertFalse(self.client.get("/").cookies)
