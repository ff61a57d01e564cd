"""
What a release prints: one line a step for a log, and never the release's end.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys

import pytest

from heroku_support.release.output import Output, PatientStream
from tests.processes import NO_SMOKE, Project, environment
from tests.release.releases import make_release


def test_a_log_is_spared_what_django_prints_of_each_migration():
    stream = io.StringIO()
    Output(stream).progress.write("Applying places.0001_initial...")

    assert stream.getvalue() == ""


def test_a_terminal_sees_it():
    stream = io.StringIO()
    Output(stream, is_detailed=True).progress.write("Applying places.0001_initial...")

    assert stream.getvalue() == "Applying places.0001_initial..."


def test_who_wants_quiet_gets_warnings_only():
    stream = io.StringIO()
    release = make_release(output=Output(stream, is_quiet=True))
    release.log("migrate: nothing to do")
    release.warn("no curl")

    assert stream.getvalue() == "warning: no curl\n"
    assert release.report.warnings == ["no curl"]


def test_no_secret_is_printed():
    stream = io.StringIO()
    Output(stream, hide=lambda text: text.replace("s3cret", "***")).line("key s3cret")

    assert stream.getvalue() == "key ***\n"


def test_a_character_that_the_log_cannot_show_is_escaped():
    bytes_written = io.BytesIO()
    ascii_only = io.TextIOWrapper(bytes_written, encoding="ascii")
    patient = PatientStream(ascii_only)
    patient.write("Übersicht\n")
    patient.flush()

    assert bytes_written.getvalue() == b"\\xdcbersicht\n"


def test_a_stream_without_an_encoding_gets_the_text_as_it_is():
    stream = io.StringIO()
    PatientStream(stream).write("Übersicht")

    assert stream.getvalue() == "Übersicht"


def test_it_is_a_terminal_where_the_stream_is_one():
    reader, terminal = os.openpty()
    with os.fdopen(terminal, "w") as stream, os.fdopen(reader):
        patient = PatientStream(stream)

        assert patient.isatty()
        assert patient.fileno() == stream.fileno()


@pytest.mark.parametrize("command", ["heroku_release", "heroku_migrate"])
def test_a_log_that_hangs_up_ends_no_release(
    small: Project, sqlite_url: str, command: str
):
    """
    R11: the reader of stdout goes away before the first line.
    """
    reader, writer = os.pipe()
    os.close(reader)
    skip = NO_SMOKE if command == "heroku_release" else ()
    done = subprocess.run(
        [sys.executable, "manage.py", command, *skip],
        cwd=small.directory,
        env=environment(DEBUG="true", DATABASE_URL=sqlite_url),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL),
    )
    os.close(writer)
    again = small.manage("heroku_migrate", DEBUG="true", DATABASE_URL=sqlite_url)

    assert (done.returncode, done.stderr) == (0, "")
    assert "migrate: nothing to do" in again.stdout


@pytest.mark.parametrize("url", ["", "sqlite:///missing/folder/db.sqlite3"])
def test_an_error_is_told_by_its_status_even_if_nobody_reads_it(
    small: Project, url: str
):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "manage.py", "heroku_release", "--only", "nonsense"],
        cwd=small.directory,
        env=environment(DEBUG="true", DATABASE_URL=url),
        stdout=writer,
        stderr=writer,
        timeout=60,
        check=False,
    )
    os.close(writer)

    assert done.returncode == 1


@pytest.mark.parametrize("option", ["--full", "--json"])
def test_without_a_stdout_a_release_is_done_all_the_same(
    small: Project, sqlite_url: str, option: str
):
    command = f'exec "{sys.executable}" manage.py heroku_release --skip smoke {option}'
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} >&-"],
        cwd=small.directory,
        env=environment(DEBUG="true", DATABASE_URL=sqlite_url),
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_stream_that_was_closed_meanwhile_is_left_alone():
    stream = io.StringIO()
    patient = PatientStream(stream)
    stream.close()
    patient.flush()

    assert patient.write("done\n") == 5


UNICODE = """
from config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "unicode_app"]
"""


def test_names_in_any_script_are_printed_in_the_c_locale(
    small: Project, sqlite_url: str
):
    folder = small.directory / "unicode_app" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "0001_größe.py").write_text(
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        "    operations = []\n"
    )
    (small.directory / "unicode_settings.py").write_text(UNICODE)
    done = small.release(
        "-v2",
        LANG="C",
        LC_ALL="C",
        PYTHONIOENCODING="ascii",
        DJANGO_SETTINGS_MODULE="unicode_settings",
        DEBUG="true",
        DATABASE_URL=sqlite_url,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "unicode_app.0001_gr\\xf6\\xdfe" in done.stdout
