"""
The request's id in the log, and nothing that forges a line of it.
"""

from __future__ import annotations

import logging

import pytest

from heroku_support import request_id
from heroku_support.request_id import RequestIDFilter, clean, remembered

ROUTERS = "9d263847-94c3-41d8-a2f8-04b74ff5cb8e"


def logged_id():
    record = logging.makeLogRecord({"msg": "hello"})
    kept = RequestIDFilter().filter(record)
    return kept, record.request_id


@pytest.mark.parametrize("header", [ROUTERS, "a", "A_b.c-1", "x" * 200])
def test_id_is_kept(header):
    assert clean(header) == header


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        "a b",
        "a\n",
        "a\nlevel=ERROR forged",
        "a\x1b[31m",
        "é",
        "a=b",
        '"',
        "x" * 201,
    ],
)
def test_what_could_forge_a_line_is_no_id(header):
    assert clean(header) == "-"


def test_no_id_outside_of_a_request():
    assert logged_id() == (True, "-")


def test_id_within_a_request():
    with remembered(ROUTERS):
        inside = logged_id()

    assert inside == (True, ROUTERS)
    assert logged_id() == (True, "-")


def test_inner_request_gives_way_to_the_outer_one():
    with remembered("outer"):
        with remembered("inner"):
            pass
        after = request_id.current.get()

    assert after == "outer"


def test_id_is_forgotten_when_the_request_fails():
    with pytest.raises(ZeroDivisionError), remembered(ROUTERS):
        raise ZeroDivisionError

    assert request_id.current.get() == "-"
