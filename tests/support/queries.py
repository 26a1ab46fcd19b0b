"""Counts what a piece of code asks the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, event

# Not questions: how a transaction starts and ends, and how a connection is prepared.
HOUSEKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


@dataclass
class Queries:
    """The statements sent while counting."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many statements were sent."""
        return len(self.statements)

    def __len__(self) -> int:
        return len(self.statements)

    def __str__(self) -> str:
        lines = [f"{number:3} {' '.join(text.split())[:160]}" for number, text in enumerate(self.statements, 1)]
        return f"{self.count} queries\n" + "\n".join(lines)

    def assert_at_most(self, budget: int) -> None:
        """Fail with the list of statements when there are more than `budget`."""
        if self.count > budget:
            raise AssertionError(f"the budget is {budget}, but there were {self}")


@contextmanager
def count_queries() -> Iterator[Queries]:
    """Collect every statement that any engine sends inside the block.

    `with count_queries() as queries: client.get("/")` and then `queries.assert_at_most(8)`.
    """
    queries = Queries()

    def note(connection, cursor, statement, parameters, context, executemany):
        if not statement.lstrip().upper().startswith(HOUSEKEEPING):
            queries.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(Engine, "before_cursor_execute", note)
