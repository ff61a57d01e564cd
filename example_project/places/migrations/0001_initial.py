"""
Neighbourhoods, places and answers.
"""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Neighbourhood",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("description", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("slug", models.SlugField(max_length=90, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("playground", "Playground"),
                            ("park", "Park"),
                            ("bench", "Bench"),
                            ("fountain", "Fountain"),
                            ("crossing", "Crossing"),
                            ("market", "Market"),
                            ("library", "Library"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "address",
                    models.CharField(max_length=120, verbose_name="where it is"),
                ),
                ("description", models.TextField(blank=True, max_length=600)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="places.neighbourhood",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Poor"),
                            (2, "Weak"),
                            (3, "Fair"),
                            (4, "Good"),
                            (5, "Great"),
                        ]
                    ),
                ),
                (
                    "works",
                    models.TextField(
                        blank=True, max_length=600, verbose_name="what works well"
                    ),
                ),
                (
                    "improve",
                    models.TextField(
                        blank=True, max_length=600, verbose_name="what to improve"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=40)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                models.F("neighbourhood"),
                name="place_name_once_in_a_neighbourhood",
                violation_error_message="There is already a place of that name in this neighbourhood.",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating__range", (1, 5))),
                name="answer_rating_from_1_to_5",
            ),
        ),
    ]
