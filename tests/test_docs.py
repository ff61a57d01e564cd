"""
Docs and code name the same things, and what the docs show runs.
"""

from __future__ import annotations

import configparser
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.dispatch import Signal

import heroku_support.management.commands
from heroku_support import Heroku, signals, variables
from heroku_support.conf import Settings
from heroku_support.dyno import Dyno
from heroku_support.health.configured import BUILT_IN as BUILT_IN_CHECKS
from heroku_support.metrics.catalogue import METRICS
from heroku_support.release.errors import ReleaseError
from heroku_support.release.report import Report
from heroku_support.release.steps import BUILT_IN
from heroku_support.settings.typed import CelerySettings, SecuritySettings
from tests.checks.test_checks import messages
from tests.manifests import pages

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])
HOW_TO = sorted((DOCS / "how-to").glob("*.md"))
# The histogram that OpenTelemetry's exit has in place of a summary.
HISTOGRAM = {"django_service_seconds_bucket"}
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([^)\s]+))?\)")
NOT_HELPERS = {"dyno", "decisions"}


def page(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text()


def anchors(text: str) -> set[str]:
    """
    The names that headings get, as hosts of Markdown make them.
    """
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings
    }


def test_every_helper_is_documented():
    public = {
        name for name, _ in inspect.getmembers(Heroku) if not name.startswith("_")
    }
    named = set(re.findall(r"^### `(\w+)\(\)`$", page("settings"), re.MULTILINE))

    assert named == public - NOT_HELPERS


@pytest.mark.parametrize("part", ["Arguments", "Reads", "Returns", "Platform"])
def test_every_helper_has_each_part(part: str):
    helpers = page("settings").split("## Helpers")[1].split("\n## ")[0]
    _, *sections = helpers.split("\n### ")
    without = [each for each in sections if each.count(f"\n- **{part}**: ") != 1]

    assert without == []


def test_every_setting_of_ours_is_documented():
    own = {name for name in vars(Settings) if name.startswith("HEROKU_SUPPORT_")}
    table = page("settings").split("## Django settings of this package")[1]

    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == own


def test_every_celery_setting_is_documented():
    table = page("celery")
    named = set(re.findall(r"CELERY_\w+", table)) | {
        f"CELERY_REDIS{name}" for name in re.findall(r"`…(_\w+)`", table)
    }

    assert named >= set(CelerySettings.__annotations__)


def test_every_security_setting_is_documented():
    table = page("settings").split("### `security()`")[1].split("\n##")[0]

    named = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert named == set(SecuritySettings.__annotations__)


def test_every_field_of_the_dyno_is_documented():
    table = page("settings").split("## `Dyno`")[1].split("\n## ")[0]
    properties = {
        name for name, _ in inspect.getmembers(Dyno, inspect.isdatadescriptor)
    }
    fields = set(Dyno.__annotations__) | properties - {"__weakref__"}

    assert set(re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\|$)", table, re.MULTILINE)) >= {
        name for name in fields if not name.startswith("_")
    } - {"vars", "argv", "cgroup"}


def test_every_phase_is_explained():
    text = (DOCS / "explanation" / "phases.md").read_text()

    assert set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) == set(variables.PHASES)


def test_every_command_is_documented():
    commands = {
        module.name
        for module in pkgutil.iter_modules(heroku_support.management.commands.__path__)
    }

    assert set(re.findall(r"^## `(\w+)`", page("commands"), re.MULTILINE)) == commands


def test_every_check_is_documented():
    named = set(
        re.findall(r"^\| `(heroku_support\.\w+)`", page("checks"), re.MULTILINE)
    )

    assert named == {message.id for message in messages()}


def test_every_readiness_check_is_documented():
    section = page("health").split("## Checks")[1].split("\n| option |")[0]

    assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == list(BUILT_IN_CHECKS)


def test_every_option_of_a_readiness_check_is_documented():
    table = page("health").split("\n| option |")[1].split("\n\n")[0]
    told = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    found = {
        parameter.name
        for check in BUILT_IN_CHECKS
        for parameter in inspect.signature(
            import_module(f"heroku_support.health.checks.{check}").find
        ).parameters.values()
    }

    assert told == found - {"name"} | {"check"}


def test_every_rule_has_its_docstring_as_its_page():
    assert page("rules") == pages.page()


def test_every_step_of_a_release_is_documented_in_its_order():
    table = page("release").split("## Steps")[1].split("\n## ")[0]
    named = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)

    assert named == [step.name for step in BUILT_IN]


def test_every_key_of_the_json_line_is_documented():
    table = page("release").split("## The JSON line")[1].split("\n## ")[0]
    cells = "".join(re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE))

    assert re.findall(r"`(\w+)`", cells) == list(json.loads(Report().as_json()))


def test_every_signal_is_documented():
    table = page("release").split("## Signals")[1]
    sent = {name for name, each in vars(signals).items() if isinstance(each, Signal)}

    assert set(re.findall(r"^\| `(release_\w+)`", table, re.MULTILINE)) == sent


def test_every_exit_status_is_documented():
    table = page("commands").split("\n## ")[0]
    statuses = {each.returncode for each in every_subclass(ReleaseError)} | {0}

    assert {int(each) for each in re.findall(r"^\| (\d+)", table, re.M)} == statuses


def every_subclass(kind: type[ReleaseError]) -> Iterator[type[ReleaseError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from every_subclass(each)


@pytest.mark.parametrize("path", HOW_TO, ids=lambda path: path.name)
def test_how_to_guides_name_checks_and_metrics_that_there_are(path: Path):
    text = path.read_text()
    checks = set(re.findall(r"heroku_support\.[EWI]\d{3}", text))
    metrics = set(re.findall(r"`(django\.(?!contrib|core|db)[\w.]+)`", text))

    assert checks - {message.id for message in messages()} == set()
    assert metrics - {each.dotted("django") for each in METRICS} == set()


def test_queries_name_metrics_that_there_are():
    text = (DOCS / "how-to" / "look-at-metrics.md").read_text()
    named = set(re.findall(r"django_\w+", text)) - HISTOGRAM

    assert named - {each.prometheus("django") for each in METRICS} == set()


# PyPI shows the README too, and has no other page of ours.
REPOSITORY = "https://github.com/django-heroku-support/django-heroku-support/blob/main/"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path):
    broken = []
    for target, anchor in LINK.findall(path.read_text().replace(REPOSITORY, "")):
        if target.startswith("http"):
            continue
        found = (path.parent / target).resolve() if target else path
        if not found.exists() or (anchor and anchor not in anchors(found.read_text())):
            broken.append(target or anchor)

    assert [each for each in broken if each not in LEFT_OUT_OF_TOX] == []


GUIDES = [path for path in PAGES if path.parent.name in ("how-to", "tutorial")]
# `heroku local` needs no account.
OF_THE_CLIENT = re.compile(r"^ *(?:\$ )?heroku (?!local)[a-z]", re.MULTILINE)
NOT_RUN = re.compile(r"\bnot\s+(been\s+)?run\b", re.IGNORECASE)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_with_commands_that_need_an_account_says_that_they_were_not_run(
    path: Path,
):
    text = path.read_text()

    assert bool(OF_THE_CLIENT.search(text)) <= bool(NOT_RUN.search(text))


def test_the_links_of_the_readme_work_on_pypi_too():
    targets = [target for target, _ in LINK.findall((ROOT / "README.md").read_text())]

    assert [each for each in targets if not each.startswith("https://")] == []


# tox copies what the tests need, and they are not about this one.
LEFT_OUT_OF_TOX = {"CONTRIBUTING.md"}


def test_the_index_names_every_page():
    index = (DOCS / "README.md").read_text()
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.glob("*/*.md")}

    assert set(re.findall(r"\]\(([\w/-]+\.md)\)", index)) == pages


def settings_block() -> str:
    (block,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S
    )
    return block


def test_the_settings_block_of_the_readme_runs(tmp_path: Path):
    names = {"__file__": str(tmp_path / "config" / "settings.py")}
    block = settings_block().replace("Heroku(", f"Heroku(env={ {'DEBUG': 'true'}!r}, ")
    exec(compile(block, "README.md", "exec"), names)

    assert names["DATABASES"]["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    assert names["MIDDLEWARE"][0].endswith("HerokuMiddleware")


def test_the_error_in_the_readme_is_the_one_that_is_raised():
    readme = (ROOT / "README.md").read_text()
    wrong = {
        "DYNO": "web.1",
        "DATABASE_URL": "postgres://app:secret@db.example.com:port/app",
        "WEB_CONCURRENCY": "two",
    }
    with (
        pytest.raises(Exception, match="3 problems") as caught,
        Heroku(wrong) as heroku,
    ):
        heroku.secret_key()
        heroku.databases()

    assert str(caught.value) in readme


def test_the_readme_counts_the_system_checks():
    counted = re.findall(r"(\d+) system checks", (ROOT / "README.md").read_text())

    assert counted == [str(len(messages()))]


@pytest.mark.source
def test_the_readme_names_the_pythons_and_djangos_that_are_tested():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    classifiers = setup["metadata"]["classifiers"]
    readme = " ".join((ROOT / "README.md").read_text().split())

    pythons = re.findall(r"Python :: (3\.\d+)$", classifiers, re.MULTILINE)
    djangos = re.findall(r"Django :: ([\d.]+)$", classifiers, re.MULTILINE)
    assert f"Python {pythons[0]} to {pythons[-1]}" in readme
    assert f"Django {', '.join(djangos[:-1])} and {djangos[-1]}" in readme
