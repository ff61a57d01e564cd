"""
Why a release ends before it is done, each with its exit status.

Messages name the variable, the step or the database, never a value that could be secret.
"""

from __future__ import annotations


class ReleaseError(Exception):
    """
    End the release phase with a status other than 0, so that the old release keeps serving.
    """

    returncode = 1


class SettingError(ReleaseError):
    """
    A ``HEROKU_SUPPORT_RELEASE_…`` setting, or an option, says what is not understood.
    """


class StepError(ReleaseError):
    """
    A step failed; what it had begun was rolled back.
    """


class PendingError(ReleaseError):
    """
    ``--check`` found something that a release would do.
    """

    returncode = 2


class UnsafeMigrationError(ReleaseError):
    """
    A pending migration would break the release that is running; nothing was done.
    """

    returncode = 3


class LockTimeoutError(ReleaseError):
    """
    Another release held the lock for longer than this one was willing to wait.
    """

    returncode = 4


class DatabaseRefusedError(ReleaseError):
    """
    The database cannot be reached, or must not be released to.
    """

    returncode = 5


class TerminatedError(ReleaseError):
    """
    SIGTERM came; what was begun was rolled back.
    """

    returncode = 143


class AbortedError(ReleaseError):
    """
    A person pressed Ctrl-C.
    """

    returncode = 130
