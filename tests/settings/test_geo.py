"""
The paths of GeoDjango's libraries: from variables, or where the loader would find them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from heroku_support import Heroku
from heroku_support.errors import ConfigError
from heroku_support.settings import geo
from tests.settings.places import (
    BUILD,
    ELSEWHERE,
    EVERYWHERE,
    LOCAL,
    WEB,
    heroku,
    problem_of,
)

BUILDPACK = ".heroku-geo-buildpack/vendor/lib"


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Whatever this machine has in its own directories is not there.
    """
    monkeypatch.setattr(geo, "DIRECTORIES", ())


@pytest.fixture
def library(tmp_path: Path):
    """
    Make empty libraries below a directory of the test's own, and return the last one's path.
    """

    def make(*names: str) -> str:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return str(path)

    return make


def whys(configured: Heroku) -> dict[str, str]:
    configured.geo()
    return {each.setting: each.why for each in configured.decisions}


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_paths_of_the_geo_buildpack_become_settings(environ, library):
    exported = {
        "GDAL_LIBRARY_PATH": library(f"{BUILDPACK}/libgdal.so"),
        "GEOS_LIBRARY_PATH": library(f"{BUILDPACK}/libgeos_c.so"),
    }
    others = {"PROJ4_LIBRARY_PATH": "/x/libproj.so", "GDAL_DATA": "/x/share/gdal"}

    assert heroku(environ, **exported, **others).geo() == exported


@pytest.mark.parametrize("blank", ["", " "])
def test_blank_gdal_library_path_is_left_out(blank):
    # dulacp/heroku-buildpack-geodjango, issue 6.
    configured = heroku(WEB, GDAL_LIBRARY_PATH=blank, SPATIALITE_LIBRARY_PATH=blank)

    assert configured.geo() == {}


def test_path_that_the_project_gives_wins(library):
    settings = heroku(WEB, GDAL_LIBRARY_PATH=library("libgdal.so"))
    given = {
        "GDAL_LIBRARY_PATH": "/own/gdal.so",
        "SPATIALITE_LIBRARY_PATH": "/own/m.so",
    }

    assert settings.geo(**given) == given
    sources = {each.setting: each.source for each in settings.decisions}
    assert sources["GDAL_LIBRARY_PATH"] == "argument"


def test_setting_that_it_does_not_set_is_an_error():
    with pytest.raises(TypeError, match=r"geo\(\) does not set PROJ_LIBRARY_PATH"):
        heroku(WEB).geo(PROJ_LIBRARY_PATH="/own/proj.so")


def test_spatialite_is_where_the_variable_says(library):
    path = library("mod_spatialite.so")
    value = heroku(LOCAL, SPATIALITE_LIBRARY_PATH=path).geo()

    assert value == {"SPATIALITE_LIBRARY_PATH": path}


@pytest.mark.parametrize(
    "name", ["GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH", "SPATIALITE_LIBRARY_PATH"]
)
def test_path_that_is_no_file_is_a_problem(name):
    # What the Python buildpack once set, left in the config (heroku-geo-buildpack, issue 15).
    gone = "/app/.heroku/vendor/lib/libgdal.so"
    problem = problem_of(heroku(WEB, **{name: gone}).geo)

    assert (problem.variable, problem.reason) == (name, f"names no file: {gone!r}.")
    assert problem.fix == f"heroku config:unset {name}"


def test_problems_of_both_libraries_are_listed_at_once():
    with (
        pytest.raises(ConfigError) as caught,
        heroku(WEB, GDAL_LIBRARY_PATH="/gone", GEOS_LIBRARY_PATH="/gone") as configured,
    ):
        assert configured.geo() == {}

    assert len(caught.value.problems) == 2


def test_directory_is_no_library(tmp_path):
    problem = problem_of(heroku(WEB, GDAL_LIBRARY_PATH=str(tmp_path)).geo)

    assert problem.fix == "heroku config:unset GDAL_LIBRARY_PATH"


@pytest.mark.parametrize("environ", ELSEWHERE)
def test_the_path_of_a_dyno_is_in_nobodys_way_elsewhere(environ):
    configured = heroku(environ, GDAL_LIBRARY_PATH="/app/.heroku/vendor/lib/libgdal.so")

    assert configured.geo() == {}
    assert whys(configured)["GDAL_LIBRARY_PATH"] == "names no file here"


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_a_name_without_a_folder_is_the_loaders_to_find(environ):
    configured = heroku(environ, GDAL_LIBRARY_PATH="libgdal.so.32")

    assert configured.geo() == {"GDAL_LIBRARY_PATH": "libgdal.so.32"}


@pytest.mark.parametrize("environ", [WEB, BUILD])
def test_libraries_of_debian_packages_are_found_where_the_loader_looks(
    environ, library, tmp_path
):
    # As heroku-buildpack-apt exports it; the first directory is not there.
    directory = tmp_path / ".apt/usr/lib/x86_64-linux-gnu"
    library(f"{directory}/libgeos_c.so.1", f"{directory}/libgeos_c.so.1.17.1")
    library(f"{directory}/libgdal.so.32.3.6.2", f"{directory}/libgdal.so.32")
    exported = f"{tmp_path}/none:{directory}:"

    assert heroku(environ, LD_LIBRARY_PATH=exported).geo() == {
        "GDAL_LIBRARY_PATH": f"{directory}/libgdal.so.32",
        "GEOS_LIBRARY_PATH": f"{directory}/libgeos_c.so.1",
    }


def test_first_directory_wins(library, tmp_path):
    library("first/libgdal.so.32", "second/libgdal.so.36")
    exported = f"{tmp_path}/first:{tmp_path}/second"

    assert heroku(WEB, LD_LIBRARY_PATH=exported).geo() == {
        "GDAL_LIBRARY_PATH": f"{tmp_path}/first/libgdal.so.32"
    }


def test_newest_version_in_a_directory_wins(library, tmp_path):
    library("libgdal.so.9", "libgdal.so.36", "libgdal.so.debug", "36", "libgdal.a")

    assert geo.find("libgdal.so", [str(tmp_path)]) == f"{tmp_path}/libgdal.so.36"


def test_name_without_a_version_is_the_one_to_use(library, tmp_path):
    library("libgdal.so", "libgdal.so.36")

    assert geo.find("libgdal.so", [str(tmp_path)]) == f"{tmp_path}/libgdal.so"


def test_directory_of_the_processor_is_a_usual_place(library, tmp_path, monkeypatch):
    monkeypatch.setattr(geo, "DIRECTORIES", (f"{tmp_path}/{{machine}}-linux-gnu",))
    path = library("riscv64-linux-gnu/libgdal.so.36")
    monkeypatch.setattr(geo.os, "uname", lambda: type("", (), {"machine": "riscv64"}))

    assert heroku(LOCAL).geo() == {"GDAL_LIBRARY_PATH": path}


def test_without_the_libraries_nothing_is_set_and_the_reason_is_said():
    found = whys(heroku(WEB))

    assert heroku(WEB).geo() == {}
    assert found["GDAL_LIBRARY_PATH"] == (
        "no GDAL_LIBRARY_PATH, and no libgdal.so in the usual places: "
        "Django searches itself"
    )


def test_other_systems_search_themselves(library, tmp_path, monkeypatch):
    library("libgdal.so")
    monkeypatch.setattr(sys, "platform", "darwin")

    assert heroku(LOCAL, LD_LIBRARY_PATH=str(tmp_path)).geo() == {}


def test_every_path_is_explained(library):
    path = library("libgdal.so")
    configured = heroku(WEB, GDAL_LIBRARY_PATH=path)
    configured.geo()
    gdal, geos = configured.decisions

    assert (gdal.value, gdal.source) == (path, "GDAL_LIBRARY_PATH")
    assert (geos.value, geos.source) == (None, "default")
