from __future__ import annotations

from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import TestCase
from django.urls import reverse
from places.models import Place
from places.tests.base import EmptyTown

from maps.models import Position
from maps.town_map import around

# Two points of the same longitude, a hundredth of a degree apart: 1,113 m here.
HERE, NORTH = (0.3, 52.93), (0.3, 52.94)


class PositionTests(EmptyTown):
    def put(self, name: str, point: tuple[float, float], **fields: object) -> Position:
        place = self.add_place(name, **fields)
        return Position.objects.create(place=place, point=Point(*point))

    def page(self, position: Position):
        return self.client.get(position.place.get_absolute_url())

    def test_the_page_of_a_place_says_where_it_is(self):
        response = self.page(self.put("Pond", HERE))

        self.assertContains(response, "52.93000, 0.30000")
        self.assertContains(
            response, "https://www.openstreetmap.org/?mlat=52.93000&amp;mlon=0.30000"
        )
        self.assertNotContains(response, "Near by")

    def test_a_place_without_a_position_has_its_page_all_the_same(self):
        response = self.client.get(self.add_place().get_absolute_url())

        self.assertNotContains(response, "OpenStreetMap")

    def test_the_nearest_places_come_first_with_their_distance(self):
        here = self.put("Pond", HERE)
        for name, point in {
            "Far": (0.3, 52.99),
            "Next door": (0.3001, 52.93),
            "Further": (0.3, 53.5),
            "North": NORTH,
        }.items():
            self.put(name, point)
        nearest = list(here.nearest())

        self.assertEqual(
            [position.place.name for position in nearest], ["Next door", "North", "Far"]
        )
        self.assertAlmostEqual(nearest[1].distance.m, 1113, delta=1)
        self.assertContains(self.page(here), "1,113 m")

    def test_the_map_is_drawn_by_the_page_itself(self):
        here = self.put("Pond", HERE)
        for name, point in {"A": NORTH, "B": (0.31, 52.94), "Far": (0.3, 53.5)}.items():
            self.put(name, point)
        response = self.page(here)
        drawn = around(here)

        self.assertContains(response, "Pond and 2 places around it; north is above.")
        self.assertNotContains(response, "<img")
        self.assertEqual(
            [(dot.name, dot.number) for dot in drawn.around], [("A", 1), ("B", 2)]
        )

    def test_the_map_has_north_above_and_one_scale(self):
        here = self.put("Pond", HERE)
        self.put("North", NORTH)
        drawn = around(here)
        (north,) = drawn.around
        pixels = drawn.here.y - north.y

        self.assertEqual(drawn.here.x, north.x)
        self.assertAlmostEqual(
            pixels / 1113, drawn.scale / drawn.scale_metres, delta=0.001
        )

    def test_everything_is_on_the_map(self):
        here = self.put("Pond", HERE)
        for name, point in {
            "A": HERE,
            "B": (0.3001, 52.93),
            "C": (0.33, 52.95),
        }.items():
            self.put(name, point)
        drawn = around(here)

        for dot in [drawn.here, *drawn.around]:
            self.assertTrue(0 < dot.x < drawn.width and 0 < dot.y < drawn.height, dot)

    def test_no_number_hides_another(self):
        here = self.put("Pond", HERE)
        for name in ("A", "B", "C"):
            self.put(name, HERE)
        drawn = around(here)
        points = {(dot.x, dot.y) for dot in [drawn.here, *drawn.around]}

        self.assertEqual(len(points), 4)

    def test_a_place_without_others_has_no_map(self):
        self.assertNotContains(self.page(self.put("Pond", HERE)), '<svg class="town')

    def test_unpublished_places_are_not_near(self):
        here = self.put("Pond", HERE)
        self.put("Secret", NORTH, is_published=False)

        self.assertFalse(here.nearest())

    def test_a_place_takes_its_position_with_it(self):
        self.put("Pond", HERE).place.delete()

        self.assertFalse(Position.objects.exists())


class AdminTests(EmptyTown):
    def setUp(self) -> None:
        self.client.force_login(User.objects.create_superuser("team"))
        self.place = self.add_place()

    def save(self, latitude: object, longitude: object, **fields: object):
        inline = {
            "position-TOTAL_FORMS": 1,
            "position-INITIAL_FORMS": 0,
            "position-0-place": self.place.pk,
            "position-0-latitude": latitude,
            "position-0-longitude": longitude,
            "answers-TOTAL_FORMS": 0,
            "answers-INITIAL_FORMS": 0,
        }
        place = {
            "name": self.place.name,
            "slug": self.place.slug,
            "kind": self.place.kind,
            "neighbourhood": self.place.neighbourhood_id,
            "address": self.place.address,
            "is_published": "on",
        }
        url = reverse("admin:places_place_change", args=[self.place.pk])
        return self.client.post(url, place | inline | fields)

    def test_the_city_team_types_two_numbers(self):
        self.save("52.93", "0.3")
        position = Position.objects.get()
        self.save(
            "52.94",
            "0.3",
            **{"position-INITIAL_FORMS": 1, "position-0-id": position.pk},
        )
        position.refresh_from_db()

        self.assertEqual(position.point.tuple, NORTH)

    def test_a_position_is_shown_as_it_was_typed(self):
        Position.objects.create(place=self.place, point=Point(*HERE))
        response = self.client.get(
            reverse("admin:places_place_change", args=[self.place.pk])
        )

        self.assertContains(response, 'value="52.93"')

    def test_places_are_saved_without_a_position(self):
        response = self.save("", "")

        self.assertEqual(response.status_code, 302)
        self.assertFalse(Position.objects.exists())

    def test_numbers_that_are_nowhere_are_refused(self):
        response = self.save("152.93", "0.3")

        self.assertContains(response, "less than or equal to 90")
        self.assertFalse(Position.objects.exists())


class StarterPositionTests(TestCase):
    def test_every_starter_place_is_on_the_map(self):
        self.assertEqual(Position.objects.count(), Place.objects.count())

    def test_the_oven_is_near_the_lookout(self):
        position = Position.objects.get(place__slug="lookout-bench")

        self.assertEqual(position.nearest(1)[0].place.slug, "hilltop-oven")
