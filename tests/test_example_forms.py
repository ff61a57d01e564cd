"""
The example boots on a dyno with and without each add-on that it can have.
"""

from __future__ import annotations

import itertools
import re

import pytest

from tests.processes import DYNO, Project

ON_DYNO = {
    **DYNO,
    "SECRET_KEY": "Kf8-wQz2xTn5" * 5,
    "HEROKU_APP_DEFAULT_DOMAIN_NAME": "survey.herokuapp.com",
    "DATABASE_URL": "postgres://u:Kf8-wQz2@db.example.com:5432/survey",
}
# Nobody is asked anything: a check opens no connection.
ADD_ONS = {
    "store": {"REDIS_URL": "rediss://:Kf8-wQz2@store.example.com:6379"},
    "broker": {"CLOUDAMQP_URL": "amqps://u:Kf8-wQz2@broker.example.com/u"},
    "bucket": {
        "BUCKETEER_BUCKET_NAME": "survey",
        "BUCKETEER_AWS_REGION": "eu-west-1",
        "BUCKETEER_AWS_ACCESS_KEY_ID": "Kf8wQz2",
        "BUCKETEER_AWS_SECRET_ACCESS_KEY": "Kf8wQz2xTn5",
    },
}
TASKS = "heroku_support.W010"
SUBSETS = [
    names
    for count in range(len(ADD_ONS) + 1)
    for names in itertools.combinations(ADD_ONS, count)
]


def boot(example: Project, *names: str, **variables: str) -> set[str]:
    """
    Load settings, apps, addresses and checks; return the ids of what was found.
    """
    attached = {key: value for name in names for key, value in ADD_ONS[name].items()}
    done = example.manage("check", "--deploy", **{**ON_DYNO, **attached, **variables})
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return set(re.findall(r"\((\w+\.[EWI]\d{3})\)", said))


def expected(*names: str) -> set[str]:
    """
    Return what is to be said: without a broker the tasks run in the web process.
    """
    return set() if {"store", "broker"} & {*names} else {TASKS}


@pytest.mark.parametrize("names", SUBSETS, ids=lambda each: "-".join(each) or "none")
def test_it_boots_with_any_add_ons(example: Project, names: tuple[str, ...]):
    assert boot(example, *names) == expected(*names)


@pytest.mark.services
@pytest.mark.parametrize("names", [(), tuple(ADD_ONS)], ids=["none", "all"])
def test_it_boots_with_its_map(example: Project, names: tuple[str, ...]):
    # Debian 12 has GDAL 3.6, and Django warns of what is older than 3.9; a dyno's is newer.
    found = boot(example, *names, WITH_MAP="true") - {"gis.W001"}

    assert found == expected(*names)
