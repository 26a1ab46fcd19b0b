"""QTI 2.1 and 2.2: read both, written as 2.2."""

from collections.abc import Sequence

from academy.i18n import lazy as _l
from courses.formats import qti_package
from courses.formats.qti_writing import package
from courses.formats.questions import PictureSource, Question, QuestionFormat, Reading, Writing


class Qti2(QuestionFormat):
    """See https://www.imsglobal.org/spec/qti/v2p2 (1EdTech)."""

    key = "qti2"
    name = _l("QTI 2.1 / 2.2")
    about = _l("国际通用的题目交换标准，压缩包里一题一个文件，图片一起带着")
    extension = "qti2.zip"
    media_type = "application/zip"
    order = 30

    def recognises(self, data: bytes, name: str) -> bool:
        """An item, or a zip with items; QTI 1.2 too, which is refused with a sentence."""
        return qti_package.version_of(data, name) in (1, 2)

    def read(self, data: bytes, name: str = "") -> Reading:
        """See QuestionFormat."""
        return qti_package.read(data, name)

    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """See QuestionFormat."""
        return package(questions, pictures, three=False)


QUESTION_FORMAT = Qti2()
