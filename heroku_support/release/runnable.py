"""
What a setting names that is to be run: a function or a management command.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from django.core.management import call_command, get_commands
from django.utils.module_loading import import_string

from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError


def runnable(text: str, setting: str) -> Callable[[Release], Any]:
    """
    Return what runs a dotted path of a function, or a management command with its arguments.

    :param setting: to blame.
    :raises SettingError: if it is neither.
    """
    try:
        words = shlex.split(text)
    except ValueError:  # a quote that is not closed
        words = []
    if len(words) == 1 and "." in text:
        return _function(text, setting)
    if not words or words[0] not in get_commands():
        raise SettingError(
            f"{setting}: {text!r} is no management command, and no dotted path of a function"
        )

    def _run(release: Release) -> None:
        call_command(*words, stdout=release.output.progress)

    return _run


def _function(path: str, setting: str) -> Callable[[Release], Any]:
    try:
        function = import_string(path)
    except ImportError as error:
        raise SettingError(f"{setting}: {path!r}: {error}") from error
    if not callable(function):
        raise SettingError(f"{setting}: {path!r} is no function")
    found: Callable[[Release], Any] = function
    return found
