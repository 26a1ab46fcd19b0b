"""QTI 3.0."""

from collections.abc import Sequence

from academy.i18n import lazy as _l
from courses.formats import qti_package
from courses.formats.qti_writing import package
from courses.formats.questions import PictureSource, Question, QuestionFormat, Reading, Writing


class Qti3(QuestionFormat):
    """See https://www.imsglobal.org/spec/qti/v3p0 (1EdTech)."""

    key = "qti3"
    name = _l("QTI 3.0")
    about = _l("题目交换标准的新版本，压缩包里一题一个文件，图片一起带着")
    extension = "qti3.zip"
    media_type = "application/zip"
    order = 31

    def recognises(self, data: bytes, name: str) -> bool:
        """An item of QTI 3, or a zip with such items."""
        return qti_package.version_of(data, name) == 3

    def read(self, data: bytes, name: str = "") -> Reading:
        """See QuestionFormat."""
        return qti_package.read(data, name)

    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """See QuestionFormat."""
        return package(questions, pictures, three=True)


QUESTION_FORMAT = Qti3()
