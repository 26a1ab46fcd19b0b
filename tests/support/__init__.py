"""What tests share: the database per test, the checking client, the running server, the browser. See tests/README.md."""

from tests.support.queries import count_queries

__all__ = ["count_queries"]
