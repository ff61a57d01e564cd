"""
Places to run system checks in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

Install = Callable[..., None]


@pytest.fixture
def on_a_dyno(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Run as a web dyno does.
    """
    monkeypatch.setenv("DYNO", "web.1")


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """
    Return what makes an entry of ``DATABASES``.
    """

    def enter(*, alias: str = "default", **entry: Any) -> None:
        # Changing DATABASES itself while tests run confuses their own database.
        complete = connections.configure_settings({"default": {}, alias: dict(entry)})
        monkeypatch.setattr(connections, "settings", {alias: complete[alias]})

    return enter


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Install]:
    """
    Return what installs an empty app of a library's name, and sets settings, for a test.
    """
    monkeypatch.syspath_prepend(str(tmp_path))
    with ExitStack() as stack:

        def installed(*names: str, **settings: Any) -> None:
            for name in names:
                stack.callback(sys.modules.pop, name, None)
                monkeypatch.delitem(sys.modules, name, raising=False)
                folder = tmp_path.joinpath(*name.split("."))
                folder.mkdir(parents=True)
                (folder / "__init__.py").touch()
            invalidate_caches()
            apps = ["heroku_support", "django.contrib.contenttypes", *names]
            stack.enter_context(override_settings(INSTALLED_APPS=apps, **settings))

        yield installed
