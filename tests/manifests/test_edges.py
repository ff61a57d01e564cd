"""
What the examples on the rules' pages do not show.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.fixes import fix as mend
from tests.manifests.examples import diagnose, write

Files = dict[str, str]
MANAGE = {"manage.py": ""}
BUILD = "build:\n  docker:\n    web: Dockerfile\n"
ASGI = "application = get_asgi_application()\n"
COPIES = {
    "Dockerfile": "FROM a\nCOPY requirements*.txt ./\nRUN pip install -r requirements.txt\n"
    "COPY . .\nCMD gunicorn shop.wsgi\n",
    "requirements.txt": "",
    "requirements-dev.txt": "",
    "shop/settings.py": "ROOT_URLCONF = 'x'\n",
    "shop/wsgi.py": "application = 1\n",
}


def found(
    root: Path, rule: str, files: Files, target: str | None = None
) -> list[Finding]:
    diagnosis = diagnose(write(root, files), target)
    return [each for each in diagnosis.findings if each.rule == rule]


def at(findings: list[Finding]) -> list[tuple[int, int, str]]:
    return [(each.line, each.column, each.severity) for each in findings]


SILENT: list[tuple[str, Files]] = [
    ("bind-loopback", {"Procfile": "web: bin/start-nginx gunicorn -b 127.0.0.1:80 a\n"}),
    ("background-process", {"Procfile": "web: gunicorn a && b\n"}),
    ("build-argument", {"heroku.yml": BUILD + "  config:\n    SECRET_KEY: 9d2f7c1ab84e6035\n", "Dockerfile": "FROM a\n"}),
    *(
        ("host-missing", {"Procfile": f"web: {command}\n"})
        for command in ("uvicorn a --host 0.0.0.0 --port $PORT", "uvicorn a", "uvicorn a --fd 3 --port 1", "UVICORN_HOST=:: uvicorn a --port $PORT", "uvicorn a --port $PORT $MORE", "daphne -b 0.0.0.0 -p $PORT a", "hypercorn a --bind :$PORT", "bin/start-nginx uvicorn a --port 80", "gunicorn -b :$PORT a")
    ),
    ("host-missing", {"heroku.yml": BUILD + "run:\n  web: granian a --port $PORT\n", "Dockerfile": "FROM a\nENV GRANIAN_HOST=0.0.0.0\n"}),
    *(
        ("asgi-worker", {"Procfile": f"web: gunicorn {options}\n", "a/asgi.py": ASGI})
        for options in ("-k uvicorn_worker.UvicornWorker a.asgi", "-k asgi a.asgi", "-c x.py a.asgi", "a.asgi:wsgi", "$OPTIONS a.asgi", "b.asgi")
    ),
    ("asgi-worker", {"Procfile": "web: gunicorn a.asgi\n", "a/asgi.py": ASGI, "gunicorn.conf.py": ""}),
    ("asgi-worker", {"Procfile": "web: gunicorn a.asgi\n", "a/asgi.py": "application = other()\n"}),
    ("application-path", {"Procfile": "web: hypercorn a/asgi.py\nb: gunicorn a/wsgi.py\n"}),
    ("command-quoted", {"Procfile": "web: 'gunicorn' \"a b\"\n"}),
    ("command-quoted", {"heroku.yml": BUILD + "run:\n  web: \"gunicorn a\"\n"}),
    ("venv-program", {"Procfile": "web: venv/bin/gunicorn a\n", "bin/post_compile": ""}),
    ("venv-program", {"Procfile": "web: venv/bin/gunicorn a\n", "app.json": '{"buildpacks": [{"url": "x/y"}]}'}),
    ("venv-program", {"heroku.yml": BUILD + "run:\n  web: .venv/bin/gunicorn a\n"}),
    ("wsgi-missing", {**MANAGE, "a/wsgi.py": "from b import *\napplication = 1\n", "Procfile": "web: gunicorn a.wsgi:app\n"}),
    ("wsgi-missing", {**MANAGE, "a/wsgi.py": "app = application = 1\n", "Procfile": "web: gunicorn a.wsgi:app\n"}),
    ("script-missing", {**MANAGE, "Procfile": "release: python ./manage.py migrate && python -m x && cd y && python z.py\n"}),
    ("needed-ignored", {**COPIES, ".dockerignore": "requirements-dev.txt\n"}),
    *(
        ("copy-missing", {"manage.py": "", "a/b/x": "", "heroku.yml": BUILD, "Dockerfile": f"FROM a\n{line}\n"})
        for line in ("COPY manage.py a/ ./a/b x/", "COPY x*.txt $Y ../z .", "COPY --from=a z .", "ADD https://a/b .")
    ),
    ("copy-missing", {"manage.py": "", "Dockerfile": "FROM a\nCOPY x .\n"}),
    ("copy-missing", {"manage.py": "", "heroku.yml": BUILD, ".gitmodules": "", "Dockerfile": "FROM a\nCOPY x .\n"}),
    *(
        ("copy-stage", {"Dockerfile": f"FROM a AS Base\nFROM b\nCOPY --from={name} /x /y\n"})
        for name in ("base", "0", "node", "node:22", "ghcr.io/a/b", "$BASE")
    ),
    ("base-floating", {"Dockerfile": "FROM --platform=x\nCMD x\n"}),
    ("instruction-unknown", {"Dockerfile": "FROM a\nRUN <<A <<B\nRUNN\nA\nRUNN x\nB\n"}),
    ("instruction-unknown", {"Dockerfile": "FROM a\nrun x \\\n  # c\n  && y\nZZZZ z\nrunn a\n"}),
    ("build-missing", {"heroku.yml": "built:\n  docker:\n    web: Dockerfile\n"}),
    ("build-missing", {"heroku.yml": "docker:\n  web: Dockerfile\n"}),
    ("celery-order", {"Procfile": "w: celery worker -A a\n", "requirements.txt": "celery==4.4\n"}),
    ("celery-order", {"Procfile": "w: celery\n"}),
    ("collectstatic-disabled", {"app.json": '{"env": {"DISABLE_COLLECTSTATIC": "0"}}'}),
    ("command-missing", {"heroku.yml": BUILD, "Dockerfile": "FROM nginx\n"}),
    ("dependency-missing", {"Procfile": "web: gunicorn a\n", "requirements.txt": "-e .\n"}),
    ("dependency-missing", {"Procfile": "web: celery -A a worker\n", "requirements.txt": "django-celery-beat==2\n"}),
    ("lock-several", {"heroku.yml": BUILD, "requirements.txt": "", "uv.lock": ""}),
    ("env-addon", {"app.json": '{"addons": ["heroku-redis"], "env": {"REDIS_URL": {"required": false}}}'}),
    ("file-misspelt", {"procfile": "", "Procfile": "web: x\n"}),
    ("image-secret", {"Dockerfile": "FROM a\nENV A=b\n"}),
    ("image-missing", {"heroku.yml": "run:\n  web: x\n"}),
    ("image-unknown", {"heroku.yml": "release:\n  image: x\n"}),
    ("item-continued", {"heroku.yml": BUILD + "run:\n  web: gunicorn a\n    --b c\n  b: >\n    x\n    -y\n"}),
    ("item-continued", {"heroku.yml": BUILD + "release:\n  image: web\n  command:\n    - gunicorn\n      -b x\n"}),
    ("key-outside", {"heroku.yml": "config:\n  A: b\n"}),
    ("migrate-in-web", {"Procfile": "release: python manage.py migrate\n"}),
    ("port-fixed", {"Procfile": "web: gunicorn -b unix:/tmp/1 a\n"}),
    ("port-missing", {"Procfile": "web: uvicorn a --uds /tmp/a\n"}),
    ("port-missing", {"Procfile": "web: hypercorn --config=a.toml a\n"}),
    ("postdeploy-migrates", {"app.json": '{"scripts": {"postdeploy": "x"}}', "Procfile": "web: x\n"}),
    ("release-command", {"heroku.yml": BUILD + "release:\n  image: web\n  comand: x\n"}),
    ("release-image", {"heroku.yml": BUILD + "    release: Dockerfile\nrelease:\n  command: x\n"}),
    ("release-image", {"heroku.yml": BUILD + "release:\n  imag: web\n"}),
    ("release-semicolon", {"Procfile": "release: set -e; a; b\n"}),
    ("runner-missing", {"Procfile": "web: uv run x\n", "requirements.txt": "uv\n"}),
    ("runner-missing", {"Procfile": "web: uv sync\n"}),
    ("runner-missing", {"Procfile": "web: uv run x\n", "heroku.yml": BUILD}),
    ("release-command", {"heroku.yml": BUILD + "release:\n  image: web\ncommand: x\n"}),
    ("release-image", {"heroku.yml": BUILD + "release:\n  command: x\nimage: web\n"}),
    ("section-unknown", {"heroku.yml": BUILD + "release:\n  command: x\nimage: web\n"}),
    ("script-shape", {"app.json": '{"scripts": {"dokku": {"predeploy": "x"}}}'}),
    ("script-unknown", {"app.json": '{"scripts": {"dokku": {"predeploy": "x"}}}'}),
    ("build-missing", {"heroku.yml": "setup:\n  addons: []\n  build:\n  docker:\n    web: x\n"}),
    ("key-unknown", {"heroku.yml": "setup:\n  addons: []\n  build:\n  docker:\n    web: x\n"}),
    ("value-shape", {"heroku.yml": BUILD + "run:\n  command:\n    - x\n"}),
    ("value-shape", {"heroku.yml": "build:\n  docker:\n  web: Dockerfile\n"}),
    ("value-shape", {"heroku.yml": "build:\n  docker:\nweb: Dockerfile\n"}),
    ("value-shape", {"heroku.yml": BUILD + "run:\n  worker:\n  command: x\n  image: web\n"}),
    ("script-missing", {**MANAGE, "Procfile": "web: cd web && ./start.sh\n"}),
    ("script-missing", {**MANAGE, "Procfile": "web: bash start\n"}),
    ("section-nested", {"heroku.yml": "build:\n  docker:\n    release: Dockerfile\n"}),
    ("section-nested", {"heroku.yml": "run:\n  release:\n    dockerfile: x\n"}),
    ("stack-container", {"heroku.yml": BUILD, "Procfile": "", "app.json": "{}"}),
    ("stage-unknown", {"heroku.yml": "build:\n  docker:\n    web:\n      dockerfile: Dockerfile\n      target: 0\n", "Dockerfile": "FROM a\n"}),
    ("template", {"requirements.txt": "{% if x %}\n"}),
    ("test-script-missing", {"app.json": '{"environments": {"test": {}}, "scripts": {"test": "x"}}'}),
    ("version-missing", {"manage.py": "", ".python-version": "3.13\n"}),
    ("web-missing", {"Procfile": "worker: celery\n"}),
    ("wsgi-missing", {**MANAGE, "Procfile": "web: gunicorn --chdir=x shop.wsgi\n"}),
    ("wsgi-missing", {**MANAGE, "Procfile": "web: cd x && gunicorn shop.wsgi\n"}),
    ("wsgi-missing", {**MANAGE, "Procfile": "web: gunicorn installed.wsgi\n"}),
    ("wsgi-missing", {**MANAGE, "Procfile": "web: gunicorn a.wsgi b.wsgi\n"}),
    ("psycopg-database", {"requirements.txt": "psycopg\n", "app.json": '{"addons": ["heroku-postgresql"]}'}),
    ("psycopg-database", {"requirements.txt": "psycopg\npsycopg2\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files"), SILENT)
def test_a_rule_is_silent_where_it_does_not_apply(rule: str, files: Files, tmp_path):
    assert found(tmp_path, rule, files) == []


FIRES: list[tuple[str, Files, list[tuple[int, int, str]]]] = [
    ("app-key-unknown", {"app.json": '{"adons": [], "$schema": "", "zzz": 1}'}, [(1, 2, "error"), (1, 30, "warning")]),
    ("app-key-unknown", {"app.json": '{"environments": {"tests": {}, "x": {}, "review": {}}}'}, [(1, 19, "error"), (1, 32, "error")]),
    ("app-value-shape", {"app.json": "[]"}, [(1, 1, "error")]),
    ("addon-plan", {"heroku.yml": BUILD + "setup:\n  addons:\n    - as: X\n"}, [(6, 7, "error")]),
    ("background-process", {"Procfile": "web: gunicorn a &\n"}, [(1, 17, "error")]),
    ("build-argument", {"heroku.yml": BUILD + "  config:\n    SECRET_KEY: hunter2\n", "Dockerfile": "FROM a\n"}, [(5, 5, "warning")]),
    ("host-missing", {"heroku.yml": BUILD + "run:\n  web: daphne -p $PORT a\n"}, [(5, 8, "error")]),
    ("host-missing", {"Dockerfile": "FROM a\nCMD uvicorn a --port ${PORT:-8000}\n"}, [(2, 5, "error")]),
    ("host-missing", {"Procfile": "web: uvicorn a --port 8000\n"}, [(1, 6, "error")]),
    ("port-fixed", {"Procfile": "web: uvicorn a --port 8000\n"}, [(1, 23, "error")]),
    ("needed-ignored", {**COPIES, ".dockerignore": "*.txt\n"}, [(1, 1, "error")]),
    ("needed-ignored", {**COPIES, ".dockerignore": "shop\n"}, [(1, 1, "error")]),
    ("needed-ignored", {**COPIES, "heroku.yml": BUILD, "Dockerfile": "FROM a\nCOPY . .\nCMD x\n", ".dockerignore": "shop\n"}, [(1, 1, "warning")]),
    ("buildpack-shape", {"app.json": '{"buildpacks": [1]}'}, [(1, 17, "error")]),
    ("celery-order", {"Procfile": "w: celery worker -A a\n", "requirements.txt": "celery==5.5\n"}, [(1, 11, "error")]),
    ("colon-missing", {"Procfile": "web: a \\\n  --b c\n"}, [(2, 3, "error")]),
    ("colon-missing", {"Procfile": "= x\n"}, [(1, 1, "error")]),
    ("colon-missing", {"Procfile": "python manage.py migrate\n"}, [(1, 1, "error")]),
    ("colon-missing", {"Procfile": "'web' gunicorn : x\n"}, [(1, 1, "error")]),
    ("dash-typographic", {"Procfile": "web: a --log-file – “b”\u00a0c\n"}, [(1, 19, "error"), (1, 21, "error"), (1, 23, "error"), (1, 24, "error")]),
    ("dependency-missing", {"Procfile": "web: gunicorn a\n", "requirements.txt": "Django\n"}, [(1, 6, "warning")]),
    ("dockerfile-path", {"heroku.yml": "build:\n  docker:\n    web: https://x/y.git\n"}, [(3, 10, "error")]),
    ("dockerfile-missing", {"heroku.yml": BUILD, "manage.py": ""}, [(3, 10, "error")]),
    ("dockerfile-word", {"Procfile": "web: RUN\n"}, [(1, 6, "error")]),
    ("env-generator", {"app.json": '{"env": {"A": {"generator": 1}}}'}, [(1, 29, "error")]),
    ("env-value", {"app.json": '{"env": {"A": null, "B": [1]}}'}, [(1, 15, "error"), (1, 26, "error")]),
    ("env-key-unknown", {"app.json": '{"env": {"A": {"zzz": 1, "_x": 2}}}'}, [(1, 16, "error")]),
    ("env-required", {"app.json": '{"env": {"A": {"required": 1}}}'}, [(1, 28, "error")]),
    ("formation-quantity", {"app.json": '{"formation": {"web": {"quantity": "x"}, "a": {}}}'}, [(1, 36, "error"), (1, 42, "error")]),
    ("heroku-yml-empty", {"heroku.yml": "- a\n"}, [(1, 1, "error")]),
    ("item-continued", {"heroku.yml": BUILD + "release:\n  image: web\n  command:\n    -x y\n"}, [(7, 5, "error")]),
    ("key-outside", {"heroku.yml": "run:\nweb: gunicorn a\n"}, [(2, 1, "error")]),
    ("key-outside", {"heroku.yml": "docker:\n  web: Dockerfile\n"}, [(1, 1, "error")]),
    ("key-outside", {"heroku.yml": "build:\nrun:\n  web: x\ndocker:\n  web: x\n"}, [(4, 1, "error")]),
    ("key-outside", {"heroku.yml": BUILD + "release:\n  command: x\nimage: web\n"}, [(6, 1, "error")]),
    ("key-outside", {"heroku.yml": BUILD + "run:\n  worker:\n    command: x\nimage: web\n"}, [(7, 1, "error")]),
    ("key-outside", {"heroku.yml": "build:\n  docker:\nweb: Dockerfile\n"}, [(3, 1, "error")]),
    ("key-unknown", {"heroku.yml": "build:\n  docker:\n  web: Dockerfile\n"}, [(3, 3, "error")]),
    ("key-unknown", {"heroku.yml": "build:\n    docker:\n    web: Dockerfile\nrun:\n  web: x\n"}, []),
    ("value-shape", {"heroku.yml": "build:\n    docker:\n    web: Dockerfile\nrun:\n  web: x\n"}, [(2, 5, "error")]),
    ("image-missing", {"heroku.yml": BUILD + "run:\n  worker:\n    command: x\n  image: web\n"}, [(7, 3, "error")]),
    ("image-missing", {"heroku.yml": BUILD + "run:\n  worker:\n  command: x\n  image: web\n"}, [(6, 3, "error"), (7, 3, "error")]),
    ("image-missing", {"heroku.yml": BUILD + "run:\n  command:\n    - x\n"}, [(5, 3, "error")]),
    ("item-continued", {"heroku.yml": BUILD + "release:\n  image: web\n  command:\n    x y\n    - z\n"}, [(7, 5, "error")]),
    ("lock-missing", {**MANAGE}, [(1, 1, "error")]),
    ("name-characters", {"Procfile": "-a: x\nb_: x\n"}, [(1, 1, "warning"), (2, 1, "warning")]),
    ("process-duplicate", {"Procfile": "web: a\nweb: a\nweb: b\n"}, [(2, 1, "error"), (3, 1, "error")]),
    ("process-file-missing", {**MANAGE, "Dockerfile": ""}, [(1, 1, "error")]),
    ("release-image", {"heroku.yml": BUILD + "release: {}\n"}, [(4, 1, "error")]),
    ("release-missing", {**MANAGE, "heroku.yml": BUILD, "Dockerfile": ""}, [(1, 1, "warning")]),
    ("runner-missing", {"Procfile": "web: uv run --frozen x\n"}, [(1, 6, "error")]),
    ("dockerfile-missing", {"heroku.yml": BUILD.replace("Dockerfile", "."), "Dockerfile": "FROM a\n"}, [(3, 10, "error")]),
    ("unreadable", {"heroku.yml": BUILD.replace("Dockerfile", "docker"), "docker/Dockerfile": "FROM a\n"}, []),
    ("runtime-txt", {"runtime.txt": "3.12\n"}, [(1, 1, "error")]),
    ("runtime-txt", {"runtime.txt": "python-3.12\n", "uv.lock": ""}, [(1, 1, "error")]),
    ("runtime-txt", {"runtime.txt": "python-3.12\n", ".python-version": "3.12\n"}, [(1, 1, "warning")]),
    ("runserver", {"Procfile": "web: python manage.py runserver 0.0.0.0:$PORT\n"}, [(1, 23, "warning")]),
    ("runserver", {"Procfile": "web: python manage.py runserver --host 0.0.0.0 --port ${PORT}\n"}, [(1, 23, "warning")]),
    ("script-missing", {**MANAGE, "Procfile": "release: bash bin/x.sh\n"}, [(1, 15, "error")]),
    ("script-missing", {**MANAGE, "Procfile": "web: bin/start-pgpooler gunicorn shop.wsgi\n"}, [(1, 6, "error")]),
    ("section-unknown", {"heroku.yml": "version: '3'\nservices: {}\n"}, [(1, 1, "error"), (2, 1, "error")]),
    ("section-unknown", {"heroku.yml": BUILD + "zzz: 1\n"}, [(4, 1, "error")]),
    ("section-nested", {"heroku.yml": "build:\n  docker:\n    web: x\n  release:\n    image: web\n    command: x\n  run:\n    web: y\n"}, [(4, 3, "error"), (7, 3, "error")]),
    ("build-nested", {"heroku.yml": "setup:\n  addons: []\n  build:\n  docker:\n    web: x\n"}, [(3, 3, "error")]),
    ("section-nested", {"heroku.yml": BUILD + "run:\n  web: x\n  release:\n  image: web\n  command:\n    - x\n"}, [(6, 3, "error")]),
    ("build-nested", {"heroku.yml": "setup:\n  addons:\n    - plan: x\n      build:\n        docker:\n          web: x\n"}, [(4, 7, "error")]),
    ("stack-retired", {"app.json": '{"stack": "heroku-22"}'}, [(1, 11, "warning")]),
    ("stage-unknown", {"heroku.yml": "build:\n  docker:\n    web:\n      dockerfile: Dockerfile\n      target: x\n", "Dockerfile": "FROM a\n"}, [(5, 15, "error")]),
    ("timeout-long", {"Procfile": "web: gunicorn -t 0 a\n"}, [(1, 18, "warning")]),
    ("version-count", {".python-version": "# x\n"}, [(1, 1, "error")]),
    ("version-missing", {**MANAGE, "uv.lock": ""}, [(1, 1, "error")]),
    ("version-syntax", {".python-version": "3.x\n"}, [(1, 3, "error")]),
    ("version-syntax", {".python-version": '3.13 # "x"\n'}, [(1, 5, "error")]),
    ("version-unsupported", {".python-version": "3.10\n"}, [(1, 1, "warning")]),
    ("web-missing", {"heroku.yml": "build:\n  docker:\n    app: Dockerfile\nrun:\n  app: gunicorn a\n"}, [(5, 8, "error")]),
    ("wsgi-missing", {**MANAGE, "shop/x.py": "", "Procfile": "web: gunicorn shop.wsgi:app\n"}, [(1, 15, "error")]),
    ("value-shape", {"heroku.yml": BUILD + "run:\n"}, [(4, 1, "error")]),
    ("value-shape", {"heroku.yml": BUILD + "run:\n  web:\n    - x\n"}, [(6, 5, "error")]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files", "places"), FIRES)
def test_a_rule_fires_at_the_exact_place(rule, files, places, tmp_path: Path):
    assert at(found(tmp_path, rule, files)) == places


@pytest.mark.parametrize(
    ("rule", "procfile", "severities"),
    [
        (
            "name-underscore",
            "a_b: x\n",
            {"cedar": [], "fir": ["warning"], None: ["info"]},
        ),
        (
            "space-after-colon",
            "a:x\n",
            {"cedar": ["error"], "fir": [], None: ["error"]},
        ),
        ("name-long", f"{'a' * 64}: x\n", {"cedar": ["warning"], "fir": ["error"]}),
        ("command-empty", "a:\n", {"container": [], "fir": ["error"]}),
    ],
)
def test_a_procfile_is_held_against_its_target(rule, procfile, severities, tmp_path):
    files = {"Procfile": procfile}

    assert {
        target: [each.severity for each in found(tmp_path, rule, files, target)]
        for target in severities
    } == severities


@pytest.mark.parametrize(
    "rule", ["web-missing", "dependency-missing", "script-missing", "runner-missing"]
)
def test_a_procfile_is_nothing_to_a_container(rule: str, tmp_path: Path):
    files = {
        **MANAGE,
        "Procfile": "app: poetry run gunicorn a\nrelease: ./x.sh\n",
        "requirements.txt": "Django\n",
    }

    assert len(found(tmp_path, rule, files)) == 1
    assert found(tmp_path, rule, files, "container") == []


@pytest.mark.parametrize(
    "rule",
    [
        "web-missing",
        "dockerfile-missing",
        "stage-unknown",
        "build-argument",
        "command-missing",
    ],
)
def test_heroku_yml_is_nothing_to_cedar(rule: str, tmp_path: Path):
    files = {
        "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n    app:\n      dockerfile: Dockerfile\n      target: x\n"
        "    b: Absent\n  config:\n    A: b\n",
        "Dockerfile": "FROM python\n",
    }
    if rule == "web-missing":
        files["heroku.yml"] = "run:\n  app: gunicorn a\n"

    assert len(found(tmp_path, rule, files)) == 1
    assert found(tmp_path, rule, files, "cedar") == []


@pytest.mark.parametrize("script", facts("buildpacks").words("scripts"))
def test_a_script_that_a_buildpack_brings_is_not_missed(script: str, tmp_path: Path):
    files = {**MANAGE, "Procfile": f"web: {script} gunicorn a\nb: ./{script} x\n"}

    assert found(tmp_path, "script-missing", files) == []


def test_the_case_of_2019(tmp_path: Path):
    text = (
        "setup:\n  addons:\n    - plan: heroku-postgresql\n"
        "  build:\n    docker:\n      web: Dockerfile\n"
    )
    (finding,) = found(tmp_path, "build-nested", {"heroku.yml": text})

    assert (finding.path, finding.line, finding.column) == ("heroku.yml", 4, 3)
    assert "'build' is indented under 'setup'; move it left by 2" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        # What follows would go along.
        "setup:\n  build:\n    docker:\n      web: x\n  addons:\n    - plan: x\n",
        # It begins an item.
        "setup:\n  addons:\n    - build:\n        docker:\n          web: x\n",
    ],
)
def test_a_section_is_not_moved_where_that_would_move_others(text: str, tmp_path):
    (finding,) = found(tmp_path, "build-nested", {"heroku.yml": text})

    assert finding.edits == ()


def test_a_section_is_moved_with_its_blank_lines(tmp_path: Path):
    text = "setup:\n  build:\n    docker:\n\n      web: x\n"
    (finding,) = found(tmp_path, "build-nested", {"heroku.yml": text})

    assert [edit.start for edit in finding.edits] == [7, 16, 29]


def test_a_key_is_not_moved_past_another_section(tmp_path: Path):
    text = "build:\nrun:\n  web: x\ndocker:\n  web: x\n"
    (finding,) = found(tmp_path, "key-outside", {"heroku.yml": text})

    assert finding.edits == ()


FIXES: list[tuple[str, Files, str]] = [
    ("copy-missing", {"manage.py": "", "heroku.yml": BUILD, "Dockerfile": "FROM a\nCOPY zzz .\n"}, "Add it, or correct the path."),
    ("copy-missing", {"requirements.txt": "", "heroku.yml": BUILD, "Dockerfile": "FROM a\nCOPY requirement.txt .\n"}, "Write: requirements.txt"),
    ("copy-stage", {"Dockerfile": "FROM a\nFROM b\nCOPY --from=builder /x /y\n"}, "Add above: FROM … AS builder"),
    ("copy-stage", {"Dockerfile": "FROM a\nCOPY --from=0 /x /y\n"}, "Name one of those above."),
    *(
        ("application-path", {"Procfile": f"web: {server} shop{name}\n"}, f"Write: shop.{fix}")
        for server, name, fix in (
            ("gunicorn", "/wsgi.py", "wsgi"),
            ("gunicorn", ".wsgi.py:app", "wsgi:app"),
            ("gunicorn", ".wsgi.application", "wsgi"),
            ("uvicorn", "/asgi.py", "asgi:application"),
        )
    ),
    ("asgi-worker", {"Procfile": "web: gunicorn -k gthread a.asgi\n", "a/asgi.py": ASGI}, "Add: -k uvicorn_worker.UvicornWorker"),
    ("command-quoted", {"heroku.yml": BUILD + "run:\n  web: '\"gunicorn a\"'\n"}, "Write: gunicorn a"),
    ("script-missing", {**MANAGE, "Procfile": "release: python mange.py migrate\n"}, "Write: manage.py"),
    ("script-missing", {**MANAGE, "Procfile": "release: A=1 python bin/seed.py\n"}, "Add it, or correct the path."),
    ("venv-program", {"Procfile": "web: . .venv/bin/activate && gunicorn a\n"}, "Remove this part: nothing is to be activated."),
    ("wsgi-missing", {**MANAGE, "a/wsgi.py": "application = 1\n", "Procfile": "web: gunicorn a.wsgi:app\n"}, "Write: a.wsgi"),
    ("build-argument", {"heroku.yml": BUILD + "  config:\n    SECRET_KEY: hunter2\n", "Dockerfile": "FROM a\n"}, "Remove it, and run: heroku config:set SECRET_KEY=…"),
    ("colon-missing", {"Procfile": "web = gunicorn a\n"}, "Write: web: gunicorn a"),
    ("colon-missing", {"Procfile": "web; gunicorn a\n"}, "Write: web: gunicorn a"),
    ("colon-missing", {"Procfile": "app = gunicorn a\n"}, "Write: app: gunicorn a"),
    ("colon-missing", {"Procfile": "A=1 gunicorn a\n"}, "Write: web: A=1 gunicorn a"),
    ("colon-missing", {"Procfile": "- release: ./x y\n"}, "Write: release: ./x y"),
    ("dockerfile-missing", {"heroku.yml": BUILD.replace("Dockerfile", "docker"), "docker/Dockerfile": "FROM a\n"}, "Write: web: docker/Dockerfile"),
    ("dockerfile-missing", {"heroku.yml": BUILD.replace("Dockerfile", "."), "Dockerfile": "FROM a\n"}, "Write: web: Dockerfile"),
    ("dockerfile-missing", {"heroku.yml": BUILD.replace("Dockerfile", "docker"), "docker/x": ""}, "Add it, or correct the path."),
    ("wsgi-missing", {**MANAGE, "shop/asgi.py": "", "shop/wsgi.py": "", "Procfile": "web: gunicorn Shop.wsgi\n"}, "Write: shop.wsgi"),
    ("wsgi-missing", {**MANAGE, "shop/asgi.py": "", "shop/wsgi.py": "", "Procfile": "web: gunicorn -k asgi store.asgi\n"}, "Write: shop.asgi"),
    *(("runtime-txt", {"runtime.txt": f"python-{version}\n"}, "git rm runtime.txt, and write into .python-version: 3.14") for version in ("3.8.2", "2.7.18", "3.15.0")),
    ("runtime-txt", {"runtime.txt": "python-3.12.4\n"}, "git rm runtime.txt, and write into .python-version: 3.12"),
    ("unreadable", {"heroku.yml": BUILD, "Procfile/x": ""}, "Name a text file, or put one in its place."),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files", "fix"), FIXES)
def test_a_fix_is_what_mends_it(rule: str, files: Files, fix: str, tmp_path: Path):
    assert [each.fix for each in found(tmp_path, rule, files)] == [fix]


@pytest.mark.parametrize("version", ["3.8.2", "2.7.18", "3.15.0"])
def test_a_runtime_that_heroku_does_not_have_is_an_error(version: str, tmp_path: Path):
    (finding,) = found(tmp_path, "runtime-txt", {"runtime.txt": f"python-{version}\n"})

    assert finding.severity == "error"
    assert finding.message.startswith("Heroku has no Python ")


@pytest.mark.parametrize(
    "line",
    ["web = gunicorn a", "web; gunicorn a", "web=gunicorn a", "- web: gunicorn a"],
)
def test_another_sign_in_the_colons_place_is_mended(line: str, tmp_path: Path):
    mend(diagnose(write(tmp_path, {"Procfile": f"{line}\n"}))).write()

    assert (tmp_path / "Procfile").read_text() == "web: gunicorn a\n"
