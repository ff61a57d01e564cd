"""
What is said of several decisions, and of settings that Django refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from heroku_support import Heroku
from heroku_support.explain import Explanation, explain
from tests.settings.places import LOCAL, WEB, heroku

BUCKET = {
    "AWS_STORAGE_BUCKET_NAME": "shop",
    "AWS_S3_REGION_NAME": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "A" * 20,
    "AWS_SECRET_ACCESS_KEY": "s3cr3t-of-the-bucket",
}


@pytest.mark.parametrize("databases", [None, [], {"other": {}}, {"default": None}])
def test_databases_that_django_refuses_are_replaced_ones(databases):
    settings = heroku(LOCAL)
    settings.databases(default="sqlite:///db.sqlite3")

    found = explain([settings], SimpleNamespace(DATABASES=databases))

    assert found[0].decision.setting == "DATABASES"
    assert found[0].replaced


def storages(change: Callable[[dict[str, Any]], object]) -> Explanation:
    """
    Return what is said of uploads of both kinds, as ``store-uploads.md`` has them.
    """
    settings = heroku({**WEB, **BUCKET})
    made: dict[str, Any] = settings.storages()
    made["avatars"] = settings.storages(public=True)["default"]
    change(made)
    return explain([settings], SimpleNamespace(STORAGES=made))[0]


def remove(made: dict[str, Any]) -> None:
    del made["avatars"]


def move(made: dict[str, Any]) -> None:
    made["default"]["OPTIONS"]["location"] = "uploads"


def swap(made: dict[str, Any]) -> None:
    made["default"] = made["avatars"]


@pytest.mark.parametrize(
    ("change", "kind", "is_replaced"),
    [
        (remove, "private", False),
        (dict, "private", True),
        (move, "private", True),
        (swap, "public", True),
    ],
)
def test_of_several_calls_the_one_nearest_to_the_setting_is_shown(
    change, kind, is_replaced
):
    found = storages(change)
    options = found.decision.value["default"]["OPTIONS"]

    assert found.decision.why.endswith(kind)
    assert (options["querystring_auth"], found.replaced) == (
        kind == "private",
        is_replaced,
    )


def test_of_a_list_that_was_extended_the_nearest_is_shown():
    settings = heroku(LOCAL)
    apps = settings.installed_apps(["shop", "blog"])
    settings.installed_apps(["blog"])
    found = explain([settings], SimpleNamespace(INSTALLED_APPS=[*apps, "forum"]))[0]

    assert found.decision.value == apps
    assert found.replaced


def hosts(*given: str) -> Heroku:
    made = heroku(WEB)
    made.allowed_hosts(*given)
    return made


@pytest.mark.parametrize(
    ("now", "shown", "is_replaced"),
    [
        ("base.example.com", "base.example.com", False),
        ("www.example.com", "www.example.com", False),
        ("other.example.com", "www.example.com", True),
    ],
)
def test_of_two_objects_the_one_that_made_the_setting_is_shown_else_the_later(
    now, shown, is_replaced
):
    base, last = hosts("base.example.com"), hosts("www.example.com")
    settings = SimpleNamespace(ALLOWED_HOSTS=[now, ".herokuapp.com"])
    found = explain([base, last], settings)[0]

    assert found.decision.value == [shown, ".herokuapp.com"]
    assert found.replaced is is_replaced


def test_each_decision_has_the_value_that_it_made():
    made = hosts("a.example.com")
    made.allowed_hosts("b.example.com")

    assert [each.value[0] for each in made.decisions] == [
        "a.example.com",
        "b.example.com",
    ]
