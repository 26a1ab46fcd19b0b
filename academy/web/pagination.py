"""Lists in pages, with a constant number of queries."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select

from academy.db import db

T = TypeVar("T")
MAX_PAGE = 100_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its items, its number (from 1), the number of pages and of all items."""

    items: list[T]
    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """The number of pages, at least 1."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """The number of the first item shown, from 1; 0 when there is none."""
        return (self.page - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The number of the last item shown."""
        return min(self.page * self.per_page, self.total)

    def numbers(self) -> list[int | None]:
        """Return the page numbers to offer; None stands for a gap."""
        shown = sorted({1, self.pages, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1)})
        result: list[int | None] = []
        for number in shown:
            if result and result[-1] is not None and number - result[-1] > 1:
                result.append(None)
            result.append(number)
        return result

    def url(self, page: int) -> str:
        """Return the address of another page with the same filters."""
        arguments: dict[str, Any] = {**request.view_args, **request.args.to_dict(flat=False)}  # type: ignore[dict-item]
        arguments["page"] = page
        return url_for(request.endpoint or "", **arguments)


def page_number() -> int:
    """Return the page that the address asks for, at least 1."""
    text = request.args.get("page", "1")
    return min(max(1, int(text)), MAX_PAGE) if text.isdecimal() and len(text) < 7 else 1


def paginate(query: Select[Any], per_page: int = 20, page: int | None = None, scalars: bool = True) -> Page[Any]:
    """Run `query` for one page, and count all of it: two queries."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(page or page_number(), max(1, -(-total // per_page)))
    limited = query.limit(per_page).offset((number - 1) * per_page)
    result = db.session.execute(limited)
    items = list(result.scalars().unique()) if scalars else list(result.all())
    return Page(items, number, per_page, total)
