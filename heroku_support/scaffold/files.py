"""
The files that Heroku and GitHub read, each as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from heroku_support.manifests.facts import facts
from heroku_support.scaffold.installing import DOCTOR, IMAGE_INSTALL, WORKFLOW_INSTALL
from heroku_support.scaffold.render import render
from heroku_support.scaffold.survey import (
    BEAT,
    CELERY,
    GEO,
    MEDIA,
    REDIS,
    SEARCH,
    Survey,
)

WORKFLOW = ".github/workflows/heroku.yml"
POSTGRES_PLAN, STORE_PLAN = "heroku-postgresql:essential-0", "heroku-redis:mini"
# What the libraries of GeoDjango come with, on Debian and on Ubuntu.
GEO_PACKAGE = "gdal-bin"
# Of app.json, what has nothing in it that is an object or a list itself.
INNERMOST = re.compile(r"[\[{][^][{}]*[]}]")
WIDEST = 60  # characters
# Examples, so that nothing but the code is what a check speaks of.
STORE_URL = "rediss://:example@store.example.com:6379"
SERVICES = {
    REDIS: {"REDIS_URL": STORE_URL},
    MEDIA: {
        "BUCKETEER_BUCKET_NAME": "example",
        "BUCKETEER_AWS_REGION": "eu-west-1",
        "BUCKETEER_AWS_ACCESS_KEY_ID": "example",
        "BUCKETEER_AWS_SECRET_ACCESS_KEY": "example",
    },
    SEARCH: {"WEBSOLR_URL": "https://index.example.com/solr/example"},
}


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


def procfile(survey: Survey) -> str:
    """
    Return the Procfile.
    """
    lines = [f"{name}: {command}" for name, command in processes(survey).items()]
    return render("Procfile", {"processes": "\n".join(lines)})


def heroku_yml(survey: Survey) -> str:
    """
    Return heroku.yml: one image for all processes.
    """
    lines = []
    for name, command in processes(survey).items():
        if name == "web":
            lines.append(f"  {name}: {command}")
        else:
            lines += [
                f"  {name}:",
                "    image: web",
                "    command:",
                f"      - {command}",
            ]
    return render("heroku.yml", {"processes": "\n".join(lines)})


def dockerfile(survey: Survey) -> str:
    """
    Return the Dockerfile.
    """
    words = ", ".join(f'"{word}"' for word in survey.application.split())
    packages = ["curl", *([GEO_PACKAGE] if survey.has(GEO) else [])]
    values = {
        "python": survey.python,
        "packages": " ".join(packages),
        "install": IMAGE_INSTALL[survey.manager],
        "application": words,
    }
    return render("Dockerfile", values)


def project_toml(survey: Survey) -> str:
    """
    Return project.toml, with the libraries of GeoDjango where they are needed.
    """
    names = ("heroku/deb-packages", "heroku/python", "heroku/procfile")
    groups = "".join(f'\n[[io.buildpacks.group]]\nid = "{name}"\n' for name in names)
    packages = f'\n[com.heroku.buildpacks.deb-packages]\ninstall = ["{GEO_PACKAGE}"]\n'
    buildpacks = f"{groups}{packages}" if survey.has(GEO) else ""
    return render("project.toml", {"name": survey.name, "buildpacks": buildpacks})


def app_json(survey: Survey) -> str:
    """
    Return app.json: review apps with a database and a superuser, and Heroku CI.
    """
    geo = facts("buildpacks").word("geo")
    buildpacks = [*([geo] if survey.has(GEO) else []), "heroku/python"]
    basic = {"quantity": 1, "size": "basic"}
    manifest: dict[str, Any] = {
        "name": survey.name,
        "stack": "container"
        if survey.target == "container"
        else facts("stacks").word("current"),
        "buildpacks": [{"url": url} for url in buildpacks],
        "addons": [POSTGRES_PLAN, *([STORE_PLAN] if survey.has(REDIS) else [])],
        "env": {
            "SECRET_KEY": _secret("Signs sessions and messages."),
            "DJANGO_SUPERUSER_USERNAME": {
                "description": "Made by the release of a review app.",
                "value": "admin",
            },
            "DJANGO_SUPERUSER_EMAIL": {
                "description": "Their address.",
                "value": "admin@example.com",
            },
            "DJANGO_SUPERUSER_PASSWORD": _secret(
                "Read it with: heroku config:get DJANGO_SUPERUSER_PASSWORD"
            ),
        },
        "formation": dict.fromkeys(processes(survey), basic),
        "environments": {
            "review": {"addons": [POSTGRES_PLAN], "formation": {"web": basic}},
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


def _on_one_line(match: re.Match[str]) -> str:
    line = " ".join(match.group().split())
    return line if len(line) <= WIDEST else match.group()


def _secret(description: str) -> dict[str, str]:
    return {"description": description, "generator": "secret"}


def tests(survey: Survey) -> str:
    """
    Return the command that runs the tests.
    """
    return "pytest" if survey.has_pytest else "python manage.py test"


def workflow(survey: Survey) -> str:
    """
    Return the workflow for GitHub Actions.
    """
    install = [each.format(doctor=DOCTOR) for each in WORKFLOW_INSTALL[survey.manager]]
    geo = f"sudo apt-get update && sudo apt-get install --yes {GEO_PACKAGE}"
    variables = {
        name: value
        for feature, each in SERVICES.items()
        if survey.has(feature)
        for name, value in each.items()
    }
    values = {
        "name": survey.name,
        "postgres": "postgis/postgis:17-3.5" if survey.has(GEO) else "postgres:17",
        "scheme": _scheme(survey),
        "system": f"- run: {geo}" if survey.has(GEO) else "",
        "install": "\n".join(f"- run: {each}" for each in install),
        "tests": tests(survey),
        "services": "\n".join(f"{name}: {value}" for name, value in variables.items()),
    }
    return render("workflow.yml", values)


def env_example(survey: Survey) -> str:
    """
    Return an example of a ``.env``.
    """
    store = "\n# With this: a cache, channels and tasks for all processes.\n# REDIS_URL=redis://localhost:6379\n"
    values = {
        "scheme": _scheme(survey),
        "database": survey.name,
        "services": store if survey.has(REDIS) else "",
    }
    return render("env.example", values)


def _scheme(survey: Survey) -> str:
    return "postgis" if survey.has(GEO) else "postgres"


def celery(survey: Survey) -> str:
    """
    Return Celery's application.
    """
    values = {"package": survey.package, "settings": survey.settings}
    return render("celery.py.txt", values)


def python_version(survey: Survey) -> str:
    """
    Return ``.python-version``.
    """
    return f"{survey.python}\n"


def dockerignore(survey: Survey) -> str:
    """
    Return ``.dockerignore``.
    """
    return render("dockerignore", {})


File = Callable[[Survey], str]
EVERYWHERE: dict[str, File] = {
    "app.json": app_json,
    ".python-version": python_version,
    ".env.example": env_example,
    WORKFLOW: workflow,
}
FILES: dict[str, dict[str, File]] = {
    "cedar": {"Procfile": procfile, **EVERYWHERE},
    "container": {
        "heroku.yml": heroku_yml,
        "Dockerfile": dockerfile,
        ".dockerignore": dockerignore,
        **EVERYWHERE,
    },
    "fir": {"Procfile": procfile, "project.toml": project_toml, **EVERYWHERE},
}
