"""
Every kind of finding: why it is unsafe, and what to write instead.

The texts name the model, the field and so on where ``{model}`` stands; ``{name}`` is the model's
name as operations want it.
"""

from __future__ import annotations

from typing import NamedTuple

from heroku_support.release.unsafe.findings import BREAKS, LOCKS


class Rule(NamedTuple):
    """
    :param instead: a line each.
    """

    kind: str
    why: str
    instead: str


CONCURRENTLY = """\
Leave the index out here (of a field: db_index=False), and build it in a migration of its own,
which is not atomic:
  from django.contrib.postgres.operations import AddIndexConcurrently
  atomic = False
  {index}"""

UNIQUE_CONCURRENTLY = """\
Leave it out here (of a field: unique=False), and build it in a migration of its own, which is
not atomic:
  atomic = False
  migrations.RunSQL('CREATE UNIQUE INDEX CONCURRENTLY "{unique}" ON "{table}" ({columns})')
and in one after it, where the model gets its constraint:
  migrations.SeparateDatabaseAndState(
      database_operations=[migrations.RunSQL(
          'ALTER TABLE "{table}" ADD CONSTRAINT "{unique}" UNIQUE USING INDEX "{unique}"'
      )],
      state_operations=[{operation}],
  )"""

NEW_COLUMN = """\
1. Add a new field of the type that you want, null=True; deploy code that writes to both.
2. Fill it in a migration without schema operations, in batches.
3. Deploy code that reads the new one, then code that no longer uses {model}.{field}.
4. Drop {column} in a later release."""

RULES = {
    "remove-field": Rule(
        BREAKS,
        "the release that is running reads and writes {subject}",
        """\
1. Deploy code without {model}.{field}; the column stays, and no INSERT needs it:
     migrations.AlterField("{name}", "{field}", …)  # null=True; a foreign key: db_constraint=False
     migrations.SeparateDatabaseAndState(
         state_operations=[migrations.RemoveField("{name}", "{field}")]
     )
2. In a later release:
     migrations.RunSQL('ALTER TABLE "{table}" DROP COLUMN "{column}"')""",
    ),
    "delete-model": Rule(
        BREAKS,
        "the release that is running reads and writes {subject}",
        """\
1. Deploy code without {model}; the table stays:
     migrations.SeparateDatabaseAndState(
         state_operations=[…]  # this operation
     )
2. In a later release:
     migrations.RunSQL('DROP TABLE "{table}"')""",
    ),
    "rename-field": Rule(
        BREAKS,
        "the release that is running asks for {subject} by its old name",
        """\
Rename it in Python only, and keep the column:
  migrations.AlterField("{name}", "{field}", …)  # with db_column="{column}"
  migrations.RenameField("{name}", "{field}", …)""",
    ),
    "rename-model": Rule(
        BREAKS,
        "the release that is running asks for {subject} by its old name",
        """\
Rename it in Python only. First keep the table, in class Meta, and run makemigrations:
  db_table = "{table}"
Then rename the class, and run makemigrations again.
For a ManyToManyField write it as db_table="{table}"; its columns are named after the models,
so keep the names of these models as well.""",
    ),
    "add-field-not-null": Rule(
        BREAKS,
        "the release that is running inserts rows without {subject}, which may not be null "
        "and has no default in the database",
        """\
Give the field a default that the database knows, beside the one in Python:
  {field} = …(db_default=…)
or null=True for now, and NOT NULL once all code writes it.""",
    ),
    "alter-field-not-null": Rule(
        BREAKS,
        "the release that is running may write NULL to {subject}",
        """\
1. Deploy code that always writes {model}.{field}, while it is still null=True.
2. In a later release, where a constraint looks at the rows without a lock:
     AddConstraintNotValid("{name}", models.CheckConstraint(
         condition=models.Q({field}__isnull=False), name="{table}_{field}_not_null"
     ))
   and in a migration after it
     ValidateConstraint("{name}", "{table}_{field}_not_null")
3. Then this operation, without a default.
Once all code writes it, say so: heroku_release_safe = "…\"""",
    ),
    "drop-db-default": Rule(
        BREAKS,
        "the release that is running leaves {subject} to the database",
        """\
1. Deploy code that always writes {model}.{field}, with the db_default still there.
2. Take the db_default away in a later release, and say
     heroku_release_safe = "all code writes {field}\"""",
    ),
    "narrow-field": Rule(
        BREAKS,
        "the release that is running may write values to {subject} that are too long or too "
        "large for {type}",
        """\
1. Deploy code that writes only what fits (validators=[…]).
2. See that every row fits; then make {model}.{field} smaller in a later release, and say
     heroku_release_safe = "…\"""",
    ),
    "change-field-type": Rule(
        BREAKS,
        "the release that is running writes values to {subject} that {type} does not take",
        NEW_COLUMN,
    ),
    "add-unique": Rule(
        BREAKS,
        "the release that is running may write the same {subject} twice",
        """\
1. Deploy code that never writes duplicates, and remove those that are there.
2. Make it unique in a later release, and say
     heroku_release_safe = "…\"""",
    ),
    "add-check": Rule(
        BREAKS,
        "the release that is running may write rows to {subject} that the constraint refuses",
        """\
1. Deploy code that writes only what the constraint allows.
2. Add it in a later release, first for new rows only:
     {check}
     ValidateConstraint("{name}", "{constraint}")  # in a migration after it
   and say heroku_release_safe = "…\"""",
    ),
    "add-exclusion": Rule(
        BREAKS,
        "the release that is running may write rows to {subject} that exclude each other",
        """\
1. Deploy code that never writes such rows.
2. Add the constraint in a later release, and say
     heroku_release_safe = "…\"""",
    ),
    "redirect-foreign-key": Rule(
        BREAKS,
        "the release that is running writes values to {subject} that are no keys of {type}",
        NEW_COLUMN,
    ),
    "remove-object": Rule(
        BREAKS,
        "what depends on {subject} goes with it or is renamed, and the release that is running "
        "may use it",
        """\
1. Deploy code that no longer uses {subject}.
2. In a later release do this, and say
     heroku_release_safe = "…\"""",
    ),
    "marked-after-deploy": Rule(
        BREAKS,
        "it is marked to run after the deploy, and the release phase runs before",
        """\
Leave it out of this deploy, and ship it with the next one, marked
  heroku_release_safe = "the release before no longer uses it\"""",
    ),
    "build-index": Rule(
        LOCKS,
        "nobody can write to {subject} while the index is built",
        CONCURRENTLY,
    ),
    "build-unique-index": Rule(
        LOCKS,
        "nobody can write to {subject} while its unique index is built",
        UNIQUE_CONCURRENTLY,
    ),
    "build-exclusion": Rule(
        LOCKS,
        "nobody can write to {subject} while the constraint's index is built, and Postgres "
        "cannot build it concurrently",
        """\
Do it at a quiet hour, with the app in maintenance mode:
  heroku maintenance:on""",
    ),
    "validate-check": Rule(
        LOCKS,
        "nobody can use {subject} while every row is checked",
        """\
In two migrations, so that rows are checked without the lock:
  from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
  {check}
and then
  ValidateConstraint("{name}", "{constraint}")""",
    ),
    "validate-foreign-key": Rule(
        LOCKS,
        "nobody can write to {subject} while every row's key is looked up",
        """\
1. Let Django add the field without the constraint: db_constraint=False.
2. Add the constraint for new rows, and validate it in a migration of its own:
     migrations.RunSQL('ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_fk" '
         'FOREIGN KEY ("{column}") REFERENCES … DEFERRABLE INITIALLY DEFERRED NOT VALID')
     migrations.RunSQL('ALTER TABLE "{table}" VALIDATE CONSTRAINT "{table}_{column}_fk"')
   and take db_constraint=False away beside it:
     migrations.SeparateDatabaseAndState(state_operations=[migrations.AlterField(…)])""",
    ),
    "scan-not-null": Rule(
        LOCKS,
        "nobody can use {subject} while every row is looked at for NULL",
        """\
1. A constraint that looks at the rows without the lock:
     AddConstraintNotValid("{name}", models.CheckConstraint(
         condition=models.Q({field}__isnull=False), name="{table}_{field}_not_null"
     ))
   and in a migration after it
     ValidateConstraint("{name}", "{table}_{field}_not_null")
2. Then this operation without a default; Postgres knows by then that no row is NULL.""",
    ),
    "rewrite-table": Rule(
        LOCKS,
        "nobody can use {subject} while Postgres writes the whole table anew",
        NEW_COLUMN,
    ),
    "add-field-volatile-default": Rule(
        LOCKS,
        "each row gets a value of its own, so nobody can use {subject} while Postgres writes "
        "the whole table anew",
        """\
1. Add the column without the default, null=True.
2. migrations.AlterField("{name}", "{field}", …)  # with db_default=…, for new rows
3. Fill the old rows in a migration without schema operations, in batches.""",
    ),
    "add-field-stored": Rule(
        LOCKS,
        "nobody can use {subject} while Postgres computes the column for every row",
        """\
On Postgres 18 compute it when it is read: GeneratedField(db_persist=False). Before that add a
plain field, null=True, have the code or a trigger write it, and fill the old rows in batches.""",
    ),
    "add-field-check": Rule(
        LOCKS,
        "the column comes with a check, so nobody can use {subject} while every row is looked "
        "at",
        """\
Add {model}.{field} without the check (IntegerField in place of PositiveIntegerField), and the
check by itself, in two migrations:
  AddConstraintNotValid("{name}", models.CheckConstraint(
      condition=models.Q({field}__gte=0), name="{table}_{field}_check"
  ))
  ValidateConstraint("{name}", "{table}_{field}_check")""",
    ),
    "data-after-schema": Rule(
        LOCKS,
        "the lock that an operation before it took on {subject} is kept until the data are done",
        """\
Move this into a migration of its own, after the one that changes the schema.""",
    ),
    "validate-after-schema": Rule(
        LOCKS,
        "the lock that an operation before it took on {subject} is kept until every row is "
        "checked",
        """\
Move this into a migration of its own, after the one that adds the constraint.""",
    ),
    "exclusive-lock": Rule(
        LOCKS,
        "nobody can use {subject} meanwhile",
        """\
REINDEX and REFRESH MATERIALIZED VIEW know CONCURRENTLY; for LOCK TABLE, TRUNCATE, VACUUM FULL
and CLUSTER turn on the maintenance mode: heroku maintenance:on""",
    ),
}
