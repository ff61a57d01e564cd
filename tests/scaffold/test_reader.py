"""
What is found out about a project from its files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from heroku_support.manifests.project import Project
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.reader import Reader
from heroku_support.scaffold.survey import Survey

MANAGE = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'


def survey(folder: Path, settings: str = "", **files: str) -> Survey:
    write(folder, settings, **files)
    return Reader(Project(folder)).survey()


def write(folder: Path, settings: str = "", **files: str) -> None:
    texts = {"manage.py": MANAGE, "shop/settings.py": settings, **files}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_plain_project_uses_nothing_in_particular(tmp_path: Path):
    found = survey(tmp_path)

    assert found.features == frozenset()
    assert (found.name, found.package, found.settings) == (
        "shop",
        "shop",
        "shop.settings",
    )
    assert (found.manager, found.target, found.has_pytest) == ("pip", "cedar", False)
    assert found.application == "shop.wsgi"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"manage.py": ""}, "manage.py names no settings module"),
        (
            {"manage.py": "a(b, c)\nd('x', 1)\ne('DJANGO_SETTINGS_MODULE', x)"},
            "names no settings",
        ),
        (
            {"manage.py": MANAGE.replace("shop", "store")},
            "there is no store/settings.py",
        ),
        ({"shop/settings.py": "\nDEBUG ="}, "shop/settings.py:2 is not Python"),
        ({"shop/settings.py": "\0"}, "shop/settings.py holds a NUL byte"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(
    files: dict[str, str], message: str, tmp_path: Path
):
    write(tmp_path, **files)
    with pytest.raises(ScaffoldError, match=message):
        Reader(Project(tmp_path))


def test_a_folder_without_manage_py_is_no_project(tmp_path: Path):
    with pytest.raises(ScaffoldError, match="There is no manage.py"):
        Reader(Project(tmp_path))


def test_settings_may_be_a_package(tmp_path: Path):
    write(tmp_path, **{"shop/settings/__init__.py": "DEBUG = True"})
    (tmp_path / "shop" / "settings.py").unlink()
    reader = Reader(Project(tmp_path))

    assert reader.settings.source.path == "shop/settings/__init__.py"


def test_the_name_is_app_jsons_before_the_packages(tmp_path: Path):
    assert survey(tmp_path, **{"app.json": '{"name": "store"}'}).name == "store"
    assert survey(tmp_path, **{"app.json": '{"name": ""}'}).name == "shop"


def test_a_package_that_is_called_as_many_are_names_no_app(tmp_path: Path):
    folder = tmp_path / "The Corner_Shop"
    manage = MANAGE.replace("shop", "config")

    assert survey(folder, **{"manage.py": manage, "config/settings.py": ""}).name == (
        "the-corner-shop"
    )


@pytest.mark.parametrize(
    ("settings", "features"),
    [
        ("INSTALLED_APPS = ['channels']", {"asgi", "channels", "redis"}),
        ("MEDIA_ROOT = 'media'\nSTORAGES = {}", set()),
        ("MEDIA_ROOT = 'media'\nSTORAGES = heroku.storages()", {"media"}),
        ("CHANNEL_LAYERS = {}", {"asgi", "channels", "redis"}),
        ("THIRD_PARTY_APPS = ('daphne',)", {"asgi"}),
        ("INSTALLED_APPS = []\nINSTALLED_APPS += ['haystack']", {"search"}),
        ("INSTALLED_APPS = ['django.contrib.gis']", {"geo"}),
        ("INSTALLED_APPS = ['django_celery_beat']", {"beat", "celery", "redis"}),
        ("INSTALLED_APPS = ['channels_panel', 'x.channels']", set()),
        ("ASGI_APPLICATION = 'shop.asgi.application'", {"asgi"}),
        ("ASGI_APPLICATION = 'a.b'\nWSGI_APPLICATION = 'a.b'", set()),
        ("MEDIA_ROOT = 'media'", {"media"}),
        ("CACHES = {'default': {'BACKEND': 'x.RedisCache'}}", {"redis"}),
        ("globals().update(heroku.celery())", {"celery", "redis"}),
    ],
)
def test_settings_tell_what_it_uses(settings: str, features: set[str], tmp_path: Path):
    assert survey(tmp_path, settings).features == features


@pytest.mark.parametrize(
    ("files", "features", "celery"),
    [
        ({"shop/celery.py": "app = Celery('shop')"}, {"celery", "redis"}, "shop"),
        (
            {"shop/celery.py": "app = celery.Celery('a')\napp.conf.beat_schedule = {}"},
            {"beat", "celery", "redis"},
            "shop",
        ),
        ({"shop/celery_app.py": "Celery()"}, {"celery", "redis"}, "shop.celery_app"),
        ({"shop/celery.py": "app = 1"}, set(), "shop"),
        ({"shop/celery.py": "{{ cookiecutter }} x"}, set(), "shop"),
        ({"shop/celery.txt": "Celery()"}, set(), "shop"),
        ({"venv/pyvenv.cfg": "", "venv/celery.py": "Celery()"}, set(), "shop"),
        (
            {".x/celery.py": "Celery()", "node_modules/celery.py": "Celery()"},
            set(),
            "shop",
        ),
        ({"a/models.py": "x = models.ImageField()"}, {"media"}, "shop"),
        ({"a/models/b.py": "x = FileField()"}, {"media"}, "shop"),
        ({"a/models.py": "x = models.CharField()"}, set(), "shop"),
        ({"a/b/c/models.py": "x = models.ImageField()"}, set(), "shop"),
    ],
)
def test_files_tell_what_it_uses(
    files: dict[str, str], features: set[str], celery: str, tmp_path: Path
):
    found = survey(tmp_path, **files)

    assert (found.features, found.celery) == (features, celery)


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path):
    write(tmp_path)
    (tmp_path / "round").symlink_to(tmp_path)

    assert Reader(Project(tmp_path)).survey().features == frozenset()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"shop/asgi.py": "", "INSTALLED": ""}, "shop.wsgi"),
        ({"web/wsgi.py": ""}, "web.wsgi"),
    ],
)
def test_the_server_is_where_its_module_is(
    files: dict[str, str], expected: str, tmp_path: Path
):
    assert survey(tmp_path, **files).application == expected


def test_the_server_is_what_the_settings_name(tmp_path: Path):
    text = "ASGI_APPLICATION = 'store.asgi.application'"

    assert survey(tmp_path, text).application == "-k asgi store.asgi"


@pytest.mark.parametrize(
    ("files", "manager"),
    [
        ({"uv.lock": ""}, "uv"),
        ({"poetry.lock": ""}, "poetry"),
        ({"Pipfile": ""}, "pipenv"),
        ({"Pipfile.lock": "{}"}, "pipenv"),
        ({"requirements.txt": "", "uv.lock": ""}, "pip"),
        ({"pyproject.toml": "[project]\ndependencies = []"}, "uv"),
        ({"pyproject.toml": "[tool.poetry.dependencies]"}, "poetry"),
        (
            {
                "pyproject.toml": "[project]\ndependencies = []\n[build-system]\n"
                'build-backend = "poetry.core.masonry.api"\n'
            },
            "poetry",
        ),
        ({"pyproject.toml": "[tool.ruff]"}, "pip"),
    ],
)
def test_the_dependency_manager_is_the_one_whose_file_is_there(
    files: dict[str, str], manager: str, tmp_path: Path
):
    assert survey(tmp_path, **files).manager == manager


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pytest.ini": ""}, True),
        ({"pyproject.toml": "[tool.pytest.ini_options]"}, True),
        ({"setup.cfg": "[tool:pytest]"}, True),
        ({"pyproject.toml": "[tool.ruff]"}, False),
    ],
)
def test_pytest_is_known_by_its_configuration(
    files: dict[str, str], expected: bool, tmp_path: Path
):
    assert survey(tmp_path, **files).has_pytest is expected


def test_what_tests_need_is_in_a_file_of_its_own(tmp_path: Path):
    assert survey(tmp_path).test_requirements == ""
    found = survey(tmp_path, **{"requirements-test.txt": "pytest"})
    assert found.test_requirements == "requirements-test.txt"


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ((3, 13, 0), "3.13"),
        ((3, 10, 0), "3.14"),
        ((3, 9, 0), "3.14"),
        ((3, 99, 0), "3.14"),
    ],
)
def test_python_is_the_running_one_where_heroku_will_have_it(
    running: tuple[int, ...],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    # Only one runs here.
    monkeypatch.setattr(sys, "version_info", running)

    assert survey(tmp_path).python == expected


@pytest.mark.parametrize(
    ("range_", "expected"),
    [
        (">=3.10", "3.12"),
        (">=3.13,<4", "3.14"),
        ("<3.12", "3.11"),
        (">=3.98", "3.14"),
    ],
)
def test_python_is_one_of_those_that_the_project_is_for(
    range_: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    pyproject = f'[project]\nname = "shop"\nrequires-python = "{range_}"\n'

    assert survey(tmp_path, **{"pyproject.toml": pyproject}).python == expected


def test_python_is_that_of_the_file_where_there_is_one(tmp_path: Path):
    assert survey(tmp_path, **{".python-version": "3.12.1\n"}).python == "3.12"
