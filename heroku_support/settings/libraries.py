"""
Whether the library for a service is installed.
"""

from __future__ import annotations

from heroku_support.settings import Record


def has_library(record: Record, variable: str, library: str, requirement: str) -> bool:
    """
    Whether a library is there that the service in a variable needs; a problem if not.

    In every phase: an app that lacks it should fail when it is built, not when it runs.
    Nothing is imported.

    :param library: the name that it is imported by.
    :param requirement: what to install, as ``requirements.txt`` has it.
    """
    if find_library(library):
        return True
    # On a dyno and in a build, what pip installs is gone with it.
    lasting = record.dyno.phase not in ("local", "ci")
    line = f"echo '{requirement}' >> requirements.txt"
    reason = f"is set, but {library} is not installed."
    record.problem(
        variable, reason, line if lasting else f"pip install '{requirement}'"
    )
    return False


def find_library(library: str) -> str:
    """
    Return the file that would be imported for a library, empty where it is not installed.
    """
    from importlib.util import find_spec  # here: settings without add-ons look for none

    found = find_spec(library)
    return (found.origin or "") if found else ""
