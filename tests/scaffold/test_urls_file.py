"""
The module of ``urlpatterns`` after ``heroku_init``: the page is first, or somebody is told of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heroku_support.manifests.project import Project
from heroku_support.scaffold.reader import Reader
from heroku_support.scaffold.urls_file import LINE, UrlsFile

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
ROOT = 'ROOT_URLCONF = "shop.urls"\n'
PATTERNS = 'urlpatterns = [\n    path("a/", a),\n]\n'
PLAIN = f"from django.urls import path\n\n{PATTERNS}"


def urls(folder: Path, text: str, *, settings: str = ROOT) -> UrlsFile:
    (folder / "shop").mkdir()
    (folder / "manage.py").write_text(MANAGE)
    (folder / "shop" / "settings.py").write_text(settings)
    (folder / "shop" / "urls.py").write_bytes(text.encode())
    project = Project(folder)
    return UrlsFile(project, Reader(project).settings)


# --- what is left to somebody --------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "from django.urls import path\n",
        PLAIN.replace("[\n", "i18n_patterns(\n").replace("]\n", ")\n"),
        "from django.urls import path\n\nurlpatterns = []\n",
        'from django.urls import path\n\nurlpatterns = [path("a/", a)]\n',
        f"import a\nif a:\n    {PATTERNS}",
        PATTERNS,
        f"from shop.routes import path\n{PATTERNS}",
        f"from .routes import path\n{PATTERNS}",
        f"from django.urls import re_path as path\n{PATTERNS}",
        f"from django.urls import *\n{PATTERNS}",
        f"import os.path as path\n{PATTERNS}",
        f"import path.to\n{PATTERNS}",
        f"{PLAIN}\ndef include():\n    pass\n",
        f"{PLAIN}\ninclude = None\n",
        PLAIN.replace('"a/"', '"health/"'),
        PLAIN.replace('"a/"', 'r"^healthz$"'),
        "print 'Python 2'\n",
    ],
)
def test_a_file_of_another_shape_is_left_alone(text: str, tmp_path: Path):
    found = urls(tmp_path, text)

    assert not found.has_page
    assert found.mounted() == ""


def test_an_address_like_it_in_another_file_is_somebodys(tmp_path: Path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "urls.py").write_text(PLAIN.replace("a/", "healthcheck/"))

    assert urls(tmp_path, PLAIN).mounted() == ""


@pytest.mark.parametrize(
    "settings", ["", 'ROOT_URLCONF = "shop.routes"\n', 2 * ROOT, "ROOT_URLCONF = X\n"]
)
def test_without_a_file_there_is_nothing_to_change(settings: str, tmp_path: Path):
    found = urls(tmp_path, PLAIN, settings=settings)

    assert (found.path, found.source, found.mounted()) == ("", None, "")
    assert found.note.startswith("Begin urlpatterns with path(")


def test_the_line_to_write_is_told(tmp_path: Path):
    assert urls(tmp_path, "").note == (
        f"shop/urls.py: begin urlpatterns with {LINE} for the page at /health/."
    )


def test_a_page_that_is_there_is_seen(tmp_path: Path):
    assert urls(tmp_path, PLAIN.replace('"a/", a', LINE.strip(","))).has_page


# --- what is written -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from django.urls import path", "from django.urls import include, path"),
        (
            "from django.urls import path, re_path as r  # two",
            "from django.urls import include, path, re_path as r  # two",
        ),
        (
            "from django.urls import reverse, path",
            "from django.urls import reverse, path, include",
        ),
        (
            "from django.urls import (\n    path,\n)",
            "from django.urls import (\n    path,\n)\nfrom django.urls import include",
        ),
        ("import a", "import a\nfrom django.urls import include, path"),
        (
            "from django.conf.urls import include\nfrom django.urls.conf import path",
            "from django.conf.urls import include\nfrom django.urls.conf import path",
        ),
    ],
)
def test_what_it_needs_is_imported(before: str, after: str, tmp_path: Path):
    found = urls(tmp_path, f"{before}\n\n{PATTERNS}")
    patterns = PATTERNS.replace("[\n", f"[\n    {LINE}\n")

    assert found.mounted() == f"{after}\n\n{patterns}"


def test_it_is_written_as_the_file_is(tmp_path: Path):
    text = PLAIN.replace('"', "'").replace("    ", "\t").replace("\n", "\r\n")
    written = urls(tmp_path, text).mounted()

    assert "[\r\n\tpath('', include('heroku_support.urls')),\r\n\tpath('a/'" in written


def test_a_package_of_addresses_is_found(tmp_path: Path):
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes" / "__init__.py").write_text(PLAIN)
    found = urls(tmp_path, "", settings='ROOT_URLCONF = "routes"\n')

    assert found.path == "routes/__init__.py"
    assert LINE in found.mounted()
