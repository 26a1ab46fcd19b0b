"""Plain text as a format for questions: typed with 【题型】, or pasted from Word as it comes."""

from collections.abc import Sequence

from academy.i18n import lazy as _l
from courses.formats import losses, word_questions
from courses.formats.plain_questions import LONGEST_TEXT
from courses.formats.questions import (
    MAX_QUESTIONS,
    FormatError,
    Loss,
    PictureSource,
    Place,
    Question,
    QuestionFormat,
    Reading,
    Writing,
    essence,
    looks_like_text,
    read_text,
)
from courses.question_types.installed import all_types
from courses.questions.rules import Draft, read_plain, write_plain

_KEPT = ("hints", "order", "markdown", "rubric", "model_answer", "explanation", "tags", "difficulty", "limits", "rule")


class PlainText(QuestionFormat):
    """See `plain_questions` for what is written, `word_questions` for what is read besides."""

    key = "plain"
    name = _l("纯文本")
    about = _l("从 Word 粘贴的题：题干、A. B. C. D.、答案、解析。题型看小标题或答案，也可以写【单选】")
    extension = "txt"
    media_type = "text/plain; charset=utf-8"
    order = 90
    sample = (
        "一、单项选择题\n1．居民反映楼上漏水，最恰当的做法是（ B ）。\nA．当场判断谁对谁错　B．先听完、记下来\nC．请他找物业　D．改天再说\n"
        "【解析】先让情绪有出口。\n\n二、多项选择题\n1．议事会要做到什么？\nA. 公开\nB. 只请熟人\nC. 公示\n答案：AC\n\n"
        "三、判断题\n1．第一次上门就要问清楚。（×）\n\n四、填空题\n1．有事____商量，急事____商量。\n答案：好；快"
    )

    def recognises(self, data: bytes, name: str) -> bool:
        """Any text that no other format took."""
        text = looks_like_text(data)
        return bool(text.strip()) and not text.lstrip().startswith(("<", "{"))

    def read(self, data: bytes, name: str = "") -> Reading:
        """See QuestionFormat."""
        text = read_text(data)
        if len(text) > LONGEST_TEXT:
            raise FormatError(_l("文字太长，分成几次来，每次不超过 %(limit)s 字", limit=LONGEST_TEXT))
        origin: list[int] = []
        if not word_questions.is_plain(text):
            text, origin = word_questions.to_plain(text)
        drafts, problems = read_plain(text)
        reading = Reading()

        def line(number: int) -> int:
            return origin[number - 1] if 0 < number <= len(origin) else number

        for draft in drafts[:MAX_QUESTIONS]:
            place = Place(line=line(draft.line))
            question = Question(
                draft.type, draft.content, draft.difficulty, draft.tags, "", draft.marks_hundredths, place
            )
            reading.take(question)
        for problem in problems:
            reading.complain(Place(line=line(problem.line)), problem.message)
        reading.found += len({line(problem.line) for problem in problems})
        return reading

    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """See QuestionFormat. Each question is read back, so that whatever its type cannot say in plain text is known."""
        blocks: list[str] = []
        lost: list[Loss] = []
        for number, question in enumerate(questions):
            if question.type not in all_types() or not all_types()[question.type].plain_labels:
                lost.append(Loss(number, losses.whole(question), whole=True))
                continue
            draft = Draft(
                question.type, question.content, question.difficulty, question.tags, question.marks_hundredths
            )
            text = write_plain([draft])
            again = read_plain(text)[0]
            if len(again) != 1:
                lost.append(Loss(number, losses.whole(question), whole=True))
                continue
            lost += [Loss(number, message) for message in losses.parts(question, _KEPT)]
            if essence(Question(again[0].type, again[0].content)) != essence(question):
                lost.append(Loss(number, _l("有的内容纯文本写不下，再导入时会少一些")))
            blocks.append(text.strip("\n"))
        return Writing(("\ufeff" + "\n\n".join(blocks) + "\n").encode(), lost)


QUESTION_FORMAT = PlainText()
