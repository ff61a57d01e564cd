"""
The last step: a release whose web process does not boot must not go live.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from django.conf import settings

from heroku_support.conf import conf
from heroku_support.dyno import MEGABYTE, Dyno
from heroku_support.release import process_group, web_command
from heroku_support.release.boot import OFF, Boot
from heroku_support.release.context import Release
from heroku_support.release.web_client import WebClient

# This process, a web server and its worker: each is taken to need what this one has.
PROCESSES = 3
STATM = Path("/proc/self/statm")  # in pages; the second number is what is resident

NAME_IT = 'HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND = "gunicorn config.wsgi" would name one'


def smoke(release: Release) -> str:
    """
    Boot the web process beside this one, on a spare port, until it is live and ready.

    :raises StepError: if it does not get there; the last lines of its log are told before.
    """
    if not conf.HEROKU_SUPPORT_RELEASE_SMOKE:
        return f"skipped: {OFF}"
    if reason := _obstacle(release.dyno):
        return f"skipped: {reason}"
    asked = conf.HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND
    try:
        command = web_command.find(asked, _places(release.dyno))
    except LookupError as error:
        return f"skipped: {error}. {NAME_IT}"
    port = _spare_port()
    with process_group.running(
        command.line,
        directory=command.directory,
        environment=web_command.environment(release.dyno, port),
    ) as processes:
        boot = Boot(release, command.source, processes, _client(port))
        done = boot.prove()
        boot.end()
        return done


def lacking_memory(dyno: Dyno, *, statm: Path = STATM) -> str:
    """
    Say why the web process would not fit beside this one; empty where it would.

    :param statm: where the kernel shows what this process has.
    """
    limit = dyno.memory if dyno.is_heroku else None
    try:
        pages = int(statm.read_text().split()[1])
    except OSError:  # no Linux
        return ""
    needed = PROCESSES * pages * os.sysconf("SC_PAGE_SIZE")
    if limit is None or needed <= limit:
        return ""
    return (
        f"this dyno has {limit // MEGABYTE} MB, and the release with a web process beside it"
        f" would need about {needed // MEGABYTE} MB. Give the release a larger dyno, or turn"
        f" this step off: {OFF}"
    )


def _obstacle(dyno: Dyno) -> str:
    if not process_group.SHELL.exists():
        return f"this system has no {process_group.SHELL}"
    return lacking_memory(dyno)


def _places(dyno: Dyno) -> list[Path]:
    """
    Return where the app's root may be; on a dyno it is home, whatever ``cd`` came before.
    """
    base = getattr(settings, "BASE_DIR", None)
    home = dyno.vars.get("HOME") if dyno.is_heroku else None
    return [Path.cwd(), *(Path(place) for place in (base, home) if place)]


def _spare_port() -> int:
    with socket.create_server(("", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _client(port: int) -> WebClient:
    named = [*conf.HEROKU_SUPPORT_CANONICAL_HOST, *settings.ALLOWED_HOSTS, "localhost"]
    hosts = [host for host in named if host != "*"]
    return WebClient(port, hosts[0].lstrip("."), hosts)
