"""
What importing the package costs, and that it looks at nothing.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

import heroku_support
from tests.processes import environment

NOT_YET = frozenset(
    """
    channels django.apps django.conf django.db dj_database_url environ gunicorn psycopg
    psycopg2 redis whitenoise yaml
    """.split()
)

# All but the package is imported by then, and the environment cannot be looked at.
WITHOUT_ENVIRONMENT = """
import os, sys
import heroku_support.settings.heroku
for name in [name for name in sys.modules if name.startswith("heroku_support")]:
    del sys.modules[name]
os.environ = os.getenv = sys.argv = None
import heroku_support.settings.heroku
print("imported")
"""


def output_of(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    ).stdout


@pytest.mark.parametrize(
    "code",
    [
        "import heroku_support",
        "from heroku_support import Heroku",
        "from heroku_support import Heroku; Heroku({}, argv=[]).databases()",
    ],
)
def test_import_leaves_the_rest_alone(code):
    modules = output_of(f"import sys; {code}; print(*sys.modules)").split()

    assert not NOT_YET.intersection(modules)


def test_import_alone_does_not_import_django():
    modules = output_of("import sys, heroku_support; print(*sys.modules)").split()

    assert "django" not in modules


def test_import_does_not_read_the_environment():
    assert output_of(WITHOUT_ENVIRONMENT) == "imported\n"


def test_version_is_one():
    assert heroku_support.__version__.count(".") == 2


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'heroku_support' has no .* 'Herku'"):
        heroku_support.Herku  # noqa: B018  # looking it up is the test


def test_every_name_of_the_front_is_there():
    assert all(getattr(heroku_support, name) for name in heroku_support.__all__)
