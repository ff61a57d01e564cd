"""
Fill the survey, so that a review app shows more than the first places do.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from places.spring import fill


class Command(BaseCommand):
    """
    ``manage.py fill_survey``: run twice, it writes nothing the second time.
    """

    help = "Fill the survey with what a spring brings in, for a review app to show."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{fill()} places and answers are new.")
