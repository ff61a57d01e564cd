"""
Every rule on its own page's example: it fires there, and is silent on what mends it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heroku_support.manifests.fixes import fix
from heroku_support.manifests.registry import rules
from tests.manifests.examples import diagnose, files, places, write

# Nothing in a file breaks it.
WITHOUT_EXAMPLE = {"extra-missing", "file-committed", "venv-committed"}
# Those on servers have their own tests.
WITHOUT_EXAMPLE |= {name for name, each in rules().items() if each.kind == "live"}
RULES = sorted(rules().keys() - WITHOUT_EXAMPLE)
FIXABLE = [
    "addon-alias",
    "addon-plan",
    "build-nested",
    "buildpack-alias",
    "buildpack-git",
    "buildpack-shape",
    "byte-order-mark",
    "colon-missing",
    "config-quotes",
    "crlf",
    "dash-typographic",
    "dockerfile-word",
    "env-generator",
    "env-key-unknown",
    "env-required",
    "env-value",
    "formation-quantity",
    "json-syntax",
    "key-outside",
    "key-unknown",
    "leading-space",
    "name-upper-case",
    "plan-retired",
    "port-percent",
    "release-image",
    "runner-missing",
    "script-unknown",
    "section-nested",
    "section-unknown",
    "setup-plan",
    "size-retired",
    "space-after-colon",
    "space-before-colon",
    "stack-retired",
    "utf-16",
    "version-pinned",
    "version-syntax",
    "yaml-syntax",
]
# Where each finds something in its example.
PLACES = """
addon-alias heroku.yml:4:11
addon-plan heroku.yml:3:7
addon-retired app.json:2:14
app-ci-json app-ci.json:1:1
app-key-unknown app.json:3:3
app-value-shape app.json:2:14
background-process Procfile:1:28
base-retired Dockerfile:1:6
base-user Dockerfile:2:1
beat-in-worker Procfile:1:31
bind-loopback Procfile:1:22
build-argument heroku.yml:5:5
build-legacy heroku.yml:2:3
build-missing heroku.yml:1:1
build-nested heroku.yml:4:3
build-secret heroku.yml:5:5
buildpack-alias app.json:2:26
buildpack-exporter app.json:3:13
buildpack-git app.json:2:26
buildpack-order app.json:2:52
buildpack-shape app.json:3:5
buildpack-twice app.json:2:52
buildpacks-ignored app.json:3:3
byte-order-mark .python-version:1:1
celery-metadata requirements.txt:1:1
celery-order Procfile:1:16
collectstatic-disabled app.json:3:5
collectstatic-late Procfile:1:55
colon-missing Procfile:1:1
command-empty Procfile:1:1
command-items heroku.yml:8:7
command-missing Dockerfile:1:1
command-text heroku.yml:6:12
config-port heroku.yml:3:5
config-quotes heroku.yml:3:28
config-secret heroku.yml:3:17
config-shape heroku.yml:3:5
crlf Procfile:1:24
dash-typographic Procfile:1:25
dependency-missing Procfile:1:6
dockerfile-missing heroku.yml:3:10
dockerfile-path heroku.yml:3:10
dockerfile-word Procfile:1:6
env-addon app.json:4:5
env-buildpack-url app.json:3:5
env-debug app.json:3:14
env-generator app.json:3:33
env-generator-value app.json:3:43
env-key-unknown app.json:3:18
env-name app.json:3:5
env-required app.json:3:32
env-secret app.json:3:29
env-secret-key app.json:3:5
env-value app.json:3:34
exec-port Dockerfile:2:53
expose Dockerfile:2:1
file-misspelt procfile:1:1
formation-quantity app.json:3:25
formation-unknown app.json:3:5
graceful-timeout-long Procfile:1:34
heroku-yml-empty heroku.yml:1:1
image-missing heroku.yml:6:3
image-secret Dockerfile:2:5
image-unknown heroku.yml:5:10
item-continued heroku.yml:8:7
json-duplicate-key app.json:3:3
json-syntax app.json:3:23
key-outside heroku.yml:2:1
key-unknown heroku.yml:6:3
leading-space Procfile:2:1
lock-missing Pipfile:1:1
lock-several requirements.txt:1:1
makemigrations Procfile:1:27
merge-marker Procfile:1:1 Procfile:5:1
migrate-in-web Procfile:1:23
name-characters Procfile:1:1
name-hyphen Procfile:1:1
name-long Procfile:1:1
name-underscore Procfile:1:1
name-upper-case Procfile:1:1
plan-retired app.json:2:14
port-fixed Procfile:1:22
port-missing Procfile:1:6
port-percent Procfile:1:28
postdeploy-migrates app.json:1:28
process-duplicate Procfile:2:1
process-file-missing Procfile:1:1
procfile-unused Procfile:1:1
psycopg-database requirements.txt:1:1
release-command heroku.yml:4:1
release-image heroku.yml:4:1
release-missing Procfile:1:1
release-semicolon Procfile:1:34
reload Procfile:1:15
requirement-abandoned requirements.txt:1:1
requirement-impossible requirements.txt:1:1
requirement-local requirements.txt:1:1
runner-missing Procfile:1:6
runserver Procfile:1:23
runtime-txt runtime.txt:1:1
script-missing Procfile:1:10
script-shape app.json:3:19
script-unknown app.json:3:5
section-nested heroku.yml:4:3
section-unknown heroku.yml:4:1
setup-once heroku.yml:1:1
setup-plan heroku.yml:3:13
size-retired app.json:3:36
size-unknown app.json:3:36
space-after-colon Procfile:1:5
space-before-colon Procfile:1:4
stack-container app.json:1:1
stack-retired app.json:2:12
stack-unknown app.json:2:12
stage-unknown heroku.yml:5:15
template Procfile:1:1
test-database app.json:4:18
test-script-missing app.json:3:5
timeout-long Procfile:1:25
unreadable Procfile:1:1
utf-16 Procfile:1:1
value-shape heroku.yml:3:5
version-count .python-version:2:1
version-missing .python-version:1:1
version-pinned .python-version:1:1
version-syntax .python-version:1:1
version-unsupported .python-version:1:1
volume Dockerfile:2:1
web-missing Procfile:1:1
wsgi-missing Procfile:1:15
yaml-alias heroku.yml:4:13
yaml-duplicate-key heroku.yml:6:3
yaml-syntax heroku.yml:6:5
"""


def expected() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in PLACES.strip().splitlines():
        name, *where = line.split()
        found[name] = where
    return found


def test_every_rule_has_its_place():
    assert list(expected()) == RULES


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_its_example_at_the_exact_place(name: str, tmp_path: Path):
    write(tmp_path, files(name, "Before"))

    assert places(diagnose(tmp_path), name) == expected()[name]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_silent_when_its_example_is_mended(name: str, tmp_path: Path):
    write(tmp_path, files(name, "After"))

    assert places(diagnose(tmp_path), name) == []


@pytest.mark.parametrize("name", FIXABLE)
def test_a_fix_makes_of_an_example_what_its_page_shows(name: str, tmp_path: Path):
    before, after = files(name, "Before"), files(name, "After")
    write(tmp_path, before)
    fix(diagnose(tmp_path)).write()

    assert {path: (tmp_path / path).read_text() for path in after} == after


def test_every_example_with_a_fix_is_among_them(tmp_path: Path):
    fixable = []
    for name in RULES:
        root = tmp_path / name
        root.mkdir()
        found = diagnose(write(root, files(name, "Before"))).findings
        if any(each.edits for each in found if each.rule == name):
            fixable.append(name)

    assert fixable == FIXABLE


@pytest.mark.parametrize("name", sorted(rules()))
def test_a_page_says_what_and_why(name: str):
    what, why, *_ = rules()[name].page.split("\n\n")

    assert what.endswith(".") and "\n" not in what
    assert not why.startswith(("Before, in", "After, in"))


@pytest.mark.parametrize("name", sorted(rules()))
def test_a_rule_is_called_as_its_file(name: str):
    path = Path(rules()[name].module.rpartition(".")[2].replace("_", "-"))

    assert path.name == name
