from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import TestCase

from places.models import Answer, Neighbourhood, Place

starter = import_module("places.migrations.0002_starter_content")

# A schema editor, as far as the migration asks it: a real one wants no transaction around it.
EDITOR = SimpleNamespace(connection=connection)


class MigrationTests(TestCase):
    def test_the_models_have_no_change_without_a_migration(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    def test_the_town_starts_with_places_that_pass_the_forms(self):
        for row in (
            *Neighbourhood.objects.all(),
            *Place.objects.all(),
            *Answer.objects.all(),
        ):
            row.full_clean()

        self.assertEqual(
            (Neighbourhood.objects.count(), Place.objects.count()), (5, 14)
        )

    def test_the_starter_content_can_be_taken_away_and_put_back(self):
        starter.remove(apps, EDITOR)
        self.assertFalse(Neighbourhood.objects.exists() or Place.objects.exists())

        starter.add(apps, EDITOR)
        self.assertEqual(Place.objects.count(), 14)

    def test_taking_it_away_leaves_what_neighbours_added(self):
        harbour = Neighbourhood.objects.get(slug="old-harbour")
        Place.objects.create(
            neighbourhood=harbour, name="Slipway", kind="other", address="Quay"
        )
        starter.remove(apps, EDITOR)

        self.assertEqual([place.name for place in Place.objects.all()], ["Slipway"])
        self.assertEqual(list(Neighbourhood.objects.all()), [harbour])
