"""
Migrations whose effect is known: the oracle proves each label on a real Postgres.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    BtreeGistExtension,
    CreateCollation,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models
from django.db.models import Case as Choice
from django.db.models import F, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Length, Lower, Now, Upper
from django.db.models.lookups import GreaterThan

from heroku_support.release.unsafe.findings import BREAKS, LOCKS

SAFE: frozenset[str] = frozenset()
CODE = frozenset({BREAKS})
TABLE = frozenset({LOCKS})
BOTH = frozenset({BREAKS, LOCKS})


@dataclass(frozen=True)
class Case:
    """
    Migrations, each a list of operations, and what they do.

    :param first: operations that the running release has as well, beside those of ``SHOP``.
    :param exception: why the label cannot be proven.
    """

    name: str
    label: frozenset[str]
    plan: list[list[Any]]
    first: list[Any] = field(default_factory=list)
    atomic: bool = True
    exception: str = ""


CASES: list[Case] = []


def case(
    name: str, label: frozenset[str], *operations: Any, then: Any = (), **options: Any
) -> None:
    """
    Add a case of one migration, or of two.
    """
    plan = [list(operations), *([list(then)] if then else [])]
    CASES.append(Case(name, label, plan, **options))


def key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(primary_key=True)


class GenRandom(models.Func):
    function = "gen_random_uuid"
    template = "%(function)s()"
    output_field = models.UUIDField()


def fill_pages(apps: Any, schema_editor: Any) -> None:
    book = apps.get_model("shop", "Book")
    book.objects.using(schema_editor.connection.alias).update(pages=F("pages") + 1)


SHOP: list[Any] = [
    migrations.CreateModel("Author", [key(), ("name", models.CharField(max_length=100))]),
    migrations.CreateModel("Publisher", [key(), ("name", models.CharField(max_length=50))]),
    migrations.CreateModel("Tag", [key(), ("name", models.CharField(max_length=30))]),
    migrations.CreateModel(
        "Book",
        [
            key(),
            ("title", models.CharField(max_length=200)),
            ("slug", models.SlugField(max_length=50, unique=True)),
            ("isbn", models.CharField(max_length=13, null=True)),
            ("shelf", models.CharField(max_length=20, db_index=True)),
            ("note", models.TextField(null=True)),
            ("price", models.DecimalField(max_digits=8, decimal_places=2)),
            ("pages", models.IntegerField()),
            ("volume", models.IntegerField(null=True)),
            ("small", models.SmallIntegerField(default=1)),
            ("stock", models.PositiveIntegerField(default=0)),
            ("rating", models.FloatField(null=True)),
            ("state", models.CharField(max_length=10, db_default="draft")),
            ("lent", models.IntegerField(null=True, db_default=0)),
            ("is_public", models.BooleanField(default=False)),
            ("printed", models.DateTimeField(null=True)),
            ("day", models.DateField(null=True)),
            ("code", models.UUIDField(null=True)),
            ("data", models.JSONField(default=dict)),
            ("words", ArrayField(models.CharField(max_length=20), default=list)),
            ("author", models.ForeignKey("shop.Author", models.CASCADE)),
            (
                "publisher",
                models.ForeignKey("shop.Publisher", models.SET_NULL, null=True),
            ),
            (
                "seller",
                models.ForeignKey(
                    "shop.Publisher",
                    models.DO_NOTHING,
                    null=True,
                    db_constraint=False,
                    related_name="+",
                ),
            ),
            ("raw_author", models.IntegerField(null=True)),
            ("tags", models.ManyToManyField("shop.Tag")),
        ],
        options={
            "indexes": [models.Index(fields=["title"], name="book_title")],
            "constraints": [models.UniqueConstraint(fields=["title", "shelf"], name="title_shelf")],
            "unique_together": {("isbn", "shelf")},
        },
    ),
]  # fmt: skip


def add(name: str, field: models.Field, **options: Any) -> migrations.AddField:
    return migrations.AddField("book", name, field, **options)


def alter(name: str, field: models.Field, **options: Any) -> migrations.AlterField:
    return migrations.AlterField("book", name, field, **options)


# --- models and tables ---------------------------------------------------------------------

case(
    "a new table",
    SAFE,
    migrations.CreateModel(
        "Review", [key(), ("book", models.ForeignKey("shop.Book", models.CASCADE))]
    ),
)
case(
    "a new table, filled, changed and indexed in the same plan",
    SAFE,
    migrations.CreateModel("Review", [key(), ("text", models.TextField())]),
    migrations.AddField("review", "stars", models.IntegerField(default=1)),
    migrations.AddIndex("review", models.Index(fields=["stars"], name="stars")),
    migrations.RunPython(fill_pages),
    migrations.RenameField("review", "stars", "points"),
    migrations.AlterField("review", "text", models.CharField(max_length=5)),
    migrations.AddConstraint(
        "review", models.UniqueConstraint(fields=["points"], name="points")
    ),
    migrations.RemoveField("review", "points"),
    migrations.RenameModel("Review", "Opinion"),
    migrations.DeleteModel("Opinion"),
)
case(
    "a child table",
    SAFE,
    migrations.CreateModel(
        "Novel",
        [
            (
                "book_ptr",
                models.OneToOneField(
                    "shop.Book", models.CASCADE, parent_link=True, primary_key=True
                ),
            )
        ],
        bases=("shop.book",),
    ),
)
case(
    "a proxy",
    SAFE,
    migrations.CreateModel("Paper", [], options={"proxy": True}, bases=("shop.book",)),
)
case(
    "an unmanaged model",
    SAFE,
    migrations.CreateModel(
        "Old", [key(), ("x", models.IntegerField())], options={"managed": False}
    ),
    migrations.AddField("old", "y", models.IntegerField()),
    migrations.RemoveField("old", "x"),
    migrations.DeleteModel("Old"),
)
case(
    "delete a model",
    CODE,
    migrations.RemoveField("book", "seller"),
    migrations.RemoveField("book", "publisher"),
    migrations.DeleteModel("Publisher"),
)
case(
    "delete a proxy",
    SAFE,
    migrations.DeleteModel("Paper"),
    first=[
        migrations.CreateModel(
            "Paper", [], options={"proxy": True}, bases=("shop.book",)
        )
    ],
)
case("rename a model", BOTH, migrations.RenameModel("Author", "Writer"))
case("rename a model with many-to-many", BOTH, migrations.RenameModel("Tag", "Label"))
case(
    "rename a model that keeps its table",
    SAFE,
    migrations.AlterModelTable("author", "shop_author"),
    migrations.RenameModel("Author", "Writer"),
)
case(
    "rename a model and its table back, as makemigrations writes it with db_table",
    SAFE,
    migrations.RenameModel("Publisher", "House"),
    migrations.AlterModelTable("house", "shop_publisher"),
    first=[migrations.RemoveField("book", "publisher")],
)
case(
    "rename a model and its table back, to which others point",
    TABLE,
    migrations.RenameModel("Publisher", "House"),
    migrations.AlterModelTable("house", "shop_publisher"),
)
case("another table", CODE, migrations.AlterModelTable("tag", "labels"))
case(
    "the same table by its name", SAFE, migrations.AlterModelTable("book", "shop_book")
)
case(
    "a table's comment", SAFE, migrations.AlterModelTableComment("book", "what we sell")
)
case(
    "options",
    SAFE,
    migrations.AlterModelOptions(
        "book", {"ordering": ["title"], "verbose_name": "Book"}
    ),
    migrations.AlterModelManagers("book", []),
)
case(
    "no longer managed", SAFE, migrations.AlterModelOptions("book", {"managed": False})
)
case("an order", CODE, migrations.AlterOrderWithRespectTo("book", "author"))
case(
    "no order",
    CODE,
    migrations.AlterOrderWithRespectTo("book", None),
    first=[migrations.AlterOrderWithRespectTo("book", "author")],
)

# --- new fields ----------------------------------------------------------------------------

case(
    "a field that may be null",
    SAFE,
    add("x", models.CharField(max_length=9, null=True)),
)
case(
    "a field that may be null, with a default",
    SAFE,
    add("x", models.CharField(max_length=9, null=True, default="a")),
)
case(
    "a field that may not be null",
    CODE,
    add("x", models.CharField(max_length=9, default="a")),
)
case(
    "a field that may be blank",
    CODE,
    add("x", models.CharField(max_length=9, blank=True)),
)
case("a boolean", CODE, add("x", models.BooleanField(default=False)))
case(
    "a field with a passing default",
    CODE,
    add("x", models.IntegerField(default=3), preserve_default=False),
)
case("a list", CODE, add("x", ArrayField(models.IntegerField(), default=list)))
case(
    "a field with a default in the database",
    SAFE,
    add("x", models.IntegerField(db_default=3)),
)
case(
    "a field with both defaults",
    SAFE,
    add("x", models.IntegerField(default=3, db_default=3)),
)
case(
    "a field with the time of the statement",
    SAFE,
    add("x", models.DateTimeField(db_default=Now())),
)
case(
    "a field with a random default",
    TABLE,
    add("x", models.UUIDField(db_default=GenRandom())),
)
case(
    "a field with a random number",
    TABLE,
    add("x", models.FloatField(db_default=models.functions.Random(), null=True)),
)
case(
    "a field with a random default in Python",
    CODE,
    add("x", models.UUIDField(default=uuid.uuid4)),
)
case(
    "a positive number that may be null",
    TABLE,
    add("x", models.PositiveIntegerField(null=True)),
)
case(
    "a positive number with a default in the database",
    TABLE,
    add("x", models.PositiveIntegerField(db_default=1)),
)
case(
    "a unique field that may be null",
    TABLE,
    add("x", models.CharField(max_length=9, null=True, unique=True)),
)
case("an indexed field", TABLE, add("x", models.IntegerField(null=True, db_index=True)))
case(
    "a foreign key",
    TABLE,
    add(
        "x",
        models.ForeignKey("shop.Author", models.CASCADE, null=True, related_name="+"),
    ),
)
case(
    "a foreign key without an index",
    SAFE,
    add(
        "x",
        models.ForeignKey(
            "shop.Author", models.CASCADE, null=True, related_name="+", db_index=False
        ),
    ),
)
case(
    "a foreign key without a constraint",
    TABLE,
    add(
        "x",
        models.ForeignKey(
            "shop.Author",
            models.CASCADE,
            null=True,
            related_name="+",
            db_constraint=False,
        ),
    ),
)
case(
    "a foreign key without either",
    SAFE,
    add(
        "x",
        models.ForeignKey(
            "shop.Author",
            models.CASCADE,
            null=True,
            related_name="+",
            db_constraint=False,
            db_index=False,
        ),
    ),
)
case(
    "a foreign key with a default in the database",
    TABLE,
    add(
        "x",
        models.ForeignKey(
            "shop.Author",
            models.CASCADE,
            db_default=1,
            related_name="+",
            db_index=False,
        ),
    ),
)
case(
    "a foreign key that may not be null",
    BOTH,
    add(
        "x",
        models.ForeignKey("shop.Author", models.CASCADE, default=1, related_name="+"),
    ),
)
case(
    "a foreign key to a new table",
    TABLE,
    migrations.CreateModel("Genre", [key()]),
    add("x", models.ForeignKey("shop.Genre", models.CASCADE, null=True)),
)
case(
    "one to one",
    TABLE,
    add(
        "x",
        models.OneToOneField(
            "shop.Author", models.CASCADE, null=True, related_name="+"
        ),
    ),
)
case(
    "many to many",
    SAFE,
    add("x", models.ManyToManyField("shop.Author", related_name="+")),
)
case(
    "a stored generated field",
    TABLE,
    add(
        "x",
        models.GeneratedField(
            expression=Lower("title"), output_field=models.TextField(), db_persist=True
        ),
    ),
)
case("a text search vector", SAFE, add("x", models.JSONField(null=True)))
case(
    "a field and its data",
    TABLE,
    add("x", models.IntegerField(null=True)),
    migrations.RunPython(fill_pages),
)
case(
    "a field, and its data in another migration",
    SAFE,
    add("x", models.IntegerField(null=True)),
    then=[migrations.RunPython(fill_pages)],
)
case(
    "data, then a field",
    SAFE,
    migrations.RunPython(fill_pages),
    add("x", models.IntegerField(null=True)),
)
case(
    "a field and its data, not atomic",
    SAFE,
    add("x", models.IntegerField(null=True)),
    migrations.RunPython(fill_pages),
    atomic=False,
)
case(
    "a field and no data",
    SAFE,
    add("x", models.IntegerField(null=True)),
    migrations.RunPython(migrations.RunPython.noop),
)
case(
    "add, fill, not null",
    BOTH,
    add("x", models.IntegerField(null=True)),
    then=[alter("x", models.IntegerField(default=1))],
)
case(
    "add, then not null with a default in the database",
    TABLE,
    add("x", models.IntegerField(null=True)),
    then=[alter("x", models.IntegerField(db_default=1))],
)
case(
    "add, rename and remove",
    SAFE,
    add("x", models.IntegerField(null=True)),
    migrations.RenameField("book", "x", "y"),
    then=[migrations.RemoveField("book", "y")],
)
case(
    "add and check",
    TABLE,
    add("x", models.IntegerField(null=True)),
    migrations.AddConstraint(
        "book", models.CheckConstraint(condition=Q(x__gte=0), name="x")
    ),
)
case(
    "add with a default and check",
    TABLE,
    add("x", models.IntegerField(db_default=0)),
    migrations.AddConstraint(
        "book", models.CheckConstraint(condition=Q(x__in=[0, 1]), name="x")
    ),
)
case(
    "add and make unique",
    TABLE,
    add("x", models.IntegerField(null=True)),
    migrations.AddConstraint(
        "book", models.UniqueConstraint(fields=["x", "pages"], name="x")
    ),
)
case(
    "a field with a comment",
    SAFE,
    add("x", models.IntegerField(null=True, db_comment="what it is")),
)

# --- removed and renamed fields ------------------------------------------------------------

case("remove a field", CODE, migrations.RemoveField("book", "note"))
case("remove a foreign key", CODE, migrations.RemoveField("book", "publisher"))
case("remove many to many", CODE, migrations.RemoveField("book", "tags"))
case("rename a field", CODE, migrations.RenameField("book", "title", "name"))
case(
    "rename a field that keeps its column",
    SAFE,
    alter("note", models.TextField(null=True, db_column="note")),
    migrations.RenameField("book", "note", "remark"),
)
case("rename many to many", CODE, migrations.RenameField("book", "tags", "labels"))
case(
    "another column",
    CODE,
    alter("note", models.TextField(null=True, db_column="remark")),
)
case(
    "the same column by its name",
    SAFE,
    alter("note", models.TextField(null=True, db_column="note")),
)

# --- altered fields ------------------------------------------------------------------------

case(
    "not null",
    BOTH,
    migrations.RunSQL("UPDATE shop_book SET note = ''"),
    then=[alter("note", models.TextField())],
)
case("not null with a default", BOTH, alter("note", models.TextField(default="")))
case(
    "not null with a default in the database",
    BOTH,
    alter("volume", models.IntegerField(db_default=0)),
)
case("null", SAFE, alter("pages", models.IntegerField(null=True)))
case(
    "a foreign key, null",
    TABLE,
    alter("author", models.ForeignKey("shop.Author", models.CASCADE, null=True)),
)
case("a longer varchar", SAFE, alter("title", models.CharField(max_length=300)))
case(
    "a longer indexed varchar",
    SAFE,
    alter("shelf", models.CharField(max_length=40, db_index=True)),
)
case("a shorter varchar", BOTH, alter("title", models.CharField(max_length=100)))
case("varchar to text", SAFE, alter("title", models.TextField()))
case("indexed varchar to text", TABLE, alter("shelf", models.TextField(db_index=True)))
case("unlimited varchar", SAFE, alter("title", models.CharField()))
case(
    "text to varchar", BOTH, alter("note", models.CharField(max_length=100, null=True))
)
case("slug to char", SAFE, alter("slug", models.CharField(max_length=50, unique=True)))
case("integer to bigint", TABLE, alter("pages", models.BigIntegerField()))
case("smallint to integer", TABLE, alter("small", models.IntegerField(default=1)))
case("integer to smallint", BOTH, alter("pages", models.SmallIntegerField()))
case("integer to varchar", TABLE, alter("pages", models.CharField(max_length=20)))
case(
    "integer to numeric",
    TABLE,
    alter("pages", models.DecimalField(max_digits=12, decimal_places=2)),
)
case("integer to float", TABLE, alter("pages", models.FloatField()))
case(
    "integer to positive", BOTH, alter("volume", models.PositiveIntegerField(null=True))
)
case("positive to integer", SAFE, alter("stock", models.IntegerField(default=0)))
case(
    "varchar to integer",
    BOTH,
    alter("isbn", models.IntegerField(null=True)),
    first=[migrations.AlterUniqueTogether("book", set())],
)
case(
    "boolean to varchar",
    BOTH,
    alter("is_public", models.CharField(max_length=5, default="")),
)
case(
    "more digits",
    SAFE,
    alter("price", models.DecimalField(max_digits=10, decimal_places=2)),
)
case(
    "more decimal places",
    TABLE,
    alter("price", models.DecimalField(max_digits=10, decimal_places=4)),
)
case(
    "decimal places in place of digits",
    BOTH,
    alter("price", models.DecimalField(max_digits=8, decimal_places=4)),
)
case(
    "fewer digits",
    BOTH,
    alter("price", models.DecimalField(max_digits=6, decimal_places=2)),
)
case("date to datetime", TABLE, alter("day", models.DateTimeField(null=True)))
case("datetime to date", TABLE, alter("printed", models.DateField(null=True)))
case(
    "uuid to varchar", TABLE, alter("code", models.CharField(max_length=36, null=True))
)
case("json to text", TABLE, alter("data", models.TextField(default="")))
case(
    "longer words",
    TABLE,
    alter("words", ArrayField(models.CharField(max_length=40), default=list)),
)
case(
    "an automatic key that grows",
    TABLE,
    migrations.AlterField("small", "id", models.BigAutoField(primary_key=True)),
    first=[
        migrations.CreateModel(
            "Small",
            [("id", models.AutoField(primary_key=True)), ("x", models.IntegerField())],
        )
    ],
)
case(
    "a key that is no longer automatic",
    CODE,
    migrations.AlterField("tag", "id", models.BigIntegerField(primary_key=True)),
)
case("an index", TABLE, alter("note", models.TextField(null=True, db_index=True)))
case("no index", SAFE, alter("shelf", models.CharField(max_length=20)))
case("unique", BOTH, alter("pages", models.IntegerField(unique=True)))
case("not unique", SAFE, alter("slug", models.SlugField(max_length=50, db_index=False)))
case(
    "an index in place of unique", TABLE, alter("slug", models.SlugField(max_length=50))
)
case("a default in Python", SAFE, alter("pages", models.IntegerField(default=5)))
case(
    "a default in the database", SAFE, alter("pages", models.IntegerField(db_default=5))
)
case(
    "another default in the database",
    SAFE,
    alter("state", models.CharField(max_length=10, db_default="new")),
)
case(
    "no default in the database", CODE, alter("state", models.CharField(max_length=10))
)
case(
    "no default in the database, null",
    SAFE,
    alter("lent", models.IntegerField(null=True)),
)
case(
    "choices and the like",
    SAFE,
    alter(
        "state",
        models.CharField(
            "State",
            max_length=10,
            db_default="draft",
            choices=[("draft", "Draft")],
            help_text="x",
            blank=True,
            editable=False,
        ),
    ),
)
case(
    "a column's comment",
    SAFE,
    alter("pages", models.IntegerField(db_comment="how many")),
)
case(
    "a collation",
    SAFE,
    alter("title", models.CharField(max_length=200, db_collation="C")),
    first=[
        migrations.RemoveIndex("book", "book_title"),
        migrations.RemoveConstraint("book", "title_shelf"),
    ],
)
case(
    "a collation of an indexed column",
    TABLE,
    alter("shelf", models.CharField(max_length=20, db_index=True, db_collation="C")),
)
case(
    "a foreign key to elsewhere",
    BOTH,
    alter(
        "publisher",
        models.ForeignKey("shop.Author", models.SET_NULL, null=True, related_name="+"),
    ),
    first=[migrations.RunSQL("INSERT INTO shop_publisher (name) VALUES ('more')")],
)
case(
    "a foreign key gets a constraint",
    TABLE,
    alter(
        "seller",
        models.ForeignKey(
            "shop.Publisher", models.DO_NOTHING, null=True, related_name="+"
        ),
    ),
)
case(
    "a foreign key loses its constraint",
    SAFE,
    alter(
        "author", models.ForeignKey("shop.Author", models.CASCADE, db_constraint=False)
    ),
)
case(
    "a foreign key loses its index",
    TABLE,
    alter("author", models.ForeignKey("shop.Author", models.CASCADE, db_index=False)),
)
case(
    "another on_delete",
    SAFE,
    alter("author", models.ForeignKey("shop.Author", models.PROTECT)),
)
case(
    "a foreign key becomes one to one",
    BOTH,
    alter("author", models.OneToOneField("shop.Author", models.CASCADE)),
)
case(
    "an integer becomes a foreign key",
    BOTH,
    migrations.SeparateDatabaseAndState(
        [migrations.RunSQL("ALTER TABLE shop_book ALTER raw_author TYPE bigint")], []
    ),
    alter(
        "raw_author",
        models.ForeignKey(
            "shop.Author",
            models.CASCADE,
            null=True,
            related_name="+",
            db_column="raw_author",
        ),
    ),
)
case(
    "a foreign key becomes an integer",
    CODE,
    alter("publisher", models.BigIntegerField(null=True)),
)
case(
    "many to many to elsewhere",
    BOTH,
    alter("tags", models.ManyToManyField("shop.Publisher", related_name="+")),
)
case(
    "many to many in another table",
    CODE,
    alter("tags", models.ManyToManyField("shop.Tag", db_table="book_tags")),
)
case(
    "options of many to many",
    SAFE,
    alter("tags", models.ManyToManyField("shop.Tag", related_name="books", blank=True)),
)

# --- indexes and constraints ---------------------------------------------------------------

INDEX = models.Index(fields=["pages", "title"], name="pages_title")
POSITIVE = models.CheckConstraint(condition=Q(pages__gte=0), name="positive")
HAS_NOTE = models.CheckConstraint(condition=Q(note__isnull=False), name="has_note")

case("an index on columns", TABLE, migrations.AddIndex("book", INDEX))
case("an index concurrently", SAFE, AddIndexConcurrently("book", INDEX), atomic=False)
case("remove an index", SAFE, migrations.RemoveIndex("book", "book_title"))
case(
    "remove an index concurrently",
    SAFE,
    RemoveIndexConcurrently("book", "book_title"),
    atomic=False,
)
case(
    "remove an index, then data",
    TABLE,
    migrations.RemoveIndex("book", "book_title"),
    migrations.RunPython(fill_pages),
)
case(
    "rename an index",
    SAFE,
    migrations.RenameIndex("book", new_name="by_title", old_name="book_title"),
)
case(
    "a unique constraint",
    BOTH,
    migrations.AddConstraint(
        "book", models.UniqueConstraint(fields=["pages", "volume"], name="u")
    ),
)
case(
    "a partial unique constraint",
    BOTH,
    migrations.AddConstraint(
        "book",
        models.UniqueConstraint(fields=["pages"], condition=Q(volume=1), name="u"),
    ),
)
case(
    "a unique expression",
    BOTH,
    migrations.AddConstraint("book", models.UniqueConstraint(Lower("title"), name="u")),
)
case(
    "unique beside a column that is",
    TABLE,
    migrations.AddConstraint(
        "book", models.UniqueConstraint(fields=["slug", "pages"], name="u")
    ),
)
case(
    "unique together",
    BOTH,
    migrations.AlterUniqueTogether("book", {("isbn", "shelf"), ("pages", "volume")}),
)
case("no longer unique together", SAFE, migrations.AlterUniqueTogether("book", set()))
case(
    "unique together as a constraint",
    TABLE,
    migrations.AlterUniqueTogether("book", set()),
    migrations.AddConstraint(
        "book", models.UniqueConstraint(fields=["isbn", "shelf"], name="u")
    ),
)
case("a check", BOTH, migrations.AddConstraint("book", POSITIVE))
case("a check that is not valid", CODE, AddConstraintNotValid("book", POSITIVE))
case(
    "a check that is not valid, validated at once",
    BOTH,
    AddConstraintNotValid("book", POSITIVE),
    ValidateConstraint("book", "positive"),
)
case(
    "a check that is not valid, validated later",
    CODE,
    AddConstraintNotValid("book", POSITIVE),
    then=[ValidateConstraint("book", "positive")],
)
case(
    "validate a check",
    SAFE,
    ValidateConstraint("book", "positive"),
    first=[
        migrations.AlterField("book", "pages", models.PositiveIntegerField()),
        AddConstraintNotValid("book", POSITIVE),
    ],
)
case(
    "validate a check after a new field",
    TABLE,
    add("x", models.IntegerField(null=True)),
    ValidateConstraint("book", "positive"),
    first=[
        migrations.AlterField("book", "pages", models.PositiveIntegerField()),
        AddConstraintNotValid("book", POSITIVE),
    ],
)
case(
    "not null after a check for it",
    CODE,
    AddConstraintNotValid("book", HAS_NOTE),
    then=[ValidateConstraint("book", "has_note")],
)
case(
    "remove a check",
    SAFE,
    migrations.RemoveConstraint("book", "has_pages"),
    first=[
        migrations.AddConstraint(
            "book",
            models.CheckConstraint(condition=Q(pages__isnull=False), name="has_pages"),
        )
    ],
)
case(
    "remove a unique constraint",
    SAFE,
    migrations.RemoveConstraint("book", "title_shelf"),
)
case(
    "an exclusion",
    BOTH,
    BtreeGistExtension(),
    migrations.AddConstraint(
        "book", ExclusionConstraint(name="x", expressions=[("pages", "=")])
    ),
)
case(
    "a message of a constraint",
    SAFE,
    migrations.AlterConstraint(
        "book",
        "title_shelf",
        models.UniqueConstraint(
            fields=["title", "shelf"], name="title_shelf", violation_error_message="x"
        ),
    ),
)
case(
    "an extension and a collation",
    SAFE,
    BtreeGistExtension(),
    CreateCollation("plain", "C"),
)

# --- SQL -----------------------------------------------------------------------------------


def sql(name: str, label: frozenset[str], *scripts: Any, **options: Any) -> None:
    case(name, label, *map(migrations.RunSQL, scripts), **options)


sql("drop a column in SQL", CODE, "ALTER TABLE shop_book DROP COLUMN note")
sql(
    "drop a column in SQL that no model has",
    SAFE,
    'ALTER TABLE "shop_book" DROP COLUMN IF EXISTS "old" CASCADE;',
    first=[migrations.RunSQL("ALTER TABLE shop_book ADD old integer")],
)
sql(
    "rename a column in SQL",
    CODE,
    "-- a word\nalter table public.shop_book rename note to remark",
)
sql("rename a table in SQL", CODE, "ALTER TABLE shop_tag RENAME TO labels;")
sql("drop a table in SQL", CODE, "DROP TABLE IF EXISTS shop_book_tags CASCADE")
sql(
    "drop a table in SQL that no model has",
    SAFE,
    "DROP TABLE old",
    first=[migrations.RunSQL("CREATE TABLE old (x integer)")],
)
sql("an index in SQL", TABLE, "CREATE INDEX by_pages ON shop_book USING btree (pages)")
sql("a unique index in SQL", BOTH, "CREATE UNIQUE INDEX by_pages ON shop_book (pages)")
sql(
    "an index concurrently in SQL",
    SAFE,
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS by_pages ON shop_book (pages)",
    atomic=False,
)
sql(
    "a unique index concurrently in SQL",
    CODE,
    "CREATE UNIQUE INDEX CONCURRENTLY by_pages ON shop_book (pages)",
    atomic=False,
)
sql(
    "a unique constraint that uses an index",
    CODE,
    "CREATE UNIQUE INDEX CONCURRENTLY u ON shop_book (pages)",
    "ALTER TABLE shop_book ADD CONSTRAINT u UNIQUE USING INDEX u",
    atomic=False,
)
sql("drop an index in SQL", SAFE, "DROP INDEX book_title")
sql("a check in SQL", BOTH, "ALTER TABLE shop_book ADD CONSTRAINT c CHECK (pages > 0)")
sql(
    "a check in SQL, not valid",
    CODE,
    "ALTER TABLE shop_book ADD CONSTRAINT c CHECK (pages > 0) NOT VALID",
)
sql(
    "a foreign key in SQL",
    TABLE,
    "ALTER TABLE shop_book ADD CONSTRAINT f FOREIGN KEY (seller_id) REFERENCES shop_publisher (id)",
)
sql(
    "a foreign key in SQL, not valid",
    SAFE,
    "ALTER TABLE shop_book ADD CONSTRAINT f FOREIGN KEY (seller_id) REFERENCES shop_publisher (id) NOT VALID",
)
sql(
    "a foreign key in SQL, validated",
    SAFE,
    "ALTER TABLE shop_book ADD CONSTRAINT f FOREIGN KEY (seller_id) REFERENCES shop_publisher (id) NOT VALID;",
    then=[migrations.RunSQL("ALTER TABLE shop_book VALIDATE CONSTRAINT f")],
)
sql("not null in SQL", BOTH, "ALTER TABLE shop_book ALTER COLUMN volume SET NOT NULL")
sql(
    "not null in SQL by a check",
    CODE,
    "ALTER TABLE shop_book ADD CONSTRAINT n CHECK (volume IS NOT NULL) NOT VALID",
    then=[
        migrations.RunSQL(
            [
                "ALTER TABLE shop_book VALIDATE CONSTRAINT n",
                "ALTER TABLE shop_book ALTER volume SET NOT NULL",
                "ALTER TABLE shop_book DROP CONSTRAINT n",
            ]
        )
    ],
)
sql(
    "a type in SQL",
    TABLE,
    "ALTER TABLE shop_book ALTER COLUMN pages SET DATA TYPE bigint USING pages::bigint",
)
sql(
    "a longer varchar in SQL",
    SAFE,
    "ALTER TABLE shop_book ALTER COLUMN title TYPE character varying(500)",
)
sql(
    "add a column in SQL",
    SAFE,
    "ALTER TABLE shop_book ADD COLUMN x integer, ADD y text DEFAULT 'a, b' NOT NULL",
)
sql(
    "add a column in SQL that may not be null",
    CODE,
    "ALTER TABLE shop_book ADD COLUMN x integer NOT NULL DEFAULT 1; ALTER TABLE shop_book ALTER x DROP DEFAULT",
)
sql(
    "add a column in SQL with a random default",
    TABLE,
    "ALTER TABLE shop_book ADD COLUMN x uuid DEFAULT gen_random_uuid()",
)
sql(
    "drop not null and set a default in SQL",
    SAFE,
    "ALTER TABLE shop_book ALTER pages DROP NOT NULL, ALTER title SET DEFAULT ''",
)
sql("drop a default in SQL", CODE, "ALTER TABLE shop_book ALTER state DROP DEFAULT")
sql("update in SQL", SAFE, "UPDATE shop_book SET pages = pages + 1")
sql(
    "update in SQL after a new column",
    TABLE,
    "ALTER TABLE shop_book ADD x integer; UPDATE shop_book SET x = 1;",
)
sql(
    "update in SQL after a new column, one by one",
    SAFE,
    ["ALTER TABLE shop_book ADD x integer", "UPDATE shop_book SET x = 1"],
    atomic=False,
)
sql(
    "update in one script after a new column",
    TABLE,
    "ALTER TABLE shop_book ADD x integer; UPDATE shop_book SET x = 1;",
    atomic=False,
)
sql(
    "a trigger",
    SAFE,
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE shop_tag SET name = ''; RETURN NEW; END $$; CREATE TRIGGER t BEFORE UPDATE ON shop_author FOR EACH ROW WHEN (false) EXECUTE FUNCTION f()",
)
sql(
    "a block",
    CODE,
    "DO $do$ BEGIN IF EXISTS (SELECT 1 FROM shop_tag) THEN ALTER TABLE shop_book DROP COLUMN note; END IF; END $do$",
)
sql(
    "a block that executes",
    CODE,
    "DO $$ BEGIN EXECUTE 'ALTER TABLE shop_book DROP COLUMN note'; END $$",
)
sql(
    "a view",
    SAFE,
    "CREATE OR REPLACE VIEW titles AS SELECT title FROM shop_book; COMMENT ON VIEW titles IS 'DROP TABLE shop_book';",
)
sql(
    "lock a table",
    TABLE,
    "LOCK TABLE shop_book",
    exception="how long is for the rest of the transaction",
)
sql("lock a table weakly", SAFE, "LOCK TABLE shop_book IN SHARE UPDATE EXCLUSIVE MODE")
sql("truncate", TABLE, "TRUNCATE shop_book_tags")
sql("reindex", TABLE, "REINDEX TABLE shop_book")
sql("reindex concurrently", SAFE, "REINDEX TABLE CONCURRENTLY shop_book", atomic=False)
sql("cluster", TABLE, "CLUSTER shop_book USING book_title")
sql("vacuum full", TABLE, "VACUUM FULL shop_book", atomic=False)
sql("vacuum", SAFE, "VACUUM (ANALYZE) shop_book", atomic=False)
sql("no SQL", SAFE, migrations.RunSQL.noop, [])
case(
    "state only",
    SAFE,
    migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.RemoveField("book", "note"),
            migrations.DeleteModel("Tag"),
        ]
    ),
    first=[migrations.RemoveField("book", "tags")],
)
case(
    "database only",
    CODE,
    migrations.SeparateDatabaseAndState([migrations.RemoveField("book", "note")]),
)
case(
    "database by another way",
    SAFE,
    migrations.SeparateDatabaseAndState(
        [AddIndexConcurrently("book", models.Index(fields=["note"], name="n"))],
        [alter("note", models.TextField(null=True, db_index=True))],
    ),
    atomic=False,
)
case(
    "state of SQL",
    SAFE,
    migrations.RunSQL(
        "ALTER TABLE shop_book ADD x integer",
        state_operations=[add("x", models.IntegerField(null=True))],
    ),
)

# --- what others might write ---------------------------------------------------------------

case(
    "a foreign key, not null",
    BOTH,
    alter("publisher", models.ForeignKey("shop.Publisher", models.CASCADE, default=1)),
)
case(
    "another default of a foreign key",
    TABLE,
    alter("author", models.ForeignKey("shop.Author", models.CASCADE, default=1)),
)
case(
    "another related_name",
    SAFE,
    alter(
        "author", models.ForeignKey("shop.Author", models.CASCADE, related_name="books")
    ),
)
case(
    "another column of a foreign key",
    BOTH,
    alter(
        "author",
        models.ForeignKey("shop.Author", models.CASCADE, db_column="writer_id"),
    ),
)
case("rename a foreign key", BOTH, migrations.RenameField("book", "author", "writer"))
case(
    "rename a foreign key that keeps its column",
    SAFE,
    migrations.SeparateDatabaseAndState([], []),
    alter(
        "author",
        models.ForeignKey("shop.Author", models.CASCADE, db_column="author_id"),
    ),
    migrations.RenameField("book", "author", "writer"),
)
case("add email", CODE, add("x", models.EmailField(default="a@b.c")))
case("add json null", SAFE, add("x", models.JSONField(null=True)))
case("add json db_default", SAFE, add("x", models.JSONField(db_default={})))
case("add json default", CODE, add("x", models.JSONField(default=dict)))
case(
    "add text db_default expr",
    SAFE,
    add("x", models.TextField(db_default=Concat(Value("a"), Value("b")))),
)
case(
    "add date cast now",
    SAFE,
    add("x", models.DateField(db_default=Cast(Now(), models.DateField()))),
)
case("add auto_now_add", CODE, add("x", models.DateTimeField(auto_now_add=True)))
case(
    "add auto_now null", SAFE, add("x", models.DateTimeField(auto_now=True, null=True))
)
case("add duration", SAFE, add("x", models.DurationField(null=True)))
case("add binary", SAFE, add("x", models.BinaryField(null=True)))
case("add ip", SAFE, add("x", models.GenericIPAddressField(null=True)))
case("add slug null (indexed)", TABLE, add("x", models.SlugField(null=True)))
case(
    "add slug null no index",
    SAFE,
    add("x", models.SlugField(null=True, db_index=False)),
)
case("add image", CODE, add("x", models.FileField(upload_to="x", default="")))
case(
    "add unique db_default uuid",
    TABLE,
    add("x", models.UUIDField(db_default=GenRandom(), unique=True)),
)
case("add hashed search vector", SAFE, add("x", SearchVectorField(null=True)))
case(
    "gin index", TABLE, migrations.AddIndex("book", GinIndex(fields=["data"], name="g"))
)
case(
    "gin index conc",
    SAFE,
    AddIndexConcurrently("book", GinIndex(fields=["data"], name="g")),
    atomic=False,
)
case(
    "expr index",
    TABLE,
    migrations.AddIndex("book", models.Index(Upper("title"), name="g")),
)
case(
    "partial index",
    TABLE,
    migrations.AddIndex(
        "book", models.Index(fields=["pages"], condition=Q(volume=1), name="g")
    ),
)
case(
    "covering",
    TABLE,
    migrations.AddIndex(
        "book", models.Index(fields=["pages"], include=["volume"], name="g")
    ),
)
case(
    "index desc",
    TABLE,
    migrations.AddIndex("book", models.Index(fields=["-pages"], name="g")),
)
case(
    "generated virtual-like search",
    TABLE,
    add(
        "x",
        models.GeneratedField(
            expression=SearchVector("title", config="english"),
            output_field=SearchVectorField(),
            db_persist=True,
        ),
    ),
)
case(
    "remove generated",
    CODE,
    migrations.RemoveField("book", "x"),
    first=[
        add(
            "x",
            models.GeneratedField(
                expression=Lower("title"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        )
    ],
)
case(
    "rename model w/ db_table in options",
    SAFE,
    migrations.AlterModelTable("publisher", "shop_publisher"),
    migrations.RenameModel("Publisher", "House"),
)
case(
    "rename tag pinned but m2m col",
    BOTH,
    migrations.AlterModelTable("tag", "shop_tag"),
    migrations.RenameModel("Tag", "Label"),
)
case("rename book (m2m tbl)", BOTH, migrations.RenameModel("Book", "Volume"))
case(
    "unmanaged then alter",
    SAFE,
    migrations.AlterModelOptions("book", {"managed": False}),
    migrations.RemoveField("book", "note"),
)
case(
    "unique partial 2 not valid style",
    CODE,
    migrations.RunSQL(
        "CREATE UNIQUE INDEX CONCURRENTLY u ON shop_book (pages) WHERE volume = 1"
    ),
    atomic=False,
)
case(
    "m2m through explicit state only",
    SAFE,
    migrations.SeparateDatabaseAndState(
        state_operations=[
            migrations.CreateModel(
                "BookTag",
                [
                    key(),
                    ("book", models.ForeignKey("shop.Book", models.CASCADE)),
                    ("tag", models.ForeignKey("shop.Tag", models.CASCADE)),
                ],
                options={"db_table": "shop_book_tags"},
            ),
            alter("tags", models.ManyToManyField("shop.Tag", through="shop.BookTag")),
        ]
    ),
)
case(
    "m2m w explicit through added",
    SAFE,
    migrations.CreateModel(
        "Credit",
        [
            key(),
            ("book", models.ForeignKey("shop.Book", models.CASCADE)),
            ("author", models.ForeignKey("shop.Author", models.CASCADE)),
        ],
    ),
    add(
        "people",
        models.ManyToManyField("shop.Author", through="shop.Credit", related_name="+"),
    ),
)
case(
    "remove m2m with explicit through",
    SAFE,
    migrations.RemoveField("book", "people"),
    first=[
        migrations.CreateModel(
            "Credit",
            [
                key(),
                ("book", models.ForeignKey("shop.Book", models.CASCADE)),
                ("author", models.ForeignKey("shop.Author", models.CASCADE)),
            ],
        ),
        add(
            "people",
            models.ManyToManyField(
                "shop.Author", through="shop.Credit", related_name="+"
            ),
        ),
    ],
)
case("text->varchar unlimited", SAFE, alter("note", models.CharField(null=True)))
case("char->email longer", SAFE, alter("title", models.EmailField(max_length=254)))
case("char->url shorter", BOTH, alter("title", models.URLField(max_length=199)))
case(
    "int->boolean",
    BOTH,
    migrations.RunSQL("SELECT 1"),
    alter("volume", models.BooleanField(null=True)),
)
case(
    "float->decimal",
    BOTH,
    alter("rating", models.DecimalField(max_digits=6, decimal_places=2, null=True)),
)
case("decimal->float", TABLE, alter("price", models.FloatField()))
case("decimal->int", BOTH, alter("price", models.SmallIntegerField()))
case(
    "datetime->char",
    TABLE,
    alter("printed", models.CharField(max_length=40, null=True)),
)
case("char->text + null", SAFE, alter("title", models.TextField(null=True)))
case(
    "char->text + not null",
    BOTH,
    alter("isbn", models.TextField(default="")),
    first=[migrations.AlterUniqueTogether("book", set())],
)
case(
    "positive -> positive big",
    TABLE,
    alter("stock", models.PositiveBigIntegerField(default=0)),
)
case(
    "positive -> positive small",
    BOTH,
    alter("stock", models.PositiveSmallIntegerField(default=0)),
)
case("data->json", SAFE, alter("data", models.JSONField(default=list)))
case(
    "remove check then field",
    CODE,
    migrations.RemoveConstraint("book", "title_shelf"),
    migrations.RemoveField("book", "shelf"),
    first=[migrations.AlterUniqueTogether("book", set())],
)
case(
    "nulls not distinct",
    BOTH,
    migrations.AddConstraint(
        "book",
        models.UniqueConstraint(fields=["volume"], nulls_distinct=False, name="u"),
    ),
)
case(
    "deferrable unique",
    BOTH,
    migrations.AddConstraint(
        "book",
        models.UniqueConstraint(
            fields=["pages"], deferrable=models.Deferrable.DEFERRED, name="u"
        ),
    ),
)
case(
    "check always",
    BOTH,
    migrations.AddConstraint(
        "book",
        models.CheckConstraint(condition=Q(title__in=["a"]) | ~Q(pages=-1), name="u"),
    ),
)
case(
    "runsql list params",
    SAFE,
    migrations.RunSQL([("UPDATE shop_book SET pages = %s", [5])]),
)
case(
    "runsql ddl then update list",
    TABLE,
    migrations.RunSQL(
        ["ALTER TABLE shop_book ADD x integer", ("UPDATE shop_book SET x = %s", [5])]
    ),
)
case(
    "runsql insert values after ddl",
    SAFE,
    migrations.RunSQL(
        [
            "ALTER TABLE shop_book ADD x integer",
            "INSERT INTO shop_tag (name) VALUES ('a')",
        ]
    ),
)
case(
    "runpython + createmodel",
    SAFE,
    migrations.CreateModel(
        "R", [key(), ("book", models.ForeignKey("shop.Book", models.CASCADE))]
    ),
    migrations.RunPython(fill_pages),
)
case(
    "runpython after addindex concurrently",
    SAFE,
    AddIndexConcurrently("book", INDEX),
    migrations.RunPython(fill_pages),
    atomic=False,
)
case(
    "runpython after comment",
    SAFE,
    migrations.AlterModelTableComment("book", "x"),
    migrations.RunPython(fill_pages),
)
case(
    "runpython after rename index",
    SAFE,
    migrations.RenameIndex("book", new_name="b", old_name="book_title"),
    migrations.RunPython(fill_pages),
)
case(
    "runpython after options",
    SAFE,
    migrations.AlterModelOptions("book", {"ordering": ["id"]}),
    migrations.RunPython(fill_pages),
)
case(
    "runpython after alter default",
    TABLE,
    alter("pages", models.IntegerField(db_default=1)),
    migrations.RunPython(fill_pages),
)
case(
    "runpython after choices",
    SAFE,
    alter("pages", models.IntegerField(default=1)),
    migrations.RunPython(fill_pages),
)
case("drop table m2m sql", CODE, migrations.RunSQL('DROP TABLE "shop_book_tags";'))
case(
    "add col w/ check sql",
    TABLE,
    migrations.RunSQL("ALTER TABLE shop_book ADD COLUMN x integer CHECK (x > 0)"),
)
case(
    "add col serial",
    TABLE,
    migrations.RunSQL("ALTER TABLE shop_book ADD COLUMN x bigserial"),
)
case(
    "add col identity",
    TABLE,
    migrations.RunSQL(
        "ALTER TABLE shop_book ADD COLUMN x bigint GENERATED BY DEFAULT AS IDENTITY"
    ),
)
case(
    "add col now()",
    SAFE,
    migrations.RunSQL(
        "ALTER TABLE shop_book ADD COLUMN x timestamptz NOT NULL DEFAULT now()"
    ),
)
case(
    "add col clock",
    TABLE,
    migrations.RunSQL(
        "ALTER TABLE shop_book ADD COLUMN x timestamptz NOT NULL DEFAULT clock_timestamp()"
    ),
)
case(
    "add col current_date",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book ADD COLUMN x date DEFAULT CURRENT_DATE"),
)
case(
    "add col ref",
    SAFE,
    migrations.RunSQL(
        "ALTER TABLE shop_book ADD COLUMN x bigint REFERENCES shop_author(id) ON DELETE SET NULL"
    ),
)
case(
    "add col generated",
    TABLE,
    migrations.RunSQL(
        "ALTER TABLE shop_book ADD COLUMN x integer GENERATED ALWAYS AS (pages) STORED"
    ),
)
case(
    "set tablespace-ish unlogged",
    TABLE,
    migrations.RunSQL("ALTER TABLE shop_book_tags SET UNLOGGED"),
)
case(
    "rename constraint",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book RENAME CONSTRAINT title_shelf TO x"),
)
case(
    "drop constraint",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book DROP CONSTRAINT title_shelf"),
)
case(
    "set schema",
    CODE,
    migrations.RunSQL("CREATE SCHEMA o; ALTER TABLE shop_tag SET SCHEMA o"),
)
case(
    "set statistics",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER COLUMN title SET STATISTICS 500"),
)
case(
    "storage param",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book SET (fillfactor = 70)"),
)
case(
    "create type",
    SAFE,
    migrations.RunSQL(
        "CREATE TYPE mood AS ENUM ('a', 'b'); ALTER TYPE mood ADD VALUE 'c'"
    ),
)
case(
    "drop mv",
    SAFE,
    migrations.RunSQL(
        "CREATE MATERIALIZED VIEW mv AS SELECT 1; DROP MATERIALIZED VIEW mv"
    ),
)
case(
    "mv from table",
    SAFE,
    migrations.RunSQL(
        "CREATE MATERIALIZED VIEW mv AS SELECT * FROM shop_book; CREATE INDEX ON mv (id)"
    ),
)
case("analyze", SAFE, migrations.RunSQL("ANALYZE shop_book"))
case("delete rows", SAFE, migrations.RunSQL("DELETE FROM shop_book_tags"))
case(
    "varchar->text sql",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER title TYPE text"),
)
case(
    "numeric widen sql",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER price TYPE numeric(12,2)"),
)
case(
    "numeric unconstrained sql",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER price TYPE numeric"),
)
case(
    "text type with using expr",
    BOTH,
    migrations.RunSQL(
        "ALTER TABLE shop_book ALTER isbn TYPE integer USING isbn::integer"
    ),
    first=[migrations.AlterUniqueTogether("book", set())],
)
case(
    "using same type expr",
    TABLE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER title TYPE text USING lower(title)"),
)
case(
    "timestamptz -> timestamp",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER printed TYPE timestamp"),
)
case(
    "drop default not null w/o db_default",
    SAFE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER pages DROP DEFAULT"),
)
case(
    "set default via sql then not null",
    BOTH,
    migrations.RunSQL("ALTER TABLE shop_book ALTER volume SET DEFAULT 0; "),
    migrations.RunSQL("UPDATE shop_book SET volume=0 WHERE volume IS NULL"),
    migrations.RunSQL("ALTER TABLE shop_book ALTER volume SET NOT NULL"),
)
case("add nullable boolean", SAFE, add("x", models.BooleanField(null=True)))
case("boolean db_default", SAFE, add("x", models.BooleanField(db_default=False)))
case(
    "remove index meta+ create",
    TABLE,
    migrations.RemoveIndex("book", "book_title"),
    migrations.AddIndex("book", models.Index(fields=["title", "pages"], name="tp")),
)
case(
    "db_index to Meta index rename?",
    TABLE,
    alter("shelf", models.CharField(max_length=20)),
    migrations.AddIndex("book", models.Index(fields=["shelf"], name="s")),
)
case(
    "ts indexed",
    TABLE,
    migrations.RunSQL("ALTER TABLE shop_book ALTER printed TYPE timestamp"),
    first=[migrations.AddIndex("book", models.Index(fields=["printed"], name="pp"))],
)

# --- what the guide shows ------------------------------------------------------------------

NOTE = models.CheckConstraint(condition=Q(note__isnull=False), name="has_note")
ISBN = models.UniqueConstraint(fields=["isbn"], name="book_isbn")
SELLER = models.ForeignKey(
    "shop.Publisher", models.DO_NOTHING, null=True, related_name="+"
)

case(
    "guide: add a column",
    SAFE,
    add("stars", models.IntegerField(default=0, db_default=0)),
)
case(
    "guide: drop a column, first",
    SAFE,
    alter("title", models.CharField(max_length=200, null=True)),
    migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("book", "note")]
    ),
)
case(
    "guide: drop a column, then",
    SAFE,
    migrations.RunSQL('ALTER TABLE "shop_book" DROP COLUMN "note"'),
    first=[
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("book", "note")]
        )
    ],
)
case(
    "guide: drop a foreign key, first",
    SAFE,
    alter(
        "author",
        models.ForeignKey(
            "shop.Author", models.CASCADE, null=True, db_constraint=False
        ),
    ),
    migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("book", "author")]
    ),
)
case(
    "guide: drop a table, then",
    SAFE,
    migrations.RunSQL('DROP TABLE "shop_book_tags"'),
    first=[
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("book", "tags")]
        )
    ],
)
case(
    "guide: rename",
    SAFE,
    migrations.AlterModelTable("publisher", "shop_publisher"),
    migrations.RenameModel("Publisher", "House"),
    alter("note", models.TextField(null=True, db_column="note")),
    migrations.RenameField("book", "note", "remark"),
)
case(
    "guide: NOT NULL, the check is validated",
    SAFE,
    ValidateConstraint("book", "has_note"),
    first=[AddConstraintNotValid("book", NOTE)],
)
case(
    "guide: NOT NULL, at last",
    SAFE,
    alter("note", models.TextField()),
    migrations.RemoveConstraint("book", "has_note"),
    first=[migrations.AddConstraint("book", NOTE)],
)
case(
    "guide: unique, attached",
    SAFE,
    migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                'ALTER TABLE "shop_book" ADD CONSTRAINT "book_isbn" UNIQUE USING INDEX "book_isbn"'
            )
        ],
        [migrations.AddConstraint("book", ISBN)],
    ),
    first=[
        migrations.RunSQL('CREATE UNIQUE INDEX "book_isbn" ON "shop_book" ("isbn")')
    ],
)
case(
    "guide: a foreign key, not valid",
    SAFE,
    migrations.RunSQL(
        'ALTER TABLE "shop_book" ADD CONSTRAINT "book_author" FOREIGN KEY ("seller_id") REFERENCES "shop_publisher" ("id") DEFERRABLE INITIALLY DEFERRED NOT VALID',
        state_operations=[alter("seller", SELLER)],
    ),
)

# --- conditions of new columns, views, and types that are read back ------------------------

NEW = add("stars", models.IntegerField(null=True))


def refusing(condition: Any) -> AddConstraintNotValid:
    return AddConstraintNotValid(
        "book", models.CheckConstraint(condition=condition, name="rule")
    )


for name, condition in {
    "between": Q(stars__range=(1, 5)),
    "two bounds": Q(stars__gt=1, stars__lt=5),
    "a list": Q(stars__in=[1, 2]),
    "not a value": ~Q(stars=3),
    "nothing or a value": Q(stars__isnull=True) | Q(stars=3),
    "an old column": Q(stars__lt=F("pages")),
    "a function": Q(stars=Length("title")),
    "with what is always there": Q(stars=1) & Q(pages__isnull=False),
}.items():
    case(f"a new column keeps to a check: {name}", SAFE, NEW, refusing(condition))
for name, condition in {
    "an old column's own": Q(stars__gt=1) & Q(pages__lt=0),
    "an old column between": Q(stars__gt=1) & Q(pages__range=(-9, -5)),
    "no value, refused": ~Q(stars__isnull=True),
    "a function of NULL": Q(pages=Coalesce("stars", 0)),
    "a value where an old column says so": Q(is_public=False) | Q(stars__isnull=False),
    "a case": Q(pages=Choice(When(stars__gt=0, then=1), default=0)),
}.items():
    case(f"a new column breaks a check: {name}", CODE, NEW, refusing(condition))
case(
    "two new columns, both or none",
    SAFE,
    NEW,
    add("judge", models.TextField(null=True)),
    refusing(
        Q(stars__isnull=True, judge__isnull=True)
        | Q(stars__isnull=False, judge__isnull=False)
    ),
)
case(
    "two new columns, exactly one",
    CODE,
    NEW,
    add("judge", models.TextField(null=True)),
    migrations.RunSQL(
        "ALTER TABLE shop_book ADD CONSTRAINT one CHECK (num_nonnulls(stars, judge) = 1) NOT VALID"
    ),
)
for name, condition in {
    "of a list": Q(is_public__in=[True, False]),
    "of conditions": Q(Q(pages__gte=-10) | Q(volume=1)),
    "of an expression": GreaterThan(F("pages"), Value(-10)),
}.items():
    case(
        f"code has a check {name}",
        SAFE,
        NEW,
        first=[
            migrations.AddConstraint(
                "book", models.CheckConstraint(condition=condition, name="rule")
            )
        ],
    )
case(
    "a view in a table's place",
    SAFE,
    migrations.AlterModelTable("tag", "labels"),
    migrations.RunSQL("CREATE VIEW shop_tag AS SELECT * FROM labels"),
)
case(
    "a view after a change of the schema",
    SAFE,
    NEW,
    migrations.RunSQL("CREATE OR REPLACE VIEW stars AS SELECT stars FROM shop_book"),
)
case(
    "a materialized view after a change of the schema",
    TABLE,
    NEW,
    migrations.RunSQL("CREATE MATERIALIZED VIEW sums AS SELECT pages FROM shop_book"),
)
case("an array to text", TABLE, alter("words", models.TextField()))
case(
    "an address to text",
    BOTH,
    alter("ip", models.TextField(null=True)),
    first=[
        add("ip", models.GenericIPAddressField(null=True)),
        migrations.RunSQL("UPDATE shop_book SET ip = '192.0.2.1'"),
    ],
)
case(
    "bytes to text",
    BOTH,
    alter("raw", models.TextField(null=True)),
    first=[
        add("raw", models.BinaryField(null=True)),
        migrations.RunSQL("UPDATE shop_book SET raw = 'x'"),
    ],
)
