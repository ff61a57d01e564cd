"""
What changing the type of a column does to its table, and to the code that writes to it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# PostgreSQL documentation, "Data Types": the names that are the same type.
ALIASES = {
    "character varying": "varchar",
    "character": "char",
    "bpchar": "char",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "smallserial": "smallint",
    "serial": "integer",
    "bigserial": "bigint",
    "decimal": "numeric",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time without time zone": "time",
}
TEXTS = {"varchar", "text", "char", "citext"}
LARGEST = {
    "smallint": 2.0**15,
    "integer": 2.0**31,
    "bigint": 2.0**63,
    "real": 1e38,
    "double precision": 1e308,
}
# How long a value is as text.
WIDTHS = {
    "smallint": 6,
    "integer": 11,
    "bigint": 20,
    "boolean": 5,
    "uuid": 36,
    "date": 10,
    "time": 15,
    "timestamp": 26,
    "timestamptz": 32,
    "double precision": 24,
    "real": 15,
    "inet": 43,
    "cidr": 43,
}
# Beside numbers among themselves, and anything to text: what an INSERT casts by itself
# (pg_cast, castcontext a and i).
ASSIGNABLE = {
    ("date", "timestamp"),
    ("date", "timestamptz"),
    ("timestamp", "date"),
    ("timestamp", "time"),
    ("timestamp", "timestamptz"),
    ("timestamptz", "date"),
    ("timestamptz", "time"),
    ("timestamptz", "timestamp"),
    ("time", "interval"),
    ("interval", "time"),
    ("json", "jsonb"),
    ("jsonb", "json"),
    ("cidr", "inet"),
    ("inet", "cidr"),
}
# The same bytes on disk, so the table stays as it is (pg_cast, castmethod b; times where the
# session's zone is UTC, as Django's is: PostgreSQL 12 release notes).
SAME_BYTES = {
    ("timestamp", "timestamptz"),
    ("timestamptz", "timestamp"),
    ("varchar", "text"),
    ("text", "varchar"),
    ("citext", "text"),
    ("text", "citext"),
    ("varchar", "citext"),
    ("citext", "varchar"),
    ("cidr", "inet"),
}


class ColumnType(NamedTuple):
    """
    A type, as ``numeric(10, 2)``; ``array`` for one of these.
    """

    base: str
    arguments: tuple[int, ...] = ()
    array: bool = False

    @property
    def is_number(self) -> bool:
        """
        Whether it holds numbers.
        """
        return self.base in LARGEST or self.base == "numeric"

    @property
    def largest(self) -> float:
        """
        Return about the largest number that it holds.
        """
        if self.base == "numeric" and self.arguments:
            precision, scale = (*self.arguments, 0)[:2]
            return float(10 ** max(0, precision - scale))
        return LARGEST.get(self.base, float("inf"))

    @property
    def width(self) -> float:
        """
        Return how many characters its longest value has.
        """
        if self.base in TEXTS and self.arguments:
            return self.arguments[0]
        if self.base == "numeric" and self.arguments:
            return self.arguments[0] + 2  # the sign and the point
        return WIDTHS.get(self.base, float("inf"))


def parse(text: str) -> ColumnType:
    """
    Read a type as Django or a person writes it.
    """
    plain = " ".join(text.lower().split())
    array = plain.endswith("]")
    plain = re.sub(r"\s*\[[\s\d]*\]", "", plain)
    numbers = re.search(r"\s*\(([\d\s,-]+)\)", plain)
    if not numbers:
        return ColumnType(ALIASES.get(plain, plain), array=array)
    base = plain.replace(numbers[0], "")
    arguments = map(int, re.findall(r"-?\d+", numbers[1]))
    return ColumnType(ALIASES.get(base, base), tuple(arguments), array)


def rewrites(old: ColumnType, new: ColumnType) -> bool:
    """
    Whether Postgres writes the whole table anew.
    """
    if old == new:
        return False
    if old.base != new.base and (old.base, new.base) not in SAME_BYTES:
        return True
    if new.array:
        return True
    if not new.arguments:
        return False
    if new.base == "numeric":
        return not old.arguments or (
            new.arguments[1:] != old.arguments[1:] or new.largest < old.largest
        )
    return new.base not in TEXTS - {"char"} or new.width < old.width


def reorders(old: ColumnType, new: ColumnType) -> bool:
    """
    Whether Postgres builds the column's indexes anew, as another type is compared otherwise.
    """
    alike = ({"varchar", "text"}, {"cidr", "inet"})
    return old.base != new.base and {old.base, new.base} not in alike


def narrows(old: ColumnType, new: ColumnType) -> bool:
    """
    Whether values that the old type holds are too large or too long for the new one.
    """
    if new.base in TEXTS and new.arguments:
        return new.width < old.width
    return old.is_number and new.is_number and new.largest < old.largest


def accepts(old: ColumnType, new: ColumnType) -> bool:
    """
    Whether what code writes for the old type goes into the new one.
    """
    if old.array != new.array:
        return new.base in TEXTS and not new.array
    if old.base == "boolean":  # whose code refuses to take text back
        return new.base == "boolean"
    return (
        old.base == new.base
        or new.base in TEXTS
        or (old.is_number and new.is_number)
        or (old.base, new.base) in ASSIGNABLE
    )
