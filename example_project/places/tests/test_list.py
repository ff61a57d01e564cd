from __future__ import annotations

from unittest import skipUnless

from django.db import connection
from django.urls import reverse

from places.models import Kind, Neighbourhood
from places.tests.base import EmptyTown
from places.views import PLACES_ON_A_PAGE

# SQLite has the plain search only.
skipUnlessPostgres = skipUnless(connection.vendor == "postgresql", "no full text")


class PlaceListTests(EmptyTown):
    def names(self, **query: str) -> list[str]:
        page = self.client.get(reverse("places:list"), query).context["page"]
        return [place.name for place in page]

    def test_places_are_listed_by_name(self):
        for name in ("Pond", "Arcade", "Mill"):
            self.add_answers(self.add_place(name), 3)

        self.assertEqual(self.names(), ["Arcade", "Mill", "Pond"])

    def test_unpublished_places_and_their_answers_are_not_counted(self):
        self.add_answers(self.add_place(is_published=False), 5)
        response = self.client.get("/")

        self.assertNotContains(response, "Duck Pond")
        self.assertContains(
            response, "<strong>0 answers</strong> about <strong>0 places</strong>"
        )

    def test_search_finds_part_of_a_name_in_any_case(self):
        self.add_place("Duck Pond")
        self.add_place("Swan Lake", address="Hill Road")

        self.assertEqual(self.names(q="  POND "), ["Duck Pond"])
        self.assertEqual(self.names(q="uck p"), ["Duck Pond"])

    def test_search_finds_every_word_wherever_it_stands(self):
        self.add_place("Duck Pond", description="With a bench in the shade.")
        self.add_place("Swan Lake", description="No shade at all.")

        for words in ("bench shade", "lane duck", "Riverside bench", "park bench"):
            with self.subTest(words=words):
                self.assertEqual(self.names(q=words), ["Duck Pond"])

    def test_search_takes_whatever_people_type(self):
        self.add_place("St Anne's (old) & new: 100%")

        for words in ("anne's", "(old", "& new", "100%", "o'r \"", "!!!", "a:*|b"):
            with self.subTest(words=words):
                self.assertEqual(self.client.get("/", {"q": words}).status_code, 200)
        self.assertEqual(self.names(q="_"), [])

    @skipUnlessPostgres
    def test_search_knows_the_forms_of_a_word_and_what_search_engines_know(self):
        self.add_place("Duck Pond", description="Two benches, one shaded.")
        self.add_place("Swan Lake", description="One bench.")

        self.assertEqual(self.names(q="bench shade"), ["Duck Pond"])
        self.assertEqual(self.names(q="bench -shade"), ["Swan Lake"])
        self.assertEqual(len(self.names(q="duck or swan")), 2)
        self.assertEqual(self.names(q='"one bench"'), ["Swan Lake"])

    @skipUnlessPostgres
    def test_search_shows_a_name_before_a_mention(self):
        self.add_place("Arcade", description="From here you see the mill.")
        self.add_place("Old Mill")

        for words in ("mill", "mill -granite"):
            with self.subTest(words=words):
                self.assertEqual(self.names(q=words), ["Old Mill", "Arcade"])

    def test_filters_narrow_each_other(self):
        hill = Neighbourhood.objects.create(name="Hill", slug="hill")
        self.add_place("Pond", kind=Kind.PARK)
        self.add_place("Stalls", kind=Kind.MARKET)
        self.add_place("Top", kind=Kind.PARK, neighbourhood=hill)

        self.assertEqual(self.names(neighbourhood="riverside"), ["Pond", "Stalls"])
        self.assertEqual(self.names(neighbourhood="riverside", kind="park"), ["Pond"])

    def test_a_neighbourhood_leads_to_its_places(self):
        self.add_place()
        response = self.client.get(self.riverside.get_absolute_url())

        self.assertContains(response, 'Riverside <span class="count">1</span>')

    def test_nonsense_in_a_filter_is_left_out(self):
        self.add_place()

        self.assertEqual(
            self.names(kind="castle", neighbourhood="atlantis"), ["Duck Pond"]
        )
        self.assertEqual(self.names(neighbourhood="a\0b", q="\0"), ["Duck Pond"])

    def test_when_nothing_is_found_the_page_says_what_to_do(self):
        response = self.client.get("/", {"q": "zeppelin"})

        self.assertContains(response, "Nothing here by that description.")
        self.assertContains(response, reverse("places:add"))

    def test_a_town_without_places_asks_for_the_first(self):
        response = self.client.get("/")

        self.assertContains(response, "There are no places yet.")
        self.assertNotContains(response, "by that description")

    def test_pages_keep_the_filter(self):
        for number in range(PLACES_ON_A_PAGE + 1):
            self.add_place(f"Bench {number:02}", kind=Kind.BENCH)
        response = self.client.get("/", {"kind": "bench"})

        self.assertContains(response, 'href="?kind=bench&amp;page=2"')
        self.assertEqual(
            self.names(kind="bench", page="2"), [f"Bench {PLACES_ON_A_PAGE}"]
        )

    def test_the_number_of_queries_does_not_depend_on_the_number_of_places(self):
        for number in range(10):
            self.add_answers(self.add_place(f"Bench {number}"), 1, 5)

        with self.assertNumQueries(5):  # two totals, the pages, the places, the filter
            self.client.get("/")
