"""A quiz as a lesson; it is done when an attempt passes, or when one is handed in."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from flask import url_for
from sqlalchemy import select
from wtforms import SelectField

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, ngettext
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule
from courses.quizzes import services as quizzes
from courses.quizzes.feedback import installed as modes
from courses.quizzes.models import Quiz, QuizVersion

NEW = 0


def _own_quizzes() -> list[tuple[int, str]]:
    query = select(Quiz.id, Quiz.title).where(Quiz.owner_id == current_person.id).order_by(Quiz.id.desc())
    return [(NEW, _("新建一份测验")), *((row.id, row.title) for row in db.session.execute(query))]


def _number(value: Any) -> int:
    """Read what the browser sends; what is not a number is no quiz of ours."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 10 else -1


def _load(model: Any, ids: Iterable[Any], *options: Any) -> dict[int, Any]:
    """Return rows by their ids; what is no id, or not there, is left out."""
    wanted = {identity for identity in ids if isinstance(identity, int)}
    query = select(model).where(model.id.in_(sorted(wanted))).options(*options)
    return {row.id: row for row in db.session.scalars(query)} if wanted else {}


def _to_check(count: int) -> list[str]:
    if not count:
        return []
    return [
        ngettext(
            "有 %(n)s 道题依据的法规修订了，还没有核对。可以照样发布，最好先核对",
            "有 %(n)s 道题依据的法规修订了，还没有核对。可以照样发布，最好先核对",
            count,
        )
    ]


class QuizForm(BaseForm):
    """The author's form."""

    quiz_id = SelectField(_l("测验"), coerce=_number, choices=_own_quizzes, validate_choice=False, default=NEW)


class QuizLesson(LessonType):
    """A quiz lesson: {"quiz_id"}; published also {"quiz_version_id", "questions", "time_limit_seconds", "pass_percent"}."""

    key = "quiz"
    name = _l("测验")
    icon = "quiz"
    order = 50
    measure = "attempt"
    rules = (Rule("passed", _l("达到及格线")), Rule("submitted", _l("交一次卷就行，不看分数")))
    form = QuizForm

    def empty(self) -> dict[str, Any]:
        """Return a lesson without a quiz."""
        return {"quiz_id": None}

    def problems(self, content: Content) -> list[Problem]:
        """Return what the quiz still lacks."""
        return self.problems_of_all([content])[0]

    def problems_of_all(self, contents: Sequence[Content]) -> list[list[Problem]]:
        """Return what each quiz still lacks. Three queries, one more where questions are drawn."""
        found = _load(Quiz, [content.get("quiz_id") for content in contents])
        problems = quizzes.problems_of_all(list(found))
        return [
            [Problem(text) for text in problems[content["quiz_id"]]]
            if content.get("quiz_id") in found
            else [Problem(_("还没有选择测验"), "quiz_id")]
            for content in contents
        ]

    def cautions_of_all(self, contents: Sequence[Content]) -> list[list[str]]:
        """Return how many questions of each quiz rest on a regulation that has changed since. Two queries."""
        counts = quizzes.to_check_of_all([content["quiz_id"] for content in contents if content.get("quiz_id")])
        return [_to_check(counts.get(content.get("quiz_id", 0), 0)) for content in contents]

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        return {"quiz_id": content.get("quiz_id") or NEW}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes; a new quiz is made when the author asks for one."""
        chosen, kept = form.quiz_id.data, content.get("quiz_id")
        if chosen == kept and kept:
            return {"quiz_id": kept}
        if chosen == NEW:
            names = {"title": (form.title.data or _("新测验"))[:120], "title_en": (form.title_en.data or "")[:160]}
            quiz = Quiz(owner_id=current_person.id, **names)
            db.session.add(quiz)
            db.session.flush()
            return {"quiz_id": quiz.id}
        found = db.session.get(Quiz, chosen)
        if found is None or found.owner_id != current_person.id:
            raise UserError(_("找不到这份测验，请重新选择"), 422, "quiz_id")
        return {"quiz_id": found.id}

    def editor(self, content: Content, owner_id: int) -> dict[str, Any]:
        """Return the quiz and how many questions it has."""
        quiz = self._quiz(content)
        return {"quiz": quiz, "question_count": quizzes.question_count(quiz.slots) if quiz else 0}

    def freeze(self, content: Content) -> dict[str, Any]:
        """Pin the quiz to a frozen version."""
        quiz = self._quiz(content)
        if quiz is None:
            raise UserError(_("还没有选择测验"))
        version = quizzes.freeze(quiz)
        return {
            "quiz_id": quiz.id,
            "quiz_version_id": version.id,
            "questions": version.question_count,
            "time_limit_seconds": version.time_limit_seconds,
            "pass_percent": version.pass_percent,
        }

    def preview(self, content: Content) -> dict[str, Any]:
        """Return the draft as it is: freezing a quiz stores a version of it."""
        return dict(content)

    def same(self, content: Content, published: Content) -> bool:
        """Return whether the quiz is the one that was published, and unchanged since."""
        return self.same_of_all([(content, published)])[0]

    def same_of_all(self, pairs: Sequence[tuple[Content, Content]]) -> list[bool]:
        """Return for each whether the quiz is the one that was published, and unchanged since. Four queries."""
        drafts = _load(Quiz, [content.get("quiz_id") for content, _published in pairs])
        versions = _load(QuizVersion, [published.get("quiz_version_id") for _content, published in pairs])
        rows = quizzes.rows_of(list(drafts))
        result = []
        for content, published in pairs:
            quiz = drafts.get(content.get("quiz_id", 0))
            version = versions.get(published.get("quiz_version_id", 0))
            result.append(
                quiz is not None and version is not None and quizzes.is_unchanged(quiz, rows[quiz.id], version)
            )
        return result

    def lacks(self, content: Content) -> str:
        """Return that no quiz is chosen, if so."""
        return "" if content.get("quiz_id") else _("缺测验")

    def minutes(self, content: Content) -> int:
        """Return the time limit in minutes, or a minute a question."""
        limit = content.get("time_limit_seconds")
        return limit // 60 if limit else content.get("questions", 0)

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length."""
        if "questions" not in content:
            return _("测验")
        if content.get("time_limit_seconds"):
            return _(
                "测验 %(n)s 题 · %(minutes)s 分钟", n=content["questions"], minutes=content["time_limit_seconds"] // 60
            )
        return _("测验 %(n)s 题 · 不限时", n=content["questions"])

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return what stands before the quiz: rules, attempts so far, whether one may start; in a preview the draft."""
        if context.preview:
            return self._draft(content)
        version = db.session.get(QuizVersion, content.get("quiz_version_id") or 0)
        person = db.session.get(Person, context.person_id)
        if version is None or person is None:
            return {"intro": None, "quiz_version": None, "start_url": ""}
        intro = quizzes.intro(version, person)
        mode = modes.get(version.feedback)
        return {"intro": intro, "quiz_version": version, "mode": mode, "start_url": context.start_quiz_url}

    def _draft(self, content: Content) -> dict[str, Any]:
        quiz = self._quiz(content)
        return {
            "intro": None,
            "quiz": quiz,
            "question_count": quizzes.question_count(quiz.slots) if quiz else 0,
            "draft_url": url_for("quizzes.preview", quiz_id=quiz.id) if quiz else "",
        }

    def requirement(self, completion: Any, content: Content) -> str:
        """Return the rule as a sentence."""
        if self.checked_completion(completion)["rule"] == "submitted":
            return _("交一次卷就算学完")
        return _("得分达到 %(percent)s%% 就算学完", percent=content.get("pass_percent", 60))

    def missing(self, content: Content, completion: Any, share: Fraction) -> str:
        """Return that a quiz is still to be passed."""
        return "" if share >= 1 else _("还差一次测验")

    @staticmethod
    def _quiz(content: Content) -> Quiz | None:
        identity = content.get("quiz_id")
        return db.session.get(Quiz, identity) if isinstance(identity, int) else None


PLUGIN = QuizLesson()
