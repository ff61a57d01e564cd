"""
Is there room on the dyno's disk, where uploads pass through?
"""

from __future__ import annotations

import shutil
import tempfile
from functools import partial

from heroku_support.dyno import MEGABYTE
from heroku_support.errors import CheckError
from heroku_support.health.checks.call import Call


def find(
    name: str, *, decides: bool = False, below: float = 100, path: str = ""
) -> list[Call]:
    """
    Return a check of a folder's disk, the one for temporary files unless given.

    :param below: megabytes; less is too little.
    """
    folder = path or tempfile.gettempdir()
    return [Call(name, partial(look, folder, float(below)), decides=decides)]


def look(folder: str, below: float) -> None:
    """
    Look how much is free.

    :raises CheckError: if that is too little.
    """
    free = shutil.disk_usage(folder).free / MEGABYTE
    if free < below:
        raise CheckError(f"{free:.0f} MB are free, less than {below:.0f}")
