"""
Whether a Python is in a range of versions.
"""

from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet

from heroku_support.manifests.python_range import allows


@pytest.mark.parametrize(
    "specifier",
    [
        ">=3.10,<3.13",
        ">=3.8, <4.0",
        ">3.8,<=3.12",
        "==3.11.*",
        "==3.12.1",
        "~=3.10",
        "~=3.11.0",
        ">=3.11.4",
        "<3.12.3",
    ],
)
def test_it_says_what_packaging_says_of_any_release_of_a_series(specifier: str):
    for minor in range(8, 16):
        releases = [f"3.{minor}.{patch}" for patch in range(25)]
        is_in = any(each in SpecifierSet(specifier) for each in releases)

        assert allows(specifier, (3, minor)) is is_in


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("^3.11", (3, 13), True),
        ("^3.11", (4, 0), False),
        ("^3", (3, 13), True),
        ("~3.11", (3, 12), False),
        ("~3.11", (3, 11, 4), True),
        ("3.11", (3, 12), False),
        ("*", (3, 12), True),
        ("!=3.9.1,>=3.8", (3, 9), True),
        ("!=3.9.*", (3, 9), None),
        ("===3.9", (3, 9), None),
        ("^3.8 || ^3.9", (3, 8), None),
        ("", (3, 12), None),
    ],
)
def test_it_reads_what_poetry_writes_and_says_where_it_is_unsure(
    specifier: str, version: tuple[int, ...], expected: bool | None
):
    assert allows(specifier, version) is expected
