"""The text of a certificate: named placeholders, which of them there are for each kind, and filling them in."""

import re
from collections.abc import Mapping

from academy.i18n import _
from academy.i18n import lazy as _l

KINDS = {"course": _l("课程结业证书"), "class": _l("培训班结业证书"), "annual": _l("年度学时证明")}
REASONS = {
    "mistake": _l("信息有误"),
    "replaced": _l("更正后重新颁发"),
    "misconduct": _l("学习或考核中弄虚作假"),
    "other": _l("其他原因"),
}
NAME = "name"
_EVERYWHERE = {
    "name": _l("姓名"),
    "unit": _l("所在单位"),
    "hours": _l("学时数"),
    "issued_on": _l("发证日期"),
    "college": _l("学院名称"),
}
PLACEHOLDERS = {
    "course": {**_EVERYWHERE, "course": _l("课程名称"), "completed_on": _l("结业日期")},
    "class": {
        **_EVERYWHERE,
        "class": _l("培训班名称"),
        "starts_on": _l("开班日期"),
        "ends_on": _l("结束日期"),
    },
    "annual": {**_EVERYWHERE, "year": _l("年度"), "required": _l("必修学时数"), "elective": _l("选修学时数")},
}
DEFAULTS = {
    "course": (
        "{name} 同志于 {completed_on} 修完网络课程《{course}》的全部课时，考核合格，获得 {hours} 学时，准予结业。",
        "This is to certify that {name} completed the online course “{course}” on {completed_on}, "
        "passed its assessment and earned {hours} credit hours.",
    ),
    "class": (
        "{name} 同志于 {starts_on} 至 {ends_on} 参加{class}，修满 {hours} 学时，考核合格，准予结业。",
        "This is to certify that {name} attended {class} from {starts_on} to {ends_on}, "
        "fulfilled its {hours} credit hours and passed its assessment.",
    ),
    "annual": (
        "{name} 同志在 {year} 年度参加学习培训，共获得 {hours} 学时，其中必修 {required} 学时、选修 {elective} 学时。特此证明。",
        "This is to certify that {name} earned {hours} credit hours in {year}, "
        "of which {required} required and {elective} elective.",
    ),
}
TITLES = {
    "course": ("结业证书", "Certificate of Completion"),
    "class": ("培训结业证书", "Certificate of Training"),
    "annual": ("年度学时证明", "Annual Statement of Credit Hours"),
}
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


def body_problem(text: str, kind: str) -> str | None:
    """Return a sentence about the placeholders of a text, or None when all are known and the name is among them."""
    names = []
    for match in _BRACES.finditer(text):
        if match.group(1) is None:
            return _("大括号要成对出现，例如 {name}")
        names.append(match.group(1).strip())
    unknown = [name for name in names if name not in PLACEHOLDERS[kind]]
    if unknown:
        return _(
            "{%(name)s} 不是这种证书可以用的变量。可以用：%(known)s",
            name=unknown[0],
            known="、".join(f"{{{name}}}" for name in PLACEHOLDERS[kind]),
        )
    if NAME not in names:
        return _("正文里要有姓名 {name}")
    return None


def fill(text: str, values: Mapping[str, str]) -> list[list[str]]:
    """Return the text in pieces [kind, words], kind "name" for the name, which is printed large, else "text".

    What comes out of `values` is never looked at for placeholders again.
    """
    pieces: list[list[str]] = []
    at = 0
    for match in _BRACES.finditer(text):
        name = (match.group(1) or "").strip()
        _add(pieces, "text", text[at : match.start()])
        _add(pieces, "name" if name == NAME else "text", values.get(name, match.group(0)))
        at = match.end()
    _add(pieces, "text", text[at:])
    return pieces


def masked_name(name: str) -> str:
    """Return a name as strangers see it: 王*, 王*芳, 买**江."""
    if len(name) < 2:
        return "*"
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * min(len(name) - 2, 4)}{name[-1]}"


def same_name(one: str, other: str) -> bool:
    """Return whether two spellings are the same name: blanks, middle dots and case do not count."""

    def plain(name: str) -> str:
        return "".join(letter for letter in name.casefold() if letter not in " \u3000·•・.‧")

    return plain(one) == plain(other)


def _add(pieces: list[list[str]], kind: str, words: str) -> None:
    if not words:
        return
    if pieces and pieces[-1][0] == kind == "text":
        pieces[-1][1] += words
    else:
        pieces.append([kind, words])
