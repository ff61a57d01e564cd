"""
Values that stand in for config vars where there are none: in a build, and in a workflow.

None is a secret: they are there so that the settings load.
"""

from __future__ import annotations

from heroku_support.manifests.settings_location import NAME
from heroku_support.scaffold.survey import Survey

# What is parsed as an address; any other is taken as it is.
STAND_INS = {"DATABASE_URL": "sqlite:////tmp/build", "REDIS_URL": "redis://localhost"}
KEY = "SECRET_KEY"


def in_build(survey: Survey) -> dict[str, str]:
    """
    Return what a build of an image is given, so that it collects what the server looks for.
    """
    module = {NAME: survey.dyno_settings} if survey.dyno_settings else {}
    return module | _demanded(survey)


def for_tests_only(survey: Survey) -> dict[str, str]:
    """
    Return what a workflow's job is given, beside its database.
    """
    found = _demanded(survey)
    found.pop("DATABASE_URL", "")
    return found


def on_dyno(survey: Survey) -> dict[str, str]:
    """
    Return what the checks are given that look at the settings of a dyno.
    """
    module = {NAME: survey.dyno_settings} if survey.dyno_settings else {}
    hosts = survey.hosts_variable
    return module | ({hosts: f"{survey.name}.herokuapp.com"} if hosts else {})


def keys(survey: Survey) -> list[str]:
    """
    Return the keys that are demanded by another name than Django's own.
    """
    return [name for name in survey.demanded if name.endswith(KEY) and name != KEY]


def _demanded(survey: Survey) -> dict[str, str]:
    return {name: STAND_INS.get(name, "build") for name in survey.demanded}
