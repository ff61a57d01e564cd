"""
app.json: review apps with a database and a superuser, and Heroku CI.
"""

from __future__ import annotations

import json
import re
from typing import Any

from heroku_support.manifests.facts import facts
from heroku_support.manifests.rules.project.env_undeclared import SET
from heroku_support.manifests.settings_location import NAME
from heroku_support.scaffold.processes import processes, tests
from heroku_support.scaffold.survey import GEO, MEDIA, REDIS, Survey

POSTGRES_PLAN, STORE_PLAN = "heroku-postgresql:essential-0", "heroku-redis:mini"
BUCKET = "bucketeer"  # its smallest plan
# Of app.json, what has nothing in it that is an object or a list itself.
INNERMOST = re.compile(r"[\[{][^][{}]*[]}]")
WIDEST = 60  # characters
VARIABLES = {
    "SECRET_KEY": {
        "description": "Signs sessions and messages.",
        "generator": "secret",
    },
    "DJANGO_SUPERUSER_USERNAME": {
        "description": "Made by the release of a review app.",
        "value": "admin",
    },
    "DJANGO_SUPERUSER_EMAIL": {
        "description": "Their address.",
        "value": "admin@example.com",
    },
    "DJANGO_SUPERUSER_PASSWORD": {
        "description": "Read it with: heroku config:get DJANGO_SUPERUSER_PASSWORD",
        "generator": "secret",
    },
}


SUPERUSER = "DJANGO_SUPERUSER_"
HOSTS = {"description": "The hosts that it answers.", "value": ".herokuapp.com"}


def app_json(survey: Survey) -> str:
    """
    Return app.json.
    """
    geo = facts("buildpacks").word("geo")
    buildpacks = [*([geo] if survey.has(GEO) else []), "heroku/python"]
    needed = [POSTGRES_PLAN, *([BUCKET] if survey.has(MEDIA) else [])]
    basic = {"quantity": 1, "size": "basic"}
    manifest: dict[str, Any] = {
        "name": survey.name,
        "stack": "container"
        if survey.target == "container"
        else facts("stacks").word("current"),
        "buildpacks": [{"url": url} for url in buildpacks],
        "addons": [*needed, *([STORE_PLAN] if survey.has(REDIS) else [])],
        "env": _variables(survey),
        "formation": dict.fromkeys(processes(survey), basic),
        "environments": {
            "review": {"addons": needed, "formation": {"web": basic}},
            "test": {
                "addons": ["heroku-postgresql:in-dyno"],
                "scripts": {"test": tests(survey)},
            },
        },
    }
    if survey.target != "cedar":
        del manifest["buildpacks"]  # they are the Dockerfile's, or project.toml's
    if survey.target == "fir":
        del manifest["stack"]
    return INNERMOST.sub(_on_one_line, json.dumps(manifest, indent=2)) + "\n"


def _variables(survey: Survey) -> dict[str, dict[str, Any]]:
    # heroku_release makes the superuser.
    found: dict[str, dict[str, Any]] = {
        name: entry
        for name, entry in VARIABLES.items()
        if survey.has_app or not name.startswith(SUPERUSER)
    }
    if survey.dyno_settings:
        found[NAME] = {
            "description": "The settings of a dyno, also for manage.py.",
            "value": survey.dyno_settings,
        }
    if survey.hosts_variable:
        found[survey.hosts_variable] = HOSTS
    set_by_heroku = {*facts("variables").pairs("addons"), *SET}
    for name in survey.demanded:
        if name not in {*found, *set_by_heroku} and not name.startswith("HEROKU_"):
            found[name] = _entry(name)
    return found


def _entry(name: str) -> dict[str, Any]:
    if name.endswith("SECRET_KEY"):
        return {"description": "The settings demand it.", "generator": "secret"}
    return {"description": "The settings demand it.", "required": True}


def _on_one_line(match: re.Match[str]) -> str:
    line = " ".join(match.group().split())
    line = line.replace("[ ", "[").replace(" ]", "]")
    return line if len(line) <= WIDEST else match.group()
