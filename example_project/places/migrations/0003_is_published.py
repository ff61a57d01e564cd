"""
Let the city team take a place or an answer down.

The default is the database's own, so that the previous release, still serving
while this runs, can go on adding rows that it knows without the column.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_starter_content"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="is_published",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Shown to visitors.",
                verbose_name="published",
            ),
        ),
        migrations.AddField(
            model_name="place",
            name="is_published",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Shown to visitors.",
                verbose_name="published",
            ),
        ),
    ]
