"""
Dockerfiles, requirements, lock files, TOML: what is read of them.
"""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest

from heroku_support.manifests import requirements, toml_text
from heroku_support.manifests.dockerfile import Dockerfile, DockerfileMissingError
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import NOTHING
from heroku_support.manifests.python_version import PythonVersion
from heroku_support.manifests.secrecy import is_secret
from heroku_support.manifests.source import Source
from heroku_support.manifests.toml_text import TomlError, TomlMissingError


def dockerfile(text: str) -> Dockerfile:
    return Dockerfile(Source("Dockerfile", text))


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    imported = builtins.__import__

    # What an environment without the extra does.
    def missing(name: str, *args: object) -> object:
        if name == package:
            raise ImportError(name)
        return imported(name, *args)

    monkeypatch.setattr(builtins, "__import__", missing)


def test_stages_have_their_images_and_names():
    stages = dockerfile(
        "# syntax=docker/dockerfile:1\nFROM --platform=linux/amd64 python:3.13 AS Build\n"
        "RUN a\nfrom scratch\nCMD b\n"
    ).stages

    assert [(stage.image, stage.name) for stage in stages] == [
        ("python:3.13", "build"),
        ("scratch", ""),
    ]


def test_the_lines_of_a_here_document_are_no_instructions():
    found = dockerfile("FROM a\nRUN <<EOF\nCMD no\nEOF\nCMD yes\n")

    assert [each.name for each in found.instructions] == ["FROM", "RUN", "CMD"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_instruction_has_its_place(end: str):
    found = dockerfile(end.join(["FROM a", "  RUN b \\", "    && c", "EXPOSE 80", ""]))
    run, expose = found.instructions[1:]

    assert found.source.position(run.start) == (2, 3)
    assert found.source.position(expose.find("80")) == (4, 8)


def test_a_word_that_an_instruction_has_not_is_where_it_begins():
    instruction = dockerfile("FROM a\n").instructions[0]

    assert instruction.find("b") == instruction.start


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CMD gunicorn a", ["gunicorn", "a"]),
        ('CMD ["gunicorn", "a"]', ["gunicorn", "a"]),
        ('CMD ["sh", "-c", "gunicorn a"]', ["gunicorn", "a"]),
    ],
)
def test_the_command_is_read_in_each_of_its_forms(text: str, words: list[str]):
    command = dockerfile(f"FROM a\n{text}\n").command

    assert command is not None
    assert [word.text for word in command.words] == words


def test_a_file_without_a_stage_has_no_command():
    assert dockerfile("# nothing\n").command is None
    assert dockerfile("FROM a\n").command is None


def test_a_from_without_an_image_is_no_stage():
    assert dockerfile("FROM\n").stages == ()


def test_what_no_shell_reads_is_a_list_of_words():
    instructions = dockerfile('FROM a\nCMD [1]\nCMD ["a"]\nCMD a\n').instructions

    assert [each.exec_form for each in instructions[1:]] == [None, ["a"], None]


def test_variables_are_read_in_both_forms():
    found = dockerfile("FROM a\nARG X\nENV A=1 B='2'\nENV C 3\n")

    assert found.variables == {"A": "1", "B": "2", "C": "3"}
    assert found.arguments == {"X"}


def test_without_dockerfile_parse_it_says_so(monkeypatch: pytest.MonkeyPatch):
    without(monkeypatch, "dockerfile_parse")

    with pytest.raises(DockerfileMissingError):
        dockerfile("FROM a\n")


def read(files: dict[str, str]) -> requirements.Dependencies:
    texts = {path: Source(path, text) for path, text in files.items()}
    return requirements.from_requirements(texts["requirements.txt"], texts.get)


def test_requirements_have_names_versions_and_places():
    found = read(
        {"requirements.txt": "# x\n\nDjango_X[a]==5.2.8 ; python_version > '3'\nb\n"}
    )
    first, second = found.requirements

    assert (first.name, first.version, first.start) == ("django-x", (5, 2, 8), 5)
    assert (second.name, second.version, first.extras) == ("b", None, ("a",))


def test_hashes_and_options_are_no_requirements():
    found = read(
        {
            "requirements.txt": "--index-url x\na==1 \\\n    --hash=sha256:b\nc==2 --hash=d\n"
        }
    )

    assert found.versions == {"a": (1,), "c": (2,)}
    assert found.is_complete


def test_files_that_are_included_are_read():
    found = read(
        {
            "requirements.txt": "-r requirements/base.txt\n",
            "requirements/base.txt": "-r more.txt\na\n",
            "requirements/more.txt": "-r base.txt\n--requirement=more.txt\nb\n",
        }
    )

    assert found.names == {"a", "b"}
    assert found.is_complete


@pytest.mark.parametrize(
    "line",
    [
        "-r absent.txt",
        "-e .",
        "./wheels/a.whl",
        "git+https://x/y.git",
        "???",
        "https://x/y.whl",
    ],
)
def test_what_brings_nobody_knows_what_makes_it_incomplete(line: str):
    assert not read({"requirements.txt": f"a\n{line}\n"}).is_complete


def test_what_is_longer_than_any_is_incomplete():
    found = read({"requirements.txt": "a\n" * (requirements.MOST_LINES + 1)})

    assert (len(found.requirements), found.is_complete) == (
        requirements.MOST_LINES,
        False,
    )


def test_a_requirement_from_an_address_is_one():
    (found,) = read({"requirements.txt": "a @ https://x/y.whl\n"}).requirements

    assert (found.name, found.version) == ("a", None)


def test_a_lock_file_has_versions():
    text = '[[package]]\nname = "Django"\nversion = "5.2.8"\n'
    found = requirements.from_lock(Source("uv.lock", text))

    assert found.versions == {"django": (5, 2, 8)}


def test_pipenvs_lock_has_what_is_installed():
    text = (
        '{"default": {"Django": {"version": "==5.2.8"}, "x": {}}, "develop": {"y": {}}}'
    )
    found = requirements.from_pipfile_lock(Source("Pipfile.lock", text))

    assert found.versions == {"django": (5, 2, 8), "x": ()}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"default": []}', '{"default": {"a": 1}}']
)
def test_a_lock_of_another_shape_says_nothing(text: str):
    assert not requirements.from_pipfile_lock(Source("Pipfile.lock", text)).is_complete


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a = \n", 1, "Invalid value"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite a value"),
        ("a = " + "[" * 20_000, 0, "too many levels are nested"),
        ("a = [", 0, "Invalid value"),
        ("a = " + "9" * 5_000, 0, "Exceeds the limit"),
    ],
)
def test_what_is_no_toml_is_one_error(text: str, line: int, reason: str):
    with pytest.raises(TomlError, match=reason) as caught:
        toml_text.parse(text)

    assert caught.value.line == line


def test_without_a_reader_of_toml_it_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(toml_text, "READER", "tomli_that_is_not_installed")

    with pytest.raises(TomlMissingError):
        toml_text.parse("")


def test_every_fact_has_its_date_and_source():
    table = toml_text.parse(
        (Path(toml_text.__file__).parent / "platform.toml").read_text()
    )

    assert {name for name, facts in table.items() if not facts["source"]} == set()
    assert facts("python").as_of == "as of November 2026"


def test_blank_lines_and_comments_are_no_versions():
    file = PythonVersion(Source(".python-version", "\n# x\n  3.13  \n"))

    assert file.version == (3, 13)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "changeme-changeme-1",
        "build",
        "${SECRET_KEY}",
        "aaaaaaaaaaaaaaaaaaa1",
        "x" * 40,
    ],
)
def test_what_stands_in_for_a_secret_is_none(value: str):
    assert not is_secret("SECRET_KEY", value)


def test_a_name_that_is_not_secret_has_no_secret():
    assert not is_secret("LANGUAGE", "9d2f7c1ab84e60359d2f7c1ab84e6035")


def test_findings_are_sorted_by_place():
    findings = [
        Finding(path, line, 1, "rule", "error", "", "")
        for path, line in [("b", 1), ("a", 10), ("a", 2)]
    ]

    assert [(each.path, each.line) for each in sorted(findings)] == [
        ("a", 2),
        ("a", 10),
        ("b", 1),
    ]


def test_a_path_into_nothing_is_nothing():
    assert NOTHING.get("a", "b") is None
