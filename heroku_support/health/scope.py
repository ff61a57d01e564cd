"""
What the page is about: the dyno that answers, or the whole app where a store has all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.metrics import formation
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.overview import Overview
from heroku_support.metrics.total import total

EVERY = "All dynos"


class Scope(NamedTuple):
    """
    What figures and charts are of.

    :param shown: None where nothing is measured.
    :param name: the same in words.
    :param dynos: all that are known, their sum first; empty for one alone.
    :param problem: why there may be more than is shown; empty if there is nothing to say.
    """

    shown: Overview | None
    name: str
    dynos: Sequence[Overview] = ()
    problem: str = ""


def find(dyno: Dyno, own: Overview | None, asked: str) -> Scope:
    """
    Return what to show.

    :param own: the overview of the dyno that answers.
    :param asked: the name of a dyno; empty for all.
    """
    try:
        reported = formation.read(dyno) if conf.HEROKU_SUPPORT_METRICS_FORMATION else []
    except ShowError as error:
        # Where no store is usual, none needs to be explained.
        is_usual = str(error) == formation.NO_STORE and not dyno.is_heroku
        return _alone(own, "" if is_usual else f"This is one dyno alone. {error}")
    every = _with_own(reported, own)
    if len(every) < 2:
        return _alone(own, "")
    whole = total(every)
    found = next((each for each in every if each.identity.dyno == asked), None)
    problem = f"No dyno named {asked} reports." if asked and not found else ""
    return Scope(found or whole, asked if found else EVERY, [whole, *every], problem)


def _alone(own: Overview | None, problem: str) -> Scope:
    return Scope(own, (own and own.identity.dyno) or "", problem=problem)


def _with_own(reported: Sequence[Overview], own: Overview | None) -> list[Overview]:
    """
    Put what this dyno tells now in the place of what it left in the store, which is older.
    """
    if own is None:
        return list(reported)
    name = own.identity.dyno
    others = [each for each in reported if each.identity.dyno != name]
    return sorted([own, *others], key=formation.by_name)
