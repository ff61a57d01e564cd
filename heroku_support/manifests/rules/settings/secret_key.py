r"""
`SECRET_KEY` is no secret, or another in each process.

It signs sessions, password resets and all else that Django signs. A key in the repository is known
to everyone who can read it; one that is made at each start ends all sessions, and workers do not
take each other's.

A default in the file is a warning: it is used when the config var is missing, and nobody notices.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SECRET_KEY = "django-insecure-…"

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    SECRET_KEY = heroku.secret_key()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.python_environment import variable
from heroku_support.manifests.python_values import Call, text_of
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

GENERATORS = (
    "django.core.management.utils.get_random_secret_key",
    "django.utils.crypto.get_random_string",
    "secrets.token_hex",
    "secrets.token_urlsafe",
    "os.urandom",
    "uuid.uuid4",
)


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a text, a default that is one, and a generator.
    """
    value = settings.get("SECRET_KEY")
    read = variable(value)
    message = ""
    if text_of(value):
        message = (
            "SECRET_KEY stands in the file: whoever can read it can log in as anybody"
        )
    elif read and text_of(read.default):
        message = f"Without {read.name}, SECRET_KEY is what everyone with the repository knows"
    elif isinstance(value, Call) and value.function in GENERATORS:
        message = "SECRET_KEY is another in each process and after each restart"
    if value and message:
        yield rule.finding(
            value.source,
            value.start,
            message,
            fix="Write: SECRET_KEY = heroku.secret_key(); and: heroku config:set"
            " SECRET_KEY=\"$(python -c 'import secrets; print(secrets.token_urlsafe(50))')\"",
            severity="warning" if read else "error",
        )
