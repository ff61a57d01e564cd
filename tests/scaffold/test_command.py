"""
``heroku_init`` as it is typed: what it shows, what it writes, and what it leaves alone.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from heroku_support.__main__ import main
from heroku_support.manifests import facts, toml_text
from heroku_support.manifests.project import TARGETS
from heroku_support.scaffold import command, plan, writing
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.plan import Change
from heroku_support.scaffold.settings_block import BEGIN
from tests.scaffold import projects

KEY = "django-insecure-"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return projects.plain(tmp_path / "shop").directory


def init(folder: Path, *arguments: str, answer: str | None = None) -> tuple[int, str]:
    """
    Run it, and return its status and what it printed.
    """
    printed: list[str] = []

    def ask(question: str) -> str:
        printed.append(question)
        if answer is None:
            raise EOFError
        return answer

    options = options_for(folder, *arguments)
    return command.run(options, printed.append, ask), "".join(printed)


def options_for(folder: Path, *arguments: str) -> dict[str, object]:
    parser = command.ArgumentParser()
    command.add_arguments(parser)
    return vars(parser.parse_args([str(folder), *arguments]))


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


# --- writing -------------------------------------------------------------------------------


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("options", [(), ("--geo", "--celery", "--search")])
def test_twice_changes_nothing(shop: Path, target: str, options: tuple[str, ...]):
    init(shop, "--yes", "--target", target, *options)
    once = contents(shop)
    status, printed = init(shop, "--yes")

    assert (status, printed) == (0, f"Up to date, for {target}.\n")
    assert contents(shop) == once


@pytest.mark.parametrize("answer", ["y", "YES "])
def test_it_writes_what_it_has_shown_after_a_yes(shop: Path, answer: str):
    status, printed = init(shop, answer=answer)

    assert status == 0
    assert printed.index("+++ b/Procfile") < printed.index("Write these?")
    assert "wrote Procfile\n" in printed
    assert (shop / "Procfile").is_file()


@pytest.mark.parametrize("answer", ["", "n", "yep"])
def test_it_writes_nothing_without_a_yes(shop: Path, answer: str):
    before = contents(shop)
    status, printed = init(shop, answer=answer)

    assert (status, contents(shop)) == (0, before)
    assert printed.endswith("Nothing was written.\n")


def test_ctrl_c_is_a_no(shop: Path):
    before = contents(shop)

    def interrupted(question: str) -> str:
        raise KeyboardInterrupt

    assert command.run(options_for(shop), len, interrupted) == 0
    assert contents(shop) == before


def test_where_nobody_can_answer_nothing_is_written(shop: Path):
    before = contents(shop)
    with pytest.raises(ScaffoldError, match="add --yes, or --diff"):
        init(shop)

    assert contents(shop) == before


def test_diff_shows_all_and_asks_nothing(shop: Path):
    before = contents(shop)
    status, printed = init(shop, "--diff")

    assert (status, contents(shop)) == (0, before)
    assert "--- a/shop/settings.py\n" in printed
    assert "--- /dev/null\n+++ b/app.json\n" in printed


def test_no_key_is_shown(shop: Path):
    settings = shop / "shop" / "settings.py"
    settings.write_text(settings.read_text().replace("django-insecure-", "Kf8"))
    _, printed = init(shop, "--yes")
    written = (shop / ".env").read_text().partition("SECRET_KEY=")[2].strip()

    assert len(written) > 50
    assert written not in printed
    assert "SECRET_KEY = ***" in printed
    assert "Kf8" not in printed


def test_no_password_is_shown_wherever_it_stands(shop: Path):
    settings = shop / "shop" / "settings.py"
    hosts = "ALLOWED_HOSTS = []\n"
    below = "X = {'PASSWORD': 'Tn5', 'TOKEN': '', **{}}\nX = 'amqp://a:Yb7@b'\n"
    above = "if 1:\n    MAIL_PASSWORD = (\n        'Kf8'\n        'wQz2'\n    )\n"
    text = settings.read_text().replace(hosts, f"{hosts}{below}")
    settings.write_text(text.replace("# Application definition\n", above))
    _, printed = init(shop, "--diff")

    assert all(each in printed for each in ("'PASSWORD'", "'TOKEN': ''", "amqp://a"))
    assert not any(each in printed for each in ("Kf8", "wQz2", "Tn5", "Yb7"))


def test_a_file_cannot_move_the_cursor_of_who_reads_the_patch(shop: Path):
    settings = shop / "shop" / "settings.py"
    text = settings.read_text().replace("ALLOWED_HOSTS", "# \x1b[2J\ta\nALLOWED_HOSTS")
    settings.write_text(text)

    assert "# \\x1b[2J\ta\n" in init(shop, "--diff")[1]


def test_the_key_on_this_machine_is_for_nobody_else(shop: Path):
    init(shop, "--yes")

    assert (shop / ".env").read_text().startswith("DEBUG=true\nSECRET_KEY=")
    assert stat.S_IMODE((shop / ".env").stat().st_mode) == 0o600
    assert ".env\n" in (shop / ".gitignore").read_text()


def test_an_env_that_is_there_is_left_alone(shop: Path):
    (shop / ".env").write_text("X=1\n")
    _, printed = init(shop, "--yes")

    assert (shop / ".env").read_text() == "X=1\n"
    assert "note: Write into .env what stood in the settings: DEBUG." in printed
    assert ".env" not in init(shop, "--yes")[1]


def test_a_virtual_environment_that_is_called_env_is_in_nobodys_way(shop: Path):
    (shop / ".env").mkdir()
    status, printed = init(shop, "--yes")

    assert status == 0
    assert "wrote .env\n" not in printed


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (".env\n", ".venv/\n__pycache__/\ndb.sqlite3\nstaticfiles/\n"),
        ("/staticfiles/\n*.py[cod]\n*.sqlite3\nvenv/\n.env*", ""),
        ("x", "\n.env\n.venv/\n__pycache__/\ndb.sqlite3\nstaticfiles/\n"),
    ],
)
def test_gitignore_gets_what_it_lacks(shop: Path, before: str, added: str):
    (shop / ".gitignore").write_text(before)
    init(shop, "--yes")

    assert (shop / ".gitignore").read_text().rstrip() == (before + added).rstrip()


def test_a_store_that_was_a_cache_is_one_still_the_second_time(shop: Path):
    with (shop / "shop" / "settings.py").open("a") as file:
        file.write(
            "CACHES = {'default': {'BACKEND': 'django_redis.cache.RedisCache',"
            " 'LOCATION': 'redis://127.0.0.1:6379/1'}}\n"
        )
    init(shop, "--yes")

    assert "heroku-redis" in (shop / "app.json").read_text()
    assert "REDIS_URL=redis://127.0.0.1:6379/1\n" in (shop / ".env").read_text()
    assert init(shop, "--check") == (0, "Up to date.\n")


def test_celerys_application_is_written_where_it_was_asked_for(shop: Path):
    init(shop, "--yes", "--celery")
    text = (shop / "shop" / "celery.py").read_text()

    assert 'app = Celery("shop")' in text
    assert "worker: " in (shop / "Procfile").read_text()


def test_celerys_application_is_not_touched_where_it_is(shop: Path):
    (shop / "shop" / "celery.py").write_text("app = Celery()\n")
    init(shop, "--yes", "--celery", "--force")

    assert (shop / "shop" / "celery.py").read_text() == "app = Celery()\n"


def test_a_command_to_be_run_by_hand_is_printed(shop: Path):
    (shop / "uv.lock").touch()
    _, printed = init(shop, "--yes")

    assert "to be run: uv add 'django-heroku-support[postgres]'\n" in printed
    assert not (shop / "requirements.txt").exists()


def test_runtime_txt_has_no_other_file_beside_it(shop: Path):
    (shop / "runtime.txt").write_text("python-3.13.1\n")
    init(shop, "--yes")
    workflow = (shop / ".github" / "workflows" / "heroku.yml").read_text()

    assert not (shop / ".python-version").exists()
    assert 'python-version: "3.13"\n' in workflow


def test_the_health_page_is_mounted_with_the_block(shop: Path):
    urls = shop / "shop" / "urls.py"
    before = urls.read_text()
    _, printed = init(shop, "--yes")

    assert "+    path('', include('heroku_support.urls')),\n" in printed
    assert "wrote shop/urls.py\n" in printed
    assert urls.read_text() != before


def test_whoever_takes_the_health_page_away_does_not_get_it_again(shop: Path):
    urls = shop / "shop" / "urls.py"
    before = urls.read_text()
    init(shop, "--yes")
    urls.write_text(before)

    assert init(shop, "--check") == (0, "Up to date.\n")


def test_a_health_page_that_is_there_stays_where_it_is(shop: Path):
    urls = shop / "shop" / "urls.py"
    urls.write_text("from heroku_support.urls import urlpatterns\n")
    _, printed = init(shop, "--yes")

    assert "urls.py" not in printed


def test_where_it_cannot_be_mounted_the_line_is_told(shop: Path):
    (shop / "shop" / "urls.py").write_text("urlpatterns = []\n")
    _, printed = init(shop, "--yes")

    assert (
        'note: shop/urls.py: begin urlpatterns with path("", include("heroku_support.urls")),'
        in printed
    )


# --- what somebody has written -------------------------------------------------------------


def test_a_file_of_somebodys_is_left_alone(shop: Path):
    (shop / "Procfile").write_text("web: gunicorn shop.wsgi --workers 7\n")
    _, printed = init(shop, "--yes")

    assert (shop / "Procfile").read_text() == "web: gunicorn shop.wsgi --workers 7\n"
    assert "left alone Procfile: somebody wrote it" in printed
    assert init(shop, "--check") == (0, "Up to date.\n")


def test_force_replaces_it(shop: Path):
    (shop / "Procfile").write_text("web: gunicorn shop.wsgi --workers 7\n")
    (shop / ".python-version").write_text("3.12\n")
    init(shop, "--yes", "--force")

    assert "heroku_release" in (shop / "Procfile").read_text()
    assert (shop / ".python-version").read_text() == "3.12\n"


def test_what_a_project_has_in_its_example_of_an_env_is_its_own(shop: Path):
    (shop / ".env.example").write_text("X=1\n")
    _, printed = init(shop, "--yes", "--force")

    assert (shop / ".env.example").read_text() == "X=1\n"
    assert ".env.example" not in printed


def test_a_file_of_its_own_that_nobody_has_changed_is_renewed(shop: Path):
    init(shop, "--yes")
    _, printed = init(shop, "--yes", "--celery")

    assert "wrote Procfile\n" in printed
    assert "wrote app.json\n" in printed
    assert "left alone" not in printed


def test_a_file_of_its_own_that_somebody_has_changed_is_not(shop: Path):
    init(shop, "--yes")
    with (shop / "Procfile").open("a") as file:
        file.write("clock: python clock.py\n")
    _, printed = init(shop, "--yes", "--celery")

    assert "left alone Procfile" in printed
    assert "clock" in (shop / "Procfile").read_text()


def test_between_the_markers_is_renewed_and_around_them_nothing(shop: Path):
    init(shop, "--yes")
    settings = shop / "shop" / "settings.py"
    once = settings.read_text()
    own = once.replace("    LOGGING = heroku.logging()\n", "") + "\nOWN = 1\n"
    settings.write_text(own)
    checked, _ = init(shop, "--check")
    init(shop, "--yes")

    assert checked == 1
    assert settings.read_text() == once + "\nOWN = 1\n"


# --- --check -------------------------------------------------------------------------------


def test_check_fails_where_something_is_to_be_written(shop: Path):
    before = contents(shop)
    (shop / "Pipfile").touch()
    status, printed = init(shop, "--check")

    assert status == 1
    assert "missing: Procfile\n" in printed
    assert "would change: shop/settings.py\n" in printed
    assert "To be run: pipenv install" in printed
    (shop / "Pipfile").unlink()
    assert contents(shop) == before


def test_check_tells_of_a_command_alone(shop: Path):
    (shop / "uv.lock").touch()
    init(shop, "--yes")

    assert init(shop, "--check") == (
        1,
        "To be run: uv add 'django-heroku-support[postgres]'\n",
    )


def test_check_does_not_miss_what_goes_into_no_repository(shop: Path):
    init(shop, "--yes")
    (shop / ".env").unlink()

    assert init(shop, "--check") == (0, "Up to date.\n")
    assert init(shop, "--yes")[1].endswith(
        "wrote .env\nNext: python -m heroku_support doctor, then git add and commit.\n"
    )


# --- faults --------------------------------------------------------------------------------


def test_without_a_reader_of_toml_there_is_a_line(
    shop: Path, monkeypatch: pytest.MonkeyPatch
):
    # Python 3.11 and later have one.
    monkeypatch.setattr(toml_text, "READER", "tomli_that_is_not_installed")
    facts.facts.cache_clear()
    facts._tables.cache_clear()
    with pytest.raises(ScaffoldError, match="needs a reader of TOML: pip install"):
        init(shop)


def test_no_such_folder_is_a_line(tmp_path: Path):
    with pytest.raises(ScaffoldError, match="nowhere cannot be read: No such file"):
        init(tmp_path / "nowhere")


@pytest.mark.parametrize("path", ["Procfile", "requirements.txt", ".gitignore"])
def test_a_file_that_is_no_text_is_a_line(shop: Path, path: str):
    (shop / path).write_bytes(b"\0")
    with pytest.raises(ScaffoldError, match=rf"{path} holds a NUL byte"):
        init(shop, "--yes")


def test_a_file_that_changes_meanwhile_is_left_as_it_is(shop: Path):
    def answer(question: str) -> str:
        (shop / "app.json").write_text("{}\n")
        return "y"

    with pytest.raises(ScaffoldError, match="app.json has changed meanwhile"):
        command.run(options_for(shop), len, answer)

    assert (shop / "app.json").read_text() == "{}\n"
    assert not (shop / "Procfile").exists()


def test_a_link_out_of_the_project_is_not_followed(shop: Path, tmp_path: Path):
    (shop / ".github").symlink_to(tmp_path)
    with pytest.raises(ScaffoldError, match="leads out of the project"):
        init(shop, "--yes")

    assert not (tmp_path / "workflows").exists()


def test_a_folder_in_the_way_is_a_line_and_leaves_nothing_behind(shop: Path):
    (shop / "x").mkdir()
    change = Change("manage.py/x", None, "")
    with pytest.raises(ScaffoldError, match="manage.py/x cannot be written"):
        writing.write(shop, [change])


def test_what_cannot_be_renamed_leaves_nothing_behind(
    shop: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*paths: str) -> None:
        raise OSError(28, "No space left on device")

    # Of a disk that is full in the last moment there is none here.
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ScaffoldError, match="new cannot be written: No space left"):
        writing.write(shop, [Change("new", None, "x")])

    assert sorted(path.name for path in shop.iterdir()) == ["manage.py", "shop"]


def test_a_byte_order_mark_is_kept(shop: Path):
    settings = shop / "shop" / "settings.py"
    settings.write_bytes(b"\xef\xbb\xbf" + settings.read_bytes())
    init(shop, "--yes")

    assert settings.read_bytes().startswith(b"\xef\xbb\xbf")
    assert BEGIN in settings.read_text()


def test_a_last_line_without_an_end_is_shown_as_such():
    shown = plan.Change("a", None, "x").diff()

    assert shown.endswith("+x\n\\ No newline at end of file\n")


# --- the two ways to call it ---------------------------------------------------------------


def test_the_module_runs_it_without_settings(
    shop: Path, capsys: pytest.CaptureFixture[str]
):
    written = main(["init", str(shop), "--yes"])
    checked = main(["init", str(shop), "--check"])

    assert (written, checked) == (0, 0)
    assert capsys.readouterr().out.endswith("Up to date.\n")


def test_the_module_tells_a_fault_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        main(["init", str(tmp_path)])

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("heroku_init: There is no manage.py in")


def test_the_management_command_does_the_same(shop: Path):
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("heroku_init", str(shop), check=True, stdout=out)
    call_command("heroku_init", str(shop), yes=True, stdout=out)

    assert ended.value.code == 1
    assert out.getvalue().endswith("then git add and commit.\n")


def test_the_management_command_tells_a_fault_in_a_line(tmp_path: Path):
    with pytest.raises(CommandError, match="There is no manage.py"):
        call_command("heroku_init", str(tmp_path))
