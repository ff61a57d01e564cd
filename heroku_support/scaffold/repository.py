"""
The git repository that a project is a part of: Heroku and GitHub read its top folder only.
"""

from __future__ import annotations

from pathlib import Path

from heroku_support.manifests.project import LOCKS, Project
from heroku_support.scaffold.files import FILES, WORKFLOW

BUILDPACK = "https://github.com/timanovsky/subdir-heroku-buildpack"
UNREAD = {".env.example", ".dockerignore", WORKFLOW}


def top(root: Path) -> Path | None:
    """
    Return the repository's folder where it is above the project's, else None.
    """
    path = root.resolve()
    if (path / ".git").exists():
        return None
    return next((each for each in path.parents if (each / ".git").exists()), None)


def warning(project: Project, top: Path) -> str:
    """
    Return what does not work from a folder below, and the two ways out.
    """
    folder = project.root.resolve().relative_to(top).as_posix()
    read = [each for each in FILES[project.target.name] if each not in UNREAD]
    names = ", ".join([*read, project.lock or LOCKS[0]])
    return (
        f"{folder} is a folder of the repository {top}. Heroku reads {names} in the top"
        f" folder of what is pushed only, and GitHub its workflows: {WORKFLOW} is not"
        f" written. Either a third-party buildpack moves the folder up,"
        f" heroku buildpacks:add --index 1 {BUILDPACK} and"
        f" heroku config:set PROJECT_PATH={folder}; or, more plainly, push the folder"
        f" alone: git subtree push --prefix {folder} heroku main"
    )
