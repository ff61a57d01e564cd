"""
Do the uploads' files answer?
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from heroku_support.errors import CheckError
from heroku_support.health.checks.aliases import chosen
from heroku_support.health.checks.call import Call

NAME, CONTENT = "heroku_support-health", b"ok"


def find(
    name: str,
    *,
    decides: bool = False,
    writable: bool = False,
    aliases: str | Sequence[str] = "default",
) -> list[Call]:
    """
    Return a check for each alias of ``STORAGES``.

    :param writable: store a file, read it and delete it; else ask whether there is one.
    """
    look = store if writable else ask
    return [
        Call(f"{name}:{alias}", partial(look, alias), decides=decides)
        for alias in chosen(aliases, settings.STORAGES)
    ]


def ask(alias: str) -> None:
    """
    Ask for a file that need not be there.
    """
    storages.create_storage(settings.STORAGES[alias]).exists(NAME)


def store(alias: str) -> None:
    """
    Store a file, read it and delete it.

    :raises CheckError: if it is not there.
    """
    storage = storages.create_storage(settings.STORAGES[alias])
    name = storage.save(NAME, ContentFile(CONTENT))
    try:
        with storage.open(name) as file:
            if file.read() != CONTENT:
                raise CheckError("what was stored is not there")
    finally:
        storage.delete(name)
