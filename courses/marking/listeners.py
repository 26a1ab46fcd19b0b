"""What marking adds to other rooms: pieces of the result page, and sentences of the audit log."""

from collections.abc import Iterable

from flask import url_for

from academy.audit import labels
from academy.i18n import lazy as _l
from courses.marking.services import answers, appeals
from courses.quizzes.beside import Piece, tells
from courses.quizzes.models import Attempt

labels.register(
    {
        "marking.settings": _l("改了“%(subject)s”的批阅设置"),
        "marking.marker_named": _l("请%(person)s批阅“%(subject)s”"),
        "marking.marker_dismissed": _l("不再请%(person)s批阅“%(subject)s”"),
        "marking.marked": _l("批阅了“%(subject)s”的一份答卷"),
        "marking.regraded": _l("给“%(subject)s”的一道题重新评分：%(reason)s"),
        "marking.regrade_undone": _l("撤销了“%(subject)s”的一次重新评分"),
        "appeal.opened": _l("申请复核“%(subject)s”的一道题"),
        "appeal.kept": _l("答复了%(name)s对“%(subject)s”的复核申请，分数不变：%(reason)s"),
        "appeal.changed": _l("答复了%(name)s对“%(subject)s”的复核申请，改了分数：%(reason)s"),
    }
)


@tells
def beside(attempt: Attempt) -> Iterable[Piece]:
    """Return what markers wrote about the answers, and the appeals. One query for an attempt without any."""
    marked, appealed = appeals.touched(attempt.id)
    values = {
        "token": attempt.token,
        "ask": url_for("marking.ask", token=attempt.token, position=0).removesuffix("0"),
        "most": appeals.MOST_PER_ANSWER,
        "answers": {each.response.position: each for each in answers.of_attempt(attempt)} if marked else {},
        "appeals": appeals.of_attempt(attempt.id) if appealed else {},
    }
    return [Piece("marking/beside.html", values)]
