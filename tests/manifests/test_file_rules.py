"""
What the examples on the rules' pages do not show, of the files around an app.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from heroku_support.manifests.doctor import examine
from heroku_support.manifests.project import Project
from tests.manifests.examples import write
from tests.manifests.test_edges import MANAGE, Files, at, found

SCHEMA = '[_]\nschema-version = "0.2"\n'
GUNICORN = "web: gunicorn a\n"
GEO = '{"buildpacks": [{"url": "https://github.com/heroku/heroku-geo-buildpack.git"}]}'
POETRY = {"poetry.lock": '[[package]]\nname = "django"\nversion = "5.2"\n'}
COPY = "FROM python:3.13\nCOPY . /app\nCMD gunicorn a\n"

SILENT: list[tuple[str, Files]] = [
    ("apt-package", {"Aptfile": "# x\n:repo:deb https://x/ y main\nlibpq-dev:amd64\nhttps://x/y.deb\na=1.2\n"}),
    ("aptfile-unread", {"Aptfile": "a\n"}),
    ("aptfile-unread", {"Aptfile": "a\n", "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n"}),
    ("base-floating", {"Dockerfile": "ARG B=x\nFROM a:1 AS b\nFROM b\nFROM scratch\nFROM $B\nFROM a@sha256:1\n"}),
    ("beat-schedule-file", {"Procfile": "beat: celery -A a beat\n"}),
    ("beat-schedule-file", {"Procfile": "beat: celery -A a beat\n", "requirements.txt": "celery-redbeat\n"}),
    ("beat-schedule-file", {"Procfile": "beat: celery -A a beat -S x\n"}),
    ("broker-missing", {"Procfile": GUNICORN + "w: celery -A a worker\n", "app.json": '{"addons": ["cloudamqp"]}'}),
    ("broker-missing", {"Procfile": GUNICORN + "w: celery -A a worker\n", "app.json": '{"addons": [], "env": {"BROKER_URL": "x"}}'}),
    ("broker-missing", {"Procfile": GUNICORN, "app.json": '{"addons": []}'}),
    ("build-env-refused", {"project.toml": SCHEMA + '[[io.buildpacks.build.env]]\nname = "A"\nvalue = "b"\n'}),
    ("config-shape", {"heroku.yml": "setup:\n  config:\n    build:\n      docker:\n        web: x\n"}),
    ("dependency-group", {"pyproject.toml": '[project]\ndependencies = ["django-heroku-support"]\n[dependency-groups]\ndev = ["gunicorn"]\n', "uv.lock": ""}),
    ("django-python", {".python-version": "3.13\n", "requirements.txt": "Django==1.11\n"}),
    ("django-python", {".python-version": "3.13\n", "requirements.txt": "Django\n"}),
    ("dockerignore-missing", {"Dockerfile": COPY, ".env": "", ".dockerignore": "**\n!app\n"}),
    ("dockerignore-missing", {"Dockerfile": "FROM a:1\nCOPY --from=x . /app\nADD a.txt /b\n", ".env": ""}),
    ("entrypoint-arguments", {"Dockerfile": 'FROM a:1\nENTRYPOINT ["/x.sh"]\n', "x.sh": "#!/bin/sh\nexec $1\n"}),
    *(
        ("env-undeclared", {"app.json": '{"env": {}}', "a/settings.py": f"{imported}\nenv = Env()\nROOT_URLCONF = 'a'\nA = {text}\n"})
        for imported in ("from environ import Env", "from environs import Env")
        for text in ("env('A', default='x').split(',')", "env.str('A', default='x').rstrip('/')", "env('A', default='').startswith('rediss://')", "env.str('A', default='').strip().split(',')", "env.read_env('.env')", "env.prefixed('A_')")
    ),
    ("env-undeclared", {"app.json": '{"env": {}}', "a/settings.py": 'import os\nROOT_URLCONF = "a"\nA = os.environ["REDIS_URL"], os.environ["PORT"], os.environ.get("X")\n'}),
    ("exclude-needed", {"project.toml": SCHEMA + '[io.buildpacks]\nexclude = ["docs", 1, "*.txt/"]\n', "requirements.txt": ""}),
    ("exclude-slash", {"project.toml": SCHEMA + '[io.buildpacks]\nexclude = ["/", 1]\n'}),
    ("formation-missing", {"app.json": '{"formation": {"web": {"quantity": 1}}}'}),
    ("gdal-missing", {"Dockerfile": "FROM osgeo/gdal:3\n", "a/settings.py": 'INSTALLED_APPS = ["django.contrib.gis"]\n'}),
    ("gdal-version", {"app.json": GEO[:-1] + ', "env": {"GDAL_VERSION": "3.9.3"}}', "requirements.txt": "GDAL==3.9.3\n"}),
    ("geo-buildpack-missing", {"app.json": '{"buildpacks": [{"url": "heroku/python"}]}', "Aptfile": "gdal-bin\n", "a/settings.py": 'INSTALLED_APPS = ["django.contrib.gis"]\n'}),
    ("geo-buildpack-retired", {"app.json": GEO}),
    ("group-buildpack", {"project.toml": SCHEMA + '[[io.buildpacks.group]]\nid = "a"\n[io.buildpacks.group.script]\ninline = "x"\n[[io.buildpacks.pre.group]]\nuri = "x"\n[[io.buildpacks.post.group]]\n[io.buildpacks.post.group.script]\napi = "x"\n'}),
    ("group-buildpack", {"project.toml": SCHEMA + 'io.buildpacks.group = [1]\n'}),
    ("healthcheck", {"Dockerfile": "FROM a:1\nHEALTHCHECK NONE\n"}),
    ("image-shape", {"heroku.yml": "build:\n  docker:\n    web:\n      dockerfile: Dockerfile\n      target: x\n"}),
    ("keep-alive-short", {"Procfile": "web: gunicorn --threads 1 a\nb: uvicorn a\n"}),
    ("keep-alive-short", {"Procfile": "web: gunicorn -k gthread -c x.py a\n"}),
    ("lock-missing", {"Procfile": GUNICORN, "package.json": "{}", "api/requirements.txt": ""}),
    ("lock-stale", {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\nDjango = "^5"\npsycopg = {version = "3", optional = true}\na = {version = "1", markers = "x"}\nb = [{version = "1"}]\n', **POETRY}),
    ("lock-stale", {"pyproject.toml": '[project]\ndependencies = [1, "?"]\n', "uv.lock": POETRY["poetry.lock"]}),
    ("lock-stale", {"pyproject.toml": '[project]\ndependencies = ["pywin32; sys_platform == \'win32\'"]\n', "uv.lock": POETRY["poetry.lock"]}),
    ("manage-py-deep", {"requirements.txt": "", "a/b/manage.py": ""}),
    ("needed-ignored", {".gitignore": "*.pyc\n", **MANAGE}),
    ("needed-ignored", {".slugignore": "tests\n", "Procfile": "web: ./x.sh\n", "a/tests/templates/x.html": ""}),
    ("needed-ignored", {".dockerignore": "manage.py\n", "Dockerfile": "FROM a:1\nCOPY src /app\n", **MANAGE}),
    ("package-missing", {"pyproject.toml": '[tool.poetry]\nname = "shop"\npackages = [{include = "x"}]\n', **POETRY, "x.py": ""}),
    ("package-missing", {"pyproject.toml": '[tool.poetry]\nname = "my.shop"\n', **POETRY, "src/my_shop/a.py": ""}),
    ("package-missing", {"pyproject.toml": '[project]\nname = "Shop"\n', **POETRY, "shop.py": ""}),
    ("platform-arm", {"Dockerfile": "FROM --platform=linux/arm64 a:1 AS b\nFROM python:3.13-alarm\n"}),
    ("postdeploy-migrates", {"app.json": '{"scripts": {"postdeploy": "x migrate"}}', "Procfile": "release: ./release.sh\n"}),
    ("proxy-untrusted", {"Procfile": GUNICORN}),
    ("proxy-untrusted", {"heroku.yml": "build:\n  docker:\n    web: Dockerfile\nrun:\n  web: gunicorn a\n"}),
    ("proxy-untrusted", {"heroku.yml": "build:\n  docker:\n    web: Dockerfile\n", "Dockerfile": "FROM a:1\nCMD gunicorn --forwarded-allow-ips='*' a\n"}),
    ("proxy-untrusted", {"project.toml": SCHEMA + '[[io.buildpacks.build.env]]\nname = "FORWARDED_ALLOW_IPS"\nvalue = "*"\n', "Procfile": GUNICORN}),
    ("python-ended", {"Dockerfile": "FROM python:3.13\nFROM python\nFROM x/python:latest\n"}),
    ("requirement-unpinned", {"requirements.txt": "a==1\nb\n"}),
    ("requirement-unpinned", {"requirements.txt": "-c constraints.txt\na\nb\n"}),
    ("script-line-ends", {"Procfile": "web: sh a.sh\n", "a.sh": "x␍\n", ".gitattributes": "*.sh text eol=lf\n"}),
    ("script-line-ends", {"Dockerfile": 'FROM a:1\nRUN dos2unix x.sh\nENTRYPOINT ["/x.sh"]\n', "x.sh": "#!/bin/sh␍\n"}),
    ("script-missing", {**MANAGE, "Dockerfile": 'FROM a:1\nENTRYPOINT ["/x.sh"]\n'}),
    ("script-not-executable", {"Dockerfile": 'FROM a:1\nRUN chmod +x /x.sh\nENTRYPOINT ["/x.sh"]\n', "x.sh": ""}),
    ("script-shebang", {"Procfile": "web: ./a.sh\n", "a.sh": ""}),
    ("slugignore-negated", {".gitignore": "a\n!b\n", ".slugignore": "a\n"}),
    ("sqlite-old", {"requirements.txt": "pysqlite3==0.6.1\n"}),
    ("test-sqlite", {"app.json": '{"env": {"DATABASE_URL": "sqlite:///x"}, "environments": {"test": {"env": {"DATABASE_URL": "sqlite:///x"}}}}'}),
    ("test-sqlite", {"app.json": '{"addons": ["heroku-postgresql"], "environments": {"test": {"env": {"A": "x"}}}}'}),
    ("toml-schema-version", {"project.toml": '[com.heroku.buildpacks.deb-packages]\ninstall = ["a"]\n'}),
    ("user-root", {"Dockerfile": "FROM a:1\nUSER root\nRUN x\nUSER app\n"}),
    ("user-root", {"Dockerfile": "# nothing\n"}),
    ("version-disagrees", {".python-version": "3.13\n", "pyproject.toml": "[tool.black]\n", "Dockerfile": "FROM python:3.13-slim\n"}),
    ("version-disagrees", {".python-version": "x\n"}),
    ("web-missing", {"heroku.yml": "build:\n  docker:\n    worker: Dockerfile\n"}),
    ("web-missing", {**MANAGE, "Procfile": "Web: gunicorn a\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files"), SILENT)
def test_a_rule_is_silent_where_it_does_not_apply(rule: str, files: Files, tmp_path):
    assert found(tmp_path, rule, files) == []


FIRES: list[tuple[str, Files, list[tuple[int, int, str]]]] = [
    ("apt-package", {"Aptfile": "a, b c!\n  d?\n"}, [(1, 1, "error"), (2, 3, "error")]),
    ("aptfile-unread", {"Aptfile": "a\n", "project.toml": SCHEMA}, [(1, 1, "warning")]),
    ("beat-schedule-file", {"Procfile": "beat: celery -A a beat\n", "requirements.txt": "celery\n"}, [(1, 7, "info")]),
    ("broker-missing", {"Procfile": GUNICORN + "w: python manage.py rqworker\n", "app.json": '{"addons": []}'}, [(1, 12, "warning")]),
    ("dependency-group", {"Pipfile": '[packages]\ndjango = "*"\n[dev-packages]\nwhitenoise = "*"\n', "Pipfile.lock": "{}"}, [(4, 1, "error")]),
    ("dependency-group", {"pyproject.toml": '[tool.poetry.group.dev.dependencies]\n"psycopg2" = "*"\n[tool.poetry.dev-dependencies]\ngunicorn = "*"\n', **POETRY}, [(2, 1, "error"), (4, 1, "error")]),
    ("geo-buildpack-retired", {"app.json": '{"buildpacks": [{"url": "https://github.com/x/heroku-geo-buildpack.git#1"}]}'}, [(1, 25, "warning")]),
    ("gdal-version", {"app.json": GEO, "requirements.txt": "GDAL==3.9.3\n"}, [(1, 1, "error")]),
    ("gdal-version", {"requirements.txt": "gdal==3.9.3\n"}, [(1, 1, "warning")]),
    ("group-buildpack", {"project.toml": SCHEMA + '[[io.buildpacks.pre.group]]\nid = "a"\nuri = "b"\n'}, [(3, 1, "error")]),
    ("image-shape", {"heroku.yml": "build:\n  docker:\n    web:\n      file: Dockerfile\n"}, [(3, 5, "error")]),
    ("item-continued", {"heroku.yml": "run:\n  web: gunicorn a\n    - b\n"}, [(3, 5, "error")]),
    ("item-continued", {"heroku.yml": "release:\n  command:\n    - a\n      b\n      - c\n"}, [(5, 7, "error")]),
    ("keep-alive-short", {"Procfile": "web: gunicorn -k uvicorn.workers.UvicornWorker --keep-alive 5 a\n"}, [(1, 61, "info")]),
    ("keep-alive-short", {"Procfile": "web: uvicorn a --port $PORT\n"}, [(1, 6, "info")]),
    ("lock-missing", {"Procfile": GUNICORN, "api/requirements.txt": ""}, [(1, 1, "error")]),
    ("lock-missing", {"Procfile": GUNICORN, **MANAGE, "pyproject.toml": ""}, [(1, 1, "error")]),
    ("lock-stale", {"Pipfile": '[packages]\ndjango = "*"\ngunicorn = "*"\n', "Pipfile.lock": '{"default": {"django": {"version": "==5.2"}}}'}, [(3, 1, "error")]),
    ("lock-stale", {"pyproject.toml": '[tool.poetry.dependencies]\nDjango = "^5"\ngunicorn = {version = "*"}\n[tool.poetry.group.main.dependencies]\na = "*"\n', **POETRY}, [(3, 1, "error"), (5, 1, "error")]),
    ("manage-py-deep", {"requirements.txt": "", "a/manage.py": "", "project.toml": SCHEMA}, [(1, 1, "warning")]),
    ("needed-ignored", {".gitignore": "*.lock\n/manage.py\n", **MANAGE, "uv.lock": ""}, [(1, 1, "warning"), (2, 1, "warning")]),
    ("needed-ignored", {".gitignore": "requirements.txt\nuv.lock\n", "requirements.txt": "", "uv.lock": ""}, [(1, 1, "warning"), (2, 1, "warning")]),
    ("needed-ignored", {".gitignore": "Dockerfile*\nheroku.yml\n", "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n", "Dockerfile": "FROM a:1\n"}, [(1, 1, "warning"), (2, 1, "warning")]),
    ("needed-ignored", {".slugignore": "bin\nmigrations/\ntempl*\n", "Procfile": "web: sh bin/x.sh\n", "bin/x.sh": "", "a/migrations/0001.py": "", "a/templates/x.html": ""}, [(1, 1, "error"), (2, 1, "warning"), (3, 1, "warning")]),
    ("needed-ignored", {".dockerignore": "*.txt\n", "Dockerfile": "FROM a:1\nCOPY ./requirements.txt /\n", "requirements.txt": ""}, [(1, 1, "error")]),
    ("needed-ignored", {".dockerignore": "*\n!shop\n", "Dockerfile": COPY, **MANAGE}, [(1, 1, "error")]),
    ("exclude-needed", {"project.toml": SCHEMA + '[io.buildpacks]\nexclude = ["templates"]\n', "a/templates/b.html": ""}, [(4, 12, "warning")]),
    ("package-missing", {"pyproject.toml": '[project]\nname = "shop"\n', **POETRY, "x.py": ""}, [(2, 1, "error")]),
    ("platform-arm", {"Dockerfile": "FROM arm64v8/python:3.13\n"}, [(1, 6, "warning")]),
    ("postdeploy-migrates", {"app.json": '{"scripts": {"postdeploy": "x migrate"}}', "Procfile": "release: python manage.py migrate\n"}, [(1, 28, "info")]),
    ("process-file-missing", {**MANAGE, "a/Procfile": ""}, [(1, 1, "error")]),
    ("proxy-untrusted", {"project.toml": SCHEMA, "Procfile": GUNICORN}, [(1, 6, "info")]),
    ("python-ended", {"Dockerfile": "FROM x.io/a/python:2.7-slim\n"}, [(1, 6, "warning")]),
    ("script-line-ends", {"requirements.txt": "", "bin/post_compile": "#!/bin/sh␍\nx␍\n"}, [(1, 10, "error")]),
    ("script-missing", {**MANAGE, "Procfile": GUNICORN, "app.json": '{"scripts": {"postdeploy": "./x.sh", "test": 1}}'}, [(1, 29, "error")]),
    ("script-shebang", {"Procfile": "release: ./a.py\n", "a.py": "import a\n"}, [(1, 10, "error")]),
    ("script-shebang", {"Dockerfile": 'FROM a:1\nENTRYPOINT ["/app/x.sh"]\n', "bin/x.sh": "x\n"}, [(2, 14, "error")]),
    ("toml-key-unknown", {"project.toml": SCHEMA + '[project]\nid = "x"\n[[io.buildpacks.build.env]]\nnam = "A"\nzzz = "b"\n'}, [(3, 1, "warning"), (6, 1, "warning"), (7, 1, "warning")]),
    ("toml-key-unknown", {"project.toml": SCHEMA + '[[io.buildpacks.group]]\nid = "a"\n[io.buildpacks.group.script]\napi = "x"\n[[io.buildpacks.group]]\nidd = "b"\n'}, [(8, 1, "warning")]),
    ("toml-schema-version", {"project.toml": '[_]\nschema-version = "0.1"\n'}, [(2, 1, "error")]),
    ("toml-syntax", {"project.toml": "[_]\na = [" + "[" * 2000}, [(2, 1, "error")]),
    ("toml-syntax", {"project.toml": "[_]\n" + "a." * 100_000 + "a = 1\n"}, [(2, 1, "error")]),
    ("toml-syntax", {"project.toml": '"a".' * 50_000 + "a = 1\n"}, [(1, 1, "error")]),
    ("toml-value-shape", {"project.toml": SCHEMA + "[io.buildpacks]\ninclude = [1]\nbuilder = 1\ngroup = {}\n"}, [(4, 1, "error"), (5, 1, "error"), (6, 1, "error")]),
    ("toml-value-shape", {"project.toml": '_ = "0.2"\n'}, [(1, 1, "error")]),
    ("version-disagrees", {".python-version": "3.13\n", "Dockerfile": "FROM python:3.11-slim\n"}, [(1, 6, "warning")]),
    ("version-disagrees", {".python-version": "3.13\n", "Pipfile": '[requires]\npython_version = "3.11"\n', "Pipfile.lock": "{}"}, [(2, 1, "error")]),
    ("version-disagrees", {".python-version": "3.13\n", "pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.12"\n', **POETRY}, [(2, 1, "error")]),
    ("web-missing", {**MANAGE, "Procfile": "worker: celery\nrelease: x\n"}, [(1, 1, "warning")]),
    ("web-missing", {"heroku.yml": "build:\n  docker:\n    app: Dockerfile\n    worker: Dockerfile\n"}, [(3, 5, "warning")]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files", "places"), FIRES)
def test_a_rule_fires_at_the_exact_place(rule, files, places, tmp_path: Path):
    assert at(found(tmp_path, rule, files)) == places


@pytest.mark.parametrize(
    ("rule", "files", "targets"),
    [
        ("toml-schema-version", {"project.toml": "[io.buildpacks]\n"}, {"fir"}),
        ("apt-package", {"Aptfile": "a, b\n"}, {"cedar"}),
        ("slugignore-negated", {".slugignore": "!a\n"}, {"cedar"}),
        ("user-root", {"Dockerfile": "FROM a:1\nUSER 0\n"}, {"container"}),
        ("dockerignore-missing", {"Dockerfile": COPY, ".env": ""}, {"container"}),
        ("needed-ignored", {".slugignore": "Procfile\n", "Procfile": ""}, {"cedar"}),
    ],
)
def test_a_file_is_nothing_to_other_targets(rule, files, targets, tmp_path: Path):
    for target in ("cedar", "container", "fir"):
        assert bool(found(tmp_path, rule, files, target)) is (target in targets)


def test_a_file_that_is_examined_alone_asks_for_no_other(tmp_path: Path):
    files = {"Aptfile": "a\n", "Dockerfile": COPY, ".env": "", "requirements.txt": ""}
    write(tmp_path, {**files, "a/b/c/manage.py": ""})

    for name in files:
        for each in examine(Project(tmp_path, only=name)).findings:
            assert each.path == name


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", tmp_path, *arguments], check=True, timeout=60)

    write(
        tmp_path,
        {
            "Procfile": "release: ./a.sh && ./b.sh\n",
            "a.sh": "#!/bin/sh\n",
            "b.sh": "#!/bin/sh\n",
            ".gitignore": "Procfile\nrequirements.txt\n",
            "requirements.txt": "",
            "media/x.png": "",
            ".heroku/python/bin/python": "",
            "docs/.heroku/python/x": "",
        },
    )
    git("init", "--quiet")
    git("add", "--force", ".")
    git("rm", "--cached", "--quiet", "requirements.txt")
    git("update-index", "--chmod=+x", "b.sh")
    os.chmod(tmp_path / "a.sh", 0o755)  # as on a disk that keeps no modes
    return tmp_path


def test_what_git_has_is_what_counts(repository: Path):
    diagnosis = examine(Project(repository))
    found = {(each.rule, each.path, each.line) for each in diagnosis.findings}

    assert found >= {
        ("script-not-executable", "Procfile", 1),
        ("needed-ignored", ".gitignore", 2),
        ("file-committed", "media/x.png", 1),
        ("venv-committed", ".heroku/python/bin/python", 1),
    }
    messages = [each.message for each in diagnosis.findings]
    assert sum("not executable" in message for message in messages) == 1
