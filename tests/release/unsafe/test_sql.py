"""
What the scanner finds in SQL that no case of the corpus has.
"""

from __future__ import annotations

import pytest
from django.db import migrations
from django.db.backends.postgresql.base import DatabaseWrapper

from heroku_support.release.unsafe import scan
from heroku_support.release.unsafe.statements import statements
from tests.release.unsafe.test_corpus import migration, shop_state


def rules(*scripts: str, atomic: bool = True) -> list[str]:
    """
    Return the rules that scripts break.
    """
    pending = migration(*map(migrations.RunSQL, scripts), atomic=atomic)
    findings = scan([pending], shop_state(), DatabaseWrapper({}, "default"))
    return sorted({finding.rule for finding in findings})


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER DOMAIN d ADD CHECK (VALUE > 0)", ["add-check", "validate-check"]),
        ("ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID", ["add-check"]),
        ("ALTER DOMAIN d OWNER TO app", []),
        ("ALTER TYPE mood RENAME VALUE 'a' TO 'b'", ["remove-object"]),
        ("ALTER TYPE mood ADD VALUE 'c'", []),
        ("ALTER INDEX a RENAME TO b", []),
        ("ALTER VIEW shop_book RENAME TO b", ["rename-model"]),
        ("ALTER TABLE shop_book RENAME nothing TO something", []),
        ("ALTER TABLE shop_book ADD COLUMN IF NOT EXISTS note text NOT NULL", []),
        ("ALTER TABLE shop_book ALTER id ADD GENERATED ALWAYS AS IDENTITY", []),
        ("ALTER TABLE shop_book ALTER pages SET EXPRESSION AS (1)", ["rewrite-table"]),
        ("ALTER TABLE shop_book ADD x integer PRIMARY KEY", ["add-field-not-null", "build-unique-index"]),
        ("ALTER TABLE shop_book ADD x integer DEFAULT 1 UNIQUE", ["add-unique", "build-unique-index"]),
        ("ALTER TABLE shop_book ADD CONSTRAINT n NOT NULL volume NOT VALID", ["alter-field-not-null"]),
        ("ALTER TABLE shop_book ADD LIKE x", []),
        ("ALTER TABLE shop_book ALTER pages TYPE integer[] USING ARRAY[pages]", ["change-field-type", "rewrite-table"]),
        ("ALTER TABLE shop_book ALTER price TYPE numeric(9, 2) USING price", []),
        ("ALTER TABLE shop_book ALTER words TYPE varchar(20)[]", []),
        ("ALTER TABLE shop_book ALTER price TYPE varchar(10)", ["rewrite-table"]),
        ("ALTER TABLE shop_book ALTER price TYPE varchar(5)", ["narrow-field", "rewrite-table"]),
        ("VACUUM FULL VERBOSE shop_book", ["exclusive-lock"]),
("DROP TYPE mood CASCADE", ["remove-object"]),
        ("DROP SCHEMA IF EXISTS old", []),
        ("DROP FUNCTION f()", []),
        ("DROP INDEX IF EXISTS book_title; SELECT * FROM shop_book", ["data-after-schema"]),
        ("DROP INDEX CONCURRENTLY book_title", []),
        ("CREATE EXTENSION hstore", []),
        ("CREATE TABLE shop_book AS SELECT 1", []),
        ("REFRESH MATERIALIZED VIEW totals", ["exclusive-lock"]),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY totals", []),
        ("CLUSTER", ["exclusive-lock"]),
        ("VACUUM (FULL, ANALYZE) shop_book", ["exclusive-lock"]),
        ("DROP INDEX book_title; INSERT INTO shop_tag SELECT 1", ["data-after-schema"]),
        ("DROP INDEX book_title; COMMIT; UPDATE shop_book SET pages = 1", []),
        ("DROP INDEX book_title; CREATE TABLE n (x int); UPDATE n SET x = 1", []),
        ("DO 'BEGIN UPDATE shop_book SET pages = 1; END'", []),
        ("DO", []),
        ("/* ALTER TABLE shop_book */ -- DROP TABLE shop_book", []),
        ("INSERT INTO shop_tag (name) VALUES (E'it\\'s; DROP TABLE shop_tag')", []),
        ('SELECT 1 AS "a;b"', []),
        ("CREATE OR REPLACE VIEW shop_book AS SELECT 1", []),
        ("ALTER TABLE shop_book ADD CHECK (pages IS DISTINCT FROM 3) NOT VALID", ["add-check"]),
        ("ALTER TABLE shop_book ADD CHECK (pages + volume IS NOT NULL) NOT VALID", ["add-check"]),
        ("CREATE INDEX ON shop_book (pages", ["build-index"]),
    ],
)  # fmt: skip
def test_a_statement(sql: str, expected: list[str]):
    assert rules(sql) == expected


RENAMED = (
    "ALTER TABLE shop_tag RENAME TO labels",
    "CREATE VIEW shop_tag AS SELECT * FROM labels",
)


def test_a_view_in_a_tables_place_is_there_from_the_same_moment():
    assert rules(*RENAMED) == []


def test_a_view_in_a_tables_place_comes_late_without_a_transaction():
    assert rules(*RENAMED, atomic=False) == ["rename-model"]


def test_a_view_in_one_tables_place_is_none_in_anothers():
    assert rules("ALTER TABLE shop_book RENAME TO b", *RENAMED) == ["rename-model"]


def test_a_table_that_has_its_name_again_at_the_end_of_the_transaction_was_never_gone():
    there, back = (
        "ALTER TABLE shop_tag RENAME TO labels",
        "ALTER TABLE labels RENAME TO shop_tag",
    )

    assert rules(there, back) == []
    assert rules(there, "COMMIT", back) == ["rename-model"]
    assert rules(there, back, atomic=False) == ["rename-model"]
    assert rules(there, "ALTER TABLE labels RENAME TO tags") == ["rename-model"]


def test_a_name_is_folded_as_postgres_does():
    (reader,) = statements('Public . "Shop""Book"')

    assert reader.name() == 'Shop"Book'


def test_each_finding_ends_in_what_to_write_instead():
    pending = migration(migrations.RunSQL("ALTER TABLE shop_book DROP COLUMN note"))
    (finding,) = scan([pending], shop_state(), DatabaseWrapper({}, "default"))

    assert str(finding).endswith('ALTER TABLE "shop_book" DROP COLUMN "note"\')')
