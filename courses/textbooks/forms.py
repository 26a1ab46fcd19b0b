"""Forms of the writing desk."""

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, LockedForm, strip
from courses.textbooks.models import Textbook, TextbookChapter
from courses.vocabulary import HUES, SUBJECTS

BODY_LIMIT = 100_000


def _choices(options: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value=key, label=label) for key, label in options.items()]


def _unix_lines(text: str | None) -> str | None:
    return text.replace("\r\n", "\n").replace("\r", "\n") if text else text


class _Draft(LockedForm):
    """A form about something that two people may have open."""

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by the names of the columns."""
        names = [field.name for field in self if field.name not in {"csrf_token", "version"}]
        return {name: self[name].data or "" for name in names}


class FactsForm(_Draft):
    """What a textbook says of itself."""

    title = StringField(
        _l("书名"),
        filters=[strip],
        validators=[DataRequired(_l("请写书名")), Length(max=40, message=_l("书名不能超过 40 个字"))],
    )
    title_en = StringField(
        _l("英文书名"),
        filters=[strip],
        validators=[Optional(), Length(max=160, message=_l("英文书名不能超过 160 个字符"))],
    )
    subject = SelectField(_l("主题"), choices=_choices(SUBJECTS))
    hue = SelectField(_l("封面颜色"), choices=_choices(HUES))
    editors = StringField(
        _l("编写者"), filters=[strip], validators=[Optional(), Length(max=160, message=_l("编写者不能超过 160 个字"))]
    )
    summary = TextAreaField(
        _l("内容简介"), filters=[strip], validators=[Optional(), Length(max=2000, message=_l("简介不能超过 2000 个字"))]
    )
    summary_en = TextAreaField(
        _l("英文简介"),
        filters=[strip],
        validators=[Optional(), Length(max=4000, message=_l("英文简介不能超过 4000 个字符"))],
    )

    @classmethod
    def of(cls, book: Textbook) -> "FactsForm":
        """Return the form filled with a draft's facts."""
        form = cls(formdata=None, obj=book)
        form.hold(book.lock_version)
        return form

    def differences(self, book: Textbook) -> list[tuple[str, str, str]]:
        """Return (what, stored, typed) where the form differs from the draft."""
        names = {"subject": SUBJECTS, "hue": HUES}
        rows = []
        for name, typed in self.values().items():
            stored = getattr(book, name)
            if stored != typed:
                said = names.get(name, {})
                rows.append((self[name].label.text, str(said.get(stored, stored)), str(said.get(typed, typed))))
        return rows


class NewChapterForm(BaseForm):
    """A chapter begins with its title."""

    title = StringField(
        _l("章名"),
        filters=[strip],
        validators=[DataRequired(_l("请写章名")), Length(max=60, message=_l("章名不能超过 60 个字"))],
    )


class ChapterForm(_Draft):
    """The text of a chapter."""

    title = StringField(
        _l("章名"),
        filters=[strip],
        validators=[DataRequired(_l("请写章名")), Length(max=60, message=_l("章名不能超过 60 个字"))],
    )
    title_en = StringField(
        _l("英文章名"),
        filters=[strip],
        validators=[Optional(), Length(max=160, message=_l("英文章名不能超过 160 个字符"))],
    )
    body = TextAreaField(
        _l("正文"),
        filters=[_unix_lines],
        validators=[Optional(), Length(max=BODY_LIMIT, message=_l("正文太长，请分成几章"))],
    )

    @classmethod
    def of(cls, chapter: TextbookChapter) -> "ChapterForm":
        """Return the form filled with a chapter's draft."""
        form = cls(formdata=None, obj=chapter)
        form.hold(chapter.lock_version)
        return form

    def differences(self, chapter: TextbookChapter) -> list[tuple[str, str, str]]:
        """Return (what, stored, typed) where the titles differ; the texts are shown one above the other."""
        rows = [
            (self[name].label.text, getattr(chapter, name), self[name].data or "") for name in ("title", "title_en")
        ]
        return [row for row in rows if row[1] != row[2]]


class PublishForm(BaseForm):
    """What is new in an edition."""

    note = TextAreaField(
        _l("这一版有什么新内容"),
        filters=[strip],
        validators=[Optional(), Length(max=400, message=_l("说明不能超过 400 个字"))],
    )
