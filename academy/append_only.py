"""Tables that are only ever appended to: the database itself refuses to change or delete their rows.

A model says so in its table's `info`, with the columns that may follow other tables nevertheless:

    __table_args__ = ({"info": {APPEND_ONLY: ("unit_path",)}},)

`flask db migrate` then writes `op.make_append_only(…)` after the table. SQLite copies a table to alter it, which drops its
triggers: a later migration that alters such a table has to call `op.make_append_only` again.
"""

from collections.abc import Sequence
from typing import Any

from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import CreateTableOp, DowngradeOps, DropTableOp, UpgradeOps
from sqlalchemy import MetaData

APPEND_ONLY = "append_only"


@Operations.register_operation("make_append_only")
class MakeAppendOnly(MigrateOperation):
    """Let the database refuse UPDATE of `columns` and DELETE in `table`."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table, self.columns = table, list(columns)

    @classmethod
    def make_append_only(cls, operations: Operations, table: str, columns: Sequence[str]) -> None:
        """Issue the operation."""
        operations.invoke(cls(table, columns))


@Operations.register_operation("forget_append_only")
class ForgetAppendOnly(MigrateOperation):
    """Take the refusal away, before the table is dropped."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def forget_append_only(cls, operations: Operations, table: str) -> None:
        """Issue the operation."""
        operations.invoke(cls(table))


@Operations.implementation_for(MakeAppendOnly)
def _make(operations: Operations, operation: MakeAppendOnly) -> None:
    bind = operations.get_bind()
    for statement in statements(bind.dialect.name, operation.table, operation.columns):
        bind.exec_driver_sql(statement)


@Operations.implementation_for(ForgetAppendOnly)
def _forget(operations: Operations, operation: ForgetAppendOnly) -> None:
    bind = operations.get_bind()
    if bind.dialect.name == "postgresql":
        bind.exec_driver_sql(f"DROP FUNCTION IF EXISTS refuse_{operation.table}() CASCADE")
    else:
        bind.exec_driver_sql(f"DROP TRIGGER IF EXISTS {operation.table}_unchanged")
        bind.exec_driver_sql(f"DROP TRIGGER IF EXISTS {operation.table}_kept")


def statements(dialect: str, table: str, columns: Sequence[str]) -> list[str]:
    """Return the DDL; table and column names are the models' own and need no quoting."""
    named, refusal = ", ".join(columns), f"{table} is append-only"
    if dialect == "postgresql":
        return [
            f"CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {named} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}()",
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_{table}()",
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    return [
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {named} ON {table} {refuse}",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} {refuse}",
    ]


@renderers.dispatch_for(MakeAppendOnly)
def _render_make(context: Any, operation: MakeAppendOnly) -> str:
    return f"op.make_append_only({operation.table!r}, {operation.columns!r})"


@renderers.dispatch_for(ForgetAppendOnly)
def _render_forget(context: Any, operation: ForgetAppendOnly) -> str:
    return f"op.forget_append_only({operation.table!r})"


def kept_columns(metadata: MetaData, table: str) -> list[str] | None:
    """Return the columns of a table that may not change, or None when it is an ordinary one."""
    known = metadata.tables.get(table)
    if known is None or APPEND_ONLY not in known.info:
        return None
    return [column.name for column in known.columns if column.name not in known.info[APPEND_ONLY]]


def add_to(metadata: MetaData, upgrade: UpgradeOps, downgrade: DowngradeOps) -> None:
    """Add the operations for the append-only tables that a generated migration makes or drops."""
    made = [operation.table_name for operation in upgrade.ops if isinstance(operation, CreateTableOp)]
    for table in made:
        columns = kept_columns(metadata, table)
        if columns is not None:
            upgrade.ops.append(MakeAppendOnly(table, columns))
    dropped = [operation.table_name for operation in downgrade.ops if isinstance(operation, DropTableOp)]
    downgrade.ops[:0] = [ForgetAppendOnly(table) for table in dropped if kept_columns(metadata, table) is not None]
