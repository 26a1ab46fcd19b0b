"""Reading the rows of a spreadsheet of hours. Pure: what a row says, and what is wrong with it, column by column."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from academy.i18n import _
from courses.credits.rules.facts import CATEGORIES
from courses.formats.reading_tables import Found, Row, figures, read_day, read_hours

COLUMNS = {
    "login": ("登录名", "登录名或手机号", "账号", "用户名", "Sign-in name"),
    "phone": ("手机号", "手机", "电话", "联系电话", "手机号码", "Phone"),
    "name": ("姓名", "学员姓名", "名字", "Name"),
    "unit": ("单位", "所在单位", "工作单位", "社区", "Unit"),
    "day": ("日期", "学习日期", "完成日期", "培训日期", "结束日期", "时间", "Date"),
    "title": ("学习内容", "内容", "项目", "名称", "培训名称", "课程名称", "培训班", "课程", "班次", "Title"),
    "category": ("类别", "学习形式", "形式", "类型", "Category"),
    "obligation": ("性质", "必修选修", "必修或选修", "Obligation"),
    "hours": ("学时", "学时数", "获得学时", "Credit hours"),
    "days": ("天数", "培训天数", "Days"),
    "note": ("说明", "备注", "Note"),
}
NEEDED = (("login", "phone", "name"), ("day",), ("title",), ("hours", "days"))
CATEGORY_WORDS = {
    "course": ("网络课程", "课程", "网课", "网络", "线上", "在线学习", "course"),
    "quiz": ("测验", "考试", "quiz"),
    "class": ("培训班", "面授", "集中培训", "线下", "培训", "class"),
    "teaching": ("授课", "讲课", "教学", "teaching"),
    "practice": ("现场实践", "实践", "现场教学", "跟班", "practice"),
    "external": ("校外学习", "校外", "外部", "外出培训", "external"),
    "other": ("其他", "其它", "other"),
}
OBLIGATION_WORDS = {"required": ("必修", "必修课", "required"), "elective": ("选修", "选修课", "elective")}
MOST_HOURS = 500
MOST_DAYS = 60
TITLE_LIMIT = 160
EARLIEST = date(2000, 1, 1)


@dataclass
class Line:
    """What a row says. `problems` are pairs of column and sentence; a line without any can be entered."""

    row: int
    login: str = ""
    phone: str = ""
    name: str = ""
    unit: str = ""
    day: date | None = None
    title: str = ""
    category: str = "class"
    obligation: str = "required"
    hundredths: int | None = None
    days: Fraction | None = None
    note: str = ""
    said_day: str = ""
    said_hours: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)

    def blame(self, column: str, sentence: str) -> None:
        """Say what is wrong in a column."""
        self.problems.append((column, sentence))


def read_line(table: Found, row: Row, today: date) -> Line:
    """Return what a row says."""
    line = Line(row.number)
    for name in ("login", "phone", "name", "unit", "title", "note"):
        setattr(line, name, table.value(row, name)[:TITLE_LIMIT])
    if not (line.login or line.phone or line.name):
        line.blame("name", _("没有写是谁：请填登录名、手机号或姓名"))
    if not line.title:
        line.blame("title", _("没有写学习内容"))
    _read_day(line, table.value(row, "day"), today)
    _read_amount(line, table.value(row, "hours"), table.value(row, "days"))
    line.category = _word(line, "category", table.value(row, "category"), CATEGORY_WORDS, "class")
    line.obligation = _word(line, "obligation", table.value(row, "obligation"), OBLIGATION_WORDS, "required")
    return line


def is_sum(line: Line) -> bool:
    """Return whether a row is a sum or a signature at the foot of a table, and no person's."""
    first = figures(line.login or line.name or line.phone)
    return first.rstrip(":：") in ("合计", "总计", "小计", "共计", "填表人", "审核人", "制表人") and not line.title


def _read_day(line: Line, text: str, today: date) -> None:
    line.said_day = text
    if not text:
        line.blame("day", _("没有写日期"))
        return
    try:
        day = read_day(text)
    except ValueError:
        line.blame("day", _("“%(text)s”看不懂是哪一天，请写成 2026-07-09", text=text[:20]))
        return
    if day > today:
        line.blame("day", _("%(day)s 还没有到", day=day.isoformat()))
    elif day < EARLIEST:
        line.blame("day", _("%(day)s 太早了，请检查年份", day=day.isoformat()))
    else:
        line.day = day


def _read_amount(line: Line, hours: str, days: str) -> None:
    line.said_hours = hours or (_("%(n)s 天", n=days) if days else "")
    if hours:
        amount = _number(line, "hours", hours, MOST_HOURS)
        line.hundredths = int(amount * 100) if amount else None
    elif days:
        line.days = _number(line, "days", days, MOST_DAYS)
        if line.days is not None and (line.days * 2).denominator != 1:
            line.blame("days", _("天数只能到半天，例如 2 或 2.5，现在是“%(text)s”", text=days[:20]))
    else:
        line.blame("hours", _("没有写学时"))


def _number(line: Line, column: str, text: str, most: int) -> Fraction | None:
    try:
        amount = read_hours(text)
    except ValueError:
        line.blame(column, _("“%(text)s”不是学时，请写成 3 或 3.5，最多两位小数", text=text[:20]))
        return None
    if not amount:
        line.blame(column, _("不能是 0"))
    elif amount > most:
        line.blame(column, _("%(text)s 太多，一行最多 %(most)s，请检查小数点", text=text[:20], most=most))
    else:
        return amount
    return None


def _word(line: Line, column: str, text: str, words: Mapping[str, tuple[str, ...]], default: str) -> str:
    if not text:
        return default
    folded = figures(text).casefold()
    found = next((key for key, known in words.items() if folded in known), None)
    if found is None:
        line.blame(
            column,
            _(
                "“%(text)s”不认识。可以写：%(known)s",
                text=text[:20],
                known="、".join(each[0] for each in words.values()),
            ),
        )
        return default
    return found


def key_of(line: Line, person_id: int) -> str:
    """Return what makes a line the same one when it comes again, in this file or in another: who, when, what."""
    facts = "|".join(
        (str(person_id), line.day.isoformat() if line.day else "", figures(line.title).casefold(), line.category)
    )
    return "backfill:" + hashlib.sha256(facts.encode()).hexdigest()[:32]


def doubles(keys: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Return for each row that says again what an earlier one says the number of that earlier row."""
    first: dict[str, int] = {}
    return {row: first[key] for row, key in keys if first.setdefault(key, row) != row}


__all__ = ["CATEGORIES", "COLUMNS", "NEEDED", "Line", "doubles", "is_sum", "key_of", "read_line"]
