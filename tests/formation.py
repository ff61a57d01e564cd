"""
Processes of a project's Procfile, started and stopped as Heroku's dyno manager does.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import DYNO, Project, environment
from tests.servers.waiting import wait_until

# Tasks of known length, a periodic one, and little patience: appended to the copied project.
MEASURED = """
import os, time

def note(*words):
    with open(os.environ["JOURNAL"], "a") as journal:
        print(*words, file=journal)

@app.task(name="measured.nap")
def nap(name, seconds):
    note("start", name)
    time.sleep(seconds)
    note("end", name)
    return name

@app.task(name="measured.tick")
def tick():
    note("tick")

app.conf.beat_schedule = {"tick": {"task": "measured.tick", "schedule": 1.0}}
"""
# Twenty seconds, as shipped, would be spent in every test; make test-long has them.
SETTINGS = """
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / "schedule")
"""


@dataclass
class Running:
    """
    A process type's dyno.
    """

    process: subprocess.Popen[bytes]
    log: Path = field(repr=False)

    @property
    def output(self) -> str:
        """
        What it has printed so far.
        """
        return self.log.read_text(errors="replace")

    def wait_for(self, text: str, *, times: int = 1, timeout: float = 30) -> None:
        """
        Wait until it has printed a text.
        """

        def printed() -> bool:
            assert self.process.poll() is None, self.output
            return self.output.count(text) >= times

        wait_until(printed, timeout=timeout)

    def terminate(self) -> None:
        """
        Send SIGTERM to every process of the dyno, as the dyno manager does.
        """
        os.killpg(self.process.pid, signal.SIGTERM)

    def stop(self) -> tuple[int, float]:
        """
        Terminate it, and return its exit status and the seconds that it took.
        """
        begin = time.monotonic()
        self.terminate()
        try:
            status = self.process.wait(timeout=30)  # then Heroku sends SIGKILL
        except subprocess.TimeoutExpired:
            raise AssertionError(f"It did not stop:\n{self.output}") from None
        return status, time.monotonic() - begin

    def kill(self) -> None:
        """
        End every process of the dyno at once, if there are any left.
        """
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(timeout=10)


@dataclass(frozen=True)
class Formation:
    """
    A copy of the example in a folder of its own, and the environment of its dynos.
    """

    project: Project
    variables: dict[str, str]

    @classmethod
    def copy(
        cls, example: Project, folder: Path, database: Path, **variables: str
    ) -> Formation:
        """
        Copy the example and its migrated database, and add the measured tasks.
        """
        directory = folder / "app"
        shutil.copytree(example.directory, directory)
        with (directory / "config" / "celery.py").open("a") as module:
            module.write(MEASURED)
        with (directory / "config" / "settings.py").open("a") as module:
            module.write(SETTINGS)
        url = f"sqlite:///{shutil.copy(database, folder / 'db.sqlite3')}"
        journal = folder / "journal"
        journal.touch()
        own = {"DATABASE_URL": url, "JOURNAL": str(journal), "WEB_CONCURRENCY": "2"}
        return cls(Project(directory), {**DYNO, **own, **variables})

    def configure(self, **settings: object) -> None:
        """
        Append settings to the project's own.
        """
        with (self.project.directory / "config" / "settings.py").open("a") as module:
            module.writelines(
                f"{name} = {value!r}\n" for name, value in settings.items()
            )

    @property
    def journal(self) -> list[str]:
        """
        What the measured tasks wrote down.
        """
        return Path(self.variables["JOURNAL"]).read_text().splitlines()

    @contextmanager
    def start(self, process_type: str, number: int = 1) -> Iterator[Running]:
        """
        Start a process of the Procfile, and end it afterwards.
        """
        dyno = f"{process_type}.{number}"
        directory = self.project.directory
        log = directory / f"{dyno}.log"
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", self._command(process_type)],
                cwd=directory,
                env=environment(**{**self.variables, "PATH": path, "DYNO": dyno}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a dyno's processes are a group of their own
            )
        running = Running(process, log)
        try:
            yield running
        finally:
            running.kill()

    def _command(self, process_type: str) -> str:
        lines = (self.project.directory / "Procfile").read_text().splitlines()
        commands = dict(line.split(": ", 1) for line in lines if ": " in line)
        return commands[process_type]
