"""Sentences about progress, in the language of the request."""

from collections.abc import Sequence
from fractions import Fraction

from academy.i18n import _, ngettext
from academy.i18n import lazy as _l
from academy.web.filters import show_clock, show_duration, show_percent
from courses.catalog.models import LessonVersion
from courses.learning.models import LessonProgress
from courses.learning.rules.completion import COURSE_COMPLETION, missing_stretches
from courses.learning.services.outcome import Outcome
from courses.learning.services.outline import Facts, Line
from courses.lesson_types.base import LessonType

STRETCHES_NAMED = 3
RULES = {COURSE_COMPLETION: _l("学完课程")}
"""The rules of the ledger by their key."""


class Courses:
    """The word 课程 as the name of a section, which other languages put in the plural."""

    def __str__(self) -> str:
        return ngettext("课程", "课程", 2)


def share_of(progress: LessonProgress | None) -> Fraction:
    """Return the share of a lesson that is done."""
    return Fraction(progress.share_num, progress.share_den) if progress else Fraction(0)


def stretch(pair: Sequence[int]) -> str:
    """Write a stretch of a recording: 03:10–04:20."""
    return f"{show_clock(pair[0] / 1000)}–{show_clock(-(-pair[1] // 1000))}"


def named(stretches: Sequence[Sequence[int]]) -> list[dict[str, object]]:
    """Return stretches of a recording as scripts take them: from and to in milliseconds, and as text."""
    return [{"from": pair[0], "to": pair[1], "text": stretch(pair)} for pair in stretches]


def missing_sentence(stretches: Sequence[Sequence[int]]) -> str:
    """Say which stretches of a recording are still to be watched; an empty string when none is."""
    if not stretches:
        return ""
    listed = _("、").join(stretch(pair) for pair in stretches[:STRETCHES_NAMED])
    if len(stretches) > STRETCHES_NAMED:
        return _("还差 %(n)s 段：%(list)s 等", n=len(stretches), list=listed)
    return ngettext("还差 %(n)s 段：%(list)s", "还差 %(n)s 段：%(list)s", len(stretches), list=listed)


def progress_sentence(kind: LessonType, lesson: LessonVersion, progress: LessonProgress | None) -> str:
    """Say how far somebody is in a lesson and what is still missing."""
    if progress is not None and progress.completed_at is not None:
        return _("这一节学完了")
    share = share_of(progress)
    rest = kind.missing(lesson.content, lesson.completion, share)
    if kind.measure == "time" and share:
        gaps = missing_sentence(missing_stretches(progress.covered if progress else [], kind.size(lesson.content)))
        return _("%(rest)s。%(missing)s", rest=rest, missing=gaps) if rest and gaps else rest or gaps
    return rest


def done_text(kind: LessonType, share: Fraction) -> str:
    """Write the figure beside the bar: 已看 40%."""
    pattern = _("已看 %(percent)s") if kind.measure == "time" else _("已学 %(percent)s")
    return pattern % {"percent": show_percent(share)}


def place_sentence(kind: LessonType, line: Line, facts: Facts) -> str:
    """Say where somebody stopped: 上次看到 08:42，还剩 12 分 48 秒."""
    at = int(line.position) if line.position.isdecimal() else 0
    if kind.measure == "time" and at:
        rest = max(0, facts.size - at) // 1000
        return _("上次看到 %(clock)s，还剩 %(rest)s", clock=show_clock(at / 1000), rest=show_duration(rest))
    return _("已学 %(percent)s", percent=show_percent(line.share)) if line.share else facts.label


def late_sentence(outcome: Outcome) -> str:
    """Say what has become of reports that the network had held back."""
    if not outcome.claimed_ms:
        return _("断网时学的已经报上来了，按服务器的时间补记")
    claimed, believed = (show_duration(-(-each // 1000)) for each in (outcome.claimed_ms, outcome.believed_ms))
    if outcome.believed_ms >= outcome.claimed_ms:
        return _("断网时看的 %(claimed)s已经全部补记", claimed=claimed)
    return _(
        "断网时看的 %(claimed)s里，补记了 %(believed)s；其余的超出了服务器能核对的时间，没有算，可以补看",
        claimed=claimed,
        believed=believed,
    )


REASONS = {
    "unplayed": (_l("还没有放过"), _l("这一段没有放过的记录。")),
    "jumped": (_l("跳过去了"), _l("播放时越过了这一段。跳过的部分不算，从这里补看就可以。")),
    "question": (_l("题还没有答"), _l("这一段前面有一道题，当时还没有答。答了以后，从那里接着看就会算。")),
    "fast": (_l("放得比时间快"), _l("报上来的比这段时间里能放完的还多，多出的部分没有算。最快按两倍速度算。")),
    "elsewhere": (_l("两处同时在放"), _l("同一时间开着两个页面，两处的时间只能算一处。")),
    "late": (_l("断网太久"), _l("断网时看的，报上来已经太迟，超过了可以补记的时间。")),
    "changed": (_l("课程更新后新加的"), _l("这一段是新的一版里才有的。")),
}
"""Why a stretch of a recording is missing, by the key of the reason: in a word, and as a sentence."""

DISPUTES = {"open": _l("等老师答复"), "settled": _l("已补记"), "declined": _l("没有补记")}
"""The states of a dispute."""
