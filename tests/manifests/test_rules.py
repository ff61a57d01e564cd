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
WITHOUT_EXAMPLE = {
    "extra-missing",
    "file-committed",
    "system-check",
    "venv-committed",
}
# Those on servers have their own tests.
WITHOUT_EXAMPLE |= {name for name, each in rules().items() if each.kind == "live"}
RULES = sorted(rules().keys() - WITHOUT_EXAMPLE)
FIXABLE = [
    "addon-alias",
    "addon-plan",
    "apt-line-ends",
    "build-nested",
    "buildpack-alias",
    "buildpack-git",
    "buildpack-shape",
    "byte-order-mark",
    "colon-missing",
    "command-quoted",
    "config-quotes",
    "cookie-domain",
    "crlf",
    "dash-typographic",
    "debug-text",
    "dockerfile-word",
    "env-generator",
    "env-key-unknown",
    "env-required",
    "env-value",
    "exclude-slash",
    "formation-quantity",
    "image-shape",
    "item-continued",
    "json-syntax",
    "key-outside",
    "key-unknown",
    "leading-space",
    "name-upper-case",
    "plan-retired",
    "port-percent",
    "proxy-header",
    "release-image",
    "runner-missing",
    "script-line-ends",
    "script-unknown",
    "section-nested",
    "section-unknown",
    "session-local",
    "settings-development",
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
addon-unlisted shop/settings.py:4:17
app-ci-json app-ci.json:1:1
app-key-unknown app.json:3:3
app-value-shape app.json:2:14
application-path Procfile:1:15
apt-line-ends Aptfile:1:9
apt-package Aptfile:1:11
aptfile-unread Aptfile:1:1
asgi-worker Procfile:1:15
background-process Procfile:1:28
base-floating Dockerfile:1:6
base-retired Dockerfile:1:6
base-user Dockerfile:2:1
beat-in-worker Procfile:1:31
beat-schedule-file Procfile:1:38
bind-loopback Procfile:1:22
bind-twice Procfile:1:25
broker-missing app.json:2:13
build-argument heroku.yml:5:5
build-env-refused project.toml:5:1
build-legacy heroku.yml:2:3
build-missing heroku.yml:1:1
build-nested heroku.yml:4:3
build-secret heroku.yml:5:5
build-variable Dockerfile:2:22
buildpack-alias app.json:2:26
buildpack-exporter app.json:3:13
buildpack-git app.json:2:26
buildpack-order app.json:2:52
buildpack-shape app.json:3:5
buildpack-twice app.json:2:52
buildpacks-ignored app.json:3:3
byte-order-mark .python-version:1:1
cache-local shop/settings.py:4:33
celery-certificate shop/settings.py:4:25
celery-eager shop/settings.py:2:28
celery-memory shop/settings.py:2:21
celery-metadata requirements.txt:1:1
celery-order Procfile:1:16
channels-memory shop/settings.py:2:42
ci-dyno shop/settings.py:4:13
collectstatic-disabled app.json:3:5
collectstatic-late Procfile:1:55
colon-missing Procfile:1:1
command-empty Procfile:1:1
command-items heroku.yml:8:7
command-missing Dockerfile:1:1
command-quoted Procfile:1:6
command-text heroku.yml:6:12
config-port heroku.yml:3:5
config-quotes heroku.yml:3:28
config-secret heroku.yml:3:17
config-shape heroku.yml:3:5
connection-age shop/settings.py:4:25
connection-asgi shop/settings.py:6:22
connection-cursors shop/settings.py:4:25
connection-health shop/settings.py:4:61
connection-pool shop/settings.py:6:25
cookie-domain shop/settings.py:2:25
copy-missing Dockerfile:2:6
copy-stage Dockerfile:4:13
crlf Procfile:1:24
dash-typographic Procfile:1:25
database-local shop/settings.py:6:17
database-sqlite shop/settings.py:3:27
database-tls shop/settings.py:4:25
debug-on shop/settings.py:2:9
debug-text shop/settings.py:4:9
dependency-group pyproject.toml:7:8
dependency-missing Procfile:1:6
development-requirement requirements.txt:2:1
django-python .python-version:1:1
dockerfile-missing heroku.yml:3:10
dockerfile-path heroku.yml:3:10
dockerfile-word Procfile:1:6
dockerignore-missing Dockerfile:2:1
dyno-metadata shop/settings.py:4:11
entrypoint-arguments Dockerfile:3:14
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
env-undeclared app.json:2:3
env-value app.json:3:34
exclude-needed project.toml:5:12
exclude-slash project.toml:5:12
exec-port Dockerfile:2:53
expose Dockerfile:2:1
file-misspelt procfile:1:1
formation-missing app.json:2:3
formation-quantity app.json:3:25
formation-unknown app.json:3:5
gdal-missing Dockerfile:1:6
gdal-version requirements.txt:1:1
geo-buildpack-missing app.json:2:26
geo-buildpack-retired app.json:3:5
geo-engine shop/settings.py:5:25
geo-library shop/settings.py:2:19
graceful-timeout-long Procfile:1:34
group-buildpack project.toml:4:1
healthcheck Dockerfile:2:1
heroku-yml-empty heroku.yml:1:1
host-missing Procfile:1:6
hosts-any shop/settings.py:2:18
hosts-missing shop/settings.py:2:17
hsts-preload shop/settings.py:3:23
image-missing heroku.yml:6:3
image-secret Dockerfile:2:5
image-shape heroku.yml:4:5
image-unknown heroku.yml:5:10
include-and-exclude project.toml:5:1
instruction-unknown Dockerfile:2:1
item-continued heroku.yml:8:7
json-duplicate-key app.json:3:3
json-syntax app.json:3:23
keep-alive-short Procfile:1:6
key-outside heroku.yml:2:1
key-unknown heroku.yml:6:3
leading-space Procfile:2:1
lock-missing Pipfile:1:1
lock-several requirements.txt:1:1
lock-stale pyproject.toml:6:5
log-file shop/settings.py:5:27
log-request-id shop/settings.py:4:19
log-silent shop/settings.py:3:1
mail-local shop/settings.py:2:10
makemigrations Procfile:1:27
manage-py-deep services/backend/shop/manage.py:1:1
manifest-uncollected shop/settings.py:4:12
merge-marker Procfile:1:1 Procfile:5:1
migrate-in-web Procfile:1:23
name-characters Procfile:1:1
name-hyphen Procfile:1:1
name-long Procfile:1:1
name-underscore Procfile:1:1
name-upper-case Procfile:1:1
needed-ignored .slugignore:2:1
nostatic-order shop/settings.py:4:5
package-missing pyproject.toml:2:1
plan-retired app.json:2:14
platform-arm Dockerfile:1:6
port-fixed Procfile:1:22
port-missing Procfile:1:6
port-percent Procfile:1:28
postdeploy-migrates app.json:1:28
process-duplicate Procfile:2:1
process-file-missing Procfile:1:1
procfile-unused Procfile:1:1
proxy-header shop/settings.py:2:27
proxy-untrusted Dockerfile:3:5
psycopg-database requirements.txt:1:1
python-ended Dockerfile:1:6
redirect-loop shop/settings.py:2:23
release-command heroku.yml:4:1
release-image heroku.yml:4:1
release-missing Procfile:1:1
release-semicolon Procfile:1:34
reload Procfile:1:15
requirement-abandoned requirements.txt:1:1
requirement-impossible requirements.txt:1:1
requirement-local requirements.txt:1:1
requirement-unpinned requirements.txt:1:1
runner-missing Procfile:1:6
runserver Procfile:1:23
runtime-txt runtime.txt:1:1
script-line-ends bin/release.sh:1:10
script-missing Procfile:1:10
script-not-executable Procfile:1:10
script-shape app.json:3:19
script-shebang Procfile:1:10
script-unknown app.json:3:5
search-local shop/settings.py:4:19
secret-key shop/settings.py:2:14
section-nested heroku.yml:4:3
section-unknown heroku.yml:4:1
session-local shop/settings.py:2:18
settings-development shop/wsgi.py:3:49
settings-secret shop/settings.py:2:23
settings-syntax shop/settings.py:2:17
setup-once heroku.yml:1:1
setup-plan heroku.yml:3:13
size-retired app.json:3:36
size-unknown app.json:3:36
slugignore-negated .slugignore:2:1
space-after-colon Procfile:1:5
space-before-colon Procfile:1:4
sqlite-old requirements.txt:1:1
stack-container app.json:1:1
stack-retired app.json:2:12
stack-unknown app.json:2:12
stage-unknown heroku.yml:5:15
static-root-missing shop/settings.py:2:19
static-unserved shop/settings.py:3:14
storage-ignored shop/settings.py:2:23
storage-missing shop/settings.py:2:12
store-certificate shop/settings.py:7:21
template Procfile:1:1
test-database app.json:4:18
test-script-missing app.json:3:5
test-sqlite app.json:5:31
time-zone shop/settings.py:3:10
timeout-long Procfile:1:25
toml-key-unknown project.toml:5:1
toml-schema-version project.toml:1:1
toml-syntax project.toml:2:22
toml-value-shape project.toml:5:1
unreadable Procfile:1:1
upload-local people/models.py:5:16
user-root Dockerfile:2:1
utf-16 Procfile:1:1
value-shape heroku.yml:3:5
venv-program Procfile:1:6
version-count .python-version:2:1
version-disagrees pyproject.toml:4:1
version-missing .python-version:1:1
version-pinned .python-version:1:1
version-syntax .python-version:1:1
version-unsupported .python-version:1:1
volume Dockerfile:2:1
web-missing Procfile:1:1
whitenoise-order shop/settings.py:5:5
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
