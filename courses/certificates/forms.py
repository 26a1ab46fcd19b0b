"""Forms: a template, issuing, revoking."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from academy.clock import now
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.filters import local_date
from academy.web.forms import BaseForm, LockedForm, strip
from courses.certificates.rules.numbers import DEFAULT, pattern_problem
from courses.certificates.rules.wording import REASONS, body_problem
from courses.certificates.services.issuing import CannotPrint, demand_printable
from courses.certificates.services.templates import TemplateValues

BODY_LENGTH = 400
NO_DAY = _l("日期应写成 2026-07-09 这样")


def _text(label: Any, longest: int, missing: Any = None) -> StringField:
    length = Length(max=longest, message=_l("最多 %(max)d 个字"))
    first = DataRequired(missing) if missing else Optional()
    return StringField(label, filters=[strip], validators=[first, length])


def _day(label: Any, missing: Any) -> DateField:
    return DateField(label, validators=[InputRequired(missing)])


class TemplateForm(LockedForm):
    """A template of one kind."""

    name = _text(_l("模板名称"), 60, _l("请填写模板名称"))
    title = _text(_l("证书标题"), 30, _l("请填写证书标题"))
    title_en = _text(_l("英文标题"), 80, _l("请填写英文标题"))
    body = TextAreaField(
        _l("正文"),
        filters=[strip],
        validators=[DataRequired(_l("请填写正文")), Length(max=BODY_LENGTH, message=_l("最多 %(max)d 个字"))],
    )
    body_en = TextAreaField(
        _l("英文正文"),
        filters=[strip],
        validators=[DataRequired(_l("请填写英文正文")), Length(max=2 * BODY_LENGTH, message=_l("最多 %(max)d 个字"))],
    )
    signatory = _text(_l("署名"), 60)
    signatory_en = _text(_l("英文署名"), 120)
    series = _text(_l("系列代号"), 20)
    pattern = _text(_l("编号格式"), 60, _l("请填写编号格式"))
    validity_months = IntegerField(
        _l("有效期（月）"),
        validators=[Optional(), NumberRange(min=1, max=600, message=_l("有效期是 1 到 600 个月，长期有效就留空"))],
    )
    seal = FileField(_l("印章图片"))
    seal_file_id = HiddenField()
    remove_seal = BooleanField(_l("去掉现在的印章"))
    is_default = BooleanField(_l("没有另外指定的课程都用这个模板发证"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        """`kind` says which placeholders there are."""
        super().__init__(*args, **kwargs)
        self.kind = kind

    def validate_body(self, field: Any) -> None:
        """Know every placeholder and draw every character."""
        self._check(body_problem(field.data, self.kind), field.data)

    def validate_body_en(self, field: Any) -> None:
        """Do so for the English text, too."""
        self._check(body_problem(field.data, self.kind), field.data)

    def validate_title(self, field: Any) -> None:
        """Draw every character."""
        self._check(None, field.data)

    def validate_signatory(self, field: Any) -> None:
        """Draw every character."""
        self._check(None, field.data)

    def validate_pattern(self, field: Any) -> None:
        """Give numbers that never repeat."""
        self._check(pattern_problem(field.data, self.series.data or ""), field.data)

    def values(self, seal_file_id: int | None) -> TemplateValues:
        """Return what was typed, with the seal that belongs to it."""
        return TemplateValues(
            title=self.title.data or "",
            title_en=self.title_en.data or "",
            body=self.body.data or "",
            body_en=self.body_en.data or "",
            signatory=self.signatory.data or "",
            signatory_en=self.signatory_en.data or "",
            series=self.series.data or "",
            pattern=self.pattern.data or DEFAULT,
            validity_months=self.validity_months.data,
            seal_file_id=seal_file_id,
        )

    def _check(self, problem: str | None, text: str) -> None:
        if problem:
            raise ValidationError(problem)
        try:
            demand_printable(text or "")
        except CannotPrint as error:
            raise ValidationError(error.message) from error


class WhoForm(BaseForm):
    """Which template, and for whom: the people of a unit, or sign-in names."""

    template_id = SelectField(_l("证书模板"), invalid_choice_message=_l("请从列表中选择模板"))
    unit_id = SelectField(_l("单位（含下级）的全部人员"), invalid_choice_message=_l("请从列表中选择单位"))
    usernames = TextAreaField(_l("或者贴上登录名或手机号"), filters=[strip])


class ClassForm(WhoForm):
    """Certificates for a class."""

    class_name = _text(_l("培训班名称"), 80, _l("请填写培训班名称"))
    class_name_en = _text(_l("英文名称"), 160)
    starts_on = _day(_l("开班日期"), _l("请填写开班日期"))
    ends_on = _day(_l("结束日期"), _l("请填写结束日期"))
    hours = StringField(_l("学时"), filters=[strip], validators=[DataRequired(_l("请填写学时，例如 24 或 1.5"))])

    def validate_ends_on(self, field: Any) -> None:
        """End not before the beginning."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("结束日期早于开班日期"))

    def validate_hours(self, field: Any) -> None:
        """Be a number with at most two decimals."""
        if field.data and self.hundredths is None:
            raise ValidationError(_("学时应是 0 到 1000 的数，最多两位小数，现在是“%(text)s”", text=field.data[:20]))

    @property
    def hundredths(self) -> int | None:
        """Return the hours in hundredths, or None when it is no such number."""
        whole, _dot, rest = (self.hours.data or "").partition(".")
        if not whole.isascii() or not whole.isdigit() or not (rest == "" or (rest.isascii() and rest.isdigit())):
            return None
        if len(whole) > 4 or len(rest) > 2 or int(whole) > 1000:
            return None
        return int(whole) * 100 + int(rest.ljust(2, "0"))


class YearForm(WhoForm):
    """Statements of a year's hours."""

    year = IntegerField(_l("年度"), validators=[InputRequired(_l("请填写年度，例如 2026"))])

    def validate_year(self, field: Any) -> None:
        """Be a year that has begun."""
        if field.data is not None and not 2000 <= field.data <= local_date(now()).year:
            raise ValidationError(_("年度应在 2000 到 %(year)s 之间", year=local_date(now()).year))


class CourseForm(BaseForm):
    """Certificates for those who completed a course before it brought any."""

    template_id = SelectField(_l("证书模板"), invalid_choice_message=_l("请从列表中选择模板"))
    course_id = SelectField(_l("课程"), invalid_choice_message=_l("请从列表中选择课程"))


class RevokeForm(BaseForm):
    """Taking back a certificate."""

    reason = SelectField(_l("原因"), invalid_choice_message=_l("请选择原因"))
    note = _text(_l("说明（记入操作日志，不公开）"), 400, _l("请写明为什么撤销"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the reasons, but not that of a mended one: that is what issuing again is for."""
        super().__init__(*args, **kwargs)
        self.reason.choices = [(key, str(label)) for key, label in REASONS.items() if key != "replaced"]


class ReissueForm(BaseForm):
    """Issuing again in a mended form."""

    correction = _text(_l("更正了什么（记入操作日志，不公开）"), 400, _l("请写明更正了什么"))
