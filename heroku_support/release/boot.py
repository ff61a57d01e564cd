"""
Watch the web process boot, and say why it does not.
"""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

from heroku_support.conf import conf
from heroku_support.release.context import Release
from heroku_support.release.errors import StepError
from heroku_support.release.listening import Listener, listeners
from heroku_support.release.process_group import GRACE, ProcessGroup
from heroku_support.release.web_client import Answer, WebClient

BOOT = 60.0  # seconds until Heroku ends a web dyno (Dev Center, "Error Codes": R10)
READINESS = 10.0  # seconds that checks may take to pass once the process is live
PROBE = 5.0  # seconds for an answer
PAGE = 30.0  # seconds until the router answers in the page's place (H12)
POLL = 0.1  # seconds
# Seconds, to say what is wrong before the release's own deadline ends everything.
LAST_WORDS = 2.0
LAST_LINES = 20  # of the log: the end of a traceback, and what the server says after it
LONGEST_LINE = 500  # characters

LIVE = b"ok"  # what no project's own page is, whatever it makes of unknown paths
OFF = "HEROKU_SUPPORT_RELEASE_SMOKE = False"
NO_HEALTH = "/health/ is not answered by MIDDLEWARE = heroku.middleware([...])"
TOKEN = "HEROKU_SUPPORT_HEALTH_TOKEN, once set, lets this line say which check fails"
# Colours, and whatever else would write elsewhere than on its line.
CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f]")


@dataclass
class Boot:
    """
    One boot of the web process.

    :param source: where its command stands.
    """

    release: Release
    source: str
    processes: ProcessGroup
    client: WebClient
    started: float = field(default_factory=time.monotonic)

    def prove(self) -> str:
        """
        Wait until it is live and ready, look at the page that is asked for; say what was seen.

        :raises StepError: if that does not come about.
        """
        answer = self._answer("live", within=BOOT)
        is_ours = answer.body == LIVE
        if is_ours:
            answer = self._answer("ready", within=READINESS)
        elif answer.is_redirect:
            self.client.follow(_path("live"), timeout=PROBE)
        seconds = f"{time.monotonic() - self.started:.1f} s"
        seen = (
            f"live and ready after {seconds}"
            if is_ours and answer.status == 200
            else f"answers after {seconds}, {answer.status}: {NO_HEALTH}"
        )
        self._warn_of_address()
        page = conf.HEROKU_SUPPORT_RELEASE_SMOKE_PAGE
        return f"{seen}, {self._look_at(page)}" if page else seen

    def end(self) -> None:
        """
        End it, and say so if it had to be killed.
        """
        if not self.processes.end():
            self.release.warn(
                f"smoke: the web process lived on for {GRACE:.0f} s after SIGTERM and was"
                " killed; a dyno has 30 s to finish its requests"
            )

    def _answer(self, endpoint: str, *, within: float) -> Answer:
        """
        Ask until there is an answer that is no server's error.
        """
        began = time.monotonic()
        within = max(0.0, min(within, self.release.seconds_left - LAST_WORDS))
        while True:
            self._expect_running()
            answer = self._try(endpoint)
            if isinstance(answer, Answer):
                return answer
            if time.monotonic() - began >= within:
                raise self._failure(f"after {within:.0f} s it {answer}")
            time.sleep(POLL)

    def _try(self, endpoint: str) -> Answer | str:
        """
        Return the answer, or why there is none that counts.
        """
        path = _path(endpoint)
        token = conf.HEROKU_SUPPORT_HEALTH_TOKEN
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = self.client.ask(path, headers=headers, timeout=PROBE)
        except ConnectionRefusedError:
            return self._elsewhere()
        except TimeoutError:
            return f"took a connection on $PORT and gave no answer to {path}"
        except (OSError, HTTPException) as error:
            return f"does not speak HTTP on $PORT: {type(error).__name__}"
        if answer.status < 500:
            return answer
        return f"answers {answer.status} to {path}: {self._failing_checks(answer)}"

    def _elsewhere(self) -> str:
        others = self._listeners(lambda port: port != self.client.port)
        if not others:
            return f"does not listen on $PORT. {self._bind}"
        where = f"listens on {', '.join(map(str, others))}, not on $PORT. {self._bind}"
        if any(self._is_live(other.port) for other in others):
            raise self._failure(f"it {where}")
        # That may be something else, and the server still on its way.
        return where

    def _is_live(self, port: int) -> bool:
        try:
            return self.client.ask(_path("live"), timeout=PROBE, port=port).body == LIVE
        except (OSError, HTTPException):
            return False

    def _look_at(self, page: str) -> str:
        path = f"/{page.lstrip('/')}"
        try:
            status = self.client.follow(path, timeout=PAGE).status
        except (OSError, HTTPException) as error:
            raise self._failure(
                f"no answer to {path}: {type(error).__name__}"
            ) from error
        if status >= 400:
            raise self._failure(f"{path} answered {status} to {self.client.host}")
        return f"{path} answered {status}"

    def _expect_running(self) -> None:
        status = self.processes.status
        if status is None:
            return
        how = f"ended with status {status}"
        if status < 0:
            how = f"was ended by {signal.Signals(-status).name}"
        seconds = time.monotonic() - self.started
        raise self._failure(f"it {how} after {seconds:.1f} s")

    def _failure(self, reason: str) -> StepError:
        lines = [self._clean(line) for line in self.processes.last_lines(LAST_LINES)]
        for line in lines:
            self.release.output.warning(f"web: {line}")
        log = "its last lines stand above" if lines else "it printed nothing"
        return StepError(
            f"smoke: the web process of {self.source} failed: {reason};"
            f" {log}. To release without this step: {OFF}"
        )

    def _failing_checks(self, answer: Answer) -> str:
        try:
            checks = json.loads(answer.body)["checks"]
            failing = [
                f"{name}: {check['output']}"
                for name, [check] in checks.items()
                if check["status"] == "fail"
            ]
        except (ValueError, LookupError, TypeError, AttributeError):
            return TOKEN
        return self._clean(", ".join(failing))

    def _warn_of_address(self) -> None:
        """
        What answers here may not be what the router reaches: not loopback, and on Fir no IPv4
        (Dev Center, "Heroku Generations").
        """
        dyno = self.release.dyno
        found = self._listeners(lambda port: port == self.client.port)
        reached = [
            each
            for each in found
            if not each.address.is_loopback
            and (each.address.version == 6 or dyno.generation != "fir")
        ]
        if dyno.is_heroku and found and not reached:
            told = ", ".join(str(each.address) for each in found)
            self.release.warn(
                f"smoke: the web process listens on {told} only, where Heroku's router does"
                f" not reach it. {self._bind}"
            )

    @property
    def _bind(self) -> str:
        host = "::" if self.release.dyno.generation == "fir" else "0.0.0.0"
        return (
            "In the Procfile: web: gunicorn -c python:heroku_support.gunicorn …,"
            f" or web: uvicorn --host {host} --port $PORT …"
        )

    def _listeners(self, wanted: Callable[[int], bool]) -> list[Listener]:
        found = listeners(self.processes.members())
        return [each for each in found if wanted(each.port)]

    def _clean(self, text: str) -> str:
        return self.release.output.hide(CONTROL.sub("", text))[:LONGEST_LINE]


def _path(endpoint: str) -> str:
    return f"{conf.HEROKU_SUPPORT_HEALTH_PATH}{endpoint}"
