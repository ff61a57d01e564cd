"""
Release the example on SQLite and serve it on this machine, as ``make demo`` does.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
STATE = PROJECT.parent / ".demo"  # the database and the password survive the demo
PASSWORD = STATE / "admin-password"


def main() -> None:
    """
    Do what a build, a release and a web dyno do, one after another.
    """
    os.chdir(PROJECT)
    STATE.mkdir(exist_ok=True)
    if not PASSWORD.exists():
        PASSWORD.touch(mode=0o600)
        PASSWORD.write_text(secrets.token_urlsafe(12))
    port = os.environ.setdefault("PORT", "5006")
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        DEBUG="false",
        SECRET_KEY=secrets.token_urlsafe(50),
        DATABASE_URL=f"sqlite:///{STATE / 'survey.sqlite3'}",
        DJANGO_SUPERUSER_USERNAME="demo",
        DJANGO_SUPERUSER_EMAIL="demo@example.com",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD.read_text(),
        PYTHONUNBUFFERED="1",
    )
    manage("collectstatic", "--no-input", "--verbosity=0")
    manage("heroku_release", "--verbosity=0", "--skip=smoke")  # served next anyway
    address = f"http://127.0.0.1:{port}/"
    print(f"\nThe survey is at {address}")
    print(f"Its admin at {address}admin/ knows demo; the password is in {PASSWORD}\n")
    serve(port)


def manage(*arguments: str) -> None:
    """
    Run a management command; end where it fails.
    """
    command = [sys.executable, "manage.py", *arguments]
    if status := subprocess.run(command, check=False).returncode:
        sys.exit(status)


def serve(port: str) -> None:
    """
    Become gunicorn, on this machine's own address only.
    """
    command = [sys.executable, "-m", "gunicorn", "-c", "python:heroku_support.gunicorn"]
    bind = f"--bind=127.0.0.1:{port}"
    os.execv(sys.executable, [*command, bind, "config.wsgi"])


if __name__ == "__main__":
    main()
