"""
Many dynos and one Key-Value Store, which may be slow, full or away.
"""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections.abc import Callable

import pytest
from django.test import override_settings

from heroku_support.dyno import Dyno
from heroku_support.metrics import catalogue, current, document, formation, slots
from heroku_support.metrics.errors import ExitError, ShowError
from heroku_support.metrics.formation import FormationExit
from heroku_support.metrics.overview import Identity, Overview, Point
from heroku_support.metrics.patience import Patience
from heroku_support.metrics.pusher import Route
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.snapshot import Snapshot, take
from heroku_support.metrics.total import total
from tests.servers.certificates import self_sign
from tests.servers.fault_proxy import FaultProxy
from tests.servers.valkey import PASSWORD, ValkeyBehindTLS, ValkeyServer
from tests.servers.waiting import wait_until

LATER = 30.0  # seconds; no exit is given so many


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Give a machine that is busy with other tests the time it takes.
    """
    monkeypatch.setattr(formation, "TIMEOUT", LATER)


@pytest.fixture
def store(valkey: ValkeyServer) -> ValkeyServer:
    valkey.ask("FLUSHALL")
    return valkey


def dyno(name: str = "web.1", **variables: str) -> Dyno:
    return Dyno.from_environ({"DYNO": name, **variables}, argv=["gunicorn"])


def counting(requests: int = 0) -> Slots:
    found = slots.private()
    slot = found.claim()
    assert slot is not None
    slot[10] = requests  # answered with 2xx
    return found


def exit_for(url: str, name: str = "web.1", **more: str) -> FormationExit:
    found = formation.attach(dyno(name, REDIS_URL=url, **more), counting(3), 20)
    assert found
    return found


def send(exit_: FormationExit) -> None:
    exit_.send(snapshot(), time.monotonic() + LATER)


def snapshot() -> Snapshot:
    return take(slots.private(), None)


def names(url: str, **variables: str) -> list[str | None]:
    found = formation.read(dyno("run.1", REDIS_URL=url, **variables), timeout=LATER)
    return [each.identity.dyno for each in found]


# --- what is left, and found ---------------------------------------------------------------


def test_what_one_dyno_leaves_another_finds(store: ValkeyServer):
    send(exit_for(store.url()))
    (found,) = formation.read(dyno("run.7", REDIS_URL=store.url()), timeout=LATER)

    assert (found.identity.dyno, found.counters["requests"]) == ("web.1", 3)


def test_a_later_post_replaces_the_earlier(store: ValkeyServer):
    exit_, one = exit_for(store.url()), snapshot()
    for _ in range(2):
        exit_.send(one, time.monotonic() + LATER)

    assert names(store.url()) == ["web.1"]


def test_a_dyno_and_the_one_it_replaces_are_two(store: ValkeyServer):
    for _ in range(2):
        send(exit_for(store.url()))

    assert names(store.url()) == ["web.1", "web.1"]


def test_dynos_are_told_in_the_order_of_their_names(store: ValkeyServer):
    for name in ("worker.1", "web.10", "web.9", "web-12a34b56d-e78f9"):
        send(exit_for(store.url(), name))

    assert names(store.url()) == ["web-12a34b56d-e78f9", "web.9", "web.10", "worker.1"]


def test_apps_that_share_a_store_are_apart_where_their_names_are_known(
    store: ValkeyServer,
):
    for app in ("shop", "blog"):
        send(exit_for(store.url(), f"{app}.1", HEROKU_APP_NAME=app))

    assert names(store.url(), HEROKU_APP_NAME="shop") == ["shop.1"]
    assert names(store.url()) == []


def test_everything_is_gone_when_nobody_reports_any_more(store: ValkeyServer):
    send(exit_for(store.url()))
    kept = [store.ask("PTTL", key) for key in store.ask("KEYS", "*")]

    assert len(kept) == 2
    assert all(0 < each <= 20_000 * formation.KEPT for each in kept)


def test_who_reports_no_more_leaves_the_list_with_the_next_post_of_another(
    store: ValkeyServer,
):
    index = f"{formation.PREFIX}:"
    store.ask("ZADD", index, time.time() - 1, "web.2:0")
    send(exit_for(store.url()))
    (left,) = store.ask("ZRANGE", index, 0, -1)

    assert left.startswith("web.1:")


@pytest.mark.parametrize("written", [b"", b"no zlib", zlib.compress(b"{}")])
def test_what_another_release_has_left_is_passed_over(
    store: ValkeyServer, written: bytes
):
    index = f"{formation.PREFIX}:"
    store.ask("ZADD", index, time.time() + 60, "web.2:0")
    store.ask("SET", f"{index}:web.2:0", written)
    send(exit_for(store.url()))

    assert names(store.url()) == ["web.1"]


def connected(store: ValkeyServer) -> set[str]:
    """
    The clients that the store has, the one that asks among them.
    """
    return {client.split()[0] for client in store.ask("CLIENT", "LIST").splitlines()}


def test_a_post_holds_no_connection(store: ValkeyServer):
    before = connected(store)
    send(exit_for(store.url()))

    assert len(connected(store) - before) == 1  # who asks


# --- the URL -------------------------------------------------------------------------------


def test_over_tls_as_heroku_has_it(valkey_tls: ValkeyBehindTLS):
    send(exit_for(valkey_tls.url))

    assert names(valkey_tls.url) == ["web.1"]


def test_the_certificate_is_pinned_where_the_app_has_it(valkey_tls: ValkeyBehindTLS):
    pem = valkey_tls.certificate.chain
    send(exit_for(valkey_tls.url, REDIS_CA_CERTIFICATE=pem))

    assert names(valkey_tls.url, REDIS_CA_CERTIFICATE=pem) == ["web.1"]


def test_another_certificate_than_the_pinned_one_is_refused(
    valkey_tls: ValkeyBehindTLS,
):
    other = self_sign().chain
    with pytest.raises(Exception, match="certificate verify failed"):
        send(exit_for(valkey_tls.url, REDIS_CA_CERTIFICATE=other))


# --- a store that is away, slow or full ----------------------------------------------------


def test_a_store_that_is_away_is_one_line_in_the_log_and_another_when_it_is_back(
    store: ValkeyServer,
    fault_proxy: Callable[..., FaultProxy],
    caplog: pytest.LogCaptureFixture,
):
    proxy = fault_proxy(store.port)
    url = store.url().replace(str(store.port), str(proxy.port))
    route = Route(exit_for(url))
    proxy.refuse()
    with caplog.at_level(logging.INFO, "heroku_support"):
        for _ in range(3):
            route.send(snapshot(), time.monotonic() + LATER)
        proxy.heal()
        for _ in range(3):
            route.send(snapshot(), time.monotonic() + LATER)
    away, back = caplog.messages

    assert away.startswith("metrics: Key-Value Store: ")
    assert back == "metrics: Key-Value Store: works again"
    assert PASSWORD not in caplog.text


def test_a_store_that_never_answers_keeps_nobody_longer_than_its_deadline(
    store: ValkeyServer, fault_proxy: Callable[..., FaultProxy]
):
    proxy = fault_proxy(store.port)
    proxy.blackhole()
    exit_ = exit_for(store.url().replace(str(store.port), str(proxy.port)))
    begin = time.monotonic()
    for message in ("no answer in time", "no answer yet"):
        with pytest.raises(ExitError, match=message):
            exit_.send(snapshot(), time.monotonic() + 0.05)

    assert time.monotonic() - begin < LATER / 3


def test_a_full_store_is_told_and_nothing_else(store: ValkeyServer):
    exit_ = exit_for(store.url())
    store.ask("CONFIG", "SET", "maxmemory", "1")
    try:
        with pytest.raises(Exception, match="OOM|maxmemory|memory"):
            send(exit_)
    finally:
        store.ask("CONFIG", "SET", "maxmemory", "0")
    send(exit_)

    assert names(store.url()) == ["web.1"]


def test_an_error_of_the_work_is_that_of_who_waits():
    def fail() -> None:
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        Patience().wait_for(fail, time.monotonic() + LATER)


def test_what_hangs_is_begun_no_second_time():
    patience, go = Patience(), threading.Event()
    begun: list[int] = []

    def hang() -> None:
        begun.append(1)
        go.wait(LATER)

    for _ in range(3):
        with pytest.raises(ExitError):
            patience.wait_for(hang, time.monotonic())
    go.set()
    wait_until(lambda: not patience.is_busy)

    assert (begun, patience.wait_for(lambda: 5, time.monotonic() + LATER)) == ([1], 5)


# --- where it is on ------------------------------------------------------------------------

URL = "redis://:s3cret@127.0.0.1:1"


def exits(found: Dyno) -> list[str]:
    return [each.name for each in current.exits(found, slots.private())]


def test_a_dyno_with_a_store_reports_there():
    assert exits(dyno(REDIS_URL=URL)) == ["Key-Value Store"]


@pytest.mark.parametrize("name", ["", "release.1"])
def test_elsewhere_nothing_does(name: str):
    assert exits(dyno(name, REDIS_URL=URL, HEROKU_SUPPORT_PHASE="local")) == []


@override_settings(HEROKU_SUPPORT_METRICS_FORMATION=False)
def test_it_can_be_turned_off():
    assert exits(dyno(REDIS_URL=URL)) == []


def test_without_redis_py_there_is_nothing_to_report_by(
    monkeypatch: pytest.MonkeyPatch,
):
    # It is installed for these tests.
    monkeypatch.setattr(formation, "find_library", lambda name: "")

    assert exits(dyno(REDIS_URL=URL)) == []
    with pytest.raises(
        ShowError, match=r"pip install 'django-heroku-support\[redis\]'"
    ):
        formation.read(dyno(REDIS_URL=URL))


def test_a_url_that_is_none_is_told_without_it(caplog: pytest.LogCaptureFixture):
    assert exits(dyno(REDIS_URL="s3cret")) == []
    assert "REDIS_URL" in caplog.text
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "No Key-Value Store.* heroku addons:create heroku-redis"),
        ({"REDIS_URL": "s3cret"}, "REDIS_URL"),
        ({"REDIS_URL": URL}, "Key-Value Store: .*refused"),
    ],
    ids=str,
)
def test_who_wants_to_see_all_dynos_is_told_why_that_cannot_be(
    variables: dict[str, str], message: str
):
    with pytest.raises(ShowError, match=message) as caught:
        formation.read(dyno("run.1", **variables))

    assert "s3cret" not in str(caught.value)


# --- fifty -----------------------------------------------------------------------------------


def simulated(number: int) -> Overview:
    points = [
        Point(1.7e9 + 20 * each, 20.0, {"requests": 40}, {"workers": 2}, {})
        for each in range(30)
    ]
    who = Identity(f"web.{number}", "web", None, "v42", None)
    return Overview(who, time.time(), 20.0, {"workers": 2}, {"requests": 9}, points)


def test_fifty_dynos_are_one_app(store: ValkeyServer):
    for number in range(50):
        formation.leave(store.url(), f"web.{number}:1", simulated(number))
    found = formation.read(dyno("run.1", REDIS_URL=store.url()), timeout=LATER)
    whole = total(found)

    assert [each.identity.dyno for each in found] == [f"web.{n}" for n in range(50)]
    assert (whole.counters["requests"], whole.gauges["workers"]) == (450, 100)
    assert {each.rate(catalogue.REQUESTS) for each in whole.series} == {100.0}
    assert document.load(document.dump(whole)) == whole
