"""
Read the settings that a project may have written in any shape, and its environment.

A check asks these, so that none of them has to expect what Django itself reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections

from heroku_support import service_url
from heroku_support.dyno import Dyno
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL

NOTHING: Mapping[str, Any] = {}


def on_dyno() -> bool:
    """
    Whether this runs in an app on Heroku: the phases release, run and dyno.
    """
    return Dyno.from_environ().is_heroku


def variables() -> Mapping[str, str]:
    """
    Return the environment.
    """
    return Dyno.from_environ().vars


def text(value: Any) -> str:
    """
    Return the value if it is text, else none.
    """
    return value if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[Any, Any]:
    """
    Return the value if it is a mapping, else an empty one.
    """
    return value if isinstance(value, Mapping) else NOTHING


def texts(value: Any) -> list[str]:
    """
    Return the texts among the items of a sequence.
    """
    if isinstance(value, str) or not isinstance(value, (Sequence, set, frozenset)):
        return []
    return [item for item in value if isinstance(item, str)]


def setting(name: str) -> Any:
    """
    Return a setting, None where there is none.
    """
    return getattr(settings, name, None)


def entries(name: str) -> Iterator[Mapping[Any, Any]]:
    """
    Return the entries of a setting that maps aliases to them.
    """
    yield from map(mapping, mapping(setting(name)).values())


def databases() -> dict[str, Mapping[str, Any]]:
    """
    Return ``DATABASES`` with Django's defaults; none where Django refuses it.
    """
    try:
        configured = connections.settings
    except Exception:  # whatever is wrong with it, Django says so
        return {}
    return {alias: mapping(entry) for alias, entry in configured.items()}


def is_installed(name: str) -> bool:
    """
    Whether an app is among ``INSTALLED_APPS``, in either spelling.
    """
    return apps.is_installed(name)


def parsed(url: Any) -> ServiceURL | None:
    """
    Return the parts of a service's URL, None where it is not one.
    """
    try:
        return service_url.parse(text(url))
    except ServiceURLError:
        return None
