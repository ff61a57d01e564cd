"""
A Procfile that the doctor passes is the same to everything that reads it.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heroku_support.manifests.procfile import CEDAR, FIR, LOCAL_NAMED
from tests.manifests.examples import diagnose

COMMENT = re.compile(r"\s*#|\s*\Z")
LINES = st.lists(
    st.text(alphabet="web:wW_- \t#$.=é&'\r", max_size=12)
    | st.sampled_from(["web: a", "w-b: c d", "b:e", "# x", "", " e: b", "web : w"]),
    max_size=4,
)


def processes(lines: list[str], pattern: re.Pattern[str]) -> dict[str, str]:
    matches = filter(None, map(pattern.match, lines))
    return {match[1]: match[2].strip() for match in matches}


def passed(text: str) -> bool:
    with tempfile.TemporaryDirectory() as root:
        (Path(root) / "Procfile").write_bytes(text.encode())
        found = diagnose(Path(root), "fir").findings
        found += diagnose(Path(root), "cedar").findings
    return all(each.severity == "info" for each in found)


# Without a deadline: a busy machine takes what time it likes.
@settings(deadline=None)
@given(LINES)
def test_what_is_passed_is_the_same_in_three_dialects(lines: list[str]):
    text = "".join(f"{line}\n" for line in lines)
    if not passed(text):
        return
    lines = [line for line in text.split("\n") if not COMMENT.match(line)]

    # Fir fails the build for a line that it does not know.
    assert all(map(FIR.match, lines))
    assert (
        processes(lines, CEDAR)
        == processes(lines, FIR)
        == processes(lines, LOCAL_NAMED)
    )


@pytest.mark.parametrize("text", ["web: gunicorn a\nworker: celery -A a worker\n", ""])
def test_what_is_right_is_passed(text: str):
    assert passed(text)
