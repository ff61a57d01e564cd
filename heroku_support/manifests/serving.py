"""
Which server a web process starts, and where it is told to listen.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.commands import Call, Command, Word

SERVERS = ("gunicorn", "uvicorn", "daphne", "hypercorn", "granian", "waitress-serve")
ASYNCHRONOUS = ("uvicorn", "daphne", "hypercorn")
# Options that take an address or a port; "-p" is gunicorn's file of the process id.
BINDS = {
    "gunicorn": ("-b", "--bind"),
    "uvicorn": (),
    "daphne": (),
    "hypercorn": ("-b", "--bind"),
    "granian": (),
    "waitress-serve": ("--listen",),
}
PORTS = {
    "gunicorn": (),
    "uvicorn": ("--port",),
    "daphne": ("-p", "--port"),
    "hypercorn": (),
    "granian": ("--port",),
    "waitress-serve": ("--port",),
}
HOSTS = {
    "uvicorn": ("--host",),
    "daphne": ("-b", "--bind"),
    "granian": ("--host",),
    "waitress-serve": ("--host",),
}
# They listen on $PORT themselves, and ask the server behind them.
PROXIES = ("start-nginx", "start-nginx-solo", "start-nginx-debug", "caddy", "nginx")


def server(command: Command, *names: str) -> Call | None:
    """
    Return the call of a server that a web process makes, unless a proxy stands before it.
    """
    if command.process != "web" or command.call(*PROXIES):
        return None
    return command.call(*(names or SERVERS))


def is_asynchronous(command: Command) -> bool:
    """
    Whether a web process is a server of ASGI.
    """
    call = server(command)
    if call is None:
        return False
    if call.program.program != "gunicorn":
        return call.program.program in ASYNCHRONOUS
    worker = call.option("-k", "--worker-class")
    return worker is not None and ("uvicorn" in worker.text or worker.text == "asgi")


def ports(command: Command) -> Iterator[tuple[Call, Word]]:
    """
    Return the values that name the server's port.
    """
    call = server(command)
    if call:
        name = call.program.program
        for options in (BINDS[name], PORTS[name]):
            word = call.option(*options) if options else None
            if word and not word.text.startswith(("unix:", "fd://")):
                yield call, word


def hosts(command: Command) -> Iterator[tuple[Call, Word]]:
    """
    Return the values that name the server's address.
    """
    call = server(command)
    if call:
        name = call.program.program
        for options in (BINDS[name], HOSTS.get(name, ())):
            word = call.option(*options) if options else None
            if word:
                yield call, word


def application(command: Command) -> Word | None:
    """
    Return the module that gunicorn is to load, None where it is not certain which word it is.
    """
    call = server(command, "gunicorn")
    words = call.arguments if call else ()
    if any(word.text.startswith(("--chdir", "--pythonpath")) for word in words):
        return None
    if any(word.text in ("cd", "-C") for word in command.words):
        return None
    found = [
        word
        for word in words
        if word.text.partition(":")[0].endswith((".wsgi", ".asgi"))
    ]
    return found[0] if len(found) == 1 else None
