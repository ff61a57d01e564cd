"""
A certificate from a config var, in a file to pin it by.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from heroku_support.settings.certificates import pinned
from tests.servers.certificates import issue
from tests.settings.places import LOCAL, WEB, heroku, problem_of

VARIABLE = "REDIS_CA_CERTIFICATE"


@pytest.fixture(scope="module")
def pem() -> str:
    return issue("localhost").authority


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def pin(pem: str) -> Path:
    return Path(pinned(heroku(WEB, **{VARIABLE: pem}).record, VARIABLE))


def test_the_certificate_is_in_a_file_for_this_user_only(pem: str):
    path = pin(pem)

    assert path.read_text().strip() == pem.strip()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_line_breaks_may_be_written_out(pem: str):
    assert pin(pem.replace("\n", "\\n")).read_text().strip() == pem.strip()


def test_all_processes_use_the_same_file(pem: str, temporary_folder: Path):
    assert pin(pem) == pin(pem)
    assert len(list(temporary_folder.iterdir())) == 1


def test_what_somebody_else_has_put_there_is_not_used(pem: str, tmp_path: Path):
    foreign = tmp_path / "foreign"
    theirs = pin(pem)
    for replace in (
        lambda: theirs.write_text("another"),
        lambda: (
            foreign.write_text(f"{pem.strip()}\n")
            and theirs.unlink()
            or theirs.symlink_to(foreign)
        ),
        lambda: theirs.unlink() or os.mkfifo(theirs),
    ):
        replace()
        path = pin(pem)

        assert path != theirs
        assert path.read_text().strip() == pem.strip()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_content_in_somebody_elses_file_is_not_used(
    pem: str, monkeypatch: pytest.MonkeyPatch
):
    theirs = pin(pem)
    # Pretended: only root may give a file away.
    monkeypatch.setattr(os, "getuid", lambda: theirs.stat().st_uid + 1)

    assert pin(pem) != theirs


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        ("", "is missing: it is the certificate to pin, as PEM."),
        (" ", "is missing: it is the certificate to pin, as PEM."),
        ("S3cr3t", "is no certificate in PEM."),
        ("S3cr3té", "is no certificate in PEM."),
        (
            "-----BEGIN CERTIFICATE-----\nS3cr3t\n-----END CERTIFICATE-----",
            "is no certificate in PEM.",
        ),
    ],
)
@pytest.mark.parametrize(
    ("environ", "line"), [(WEB, "heroku config:set"), (LOCAL, "export")]
)
def test_what_is_no_certificate_is_a_problem(environ, line, pem, reason):
    record = heroku(environ, **{VARIABLE: pem}).record
    problem = problem_of(pinned, record, VARIABLE)

    assert (problem.variable, problem.reason) == (VARIABLE, reason)
    assert problem.fix == f'{line} {VARIABLE}="$(cat certificate.pem)"'


def test_while_problems_are_collected_no_file_is_named(temporary_folder: Path):
    settings = heroku(WEB)
    settings.record.collecting = True

    assert pinned(settings.record, VARIABLE) == ""
    assert list(temporary_folder.iterdir()) == []
