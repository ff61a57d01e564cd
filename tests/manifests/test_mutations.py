"""
No file, however broken, brings the doctor down: no traceback, nothing slow, nothing large.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from heroku_support.manifests.doctor import examine
from heroku_support.manifests.fixes import fix
from heroku_support.manifests.project import TARGETS, Project
from heroku_support.manifests.reporters import REPORTERS
from tests.manifests.budget import MEGABYTE, measured
from tests.manifests.mutations import mutated, sources

TARGET = (None, *TARGETS)
# The limit is 0.5; coverage doubles the time, and a core may be shared.
SECONDS = 1.5
MEMORY = 100 * MEGABYTE


def examined(number: int, root: Path, beginnings: dict[str, list[str]]) -> float:
    """
    Examine one project and report on it in each form; return the seconds.
    """
    for name, content in mutated(number, beginnings).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with measured(root) as cost:
        diagnosis = examine(Project(root, TARGET[number % len(TARGET)]))
        for report in REPORTERS.values():
            report(diagnosis)
    json.loads(REPORTERS["json"](diagnosis))
    assert cost.outside == [], number
    assert cost.seconds < SECONDS, number
    assert cost.bytes < MEMORY, number
    return cost.seconds


def run(numbers: range, root: Path) -> None:
    beginnings = sources()
    slowest = (0.0, -1)
    for number in numbers:
        folder = root / str(number)
        folder.mkdir()
        seconds = examined(number, folder, beginnings)
        slowest = max(slowest, (seconds, number))
        shutil.rmtree(folder)
    print(f"the slowest was {slowest[1]}, with {slowest[0]:.3f} s")


def test_a_few_mutated_projects_do_no_harm(tmp_path: Path):
    run(range(150), tmp_path)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_mutated_projects_do_no_harm(tmp_path: Path):
    run(range(10_000), tmp_path)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_what_is_mended_of_a_thousand_is_no_worse(tmp_path: Path):
    beginnings = sources()
    for number in range(1_000):
        root = tmp_path / str(number)
        root.mkdir()
        for name, content in mutated(number, beginnings).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content[:20_000])
        diagnosis = examine(Project(root))
        fixed = fix(diagnosis)
        fixed.write()
        again = examine(Project(root))
        assert again.count("error") <= diagnosis.count("error"), number
        shutil.rmtree(root)
