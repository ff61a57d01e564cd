"""
The file that a dyno's processes count in, with real processes, killed and forked.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heroku_support.metrics import frames, slots
from heroku_support.metrics.errors import SlotsError
from heroku_support.metrics.layout import (
    COUNTERS,
    KILLS,
    OWNER,
    RESPONSES_2XX,
    RESTARTS,
)
from tests.metrics import actors
from tests.metrics.actors import Actor, forked, path_in, shared
from tests.processes import environment


def total(found: slots.Slots, word: int) -> int:
    return frames.read(found).totals[word - COUNTERS.start]


def used(found: slots.Slots) -> int:
    return len(list(found.used()))


# --- counting together ---------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("start count count kill leave".split()), max_size=24))
def test_whatever_processes_do_nothing_is_lost_or_counted_twice(story: list[str]):
    folder = actors.folder()
    reader, living, counted, most = shared(folder), [], 0, 0
    for step, action in enumerate(story):
        if action == "start" and len(living) < 4:
            living.append(Actor.start(folder))
            most = max(most, len(living))
        elif living and action == "count":
            living[step % len(living)].count()
            counted += 1
        elif living and action in ("kill", "leave"):
            getattr(living.pop(step % len(living)), action)()
        frame = frames.read(reader)
        assert frame.totals[RESPONSES_2XX - COUNTERS.start] == counted
        assert frame.gauges.workers == frame.gauges.in_flight == len(living)
    slots_used = used(reader)
    for actor in living:
        actor.kill()
    shutil.rmtree(folder)

    assert slots_used == most


def test_a_killed_process_and_its_successor_count_as_one(tmp_path: Path):
    first = Actor.start(tmp_path)
    first.count()
    first.kill()
    found = shared(tmp_path)
    slot = found.claim()
    assert slot is not None
    slot[RESPONSES_2XX] += 1

    assert (total(found, RESPONSES_2XX), used(found)) == (2, 1)
    assert (total(found, RESTARTS), total(found, KILLS)) == (1, 1)


def test_a_process_that_left_in_order_was_not_killed(tmp_path: Path):
    for _ in range(2):
        Actor.start(tmp_path).leave()
    found = shared(tmp_path)

    assert (total(found, RESTARTS), total(found, KILLS)) == (1, 0)


# A process that is small, and so quickly forked.
MANY = """
import os, signal, sys
from pathlib import Path
from heroku_support.metrics import record_locks, slots
from heroku_support.metrics.layout import RESPONSES_2XX
for _ in range(500):
    child = os.fork()
    if not child:
        found = slots.shared(Path(sys.argv[1]), "test", survives=True)
        found.claim()[RESPONSES_2XX] += 1
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
"""


def test_500_restarts_take_one_slot_and_not_a_byte(tmp_path: Path):
    reader = shared(tmp_path)
    before = path_in(tmp_path).stat()
    subprocess.run([sys.executable, "-c", MANY, tmp_path], check=True)
    after = path_in(tmp_path).stat()

    assert (total(reader, RESPONSES_2XX), used(reader)) == (500, 1)
    assert (after.st_size, after.st_blocks) == (before.st_size, before.st_blocks)


def test_processes_that_start_at_once_share_one_file(tmp_path: Path):
    reading, writing = os.pipe()

    def work() -> None:
        os.close(writing)
        os.read(reading, 1)  # until all are there
        slot = shared(tmp_path).claim()
        assert slot is not None
        slot[RESPONSES_2XX] += 1

    children = [forked(work) for _ in range(12)]
    os.close(writing)
    for child in children:
        os.waitpid(child, 0)
    os.close(reading)

    assert total(shared(tmp_path), RESPONSES_2XX) == 12


def test_a_reader_never_sees_half_a_word(tmp_path: Path):
    found = shared(tmp_path)
    page = found.page(slots.PAGES - 1)
    whole = (1 << 64) - 1

    def write() -> None:
        while True:
            page[8] = whole
            page[8] = 0

    child = forked(write)
    seen = {page[8] for _ in range(200_000)}
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert seen <= {0, whole}


# --- whose slot it is ----------------------------------------------------------------------


def test_a_child_that_outlives_its_parent_does_not_keep_its_slot(tmp_path: Path):
    # flock and locks of open file descriptions would be kept.
    parent = Actor.start(tmp_path, child=True)
    parent.kill()
    workers = frames.read(shared(tmp_path)).gauges.workers
    os.kill(parent.child, signal.SIGKILL)  # it lived until now

    assert workers == 0


def test_another_process_with_the_same_id_is_not_the_owner(tmp_path: Path):
    Actor.start(tmp_path).kill()
    found = shared(tmp_path)
    ((slot, _),) = found.used()
    slot[OWNER] = os.getppid()

    assert frames.read(found).gauges.workers == 0


def test_a_child_does_not_take_its_parents_slot_for_its_own(tmp_path: Path):
    found = shared(tmp_path)
    mine = found.claim()

    def work() -> None:
        found.forget()
        found.release()  # nothing
        slot = found.claim()
        assert slot is not None
        slot[RESPONSES_2XX] += 1

    os.waitpid(forked(work), 0)

    assert mine is not None
    assert (mine[RESPONSES_2XX], total(found, RESPONSES_2XX)) == (0, 1)


def test_who_loses_the_lock_by_closing_the_file_elsewhere_gets_it_back(tmp_path: Path):
    found = shared(tmp_path)
    found.claim()
    path_in(tmp_path).read_bytes()

    is_kept = found.keep()
    other = Actor.start(tmp_path)
    slots_used = used(found)
    other.kill()

    assert (is_kept, slots_used) == (True, 2)


def test_who_lost_it_to_another_knows(tmp_path: Path):
    found = shared(tmp_path)
    found.claim()
    path_in(tmp_path).read_bytes()
    other = Actor.start(tmp_path)
    is_kept = found.keep()
    other.kill()

    assert not is_kept


def test_a_process_without_a_slot_is_counted_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # 256 processes are more than a test should start.
    monkeypatch.setattr(slots, "SLOTS", 1)
    actor = Actor.start(tmp_path)
    found = shared(tmp_path)
    slot = found.claim()
    actor.kill()

    assert (slot, found.keep()) == (None, False)
    assert frames.read(found).totals[-1] == 1


def test_one_leads_and_after_it_another(tmp_path: Path):
    found = shared(tmp_path)
    reading, writing = os.pipe()

    def lead() -> None:
        own = shared(tmp_path)
        os.write(writing, b"1" if own.lead() else b"0")
        signal.pause()

    child = forked(lead)
    has_led = os.read(reading, 1)
    may_lead = found.lead()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert (has_led, may_lead, found.lead()) == (b"1", False, True)
    os.close(reading)
    os.close(writing)


def test_who_stops_leading_lets_another(tmp_path: Path):
    found = shared(tmp_path)
    found.lead()
    found.stop_leading()
    reading, writing = os.pipe()
    os.waitpid(forked(lambda: os.write(writing, b"%d" % shared(tmp_path).lead())), 0)

    assert os.read(reading, 1) == b"1"
    os.close(reading)
    os.close(writing)


# --- beginning anew ------------------------------------------------------------------------


@pytest.mark.parametrize(("survives", "expected"), [(True, 1), (False, 0)])
def test_after_all_are_gone_counts_survive_only_where_they_are_to(
    tmp_path: Path, survives: bool, expected: int
):
    actor = Actor.start(tmp_path)
    actor.count()
    actor.kill()
    found = shared(tmp_path, survives=survives)

    assert total(found, RESPONSES_2XX) == expected


def test_nothing_begins_anew_beside_a_process_that_counts(tmp_path: Path):
    actor = Actor.start(tmp_path)
    actor.count()
    found = shared(tmp_path, survives=False)
    counted = total(found, RESPONSES_2XX)
    actor.kill()

    assert counted == 1


# --- the file ------------------------------------------------------------------------------


def foreign(path: Path, kind: str) -> None:
    content = b"s3cret" * 10_000
    if kind == "a symbolic link":
        (path.parent / "target").write_bytes(content)
        path.symlink_to(path.parent / "target")
    elif kind == "a symbolic link to nowhere":
        path.symlink_to(path.parent / "nowhere")
    elif kind == "a hard link":
        (path.parent / "target").write_bytes(content)
        (path.parent / "target").chmod(0o600)
        path.hardlink_to(path.parent / "target")
    elif kind == "a pipe":
        os.mkfifo(path, 0o600)
    elif kind == "of another size":
        path.write_bytes(content)
        path.chmod(0o600)
    elif kind == "of another version":
        path.write_bytes(bytes(slots.SIZE))
        path.chmod(0o600)
    elif kind == "readable by others":
        shared(path.parent)
        path.chmod(0o644)


@pytest.mark.parametrize(
    "kind",
    [
        "a symbolic link",
        "a symbolic link to nowhere",
        "a hard link",
        "a pipe",
        "of another size",
        "of another version",
        "readable by others",
    ],
)
def test_what_is_there_and_not_ours_is_replaced_and_not_written_to(
    tmp_path: Path, kind: str
):
    path = path_in(tmp_path)
    foreign(path, kind)
    assert shared(tmp_path).claim()

    assert (path.lstat().st_size, path.lstat().st_mode) == (slots.SIZE, 0o100600)
    assert {each.read_bytes()[:6] for each in tmp_path.glob("target")} <= {b"s3cret"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_taken_for_ours(tmp_path: Path):
    shared(tmp_path)
    os.chown(path_in(tmp_path), 65534, 65534)
    shared(tmp_path)

    assert path_in(tmp_path).stat().st_uid == 0


def test_what_cannot_be_replaced_is_an_error_that_names_it(tmp_path: Path):
    path_in(tmp_path).mkdir()

    with pytest.raises(SlotsError, match=path_in(tmp_path).name):
        shared(tmp_path)


def test_a_file_that_is_made_again_and_again_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # No other process is that quick, eight times.
    monkeypatch.setattr(slots, "_is_ours", lambda descriptor, path: False)

    with pytest.raises(SlotsError, match="again and again"):
        shared(tmp_path)


def test_a_file_that_goes_while_it_is_opened_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Removed between two system calls, as no other process does at will.
    path, ask = path_in(tmp_path), slots._is_at
    removals = iter([path])

    def remove(path: Path, found: os.stat_result) -> bool:
        for each in removals:
            each.unlink()
        return ask(path, found)

    monkeypatch.setattr(slots, "_is_at", remove)

    assert shared(tmp_path).claim()
    assert path.exists()


def test_a_file_that_comes_while_it_is_made_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # As above.
    real = os.open
    made: list[slots.Slots] = []

    def late(path: Path, flags: int, *mode: int) -> int:
        if flags & os.O_CREAT and not made:
            monkeypatch.setattr(slots.os, "open", real)
            made.append(shared(tmp_path))
        return real(path, flags, *mode)

    monkeypatch.setattr(slots.os, "open", late)
    found = shared(tmp_path)

    assert found.claim() is not None
    assert used(made[0]) == 1


FULL = """
import os, sys
from pathlib import Path
from heroku_support.metrics.errors import SlotsError
from heroku_support.metrics import slots
folder = Path(sys.argv[1])
try:
    slots.shared(folder, "test", survives=True)
except SlotsError as error:
    print(error, os.listdir(folder))
"""


def test_a_full_disk_is_an_error_and_leaves_no_file(tmp_path: Path):
    mount = f"mount -t tmpfs -o size=64k none {tmp_path} && exec"
    command = f'{mount} {sys.executable} -c "$FULL" {tmp_path}'
    ended = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command],
        env=environment(FULL=FULL),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "No space left on device []" in ended.stdout, ended


def test_a_slot_that_was_left_is_no_ones():
    found = slots.private()
    found.forget()
    found.release()

    assert not found.keep()


def test_a_file_larger_than_may_be_is_an_error_as_well(tmp_path: Path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, hard))
    try:
        with pytest.raises(SlotsError, match="File too large"):
            shared(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []


def test_no_descriptors_left_is_an_error_and_no_reason_to_remove_the_file(
    tmp_path: Path,
):
    shared(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(SlotsError, match="Too many open files"):
            shared(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert path_in(tmp_path).exists()


def test_elsewhere_than_on_linux_there_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # There is no other system here.
    monkeypatch.setattr(slots.sys, "platform", "darwin")

    with pytest.raises(SlotsError, match="Linux"):
        shared(tmp_path)


# --- alone ---------------------------------------------------------------------------------


def test_without_a_file_a_process_counts_alone():
    found = slots.private()
    slot = found.claim()
    assert slot is not None
    slot[RESPONSES_2XX] += 1
    frame = frames.read(found)

    assert (frame.gauges.workers, total(found, RESPONSES_2XX)) == (1, 1)
    assert (found.keep(), found.lead(), found.has_others) == (True, True, False)


def test_alone_as_well_a_slot_can_be_left():
    found = slots.private()
    found.claim()
    found.release()
    found.stop_leading()

    assert frames.read(found).gauges.workers == 0
