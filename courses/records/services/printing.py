"""The training record on paper: values for the typst template, and the PDF."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from flask import current_app

from academy.accounts.models import POSTS
from academy.clock import now
from academy.i18n import _, localized, using
from academy.printing import typeset
from academy.web.filters import (
    local_date,
    show_date,
    show_duration,
    show_hundredths,
    show_percent,
)
from courses.credits.services import requirement_words as words
from courses.credits.services.requirements import Standing
from courses.credits.wording import KINDS
from courses.records.services.record import EntryLine, Record
from courses.records.wording import CERTIFICATES, STATES
from courses.vocabulary import OBLIGATIONS

TEMPLATE = Path(__file__).parent.parent / "print" / "record.typ"


def record_pdf(record: Record, locale: str) -> bytes:
    """Return the record as PDF in a language. Raises PrintingError when it cannot be set."""
    with using(locale):
        data = printed(record, locale)
    created = datetime.combine(record.day, time(), UTC)
    return typeset(TEMPLATE, data, created=created)


def printed(record: Record, locale: str) -> dict[str, Any]:
    """Return everything that stands on the paper, in the language that is bound."""
    person, settings = record.person, current_app.config["SETTINGS"]
    unit = localized(person.unit, "name") if person.unit else ""
    stay = record.stays[0] if record.stays else None
    if stay is not None:
        unit = localized(stay.unit, "name")
    post = stay.post if stay else person.post
    return {
        "lang": locale,
        "college": localized(settings, "college"),
        "title": _("个人学习档案"),
        "name": person.name,
        "facts": [
            [_("单位"), unit or "—"],
            [_("岗位"), str(POSTS.get(post, post)) if post else "—"],
            [_("数据截至"), show_date(record.day)],
            [_("打印时间"), show_date(local_date(now()))],
        ],
        "total": [_("累计学时"), show_hundredths(record.total)],
        "study": [_("学习时长（不是学时）"), show_duration(record.study_seconds)],
        "tables": [table for table in _tables(record) if table["rows"]],
        "note": _(
            "核对：登录学习平台，在学习档案里选“截至 %(day)s”，核对码应当是 %(code)s。",
            day=show_date(record.day),
            code=record.code,
        ),
        "code": record.code,
        "as_known": _("数据截至 %(day)s", day=show_date(record.day)),
        "page": _("第 {n} 页，共 {total} 页"),
        "empty": "" if record.entries or record.courses else _("还没有学习记录"),
    }


def _table(title: str, columns: list[str], widths: list[str], rows: list[list[str]], note: str = "") -> dict[str, Any]:
    """Describe a table: widths in typst's terms, where a name ending in "n" is a column of numbers."""
    return {"title": title, "columns": columns, "widths": widths, "rows": rows, "note": note}


def _tables(record: Record) -> list[dict[str, Any]]:
    makers = (_years, _requirements, _entries, _courses, _quizzes, _certificates, _stays)
    return [make(record) for make in makers]


def _years(record: Record) -> dict[str, Any]:
    rows = [
        [
            str(year.year),
            show_hundredths(year.by_obligation.get("required", 0)),
            show_hundredths(year.by_obligation.get("elective", 0)),
            show_hundredths(year.total),
            _("、").join(f"{KINDS[kind]} {show_hundredths(amount)}" for kind, amount in year.by_kind.items() if amount),
        ]
        for year in record.years
    ]
    columns = [_("年度"), _("必修"), _("选修"), _("合计"), _("怎么得来的")]
    return _table(_("各年学时"), columns, ["auto", "auton", "auton", "auton", "1fr"], rows)


def _requirements(record: Record) -> dict[str, Any]:
    rows = [
        [words.years(each.period), words.asked(each.goal), str(words.STATES[each.state]), _left(each)]
        for each in record.standings
    ]
    columns = [_("年度"), _("任务"), _("状态"), _("还差")]
    return _table(_("年度任务"), columns, ["auto", "1fr", "auto", "1fr"], rows)


def _left(standing: Standing) -> str:
    return words.missing_sentence(standing.missing) or "—"


def _entries(record: Record) -> dict[str, Any]:
    rows = [_entry(line) for line in record.lines()]
    columns = [_("日期"), _("内容"), _("性质"), _("来源"), _("学时"), _("编号")]
    note = _("学时以台账为准；每一笔都有编号和依据，可以在学习平台上查到。")
    return _table(_("学时明细"), columns, ["auto", "1fr", "auto", "auto", "auton", "auton"], rows, note if rows else "")


def _entry(line: EntryLine) -> list[str]:
    entry = line.entry
    title = _("%(title)s（已冲正）", title=line.title) if line.reversed_by else line.title
    return [
        entry.earned_on.isoformat(),
        title,
        str(OBLIGATIONS[entry.obligation]),
        str(KINDS[entry.kind]),
        show_hundredths(entry.amount_hundredths),
        str(entry.id),
    ]


def _courses(record: Record) -> dict[str, Any]:
    rows = [
        [
            localized(line.version, "title"),
            str(STATES[line.state]),
            local_date(line.enrolled_at).isoformat(),
            local_date(line.completed_at).isoformat() if line.completed_at else "—",
            show_hundredths(line.credit) if line.credit else "—",
            show_duration(line.study_seconds),
        ]
        for line in record.courses
    ]
    columns = [_("课程"), _("状态"), _("加入"), _("学完"), _("学时"), _("学习时长")]
    return _table(_("参加的课程"), columns, ["1fr", "auto", "auto", "auto", "auton", "auton"], rows)


def _quizzes(record: Record) -> dict[str, Any]:
    rows = [
        [
            localized(line.version, "title"),
            _("通过") if line.result.passed else _("未通过"),
            show_percent(line.result.share),
            str(line.attempts),
            local_date(line.submitted_at).isoformat(),
        ]
        for line in record.quizzes
    ]
    columns = [_("测验"), _("结果"), _("最好成绩"), _("次数"), _("日期")]
    return _table(_("测验"), columns, ["1fr", "auto", "auton", "auton", "auto"], rows)


def _certificates(record: Record) -> dict[str, Any]:
    rows = [
        [
            localized(line.certificate, "title"),
            localized(line.certificate, "subject"),
            line.certificate.number,
            line.certificate.issued_on.isoformat(),
            str(CERTIFICATES[line.state]),
        ]
        for line in record.certificates
    ]
    columns = [_("证书"), _("内容"), _("证书编号"), _("发证"), _("状态")]
    return _table(_("证书"), columns, ["auto", "1fr", "auto", "auto", "auto"], rows)


def _stays(record: Record) -> dict[str, Any]:
    rows = [
        [
            stay.first.isoformat(),
            stay.last.isoformat() if stay.last else _("至今"),
            localized(stay.unit, "name"),
            str(POSTS.get(stay.post, stay.post)) if stay.post else "—",
        ]
        for stay in record.stays
    ]
    return _table(_("单位和岗位"), [_("从"), _("到"), _("单位"), _("岗位")], ["auto", "auto", "1fr", "auto"], rows)
