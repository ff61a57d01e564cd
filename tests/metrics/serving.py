"""
The example under each server, its clients, and who is killed meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import IO

from heroku_support.metrics.slots import FIRST_OWNER, LEADER
from tests.metrics.sink import Sink
from tests.processes import DYNO, HTTPS, Project, Server, environment
from tests.servers.postgres import free_port
from tests.servers.waiting import wait_until

HOST = {**HTTPS, "Host": "survey.herokuapp.com"}
PATHS = ("/about/", "/no-such-page/", "/fails/")
INTERVAL = 1.0  # seconds
SETTINGS = """
from config.settings import *
from heroku_support.metrics import sampler
ALLOWED_HOSTS = ["survey.herokuapp.com"]
HEROKU_SUPPORT_METRICS_INTERVAL = 1
ROOT_URLCONF = "measured_urls"
LOGGING["loggers"]["django"]["level"] = "CRITICAL"
# Twenty times an interval, as with the intervals of a dyno.
sampler.TICK = 0.05
"""
URLS = """
from config.urls import urlpatterns
from django.urls import path
def fails(request):
    raise RuntimeError("as it was asked to")
urlpatterns = [path("fails/", fails), *urlpatterns]
"""
WITHOUT_PRELOAD = """
from heroku_support.gunicorn import *
preload_app = False
"""
GUNICORN = {
    "sync": ["-k", "sync"],
    "gthread": ["-c", "without_preload.py"],
    "gthread+preload": [],
    "asgi": ["-k", "asgi"],
    "max_requests": ["-k", "sync", "--max-requests=20", "--max-requests-jitter=5"],
}
UVICORN = {"uvicorn": 1, "uvicorn, 3 workers": 3}
SERVERS = [*GUNICORN, *UVICORN, "runserver"]
# One process, which nothing starts again; it ends by the signal itself, without last words.
ALONE = ["uvicorn", "runserver"]
WITHOUT_LAST_WORDS = [*UVICORN, "runserver"]
WORKERS = 3
MOST_WORKERS = 2 * WORKERS  # while some are replaced
GETLK = struct.Struct("hhqqi0q")  # see record_locks.py


@dataclass
class Site:
    """
    The example under a server, on a port that stays the same when it is started again.
    """

    kind: str
    port: int
    folder: Path
    start: Callable[[], Server]

    def __post_init__(self) -> None:
        self.server = self.start()
        self.chance = random.Random(4)

    @property
    def workers(self) -> list[int]:
        """
        The processes that serve requests.
        """
        process = self.server.process.pid
        if self.kind in ALONE:
            return [process]
        children = Path(f"/proc/{process}/task/{process}/children").read_text()
        # Python's own helper of multiprocessing is no worker.
        return [int(each) for each in children.split() if _is_worker(each)]

    @property
    def reporter(self) -> int:
        """
        The process that reports; 0 while there is none.
        """
        return self._owners([LEADER])[0]

    @property
    def counting(self) -> int:
        """
        How many processes have a slot.
        """
        owners = self._owners(range(FIRST_OWNER, FIRST_OWNER + MOST_WORKERS))
        return len([each for each in owners if each])

    def _owners(self, locks: Iterable[int]) -> list[int]:
        (path,) = self.folder.glob("heroku-support-*")
        with path.open("rb+") as file:
            return [_owner(file, each) for each in locks]

    def kill_any(self) -> None:
        """
        Kill a worker, whichever it is.
        """
        self._kill(self.chance.choice(self.workers))

    def kill_reporter(self) -> None:
        """
        Kill the process that reports.
        """
        self._kill(wait_until(lambda: self.reporter))

    def reload(self) -> None:
        """
        Have all workers replaced; a server that has none ends, and is started again.
        """
        before = set(self.workers)
        os.kill(self.server.process.pid, signal.SIGHUP)
        self._wait_for_others_than(before)

    def _kill(self, victim: int) -> None:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:  # it had its max_requests
            return
        self._wait_for_others_than({victim})

    def _wait_for_others_than(self, gone: set[int]) -> None:
        if self.kind in ALONE:
            self.server.process.wait(timeout=30)
            self.server = self.start()
            return
        wait_until(lambda: not gone & set(self.workers), timeout=60)
        wait_until(lambda: len(self.workers) >= WORKERS, timeout=60)


@dataclass
class Load:
    """
    Clients that ask without a pause, and what they were answered.
    """

    site: Site
    statuses: Counter[int] = field(default_factory=Counter)
    #: Nobody knows how these ended: the worker was killed between the request and its answer.
    unknown: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._paths = count()
        self._stopped = threading.Event()

    def ask(self, path: str) -> float:
        """
        Ask once; return the seconds until the answer.
        """
        begin = time.monotonic()
        try:
            status = self.site.server.get(path, HOST).status
        except ConnectionRefusedError:  # never sent
            time.sleep(0.02)  # so as not to keep the server from coming back
            return 0.0
        except (OSError, HTTPException):
            with self._lock:
                self.unknown += 1
            return 0.0
        with self._lock:
            self.statuses[status] += 1
        return time.monotonic() - begin

    def run(self, requests: int) -> list[float]:
        """
        Ask so many times, one after the other.
        """
        return [self._ask_next() for _ in range(requests)]

    @contextmanager
    def running(self, clients: int = 3) -> Iterator[None]:
        """
        Ask for as long as the block runs.
        """
        self._stopped.clear()
        threads = [threading.Thread(target=self._go_on) for _ in range(clients)]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self._stopped.set()
            for each in threads:
                each.join()

    def wait_for(self, more: int) -> None:
        """
        Wait until so many more were answered.
        """
        enough = self.statuses.total() + more
        wait_until(lambda: self.statuses.total() >= enough, timeout=60)

    def _go_on(self) -> None:
        while not self._stopped.is_set():
            self._ask_next()

    def _ask_next(self) -> float:
        return self.ask(PATHS[next(self._paths) % len(PATHS)])


@contextmanager
def serving(
    example: Project,
    kind: str,
    folder: Path,
    receiver: Sink,
    *,
    before: Sequence[str] = (),
    **variables: str,
) -> Iterator[Site]:
    """
    Serve the example, whose metrics go to a sink.

    :param folder: where the processes count.
    :param before: what stands in front of the command.
    """
    write_settings(example)
    environ = {
        **DYNO,
        "WEB_CONCURRENCY": str(UVICORN.get(kind, WORKERS)),
        "DATABASE_URL": "postgres://u:p@127.0.0.1:1/name",
        "DJANGO_SETTINGS_MODULE": "measured",
        "HEROKU_METRICS_URL": receiver.url,
        "TMPDIR": str(folder),
        **variables,
    }
    port = free_port()
    if kind == "runserver":  # at home, where a database may be a file
        del environ["DYNO"]
        environ["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
    command = [*before, *_command(kind, port)]
    found = environment(PORT=str(port), **environ)
    served = partial(example.serve, command, port, found)
    with ExitStack() as stack:
        yield Site(kind, port, folder, lambda: stack.enter_context(served()))


def write_settings(example: Project) -> None:
    """
    Write the settings with a short interval, and a page that fails.
    """
    for name, text in (
        ("measured.py", SETTINGS),
        ("measured_urls.py", URLS),
        ("without_preload.py", WITHOUT_PRELOAD),
    ):
        (example.directory / name).write_text(text)


def reported(receiver: Sink) -> Counter[int]:
    """
    Return what has arrived, by status.
    """
    names = {200: "2xx", 404: "4xx", 500: "5xx"}
    return Counter(
        {
            status: int(receiver.total(f"django.responses.{name}"))
            for status, name in names.items()
        }
    )


def is_all_there(receiver: Sink, load: Load) -> bool:
    """
    Whether what clients counted has arrived, and no more than may have been answered.
    """
    arrived = reported(receiver)
    less = load.statuses - arrived
    return not less and arrived.total() <= load.statuses.total() + load.unknown


def _owner(file: IO[bytes], lock: int) -> int:
    """
    Return the process that holds a lock, 0 if none does.
    """
    asked = GETLK.pack(fcntl.F_WRLCK, os.SEEK_SET, lock, 1, 0)
    found = GETLK.unpack(fcntl.fcntl(file, fcntl.F_GETLK, asked))
    return 0 if found[0] == fcntl.F_UNLCK else int(found[4])


def _is_worker(process: str) -> bool:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):  # gone meanwhile
        return False
    # A zombie has no command.
    return bool(command) and b"resource_tracker" not in command


def _command(kind: str, port: int) -> list[str]:
    python = [sys.executable]
    if kind == "runserver":
        return [*python, "manage.py", "runserver", "--noreload", str(port)]
    if kind in UVICORN:
        # A reload of uvicorn's is given up where a worker boots for longer. As long it waits for
        # an answer of a worker that was killed while it was asked.
        options = [f"--port={port}", "--timeout-worker-healthcheck=20"]
        return [*python, "-m", "uvicorn", *options, "config.asgi:application"]
    bind = f"--bind=127.0.0.1:{port}"
    shipped = ["-m", "gunicorn", "-c", "python:heroku_support.gunicorn", bind]
    application = "config.asgi" if kind == "asgi" else "config.wsgi"
    return [*python, *shipped, *GUNICORN[kind], application]
