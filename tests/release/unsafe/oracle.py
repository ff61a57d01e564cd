"""
What a migration does to a real Postgres, and to the code that was running before it.

Nothing is timed. A table is locked for long if Postgres writes it anew, or reads all its rows
while a lock is held that keeps others from writing; code breaks if what it could read and
write before fails afterwards.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from heroku_support.release.unsafe.findings import BREAKS, LOCKS

ROWS = 200
DAY = datetime.date(2026, 1, 1)
NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)

LOCKED = """
    SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = ANY(%s) AND mode IN
    ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""
# What this transaction read, through indexes as well, and wrote.
READ = """
    SELECT relid, seq_tup_read + coalesce(idx_tup_fetch, 0) + n_tup_upd + n_tup_del
    FROM pg_stat_xact_user_tables WHERE relid = ANY(%s)
"""
FILES = "SELECT oid, relfilenode FROM pg_class WHERE oid = ANY(%s)"
TABLES = """
    SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""


def value(field: models.Field, row: int) -> Any:
    """
    Return a field's value that is different in each row, and that other types can be made of.
    """
    values: list[tuple[type[models.Field], Any]] = [
        (models.UUIDField, uuid.UUID(int=row)),
        (models.BooleanField, row % 2 == 0),
        (models.DecimalField, decimal.Decimal(row) / 4),
        (models.FloatField, row / 4),
        (models.DateTimeField, NOON + datetime.timedelta(days=row)),
        (models.DateField, DAY + datetime.timedelta(days=row)),
        (models.JSONField, {"row": row}),
        (ArrayField, [str(row)]),
        (models.BinaryField, b"%d" % row),
        (models.ForeignKey, row),
        (models.IntegerField, row),
        (models.GenericIPAddressField, "192.0.2.1"),
        (models.DurationField, datetime.timedelta(days=row)),
    ]
    return next((each for kind, each in values if isinstance(field, kind)), str(row))


def largest(field: models.Field) -> Any:
    """
    Return a field's largest or longest value, where that matters.
    """
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.order_by("-pk").first().pk
    if isinstance(field, models.CharField):
        return "x" * (field.max_length or 1000)
    if isinstance(field, models.TextField):
        return "x" * 1000
    if isinstance(field, models.DecimalField):
        return decimal.Decimal(10 ** (field.max_digits - field.decimal_places) - 1)
    if isinstance(field, models.FloatField):
        return 1e300
    sizes = {"SmallIntegerField": 15, "BigIntegerField": 63}
    if isinstance(field, models.IntegerField):
        return 2 ** sizes.get(field.get_internal_type(), 31) - 1
    return value(field, 2)


def smallest(field: models.Field) -> Any:
    """
    Return a number below zero, for what takes one.
    """
    if field.get_internal_type().startswith("Positive"):
        return 0
    is_number = isinstance(
        field, models.IntegerField | models.DecimalField | models.FloatField
    )
    return -1 if is_number else value(field, 3)


def fields(model: type[models.Model]) -> list[models.Field]:
    """
    Return the fields that code gives values to.
    """
    return [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and not isinstance(field, models.AutoField)
    ]


def row(
    model: type[models.Model], number: int, choose: Callable[[models.Field], Any]
) -> models.Model:
    """
    Return an object that repeats a row, as far as it must not be unique.
    """
    groups = [
        *map(sorted, model._meta.unique_together),
        *(constraint.fields for constraint in model._meta.total_unique_constraints),
    ]
    together = {names[-1] for names in groups}
    return model(
        **{
            field.attname: value(field, number)
            if field.unique or field.name in together
            else choose(field)
            for field in fields(model)
        }
    )


def written(model: type[models.Model]) -> Iterator[models.Model]:
    """
    Return what running code may write: repeated, large, small, and nothing where it may.
    """
    yield row(model, ROWS + 1, lambda field: value(field, 1))
    yield row(model, ROWS + 2, largest)
    yield row(model, ROWS + 3, smallest)
    least = row(model, ROWS + 4, lambda field: value(field, 4))
    for field in fields(model):
        if field.has_db_default():
            setattr(least, field.attname, field._get_default())
        elif field.null:
            setattr(least, field.attname, None)
    yield least


def own_tables(state: ProjectState) -> list[type[models.Model]]:
    """
    Return the models that have a table, those that others point to first.
    """
    return [
        model
        for model in state.apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    ]


def fill(state: ProjectState) -> None:
    """
    Write the rows that a migration finds.
    """
    for model in own_tables(state):
        if not model._meta.parents and not model._base_manager.exists():
            objects = [
                row(model, number, lambda field, number=number: value(field, number))
                for number in range(1, ROWS + 1)
            ]
            model._base_manager.bulk_create(objects)


def attempts(model: type[models.Model]) -> dict[str, Callable[[], Any]]:
    """
    Return what running code does with a table, by the name of it.
    """
    manager = model._base_manager
    first = manager.order_by("pk").first
    if first() is None:
        return {"read": lambda: list(manager.all())}
    found: dict[str, Callable[[], Any]] = {
        "read": lambda: list(manager.all()[:2]),
        "save": lambda: first().save(),
        "update": lambda: manager.filter(pk=first().pk).update(
            **{
                field.attname: getattr(first(), field.attname)
                for field in fields(model)
            }
        ),
    }
    if model._meta.auto_created:  # its rows are written through the field
        return {"read": found["read"]}
    for number, each in enumerate(written(model)):
        found[f"insert {number}"] = partial(insert, each)
    for relation in model._meta.local_many_to_many:
        if relation.remote_field.through._meta.auto_created:
            found[f"relate {relation.name}"] = partial(relate, first(), relation)
    return found


def insert(one: models.Model) -> None:
    """
    Write a row, and take it away.
    """
    one.save(force_insert=True)
    connections["default"].check_constraints()  # those that are deferred
    one.delete()


def relate(one: models.Model, relation: models.ManyToManyField) -> None:
    """
    Write and read a many-to-many field.
    """
    related = getattr(one, relation.name)
    related.clear()
    related.add(relation.related_model._base_manager.order_by("pk").first())
    list(related.all())


def failures(state: ProjectState, connection: BaseDatabaseWrapper) -> dict[str, str]:
    """
    Return what running code fails at, and how.
    """
    failed = {}
    for model in own_tables(state):
        label = model._meta.label
        if model._meta.parents:
            continue
        try:
            with transaction.atomic(using=connection.alias):
                todo = attempts(model)
        except DatabaseError as error:
            failed[label] = str(error)
            continue
        for name, attempt in todo.items():
            try:
                with transaction.atomic(using=connection.alias):
                    attempt()
                    connection.check_constraints()
                    transaction.set_rollback(True, using=connection.alias)
            except (DatabaseError, ValidationError) as error:
                failed[f"{label}: {name}"] = str(error)
    return failed


class Watch:
    """
    Looks at each statement of a migration from inside its transaction.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        connection.ensure_connection()
        self.connection = connection
        self.events: list[str] = []
        self.tables = [oid for (oid,) in self._query(TABLES)]
        self.files = dict(self._query(FILES, self.tables))

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """
        Run a statement, in a transaction of its own where it would be.
        """
        if "CONCURRENTLY" in str(sql) or "VACUUM" in str(sql):
            return execute(sql, params, many, context)
        with self._transaction():
            before = self._read()
            result = execute(sql, params, many, context)
            after = self._read()
            is_read = any(after[oid] - before.get(oid, 0) >= ROWS for oid in after)
            is_locked = self._query(LOCKED, self.tables)[0][0]
        if is_read and is_locked:
            self.events.append(f"reads all rows under a lock: {sql}")
        return result

    @contextmanager
    def watching(self) -> Iterator[None]:
        """
        Look at what is run meanwhile.
        """
        with self.connection.execute_wrapper(self):
            yield
        after = dict(self._query(FILES, self.tables))
        changed = [oid for oid in after if after[oid] != self.files[oid]]
        self.events += ["writes a table anew"] * bool(changed)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        raw = self.connection.connection
        if self.connection.get_autocommit():
            with raw.transaction():
                yield
        else:
            yield

    def _read(self) -> dict[int, int]:
        return dict(self._query(READ, self.tables))

    def _query(self, sql: str, *params: Any) -> list[Any]:
        # Past Django, which would call this again.
        return self.connection.connection.execute(sql, params or None).fetchall()


def apply(
    migration: Migration, state: ProjectState, connection: BaseDatabaseWrapper
) -> ProjectState:
    """
    Run a migration as Django does.
    """
    with connection.schema_editor(atomic=migration.atomic) as editor:
        after: ProjectState = migration.apply(state.clone(), editor)
    return after


def kinds(
    migrations: list[Migration],
    state: ProjectState,
    connection: BaseDatabaseWrapper,
    *,
    before: Collection[str] = (),
) -> tuple[set[str], list[str]]:
    """
    Apply migrations to a database that has tables of the state, and say what that does.

    :param before: what running code failed at already, for a constraint of the case.
    """
    watch = Watch(connection)
    after = state
    with watch.watching():
        for migration in migrations:
            after = apply(migration, after, connection)
    broken = [
        f"{name}: {error}"
        for name, error in failures(state, connection).items()
        if name not in before
    ]
    found = {BREAKS} if broken else set()
    return found | ({LOCKS} if watch.events else set()), [*broken, *watch.events]
