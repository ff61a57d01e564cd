"""
The rules on what servers have told, which ``tests/connect/`` gets from real ones.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from heroku_support.manifests.doctor import examine
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.formation import formation
from heroku_support.manifests.live import (
    Database,
    Live,
    Place,
    Server,
    Store,
    UnsafeMigration,
)
from heroku_support.manifests.project import Project
from heroku_support.manifests.reporters import as_text
from heroku_support.manifests.source import Position
from tests.manifests.examples import write

PLACE = Place("shop/settings.py", Position(7, 5))
DATABASE = Database(
    'DATABASES["default"]', PLACE, product="PostgreSQL 18.1", version=(18, 1)
)
STORE = Store('CACHES["default"]', PLACE, product="Valkey 9.1.0", version=(9, 1))
WEB = {
    "Procfile": "release: x\nweb: gunicorn -c python:heroku_support.gunicorn shop.wsgi\n"
}
CELERY = "worker: celery -A shop worker\nbeat: celery -A shop beat\n"


def found(
    root: Path, *servers: Server, files: dict[str, str] | None = None, **told: object
) -> list[Finding]:
    """
    Return what the rules on servers find.
    """
    project = Project(write(root, files or {}), "cedar")
    project.live = Live(
        is_asked=True,
        databases=tuple(each for each in servers if isinstance(each, Database)),
        stores=tuple(each for each in servers if isinstance(each, Store)),
        **told,
    )
    return [each for each in examine(project).findings if each.path == PLACE.path]


def test_nothing_is_said_of_servers_that_are_well(tmp_path: Path):
    assert found(tmp_path, DATABASE, STORE, files=WEB) == []


def test_a_server_that_does_not_answer_is_an_error_where_its_setting_stands(tmp_path):
    (finding,) = found(tmp_path, replace(DATABASE, error="no route to host."))

    assert (finding.rule, finding.severity) == ("server-unreachable", "error")
    assert (finding.line, finding.column) == (7, 5)
    assert finding.message == 'DATABASES["default"] cannot be reached: no route to host'


@pytest.mark.parametrize(
    ("server", "message"),
    [
        (
            replace(DATABASE, product="PostgreSQL 14.9", version=(14, 9)),
            'DATABASES["default"] is PostgreSQL 14.9, which Heroku supported until'
            " the third quarter of 2025 (as of April 2026)",
        ),
        (
            replace(STORE, product="Redis 6.2.7", version=(6, 2)),
            'CACHES["default"] is Redis 6.2.7, which is older than Heroku\'s 7.2'
            " (as of April 2026)",
        ),
    ],
)
def test_a_version_that_has_ended_is_a_warning(server, message, tmp_path):
    (finding,) = found(tmp_path, server)

    assert (finding.rule, finding.severity) == ("server-version", "warning")
    assert finding.message == message


def test_other_servers_have_versions_of_their_own(tmp_path: Path):
    assert found(tmp_path, replace(DATABASE, product="MySQL", version=(9, 0))) == []


@pytest.mark.parametrize("server", [DATABASE, STORE])
def test_a_way_without_tls_is_a_warning(server, tmp_path):
    (finding,) = found(tmp_path, replace(server, is_local=False))

    assert (finding.rule, finding.severity) == ("tls-missing", "warning")
    assert found(tmp_path, replace(server, is_local=False, has_tls=True)) == []


@pytest.mark.parametrize("level", ["verify", "bound"])
def test_a_stronger_level_is_advice_with_the_line_that_asks_for_it(level, tmp_path):
    (finding,) = found(tmp_path, replace(DATABASE, stronger=level))

    assert (finding.rule, finding.severity) == ("tls-level", "info")
    assert finding.fix == f'DATABASES = heroku.databases(ssl="{level}")'


def test_an_extension_is_missing_and_can_be_had_or_not(tmp_path: Path):
    missing = {"hstore": True, "nonsense": False}
    nonsense, hstore = found(tmp_path, replace(DATABASE, missing=missing))

    assert [(each.rule, each.severity) for each in (hstore, nonsense)] == [
        ("extension-missing", "warning"),
        ("extension-missing", "error"),
    ]
    assert hstore.fix.endswith("heroku_extensions hstore")


def test_a_pooler_and_cursors_on_the_server_do_not_go_together(tmp_path: Path):
    pooled = replace(DATABASE, is_pooled=True)
    (finding,) = found(tmp_path, replace(pooled, has_cursors=True))

    assert finding.rule == "pooler-cursors"
    assert finding.fix == 'DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True'
    assert found(tmp_path, pooled) == []


@pytest.mark.parametrize(
    ("roles", "policy", "severity", "fix"),
    [
        ({"broker"}, "allkeys-lru", "error", "noeviction"),
        ({"broker", "cache"}, "allkeys-random", "error", "volatile-lru"),
        ({"broker", "cache"}, "noeviction", "info", "volatile-lru"),
        ({"cache"}, "noeviction", "warning", "allkeys-lru"),
    ],
)
def test_a_policy_is_held_against_what_the_store_is_for(
    roles, policy, severity, fix, tmp_path
):
    store = replace(STORE, roles=frozenset(roles), policy=policy)
    (finding,) = found(tmp_path, store)

    assert (finding.rule, finding.severity) == ("eviction-policy", severity)
    assert finding.fix == f"heroku redis:maxmemory --policy {fix}"


@pytest.mark.parametrize(
    ("roles", "policy"),
    [
        ({"broker"}, "noeviction"),
        ({"cache"}, "allkeys-lru"),
        ({"cache", "broker"}, "volatile-lru"),
        ({"cache"}, ""),
        ({"channels"}, "allkeys-lru"),
    ],
)
def test_a_policy_that_fits_is_silent(roles, policy, tmp_path):
    assert found(tmp_path, replace(STORE, roles=frozenset(roles), policy=policy)) == []


def app_json(**formation: str) -> str:
    parts = (f'"{name}": {entry}' for name, entry in formation.items())
    return f'{{"formation": {{{", ".join(parts)}}}}}'


def test_the_arithmetic_is_shown(tmp_path: Path):
    files = {
        "Procfile": WEB["Procfile"] + CELERY,
        "app.json": app_json(
            web='{"quantity": 3, "size": "Standard-2X"}',
            worker='{"quantity": 1}',
            beat='{"quantity": 1}',
        ),
    }
    (finding,) = found(tmp_path, replace(DATABASE, most_clients=20), files=files)

    assert (finding.rule, finding.severity) == ("connection-limit", "error")
    assert finding.message == (
        'DATABASES["default"] lets 20 in, and there may be 39:'
        " 3 web dynos x 4 processes x 3 threads = 36,"
        " 1 worker dyno x 2 processes = 2, 1 beat dyno = 1"
    )
    assert finding.fix == "heroku config:set WEB_CONCURRENCY=1"


def limit(root: Path, most: int, server: Server, **options: object) -> list[str]:
    """
    Return what is said where the server lets so many in.
    """
    files = options.pop("files", WEB)
    findings = found(root, replace(server, most_clients=most), files=files, **options)
    return [f"{each.severity}: {each.fix}" for each in findings]


def test_a_deploy_doubles_what_there_is(tmp_path: Path):
    # Two processes of three threads; twice, and a release's two.
    assert limit(tmp_path, 14, DATABASE) == []
    (advice,) = limit(tmp_path, 13, DATABASE)
    assert advice.startswith("info: Leave preboot off")


def test_what_fits_in_no_way_needs_a_larger_plan(tmp_path: Path):
    assert limit(tmp_path, 3, DATABASE) == [
        "error: heroku config:set WEB_CONCURRENCY=1"
    ]
    assert limit(tmp_path, 2, DATABASE) == [
        "error: Scale down, or take a larger plan: heroku addons:upgrade"
    ]


def test_a_pool_holds_so_many_for_each_process(tmp_path: Path):
    assert limit(tmp_path, 8, replace(DATABASE, pool=1)) == []


def test_what_only_releases_use_has_no_dynos(tmp_path: Path):
    assert limit(tmp_path, 1, replace(DATABASE, is_spare=True)) == []


def test_a_project_without_processes_has_no_connections(tmp_path: Path):
    assert limit(tmp_path, 1, DATABASE, files={}) == []


@pytest.mark.parametrize(
    ("command", "most"),
    [
        ("gunicorn shop.wsgi", 2),
        ("gunicorn --workers 3 --threads=4 shop.wsgi", 12),
        ("gunicorn -w many shop.wsgi", 2),
        ("uvicorn shop.asgi", 1),
        ("python -m waitress shop.wsgi", 1),
    ],
)
def test_processes_and_threads_are_read_from_the_command(command, most, tmp_path):
    files = {"Procfile": f"web: {command}\n"}

    assert limit(tmp_path, 2 * most + 2, DATABASE, files=files) == []
    assert limit(tmp_path, 2 * most + 1, DATABASE, files=files) != []


@pytest.mark.parametrize(
    ("size", "processes"),
    [
        ("basic", 2),
        ("performance-l", 17),
        ("dyno-2c-4gb", 5),
        ("dyno-1c-0.5gb", 2),
        ("dyno-1c-0.1gb", 1),
        ("unheard-of", 2),
    ],
)
def test_a_size_has_its_processes(size, processes, tmp_path):
    web = f'{{"quantity": 1, "size": "{size}"}}'
    files = {"Procfile": "web: gunicorn shop.wsgi\n", "app.json": app_json(web=web)}

    assert limit(tmp_path, 2 * processes + 2, DATABASE, files=files) == []
    assert limit(tmp_path, 2 * processes + 1, DATABASE, files=files) != []


@pytest.mark.parametrize("quantity", ["0", "null", "99999"])
def test_a_quantity_that_is_none_counts_nothing(quantity, tmp_path):
    web = f'{{"quantity": {quantity}}}'
    files = {**WEB, "app.json": app_json(web=web, other="{}")}

    assert limit(tmp_path, 1, DATABASE, files=files) == []


def test_on_fir_nobody_sets_web_concurrency(tmp_path: Path):
    project = Project(write(tmp_path, {"Procfile": "web: gunicorn shop.wsgi\n"}), "fir")
    (load,) = formation(project)

    assert load.processes == 1


def test_web_concurrency_of_the_app_or_of_app_json_counts(tmp_path: Path):
    (load,) = formation(Project(write(tmp_path, WEB)))
    assert load.processes == 2

    write(tmp_path, {"app.json": '{"env": {"WEB_CONCURRENCY": "4"}}'})
    project = Project(tmp_path)
    (load,) = formation(project)
    assert load.processes == 4

    project.live = Live(web_concurrency=5)
    (load,) = formation(project)
    assert load.processes == 5


@pytest.mark.parametrize(
    ("worker", "told", "processes"),
    [
        ("celery -A shop worker", {}, 2),
        ("celery -A shop worker -c 4", {}, 4),
        ("celery -A shop worker", {"celery_concurrency": 3}, 3),
    ],
)
def test_a_worker_has_its_concurrency(worker, told, processes, tmp_path):
    files = {
        "Procfile": f"worker: {worker}\n",
        "app.json": app_json(worker='{"quantity": 1}'),
    }
    project = Project(write(tmp_path, files))
    project.live = Live(**told)
    (load,) = formation(project)

    assert (load.program, load.processes) == ("celery worker", processes)


@pytest.mark.parametrize(
    ("roles", "most"),
    [
        (
            {"broker", "results"},
            2 * 3 + 7 + 3,
        ),  # docs/reference/celery.md, "Connections"
        ({"broker"}, 2 * 3 + 5 + 3),
        ({"cache"}, 2 * 3 + 2),
        ({"channels"}, 2 + 2),
    ],
)
def test_a_store_has_what_celery_and_the_cache_open(roles, most, tmp_path):
    entry = '{"quantity": 1}'
    files = {
        "Procfile": WEB["Procfile"] + CELERY,
        "app.json": app_json(web=entry, worker=entry, beat=entry),
    }
    store = replace(STORE, roles=frozenset(roles))

    assert "error" not in "".join(limit(tmp_path, most, store, files=files))
    assert "error" in "".join(limit(tmp_path, most - 1, store, files=files))


@pytest.mark.parametrize(("fails", "severity"), [(False, "warning"), (True, "error")])
def test_an_unsafe_migration_is_passed_on(fails, severity, tmp_path):
    migration = UnsafeMigration(PLACE, "breaks", "write this", fails)
    (finding,) = found(tmp_path, migrations=(migration,))

    assert (finding.rule, finding.severity) == ("migration-unsafe", severity)
    assert (finding.message, finding.fix) == ("breaks", "write this")


def test_the_summary_names_who_was_asked(tmp_path: Path):
    project = Project(write(tmp_path, WEB))
    project.live = Live(
        is_asked=True, databases=(DATABASE,), stores=(replace(STORE, product=""),)
    )

    assert as_text(examine(project)).endswith(
        ' Connected to: DATABASES["default"] (PostgreSQL 18.1),'
        ' CACHES["default"] (no answer).\n'
    )

    project.live = Live(is_asked=True)
    assert as_text(examine(project)).endswith(
        " Connected to: nothing that the settings name.\n"
    )
