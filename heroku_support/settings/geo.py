"""
Where the libraries of GeoDjango are.

Django reads settings, not the variables of the same names that heroku-geo-buildpack exports
at build and at run time (heroku/heroku-geo-buildpack, bin/compile and issue 15). Without the
settings it asks ``ctypes.util.find_library``, which knows the cache of ``ldconfig`` and what
a compiler finds, not what only ``LD_LIBRARY_PATH`` leads to.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

from heroku_support import variables

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import GeoSettings

# The name of each library up to its version. That of SpatiaLite is no part of any: Django
# has the loader find it.
LIBRARIES = {"GDAL_LIBRARY_PATH": "libgdal.so", "GEOS_LIBRARY_PATH": "libgeos_c.so"}
SPATIALITE = "SPATIALITE_LIBRARY_PATH"
SETTINGS = frozenset({*LIBRARIES, SPATIALITE})
# Debian's, by the processor, then those of other distributions.
DIRECTORIES = ("/usr/local/lib", "/usr/lib/{machine}-linux-gnu", "/usr/lib", "/lib64")


def geo(record: Record, overrides: GeoSettings) -> GeoSettings:
    """
    Return the paths by setting, without those that are not known.
    """
    if unknown := overrides.keys() - SETTINGS:
        raise TypeError(f"geo() does not set {', '.join(sorted(unknown))}")
    for name, path in overrides.items():
        record.decide(name, path, source="argument")
    found = {name: _path(record, name) for name in LIBRARIES if name not in overrides}
    # Only as it is said, and a word about it only then: most projects have Postgres.
    if SPATIALITE not in overrides and variables.text(record.dyno.vars, SPATIALITE):
        found[SPATIALITE] = _path(record, SPATIALITE)
    known = {name: path for name, path in found.items() if path}
    return cast("GeoSettings", {**known, **overrides})


def _path(record: Record, name: str) -> str | None:
    # Blank is as good as unset: a config var cannot be unset for one process.
    if given := variables.text(record.dyno.vars, name):
        # A name without a folder is the loader's to find. Elsewhere than on a dyno the path
        # of a dyno is in the way of nobody who uses no map.
        missing = "/" in given and not os.path.isfile(given)
        if missing and not record.dyno.is_heroku:
            why = "names no file here"
            return record.decide(name, None, source=name, why=why)
        if missing:
            reason = f"names no file: {variables.shown(given, most=200)}."
            fix = variables.removal(record.dyno.vars, name)
            record.problem(name, reason, fix)
            return None
        return record.decide(name, given, source=name)
    library = LIBRARIES[name]
    if found := find(library, _directories(record)):
        why = f"no {name}; the first {library} that is there"
        return record.decide(name, found, source="default", why=why)
    why = f"no {name}, and no {library} in the usual places: Django searches itself"
    return record.decide(name, None, source="default", why=why)


def _directories(record: Record) -> list[str]:
    # Linux's layout; elsewhere Django's own search knows better.
    if sys.platform != "linux":
        return []
    # The buildpacks for Debian's packages export it, Cedar's (heroku/heroku-buildpack-apt,
    # bin/compile) and Fir's (heroku/buildpacks-deb-packages), and the loader follows it first.
    exported = variables.text(record.dyno.vars, "LD_LIBRARY_PATH").split(":")
    machine = os.uname().machine
    usual = [directory.format(machine=machine) for directory in DIRECTORIES]
    return [directory for directory in exported if directory] + usual


def find(library: str, directories: list[str]) -> str | None:
    """
    Return the path of a library in the first directory that has it, its newest version.

    :param library: the name up to the version, ``libgdal.so``.
    """
    for directory in directories:
        try:
            names = os.listdir(directory)
        except OSError:
            continue
        if library in names:
            return f"{directory}/{library}"
        # By the first number, which the loader goes by: libgdal.so.32, not …32.3.6.2.
        start = f"{library}."
        versions = [name[len(start) :] for name in names if name.startswith(start)]
        if numbers := [int(version) for version in versions if version.isdecimal()]:
            return f"{directory}/{library}.{max(numbers)}"
    return None
