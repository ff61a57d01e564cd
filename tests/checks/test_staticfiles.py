"""
The checks of static files; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.checks import staticfiles
from heroku_support.settings.staticfiles import (
    HEROKU_MIDDLEWARE,
    MANIFEST,
    NOSTATIC_APP,
    PLAIN,
    SECURITY_MIDDLEWARE,
    STATICFILES_APP,
    WHITENOISE_MIDDLEWARE,
)
from tests.checks.test_checks import run_all
from tests.settings.places import KEY, WEB, heroku

COMMON = "django.middleware.common.CommonMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"
MADE = heroku({**WEB, **KEY})


def storages(backend: str = MANIFEST, **options: Any) -> dict[str, Any]:
    """
    Return ``STORAGES``.
    """
    return {"staticfiles": {"BACKEND": backend, "OPTIONS": options}}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """
    A project with static files, collected, as the helpers make it; its STATIC_ROOT.
    """
    (tmp_path / "staticfiles.json").touch()
    with override_settings(
        INSTALLED_APPS=MADE.installed_apps([STATICFILES_APP]),
        MIDDLEWARE=MADE.middleware([SECURITY_MIDDLEWARE, COMMON]),
        STORAGES=MADE.storages(),
        STATIC_ROOT=tmp_path,
    ):
        yield tmp_path


@pytest.mark.usefixtures("project", "on_a_dyno")
def test_what_the_helpers_make_is_fine():
    assert run_all(staticfiles) == []


@pytest.mark.usefixtures("on_a_dyno")
def test_a_project_without_static_files_is_fine():
    with override_settings(MIDDLEWARE=[], STORAGES=storages()):
        assert run_all(staticfiles) == []


@pytest.mark.usefixtures("project", "on_a_dyno")
def test_static_files_in_a_bucket_are_somebody_elses():
    with override_settings(
        MIDDLEWARE=[], STATIC_ROOT=None, STORAGES=storages("shop.storage.Static")
    ):
        assert run_all(staticfiles) == []


# --- E010 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_a_build_that_does_not_collect_needs_no_root(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISABLE_COLLECTSTATIC", "1")
    with override_settings(STATIC_ROOT=None):
        assert staticfiles.check_root() == []


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("root", [None, ""])
def test_no_root_is_an_error(root: str | None):
    with override_settings(STATIC_ROOT=root):
        assert staticfiles.check_root() == [staticfiles.E010]


# --- E011 ----------------------------------------------------------------------------------


def test_nothing_is_collected_locally(project: Path):
    (project / "staticfiles.json").unlink()

    assert staticfiles.check_manifest() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "settings",
    [
        {"STORAGES": storages(PLAIN)},
        {"STORAGES": storages(manifest_strict=False)},
        {"WHITENOISE_MANIFEST_STRICT": False},
    ],
)
def test_no_manifest_is_fine_where_none_is_asked_for(
    project: Path, settings: dict[str, Any]
):
    (project / "staticfiles.json").unlink()

    with override_settings(**settings):
        assert staticfiles.check_manifest() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_a_missing_manifest_is_an_error(project: Path):
    (project / "staticfiles.json").unlink()
    assert staticfiles.check_manifest() == [staticfiles.E011]

    with override_settings(STATIC_ROOT=7):
        assert staticfiles.check_manifest() == [staticfiles.E011]


# --- W014 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "settings",
    [
        {"MIDDLEWARE": ["servestatic.middleware.ServeStaticMiddleware"]},
        {"MIDDLEWARE": ["shop.middleware.OurWhiteNoise"]},
        {"MIDDLEWARE": [], "STATIC_URL": "https://static.example.com/"},
    ],
)
def test_files_that_somebody_serves_are_fine(settings: dict[str, Any]):
    with override_settings(**settings):
        assert staticfiles.check_served() == []


@pytest.mark.usefixtures("project")
def test_files_that_nobody_serves_are_a_warning_and_the_hint_mends_it():
    with override_settings(MIDDLEWARE=[COMMON]):
        assert staticfiles.check_served() == [staticfiles.W014]

    with override_settings(MIDDLEWARE=MADE.middleware([COMMON])):
        assert staticfiles.check_served() == []


# --- W015 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "order",
    [
        [],
        [COMMON, SECURITY_MIDDLEWARE],
        [SECURITY_MIDDLEWARE, WHITENOISE_MIDDLEWARE, COMMON],
        [HEROKU_MIDDLEWARE, SECURITY_MIDDLEWARE, WHITENOISE_MIDDLEWARE],
        [SECURITY_MIDDLEWARE, CORS, WHITENOISE_MIDDLEWARE],
        [CORS, WHITENOISE_MIDDLEWARE],
    ],
)
def test_whitenoise_in_its_place_is_fine(order: Sequence[str]):
    with override_settings(MIDDLEWARE=order):
        assert staticfiles.check_order() == []


@pytest.mark.parametrize(
    "order",
    [
        [WHITENOISE_MIDDLEWARE, SECURITY_MIDDLEWARE],
        [SECURITY_MIDDLEWARE, COMMON, WHITENOISE_MIDDLEWARE],
        [COMMON, WHITENOISE_MIDDLEWARE],
    ],
)
def test_whitenoise_elsewhere_is_a_warning(order: Sequence[str]):
    with override_settings(MIDDLEWARE=order):
        assert staticfiles.check_order() == [staticfiles.W015]


# --- W016 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "apps",
    [
        [STATICFILES_APP],
        [NOSTATIC_APP],
        [NOSTATIC_APP, STATICFILES_APP],
        [NOSTATIC_APP, f"{STATICFILES_APP}.apps.StaticFilesConfig"],
    ],
)
def test_nostatic_above_staticfiles_is_fine(apps: Sequence[str]):
    with override_settings(INSTALLED_APPS=apps):
        assert staticfiles.check_nostatic() == []


@pytest.mark.parametrize(
    "app", [STATICFILES_APP, f"{STATICFILES_APP}.apps.StaticFilesConfig"]
)
def test_nostatic_below_staticfiles_is_a_warning(app: str):
    with override_settings(INSTALLED_APPS=[app, NOSTATIC_APP]):
        assert staticfiles.check_nostatic() == [staticfiles.W016]
