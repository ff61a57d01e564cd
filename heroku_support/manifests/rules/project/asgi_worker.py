"""
gunicorn runs `asgi.py` with a worker for WSGI.

Its workers `sync`, `gthread`, `gevent` and `eventlet` call the application as WSGI does. Django's for
ASGI takes other arguments: every request ends in status 500.

Before, in `Procfile`:

    web: gunicorn shop.asgi

Before, in `shop/asgi.py`:

    from django.core.asgi import get_asgi_application

    application = get_asgi_application()

Before, in `shop/wsgi.py`:

    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

After, in `Procfile`:

    web: gunicorn shop.wsgi

After, in `shop/asgi.py`:

    from django.core.asgi import get_asgi_application

    application = get_asgi_application()

After, in `shop/wsgi.py`:

    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Command
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import application, server

rule = Rule(__name__, "error")

SETTINGS = "GUNICORN_CMD_ARGS"
WSGI = ("sync", "gthread", "gevent", "eventlet")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for Django's own ASGI application under a worker that is known.
    """
    if project.has("gunicorn.conf.py") or SETTINGS in project.variables:
        return
    for command in project.commands:
        word, worker = application(command), _worker(command)
        module, _, name = word.text.partition(":") if word else ("", "", "")
        source = project.code(f"{module.replace('.', '/')}.py") if module else None
        if (
            not word
            or worker not in WSGI
            or not module.endswith(".asgi")
            or name not in ("", "application")
            or not source
            or "application = get_asgi_application()" not in source.text
        ):
            continue
        other = f"{module.removesuffix('.asgi')}.wsgi"
        has_other = project.has(f"{other.replace('.', '/')}.py")
        yield rule.finding(
            command.source,
            word.start,
            f"gunicorn's worker '{worker}' is for WSGI, and {module} is ASGI",
            fix=f"Write: {other}"
            if has_other
            else "Add: -k uvicorn_worker.UvicornWorker",
        )


def _worker(command: Command) -> str:
    # Empty where a file, a variable or the shell may name it.
    call = server(command, "gunicorn")
    arguments = call.arguments if call else ()
    if not call or call.option("-c", "--config"):
        return ""
    if any("$" in word.text and "PORT" not in word.text for word in arguments):
        return ""
    word = call.option("-k", "--worker-class")
    return word.text if word else "sync"
