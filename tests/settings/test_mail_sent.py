"""
Mail that a Django process sends with the helper's settings, to a real server; on the Django
that is installed, so by ``MAILERS`` from 6.1.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

import django
import pytest

from tests.processes import Project
from tests.servers.certificates import issue, server_context
from tests.servers.smtp import PASSWORD, USER, mail_server

WEB = {"DYNO": "web.1", "DJANGO_SETTINGS_MODULE": "settings"}
LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
HAS_MAILERS = django.VERSION >= (6, 1)

HELPER = """
from heroku_support import Heroku
with Heroku() as heroku:
    globals().update(heroku.email({}))
"""
# What startproject of Django 6.1 writes.
MAILERS = """
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
"""

SEND = """
import django
from django.core.mail import send_mail
django.setup()
send_mail("Hello", "A link.", None, ["you@example.com"])
"""
BOOT = """
from django.conf import settings
print(sorted(name for name in dir(settings) if settings.is_overridden(name)))
"""


@pytest.fixture
def certificate():
    return issue()


@pytest.fixture
def trusted(certificate, tmp_path):
    """
    The environment that makes OpenSSL trust the server, as it does public authorities.
    """
    path = tmp_path / "authority.pem"
    path.write_text(certificate.authority)
    return {"SSL_CERT_FILE": str(path)}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    directory = tmp_path / "project"
    directory.mkdir()
    write(Project(directory))
    return Project(directory)


def write(project, *, before="", arguments="", after=""):
    settings = f"{before}{HELPER.format(arguments)}{after}"
    (project.directory / "settings.py").write_text(settings)


def send(project, url, **variables):
    environ = {**WEB, "DEFAULT_FROM_EMAIL": "shop@example.com", **variables}
    return project.run(sys.executable, "-c", SEND, EMAIL_URL=url, **environ)


def boot(project, **variables):
    return project.run(sys.executable, "-c", BOOT, **WEB, **variables)


@pytest.mark.parametrize(("scheme", "starttls"), [("smtp+tls", True), ("smtps", False)])
def test_mail_arrives_over_tls_after_a_login(
    project, certificate, trusted, scheme, starttls
):
    with mail_server(server_context(certificate), starttls=starttls) as server:
        url = f"{scheme}://{LOGIN}@127.0.0.1:{server.port}"
        sent = send(project, url, **trusted)

    assert (sent.returncode, sent.stderr) == (0, "")
    (message,) = server.messages
    assert (message["From"], message["Subject"]) == ("shop@example.com", "Hello")
    assert server.logins == [(USER, PASSWORD)]
    assert server.encrypted == [True]


@pytest.mark.parametrize(("scheme", "starttls"), [("smtp+tls", True), ("smtps", False)])
def test_server_that_nobody_vouches_for_gets_no_password(
    project, certificate, scheme, starttls
):
    with mail_server(server_context(certificate), starttls=starttls) as server:
        sent = send(project, f"{scheme}://{LOGIN}@127.0.0.1:{server.port}")

    assert "CERTIFICATE_VERIFY_FAILED" in sent.stderr
    assert server.logins == server.messages == []


def test_server_that_offers_no_tls_gets_no_password(project, certificate, trusted):
    context = server_context(certificate)
    with mail_server(context, starttls=True, offers_tls=False) as server:
        url = f"smtp+tls://{LOGIN}@127.0.0.1:{server.port}"
        sent = send(project, url, **trusted)

    assert "STARTTLS extension not supported" in sent.stderr
    assert server.logins == server.messages == []


def test_without_a_service_a_dyno_prints_no_mail(project):
    # Nothing is sent here: somebody's machine may have a mail server at Django's default.
    booted = boot(project)

    assert booted.returncode == 0
    assert "EMAIL_BACKEND" not in booted.stdout
    assert "MAILERS" not in booted.stdout


def test_without_a_service_mail_is_printed_locally(project):
    sent = project.run(sys.executable, "-c", SEND, DJANGO_SETTINGS_MODULE="settings")

    assert "A link." in sent.stdout


def test_mailers_already_defined(project, certificate, trusted):
    write(project, before=MAILERS)

    with mail_server(server_context(certificate), starttls=False) as server:
        sent = send(project, f"smtps://{LOGIN}@127.0.0.1:{server.port}", **trusted)

    assert (sent.returncode, sent.stderr) == (0, "")
    assert len(server.messages) == 1


def test_mailers_already_defined_stay_without_a_service(project):
    write(project, before=MAILERS)

    assert "'MAILERS'" in boot(project).stdout


def test_mailers_below_the_helper_win(project):
    write(project, after=MAILERS)

    sent = send(project, f"smtps://{LOGIN}@mail.invalid")
    if HAS_MAILERS:
        assert "A link." in sent.stdout
    else:
        assert "mail.invalid" in sent.stderr or "Name or service" in sent.stderr


def test_email_settings_already_defined_stay_without_a_service(project):
    write(project, before='EMAIL_HOST = "mail.example.com"\n')

    booted = boot(project)

    assert booted.returncode == 0
    assert "'EMAIL_HOST'" in booted.stdout


def test_email_settings_already_defined_on_6_1(project):
    # Django itself refuses both kinds, and its message names them.
    write(project, before='EMAIL_FILE_PATH = "mail"\n')

    booted = boot(project, EMAIL_URL=f"smtps://{LOGIN}@mail.example.com")
    if HAS_MAILERS:
        assert "MAILERS is defined: EMAIL_FILE_PATH" in booted.stderr
    else:
        assert booted.returncode == 0


def test_email_settings_given_to_the_helper_on_6_1(project):
    write(project, arguments='EMAIL_HOST="smtp.example.com"')

    booted = boot(project, EMAIL_URL=f"smtps://{LOGIN}@mail.example.com")

    assert booted.returncode == 0
    assert "'EMAIL_HOST'" in booted.stdout
    assert "'MAILERS'" not in booted.stdout
