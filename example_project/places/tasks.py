"""
What the survey does in the background: a worker runs it, or without a broker whoever asks.

A worker that is stopped gives its task back, so each task may run twice and does no harm then.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta

from config.celery import app
from django.utils import timezone

from places.models import Answer, Place

LINK = re.compile(r"https?://|www\.", re.I)

logger = logging.getLogger(__name__)


@app.task
def hold_advertising(answer_id: int) -> bool:
    """
    Hide an answer with a link in it until the city team publishes it.
    """
    answer = Answer.objects.published().filter(pk=answer_id).first()
    if answer is None or not LINK.search(
        f"{answer.works} {answer.improve} {answer.name}"
    ):
        return False
    answer.is_published = False
    answer.save(update_fields=["is_published"])
    logger.info("Answer %s has a link in it and waits for the city team", answer_id)
    return True


@app.task
def daily_digest() -> dict[str, int]:
    """
    Log what came in since yesterday, and what waits for the city team.
    """
    yesterday = timezone.now() - timedelta(days=1)
    counts = {
        "places": Place.objects.filter(created_at__gte=yesterday).count(),
        "answers": Answer.objects.filter(created_at__gte=yesterday).count(),
        "hidden": Answer.objects.filter(is_published=False).count(),
    }
    logger.info(
        "Since yesterday: %(places)d places, %(answers)d answers; %(hidden)d are hidden",
        counts,
    )
    return counts
