"""
A Procfile that the doctor passes is the same to everything that reads it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.manifests import dialects
from tests.manifests.examples import diagnose

LINES = st.lists(
    st.text(alphabet="web:wW_- \t#$.=é&'\r", max_size=12)
    | st.sampled_from(
        [
            "web: a",
            "w-b: c d",
            "b:e",
            "# x",
            "",
            " e: b",
            "web : w",
            "  # x",
            "   ",
            "c:\td",
        ]
    ),
    max_size=4,
)


def advice(text: str) -> set[str] | None:
    """
    Return the advice that is given, None where the doctor has something against the file.
    """
    with tempfile.TemporaryDirectory() as root:
        (Path(root) / "Procfile").write_bytes(text.encode())
        found = diagnose(Path(root), "fir").findings
        found += diagnose(Path(root), "cedar").findings
    if any(each.severity != "info" for each in found):
        return None
    return {each.rule for each in found}


# Without a deadline: a busy machine takes what time it likes.
@settings(deadline=None)
@given(LINES)
def test_what_is_passed_is_the_same_in_each_dialect(lines: list[str]):
    text = "".join(f"{line}\n" for line in lines)
    given = advice(text)
    if given is None:
        return

    expected = dialects.cloud_native(text)
    assert dialects.classic(text) == expected
    assert dialects.local_named(text) == expected
    if "name-hyphen" not in given:
        assert dialects.local(text) == expected


@pytest.mark.parametrize("text", ["web: gunicorn a\nworker: celery -A a worker\n", ""])
def test_what_is_right_is_passed(text: str):
    assert advice(text) is not None
