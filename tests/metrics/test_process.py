"""
What a process tells of itself, and its accept queue.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heroku_support.metrics import frames, layout, listener, process, slots
from heroku_support.metrics.layout import BUCKETS
from heroku_support.metrics.process import LoopWatch, Process
from tests.metrics.actors import Actor, forked, shared


@pytest.fixture
def slot() -> memoryview:
    found = slots.private().claim()
    assert found is not None
    return found


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server


def port_of(server: socket.socket) -> int:
    port: int = server.getsockname()[1]
    return port


def connect(server: socket.socket, count: int) -> list[socket.socket]:
    return [socket.create_connection(server.getsockname()) for _ in range(count)]


# --- processor, memory, collector ----------------------------------------------------------


def test_processor_time_is_what_the_process_used(slot: memoryview):
    own = Process(slot, None)
    begin = time.process_time_ns()
    while time.process_time_ns() - begin < 30_000_000:
        pass
    own.measure()
    own.measure()
    used = (time.process_time_ns() - begin) // 1000

    assert 30_000 <= slot[layout.CPU] <= used + 1000


def test_memory_is_what_the_kernel_says(slot: memoryview):
    Process(slot, None).measure_rarely()
    pages = int(Path("/proc/self/statm").read_text().split()[1])

    assert 1_000_000 < slot[layout.MEMORY] <= 1.2 * pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"smaps_rollup": "Rss: 9 kB\nPss: 5 kB\n", "statm": "9 7 1"}, 5 * 1024),
        ({"smaps_rollup": "Rss: 9 kB\n", "statm": "9 7 1"}, 7 * 4096),
        ({"statm": "9 7 1"}, 7 * 4096),
        ({}, 0),
    ],
    ids=["shared pages divided", "not told", "no rollup", "no /proc"],
)
def test_memory_is_told_as_well_as_it_can_be_read(
    files: dict[str, str], expected: int, tmp_path: Path
):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    scale = os.sysconf("SC_PAGE_SIZE") // 4096

    assert process.memory(tmp_path) in (expected, expected * scale)


def test_each_collection_is_counted_and_timed(slot: memoryview):
    own = Process(slot, None)
    own.start()
    for _ in range(3):
        gc.collect()
    counted = slot[layout.GC_COLLECTIONS]
    own.stop()
    gc.collect()

    assert counted == slot[layout.GC_COLLECTIONS] >= 3
    assert slot[layout.GC_PAUSE] > 0


# --- the accept queue ----------------------------------------------------------------------


def test_the_backlog_is_how_many_wait(slot: memoryview, listening: socket.socket):
    own = Process(slot, port_of(listening))
    own.measure_rarely()
    clients = connect(listening, 5)
    own.measure()
    waiting = slot[layout.BACKLOG]
    accepted = [listening.accept()[0] for _ in clients]
    own.measure()

    assert (waiting, slot[layout.BACKLOG]) == (5, 0)
    assert slot[layout.LISTENER] == os.fstat(listening.fileno()).st_ino
    for each in [*clients, *accepted]:
        each.close()


def test_sockets_that_share_a_port_are_summed(tmp_path: Path):
    # SO_REUSEPORT: one for each process, and the kernel chooses.
    server = reusing(0)
    port = port_of(server)
    told, telling = os.pipe()
    waited, go_on = os.pipe()

    def work() -> None:
        server.close()
        with reusing(port):
            slot = shared(tmp_path).claim()
            assert slot is not None
            own = Process(slot, port)
            own.measure_rarely()
            os.write(telling, b"listens")
            os.read(waited, 1)
            own.measure()
            os.write(telling, b"measured")
            signal.pause()

    child = forked(work)
    os.read(told, 7)
    clients = connect(server, 7)
    os.write(go_on, b".")
    os.read(told, 8)
    found = shared(tmp_path)
    slot = found.claim()
    assert slot is not None
    own = Process(slot, port)
    own.measure_rarely()
    own.measure()
    waiting = frames.read(found).gauges.backlog
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for each in [*clients, server]:
        each.close()
    for descriptor in (told, telling, waited, go_on):
        os.close(descriptor)

    assert waiting == 7


def reusing(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=50, reuse_port=True)


def test_a_server_that_closes_its_socket_is_not_kept_from_it(
    slot: memoryview, listening: socket.socket
):
    own = Process(slot, port_of(listening))
    own.measure_rarely()
    own.measure()
    address = listening.getsockname()
    listening.close()
    own.measure()

    assert slot[layout.LISTENER] == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_without_a_socket_there_is_no_backlog(slot: memoryview):
    own = Process(slot, 1)
    own.measure_rarely()
    own.measure()

    assert slot[layout.LISTENER] == 0


def test_a_socket_is_found_once(slot: memoryview, listening: socket.socket):
    own = Process(slot, port_of(listening))
    own.measure_rarely()
    own.measure_rarely()
    own.measure()

    assert slot[layout.LISTENER] == os.fstat(listening.fileno()).st_ino


def test_only_a_tcp_socket_that_listens_on_the_port_has_a_backlog(
    listening: socket.socket, tmp_path: Path
):
    client = socket.create_connection(listening.getsockname())
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "socket"))
    unix.listen()
    reading, writing = os.pipe()
    others = [client.fileno(), unix.fileno(), reading, 99_999]

    assert [listener.backlog(each, None) for each in others] == [None] * 4
    assert listener.backlog(listening.fileno(), 1) is None
    client.close()
    unix.close()
    os.close(reading)
    os.close(writing)


def test_looking_for_a_socket_leaves_no_descriptor_open():
    before = len(os.listdir("/proc/self/fd"))
    listener.find(1)

    assert len(os.listdir("/proc/self/fd")) == before


def test_looking_for_it_keeps_this_process_s_slot(tmp_path: Path):
    found = shared(tmp_path)
    found.claim()
    # No socket of this process listens there, so all its descriptors are looked at.
    assert listener.find(1) is None
    other = Actor.start(tmp_path)
    slots_used = len(list(found.used()))
    other.kill()
    found.release()

    assert slots_used == 2


def test_any_port_will_do_where_none_is_known(listening: socket.socket):
    assert listener.backlog(listening.fileno(), None) is not None
    assert listener.find(None) is not None


def test_without_proc_no_socket_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    # As on macOS.
    monkeypatch.setattr(listener, "DESCRIPTORS", tmp_path / "missing")

    assert listener.find(None) is None


# --- the event loop ------------------------------------------------------------------------


def looks(slot: memoryview) -> int:
    return int(sum(slot[layout.LOOP_DELAY + 1 :][:BUCKETS]))


def test_a_blocked_loop_is_late(slot: memoryview):
    async def block() -> None:
        watch = LoopWatch(slot, asyncio.get_running_loop())
        time.sleep(0.3)  # what a view must not do
        while not looks(slot):
            await asyncio.sleep(0)
        watch.stop()

    asyncio.run(block())

    assert 150_000 <= slot[layout.LOOP_DELAY] < 10_000_000


def test_the_loop_is_looked_at_until_that_is_stopped(slot: memoryview):
    async def watch() -> int:
        own = LoopWatch(slot, asyncio.get_running_loop())
        while looks(slot) < 2:
            await asyncio.sleep(0.01)
        own.stop()
        before = looks(slot)
        await asyncio.sleep(0.25)
        return looks(slot) - before

    assert asyncio.run(watch()) == 0
