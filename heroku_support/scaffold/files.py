"""
The files that Heroku and GitHub read, each as text.
"""

from __future__ import annotations

from collections.abc import Callable

from heroku_support.scaffold.app_manifest import app_json
from heroku_support.scaffold.installing import DOCTOR, IMAGE_INSTALL, WORKFLOW_INSTALL
from heroku_support.scaffold.processes import processes, tests
from heroku_support.scaffold.render import render
from heroku_support.scaffold.stand_ins import for_tests_only, in_build, keys, on_dyno
from heroku_support.scaffold.survey import (
    GEO,
    MEDIA,
    REDIS,
    SEARCH,
    Survey,
)

WORKFLOW = ".github/workflows/heroku.yml"
# What the libraries of GeoDjango come with, on Debian and on Ubuntu.
GEO_PACKAGE = "gdal-bin"
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


def procfile(survey: Survey) -> str:
    """
    Return the Procfile.
    """
    lines = [f"{name}: {command}" for name, command in processes(survey).items()]
    return render(
        "Procfile", {"release": survey.release, "processes": "\n".join(lines)}
    )


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
    return render(
        "heroku.yml", {"release": survey.release, "processes": "\n".join(lines)}
    )


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
        "variables": "".join(
            f"{name}={value} " for name, value in in_build(survey).items()
        ),
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


def workflow(survey: Survey) -> str:
    """
    Return the workflow for GitHub Actions.
    """
    for_tests = f"-r {survey.test_requirements} " if survey.test_requirements else ""
    install = [
        each.format(doctor=DOCTOR, tests=for_tests)
        for each in WORKFLOW_INSTALL[survey.manager]
    ]
    geo = f"sudo apt-get update && sudo apt-get install --yes {GEO_PACKAGE}"
    variables = {
        name: value
        for feature, each in SERVICES.items()
        if survey.has(feature)
        for name, value in each.items()
    }
    variables |= on_dyno(survey)
    file = "python-version-file: .python-version"
    values = {
        "name": survey.name,
        "version": file
        if survey.has_version_file
        else f'python-version: "{survey.python}"',
        "demanded": _yaml(for_tests_only(survey)),
        "keys": "\n".join(f'export {name}="$SECRET_KEY"' for name in keys(survey)),
        "postgres": "postgis/postgis:17-3.5" if survey.has(GEO) else "postgres:17",
        "scheme": _scheme(survey),
        "system": f"- run: {geo}" if survey.has(GEO) else "",
        "install": "\n".join(f"- run: {each}" for each in install),
        "tests": tests(survey),
        # gis.W001 warns of GDAL before 3.9, which the runner's Ubuntu has, and no dyno.
        "level": "ERROR" if survey.has(GEO) else "WARNING",
        "services": _yaml(variables),
    }
    return render("workflow.yml", values)


def _yaml(variables: dict[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in variables.items())


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
