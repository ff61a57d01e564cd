"""
Where a scan is: the tables, the transaction, and what was found so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.writer import OperationWriter

from heroku_support.release.unsafe.catalogue import Catalogue, Column, Table
from heroku_support.release.unsafe.findings import BREAKS, Finding
from heroku_support.release.unsafe.rules import RULES


@dataclass
class _Draft:
    operation: Operation
    rule: str
    names: dict[str, str]
    subjects: list[str] = field(default_factory=list)

    def finding(self, migration: str) -> Finding:
        """
        Write it out.
        """
        texts = {**self.names, "subject": " and ".join(self.subjects)}
        kind, *written = RULES[self.rule]
        why, instead = (Formatter().vformat(text, (), texts) for text in written)
        return Finding(
            migration, self.operation.describe(), kind, self.rule, why, instead
        )


@dataclass
class Walk:
    """
    A scan on its way through a migration.

    :param is_written: the operation is SQL that somebody wrote, not Django.
    :param locked: the table that the transaction keeps locked; empty while there is none.
    :param renamed: the old names of the tables that the transaction has renamed, by the new.
    """

    catalogue: Catalogue
    migration: Migration
    operation: Operation
    is_written: bool = False
    locked: str = ""
    renamed: dict[str, str] = field(default_factory=dict)
    _drafts: list[_Draft] = field(default_factory=list)

    def touch(self, table: Table) -> None:
        """
        Keep in mind that the transaction has locked a table that is in use.
        """
        if not table.is_new:
            self.locked = self.locked or table.name

    def found(
        self, rule: str, table: Table, column: Column | None = None, **names: str
    ) -> None:
        """
        Note that the operation is unsafe, unless nobody uses the table.
        """
        if table.is_new or (RULES[rule].kind == BREAKS and not table.model):
            return
        subject = table.name
        if column and RULES[rule].kind == BREAKS:
            subject = f"{table.name}.{column.name}"
        names = {**self._names(table, column), **names}
        draft = next(
            (
                each
                for each in self._drafts
                if each.operation is self.operation and each.rule == rule
            ),
            None,
        )
        if draft is None:
            draft = _Draft(self.operation, rule, names)
            self._drafts.append(draft)
        if subject not in draft.subjects:
            draft.subjects.append(subject)

    def withdraw(self, rule: str, subject: str) -> None:
        """
        Take back what was noted, as what came after has made it safe.
        """
        for draft in self._drafts:
            if draft.rule == rule and subject in draft.subjects:
                draft.subjects.remove(subject)

    @property
    def findings(self) -> list[Finding]:
        """
        Return what was noted about the migration.
        """
        label = f"{self.migration.app_label}.{self.migration.name}"
        return [draft.finding(label) for draft in self._drafts if draft.subjects]

    def _names(self, table: Table, column: Column | None) -> dict[str, str]:
        model = table.model or table.name
        name = column.name if column else ""
        field = (column.field if column else "") or self._field() or name or "…"
        constraint = getattr(self.operation, "constraint", None)
        given = getattr(constraint, "name", "")
        call = f'("{model.lower()}", '
        return {
            "model": model,
            "name": model.lower(),
            "field": field,
            "table": table.name,
            "column": name or field,
            "columns": f'"{name}"',
            "type": "",
            "constraint": given or f"{table.name}_{field}_check",
            "unique": given or f"{table.name}_{field}_uniq",
            "index": self._code("AddIndex", "AddIndexConcurrently")
            or f'AddIndexConcurrently{call}models.Index(fields=["{field}"],'
            f' name="{table.name}_{field}_idx"))',
            "check": self._code("AddConstraint", "AddConstraintNotValid")
            or f"AddConstraintNotValid{call}models.CheckConstraint(…))",
            "operation": self._code("AddConstraint", "migrations.AddConstraint") or "…",
        }

    def _field(self) -> str:
        if isinstance(self.operation, FieldOperation):
            return self.operation.name
        return getattr(self.operation, "old_name", "")

    def _code(self, name: str, instead: str) -> str:
        """
        Write the operation as in a migration, by another name.
        """
        if type(self.operation).__name__ != name:
            return ""
        code, _ = OperationWriter(self.operation, indentation=0).serialize()
        return _on_one_line(code).replace(f"migrations.{name}", instead, 1)


def _on_one_line(code: Any) -> str:
    words = " ".join(str(code).split())
    return words.replace("( ", "(").replace(", )", ")").rstrip(",")
