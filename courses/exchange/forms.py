"""Forms of imports."""

from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, strip
from courses.formats.questions import question_formats
from courses.questions.rules.tree import PATH_LIMIT, path_problem

TEXT_LIMIT = 2_000_000


class UploadForm(BaseForm):
    """A file, or a text that was pasted."""

    file = FileField(_l("题目文件"), validators=[Optional()])
    text = TextAreaField(
        _l("或者直接粘贴文字"),
        validators=[Optional(), Length(max=TEXT_LIMIT, message=_l("文字太长，请分几次粘贴，或者存成文件上传"))],
    )
    format = SelectField(_l("格式"), validators=[Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = [SelectChoice(value=key, label=each.name) for key, each in question_formats().items()]
        self.format.choices = [SelectChoice(value="", label=_l("自动识别")), *known]


class EnterForm(BaseForm):
    """What all questions of an import get."""

    category = StringField(
        _l("分类"),
        filters=[strip],
        validators=[Optional(), Length(max=PATH_LIMIT, message=_l("分类一共不能超过 %(max)d 个字"))],
    )
    tags = StringField(
        _l("标签"), filters=[strip], validators=[Optional(), Length(max=200, message=_l("标签一共不能超过 200 个字"))]
    )

    def validate_category(self, field: StringField) -> None:
        """Refuse a path that is too deep."""
        wrong = path_problem(field.data or "")
        if wrong is not None:
            raise ValidationError(str(wrong))
