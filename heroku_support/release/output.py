"""
Where a release tells what it does: to a person at a terminal, or to a log, line by line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from io import StringIO, TextIOBase
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper


class Output:
    """
    Lines of a release.

    :param stream: where they go.
    :param is_detailed: somebody watches, or asked for more: each migration is worth a line of
        its own. A log wants one line a step.
    :param is_quiet: nobody wants to hear more than warnings.
    :param hide: takes the secrets out of a text.
    """

    def __init__(
        self,
        stream: TextIOBase,
        *,
        is_detailed: bool = False,
        is_quiet: bool = False,
        hide: Callable[[str], str] = str,
    ) -> None:
        self._stream = stream
        self.is_detailed = is_detailed
        self.is_quiet = is_quiet
        self.hide = hide

    def line(self, text: str) -> None:
        """
        Write a line that is good to know.
        """
        if not self.is_quiet:
            self.warning(text)

    def warning(self, text: str) -> None:
        """
        Write a line, and flush it: Logplex shows what was flushed, not what was written.
        """
        self._stream.write(f"{self.hide(text)}\n")
        self._stream.flush()

    @property
    def progress(self) -> TextIOBase:
        """
        For the output of Django's own commands, which a log is spared.
        """
        return self._stream if self.is_detailed else StringIO()


class PatientStream(TextIOBase):
    """
    A stream whose reader may go away, and whose encoding may be too small, without ending the
    release: a migration is worth more than its log.
    """

    def __init__(self, stream: TextIOBase | TextIO | OutputWrapper) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """
        Write what can be written.
        """
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        shown = text.encode(encoding, "backslashreplace").decode(encoding)
        try:
            self._stream.write(shown)
        except OSError:
            self._let_go()
        return len(text)

    def flush(self) -> None:
        """
        Flush, if somebody is there.
        """
        try:
            self._stream.flush()
        except OSError:
            self._let_go()

    def isatty(self) -> bool:
        """
        Whether a person watches.
        """
        return self._stream.isatty()

    def fileno(self) -> int:
        """
        Return the file descriptor.
        """
        return self._stream.fileno()

    def _let_go(self) -> None:
        # Else the interpreter fails to flush at its end, and exits with 120.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
