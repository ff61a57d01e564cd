"""
What a release looks at before it asks the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import checks
from django.core.checks.registry import registry

from heroku_support.checks import own_settings
from heroku_support.release.errors import StepError
from heroku_support.release.preflight import preflight
from tests.release.releases import make_release

RELEASE = {"DYNO": "release.1"}


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[checks.CheckMessage]]:
    """
    What the only check there is finds when a project is deployed.
    """
    messages: list[checks.CheckMessage] = []
    monkeypatch.setattr(registry, "registered_checks", set())
    monkeypatch.setattr(registry, "deployment_checks", set())
    registry.register(lambda **kwargs: messages, "security", deploy=True)
    yield messages


def test_a_project_without_findings_is_ok(found: list[checks.CheckMessage]):
    assert preflight(make_release(RELEASE)) == "ok"


@pytest.mark.parametrize(
    ("count", "told"), [(1, "ok, 1 warning: "), (2, "ok, 2 warnings: ")]
)
def test_warnings_are_counted_and_the_command_that_shows_them_is_named(
    found: list[checks.CheckMessage], count: int, told: str
):
    found += [checks.Warning("not so good", id="places.W001")] * count
    done = preflight(make_release(RELEASE))

    assert done == f"{told}python manage.py check --deploy"


def test_errors_end_the_release_each_on_the_one_line(found: list[checks.CheckMessage]):
    found += [
        checks.Error("broken", hint="mend it", id="places.E001"),
        checks.Warning("not so good", id="places.W001"),
        checks.Critical("very broken", id="places.E002"),
    ]
    with pytest.raises(StepError) as caught:
        preflight(make_release(RELEASE))

    assert str(caught.value) == (
        "preflight: (places.E001) broken HINT: mend it; (places.E002) very broken"
    )


def test_locally_what_matters_to_a_deployed_app_alone_ends_no_release(
    found: list[checks.CheckMessage],
):
    found.append(checks.Error("mail goes to the console", id="mail.E001"))

    assert preflight(make_release()) == "ok"


def test_locally_what_is_wrong_everywhere_is_told_with_the_command_that_shows_it(
    found: list[checks.CheckMessage],
):
    registry.register(lambda **kwargs: [checks.Warning("odd")], "models")

    assert preflight(make_release()) == "ok, 1 warning: python manage.py check"


def test_a_setting_that_is_nearly_named_as_one_of_ours_is_told(
    found: list[checks.CheckMessage], settings: Any
):
    settings.HEROKU_SUPPORT_RELEASE_LOCKWAIT = 5
    registry.register(own_settings.check_names, "models")
    release = make_release()
    preflight(release)
    (warning,) = release.report.warnings

    assert warning.startswith("HEROKU_SUPPORT_RELEASE_LOCKWAIT is no setting of")
    assert "HEROKU_SUPPORT_RELEASE_LOCK_WAIT?" in warning


def test_one_that_is_silenced_is_not_told(
    found: list[checks.CheckMessage], settings: Any
):
    settings.HEROKU_SUPPORT_RELEASE_LOCKWAIT = 5
    settings.SILENCED_SYSTEM_CHECKS = ["heroku_support.W024"]
    registry.register(own_settings.check_names, "models")
    release = make_release()
    preflight(release)

    assert not release.report.warnings


def test_silenced_ones_do_not_count(found: list[checks.CheckMessage], settings: Any):
    settings.SILENCED_SYSTEM_CHECKS = ["places.E001"]
    found.append(checks.Error("broken", id="places.E001"))

    assert preflight(make_release(RELEASE)) == "ok"


@pytest.mark.parametrize(
    ("variables", "curl", "is_told"),
    [(RELEASE, None, True), (RELEASE, "/usr/bin/curl", False), ({}, None, False)],
    ids=["dyno without", "dyno with", "local without"],
)
def test_an_image_without_curl_is_told_where_releases_are_logged(
    found: list[checks.CheckMessage],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    curl: str | None,
    is_told: bool,
):
    # No image can be started here.
    monkeypatch.setattr("shutil.which", lambda name: curl)
    release = make_release(variables)
    preflight(release)

    assert any("curl" in warning for warning in release.report.warnings) is is_told
