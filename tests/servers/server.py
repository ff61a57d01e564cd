"""
What the servers of the tests have in common.
"""

from __future__ import annotations

import subprocess
from types import TracebackType
from typing import TypeVar

S = TypeVar("S", bound="Server")


class Server:
    """
    A process of our own, ended after the `with` block that it is used in.
    """

    process: subprocess.Popen[bytes]

    def __enter__(self: S) -> S:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """
        Tell whether the server's process lives.
        """
        return self.process.poll() is None

    def stop(self) -> None:
        """
        End the process and all that it has left.
        """
        raise NotImplementedError
