"""
Whether the library for a service is installed.
"""

from __future__ import annotations

from heroku_support.settings import Record


def has_library(
    record: Record, variable: str, library: str, *, extra: str, also: str = ""
) -> bool:
    """
    Whether a library is there that the service in a variable needs; a problem if not.

    In every phase: an app that lacks it should fail when it is built, not when it runs.
    Nothing is imported.

    :param library: the name that it is imported by.
    :param extra: of this package, that installs it.
    :param also: what to install beside the extra, where that does not bring the library.
    """
    if find_library(library):
        return True
    line = " ".join(["pip install", f"'django-heroku-support[{extra}]'", also]).strip()
    record.problem(variable, f"is set, but {library} is not installed.", line)
    return False


def find_library(library: str) -> str:
    """
    Return the file that would be imported for a library, empty where it is not installed.
    """
    from importlib.util import find_spec  # here: settings without add-ons look for none

    found = find_spec(library)
    return (found.origin or "") if found else ""
