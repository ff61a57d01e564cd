"""
Nothing tells gunicorn what the Python buildpack would tell it.

On Cedar the buildpack sets `FORWARDED_ALLOW_IPS` and `WEB_CONCURRENCY`; in a container and on Fir
nothing does. gunicorn then has one worker, and believes the router's `X-Forwarded-Proto` of nobody:
with `SECURE_SSL_REDIRECT` every request is redirected to itself.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

Before, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    CMD gunicorn shop.wsgi

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

After, in `Dockerfile`:

    FROM python:3.13-slim
    COPY . /app
    ENV FORWARDED_ALLOW_IPS=* WEB_CONCURRENCY=2
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import server

rule = Rule(__name__, "warning")

TRUST = ("FORWARDED_ALLOW_IPS", "GUNICORN_CMD_ARGS")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for gunicorn with no configuration, option or variable that says whom it trusts.
    """
    target = project.target.name
    is_told = "gunicorn.conf.py" in project.names or set(TRUST) & _variables(project)
    if project.only or is_told or target == "cedar":
        return
    if target == "container" and not project.dockerfiles:
        return
    for command in project.commands:
        call = server(command, "gunicorn")
        is_fir = command.source.path == "Procfile"
        if not call or is_fir is not (target == "fir"):
            continue
        if call.option("-c", "--config", "--forwarded-allow-ips"):
            continue
        yield rule.finding(
            command.source,
            call.program.start,
            "gunicorn trusts no X-Forwarded-Proto here, and has one worker",
            fix="Write: gunicorn -c python:heroku_support.gunicorn …, "
            "or: heroku config:set FORWARDED_ALLOW_IPS='*' WEB_CONCURRENCY=2",
            severity="info" if is_fir else "warning",
        )


def _variables(project: Project) -> set[str]:
    declared = project.app_json.entries("env") if project.app_json else ()
    document = project.project_toml
    text = document.source.text if document else ""
    named = {name for name in TRUST if name in text}
    return {*project.variables, *(entry.name for _, entry in declared), *named}
