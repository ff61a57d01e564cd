"""
Measure what the doctor takes: of a project of a hundred files, and of files that mean harm.

Exits with status 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from rounds import Limit, table

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "example_project"
FILES = 100
# In a process of its own: seconds of the processor and megabytes, from where it is ready.
MEASURE = """
import json, resource, sys, time
started = time.process_time()
from pathlib import Path
from heroku_support.manifests.doctor import examine
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import rules
from heroku_support.manifests.reporters import REPORTERS
import dockerfile_parse, yaml
rules()
ready, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
diagnosis = examine(Project(Path(sys.argv[1])))
REPORTERS["text"](diagnosis)
done, after = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([ready - started, done - ready, (after - before) / 1024]))
"""
PROJECT = Limit("a project of 100 files", 300, ".0f", "ms")
HARM = Limit("the slowest", 500, ".0f", "ms")
MEMORY = Limit("the largest", 100, ".0f", "MB")
PACKAGE = b'[[package]]\nname = "a"\nversion = "1"\n'
HOSTILE = {
    "10,000 lines": ("Procfile", b"web : x\n" * 10_000),
    "one long line": ("Procfile", b'web: "' + b'\\"' * 120_000),
    "aliases of aliases": (
        "heroku.yml",
        b"a0: &a0 [x]\n"
        + b"".join(
            b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9))
            for n in range(1, 10)
        ),
    ),
    "20,000 brackets": ("heroku.yml", b"[" * 20_000),
    "14,000 keys": ("heroku.yml", b"".join(b"key%d: a\n" % n for n in range(14_000))),
    "100,000 brackets": ("app.json", b"[" * 100_000),
    "8,000 plans": ("app.json", b'{"addons":[' + b'"a:b",' * 8_000 + b'"a"]}'),
    "5,000 stages": ("Dockerfile", b"FROM a AS b\n" * 5_000),
    "100,000 packages": ("uv.lock", (PACKAGE * 100_000)[:4_000_000]),
    "100,000 requirements": ("requirements.txt", b"a==1.0.0\n" * 100_000),
    "100,000 digits": (".python-version", b"3" * 200_000),
}


def main() -> int:
    """
    Measure, print, and say whether the limits hold.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        startup, project, _ = medians(made_project(Path(folder) / "project"), rounds)
        harm = {
            name: medians(made_file(Path(folder), *each), rounds)
            for name, each in HOSTILE.items()
        }
    print(
        f"The doctor, seconds of the processor, medians of {rounds} rounds,"
        f" Python {platform.python_version()}: start-up {startup * 1000:.0f} ms\n"
    )
    rows = [
        (f"{HOSTILE[name][0]}: {name}", f"{seconds * 1000:.0f}", f"{memory:.0f}")
        for name, (_, seconds, memory) in harm.items()
    ]
    print(table(["a file that means harm", "ms", "MB"], rows), "\n")
    figures = {
        PROJECT: project * 1000,
        HARM: max(seconds for _, seconds, _ in harm.values()) * 1000,
        MEMORY: max(memory for _, _, memory in harm.values()),
    }
    print("; ".join(limit.verdict(figure) for limit, figure in figures.items()))
    return int(not all(limit.holds(figure) for limit, figure in figures.items()))


def made_project(root: Path) -> Path:
    """
    Copy the example, and add apps until it has a hundred files.
    """
    shutil.copytree(
        EXAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3")
    )
    modules = [path.read_text() for path in sorted((EXAMPLE / "places").glob("*.py"))]
    count = sum(path.is_file() for path in root.rglob("*"))
    for number in range(FILES - count):
        path = root / f"app{number // 10}" / f"module{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(modules[number % len(modules)])
    return root


def made_file(folder: Path, name: str, content: bytes) -> Path:
    """
    Write a project of one file.
    """
    root = Path(tempfile.mkdtemp(dir=folder))
    (root / name).write_bytes(content)
    (root / "manage.py").touch()
    return root


def medians(root: Path, rounds: int) -> list[float]:
    """
    Return the seconds until it is ready, those that examining takes, and the megabytes.
    """
    played = [measured(root) for _ in range(rounds)]
    return [median(each[at] for each in played) for at in range(3)]


def measured(root: Path) -> list[float]:
    """
    Run it once, in a process of its own.
    """
    command = [sys.executable, "-c", MEASURE, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: list[float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    sys.exit(main())
