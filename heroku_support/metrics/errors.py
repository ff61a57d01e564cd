"""
Why metrics are not counted, do not leave, or cannot be shown.
"""

from __future__ import annotations


class SlotsError(Exception):
    """
    The processes of this dyno cannot count together; the message is the reason.
    """


class ExitError(Exception):
    """
    Metrics did not leave; the message is the reason, without the URL they were sent to.

    :param quiet: it happens now and then, and means nothing.
    """

    def __init__(self, reason: str, *, quiet: bool = False) -> None:
        super().__init__(reason)
        self.quiet = quiet


class ShowError(Exception):
    """
    What somebody asked to see is not there; the message says why, and what to do.
    """
