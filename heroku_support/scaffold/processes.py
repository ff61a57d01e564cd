"""
What the processes of an app run, and its tests.
"""

from __future__ import annotations

from heroku_support.scaffold.survey import BEAT, CELERY, Survey


def processes(survey: Survey) -> dict[str, str]:
    """
    Return what each process runs, but the release.
    """
    web = f"gunicorn -c python:heroku_support.gunicorn {survey.application}"
    worker = (
        f"REMAP_SIGTERM=SIGQUIT celery -A {survey.celery} worker --loglevel INFO"
        " --without-gossip --without-mingle --without-heartbeat"
    )
    beat = f"celery -A {survey.celery} beat --loglevel INFO"
    return {
        "web": web,
        **({"worker": worker} if survey.has(CELERY) else {}),
        **({"beat": beat} if survey.has(BEAT) else {}),
    }


def tests(survey: Survey) -> str:
    """
    Return the command that runs the tests.
    """
    return "pytest" if survey.has_pytest else "python manage.py test"
