"""The spreadsheet that teachers fill in: headings, choices to pick from, and a sheet that explains each column."""

import io

import xlsxwriter

from academy.i18n import _
from courses.credits.rules.backfill import CATEGORY_WORDS, OBLIGATION_WORDS

ROWS = 2_000


def template() -> bytes:
    """Return the workbook. Its headings are the ones that are read back, so they stay Chinese in every language."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E5F0EC", "border": 1, "border_color": "#C8C3B5"})
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("补录学时")
        columns = [
            ("登录名或手机号", 18, text), ("姓名", 12, text), ("单位", 20, text), ("日期", 13, day), ("学习内容", 36, text),
            ("类别", 12, text), ("性质", 10, text), ("学时", 8, None), ("天数", 8, None), ("说明", 30, text),
        ]  # fmt: skip
        for place, (name, width, form) in enumerate(columns):
            sheet.set_column(place, place, width, form)
            sheet.write_string(0, place, name, head)
        sheet.freeze_panes(1, 2)
        choices = {5: CATEGORY_WORDS.values(), 6: OBLIGATION_WORDS.values()}
        for place, offered in choices.items():
            sheet.data_validation(1, place, ROWS, place, {"validate": "list", "source": [each[0] for each in offered]})
        notes = book.add_worksheet(_("填写说明"))
        notes.set_column(0, 0, 18)
        notes.set_column(1, 1, 80, book.add_format({"text_wrap": True, "valign": "top"}))
        for line, (name, words) in enumerate(_explained()):
            notes.write_string(line, 0, name, head)
            notes.write_string(line, 1, words)
    return stream.getvalue()


def _explained() -> list[tuple[str, str]]:
    return [
        ("登录名或手机号", _("最可靠。填了它，姓名和单位可以不填；填了姓名会核对是不是同一个人")),
        ("姓名", _("没有登录名时按姓名找人；有同名的，再填单位")),
        ("单位", _("例如“桂花社区”，用来区分同名的人")),
        ("日期", _("学习完成的那一天，学时算在这一年。2026-07-09、2026年7月9日、2026/7/9 都可以")),
        ("学习内容", _("例如“社区治理专题培训班（第三期）”。同一个人、同一天、同样的内容只录一次")),
        ("类别", _("网络课程、测验、培训班、授课、现场实践、校外学习、其他；不填算培训班")),
        ("性质", _("必修或选修；不填算必修")),
        ("学时", _("例如 3 或 3.5，最多两位小数")),
        ("天数", _("学时空着时，按学院选的规则把天数算成学时，例如 2.5")),
        ("说明", _("选填，本人看得到")),
    ]
