"""
Nothing says what to install.

The buildpack looks for requirements.txt, Pipfile.lock, poetry.lock or uv.lock in the root, and
ends the build without one. A Pipfile, a pyproject.toml or a setup.py alone will not do.

Before, in `manage.py`:

    # Django's

Before, in `Pipfile`:

    [packages]

After, in `manage.py`:

    # Django's

After, in `Pipfile`:

    [packages]

After, in `Pipfile.lock`:

    {"default": {"django": {"version": "==5.2.8"}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import LOCKS, Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

FREEZE = "pip freeze > requirements.txt"
# By these another buildpack knows that the app is its own.
OTHERS = ("package.json", "Gemfile", "go.mod", "composer.json", "pom.xml")
COMMANDS = {"Pipfile": "pipenv lock", "pyproject.toml": "uv lock"}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for one of them in a project of Django's.
    """
    misspelt = facts("files").pairs("misspelt")
    written = {misspelt.get(name, name) for name in project.names}
    if not project.is_whole or written & {*LOCKS, *OTHERS}:
        return
    below = sorted(path for path in project.paths if path.rpartition("/")[2] in LOCKS)
    sources = [name for name in COMMANDS if name in project.names]
    path = sources[0] if sources else below[0] if below else "requirements.txt"
    if not project.has("manage.py") and not (below and project.procfile):
        return
    if sources:
        message = f"{path} has no lock file, and the buildpack reads nothing else"
    elif below:
        message = f"{path} is not in the root, where the buildpack looks"
    else:
        message = "Nothing says what to install"
    default = f"echo '-r {path}' > requirements.txt" if below else FREEZE
    yield rule.at(path, message, fix=COMMANDS.get(path, default))
