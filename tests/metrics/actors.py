"""
Real processes that count in a file of slots, and end as a test wants them to.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from heroku_support.metrics import slots
from heroku_support.metrics.layout import IN_FLIGHT, RESPONSES_2XX
from heroku_support.metrics.slots import Slots

NAME = "test"


def shared(folder: Path, *, survives: bool = True, name: str = NAME) -> Slots:
    """
    Open the file of a test.
    """
    return slots.shared(folder, name, survives=survives)


def path_in(folder: Path) -> Path:
    """
    Return where that file is.
    """
    return folder / f"heroku-support-{os.geteuid()}-{NAME}"


def forked(work: Callable[[], None]) -> int:
    """
    Run it in a child, which then ends without a word; return the child's id.
    """
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


@dataclass
class Actor:
    """
    A process with a slot, which does what it is told.
    """

    process: int
    commands: int
    answers: int
    child: int = 0

    @classmethod
    def start(cls, folder: Path, *, child: bool = False, name: str = NAME) -> Actor:
        """
        Start one, and wait until it has its slot.

        :param child: have a child of its own, which outlives it.
        """
        read_command, write_command = os.pipe()
        read_answer, write_answer = os.pipe()

        def act() -> None:
            found = shared(folder, name=name)
            slot = found.claim()
            assert slot is not None
            slot[IN_FLIGHT] = 1
            its_child = forked(signal.pause) if child else 0
            os.write(write_answer, its_child.to_bytes(8, "big"))
            while (command := os.read(read_command, 1)) != b"l":
                if command == b"c":
                    slot[RESPONSES_2XX] += 1
                os.write(write_answer, b".")
            found.release()

        actor = cls(forked(act), write_command, read_answer)
        os.close(read_command)
        os.close(write_answer)
        actor.child = int.from_bytes(os.read(actor.answers, 8), "big")
        return actor

    def count(self) -> None:
        """
        Have it count once.
        """
        os.write(self.commands, b"c")
        os.read(self.answers, 1)

    def leave(self) -> None:
        """
        Have it leave its slot and end.
        """
        os.write(self.commands, b"l")
        self._end()

    def kill(self) -> None:
        """
        End it before it can do anything about it.
        """
        os.kill(self.process, signal.SIGKILL)
        self._end()

    def _end(self) -> None:
        os.waitpid(self.process, 0)
        os.close(self.commands)
        os.close(self.answers)


def folder() -> Path:
    """
    Return a new folder, for an example of a property.
    """
    return Path(tempfile.mkdtemp(prefix="heroku-support-slots-"))
