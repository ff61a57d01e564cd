"""
What can be known before the database is asked.
"""

from __future__ import annotations

import shutil

from django.core import checks

from heroku_support.release.context import Release
from heroku_support.release.errors import StepError

# The check of a setting's name that is nearly one of ours: without it the release does other than
# was meant.
MISSPELLED = "heroku_support.W024"
# Dev Center, "Container Registry and Runtime": release phase.
NO_CURL = (
    "this image has no curl, without which Heroku does not show the output of a release"
    " while it runs, only in the app's log. In the Dockerfile:"
    " RUN apt-get update && apt-get install -y --no-install-recommends curl"
)


def preflight(release: Release) -> str:
    """
    Run ``check --deploy``, whose errors end the release; locally ``check``, because what is
    good for development is wrong when deployed.

    :raises StepError: with the errors.
    """
    is_deployed = release.dyno.phase != "local"
    found = checks.run_checks(include_deployment_checks=is_deployed)
    told = [message for message in found if not message.is_silenced()]
    errors = [message for message in told if message.is_serious()]
    if errors:
        told_errors = "; ".join(_line(message) for message in errors)
        raise StepError(f"preflight: {told_errors}")
    for message in told:
        if message.id == MISSPELLED:
            release.warn(f"{message.msg} Did you mean {message.hint}?")
    if release.dyno.is_heroku and not shutil.which("curl"):
        release.warn(NO_CURL)
    if not told:
        return "ok"
    plural = "s" * (len(told) != 1)
    command = "check --deploy" if is_deployed else "check"
    return f"ok, {len(told)} warning{plural}: python manage.py {command}"


def _line(message: checks.CheckMessage) -> str:
    # Most are of no object, for which Django writes a question mark.
    return " ".join(str(message).split()).removeprefix("?: ")
