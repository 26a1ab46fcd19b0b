"""Export and import again gives the same questions, for each format within what it can carry.

What "within" means is stated per format: what `write` names as lost is lost, nothing else. Texts are those that an editor
keeps: no control characters, no spaces at the ends of lines, single spaces.
"""

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from courses.formats import question_contents as contents
from courses.formats.question_contents import About
from courses.formats.questions import Picture, Question, essence, faults, question_formats, recognise
from courses.formats.rich_text import plain
from courses.question_types.text import clean_line, clean_text

LETTERS = "甲乙丙丁居民议事会 abcXYZ019，。；：、！？（）“”.,:;!?()[]{}<>=~#%&*_+-/\\|^$@'\"`≈é😀"
lines = st.text(LETTERS, min_size=1, max_size=24).map(clean_line).filter(bool)
words = lines.filter(lambda text: any(char.isalnum() for char in text))
texts = st.lists(words, min_size=1, max_size=3).map(lambda parts: clean_text("\n".join(parts)))
numbers = st.decimals(min_value=-10_000, max_value=10_000, places=2, allow_nan=False).map(
    lambda n: contents.number(str(n))
)
tolerances = st.integers(0, 400).map(lambda n: contents.number(f"{n / 100}"))
tags = st.lists(st.text("甲乙丙abc", min_size=1, max_size=6), max_size=3, unique=True).map(tuple)
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def abouts():
    return st.builds(
        lambda stem, explanation, hints: About(plain(stem), plain(explanation), [plain(hint) for hint in hints]),
        texts,
        st.one_of(st.just(""), texts),
        st.lists(words, max_size=2),
    )


@st.composite
def choices(draw):
    options = draw(st.lists(words, min_size=2, max_size=6, unique=True))
    multiple = draw(st.booleans())
    right = draw(st.sets(st.integers(0, len(options) - 1), min_size=1, max_size=len(options) if multiple else 1))
    content = contents.choice(
        draw(abouts()),
        [plain(each) for each in options],
        sorted(right),
        multiple=multiple,
        keep_order=draw(st.booleans()),
    )
    if multiple:
        content["scoring"] = draw(st.sampled_from(["all_or_nothing", "per_option", "social_work"]))
    return ("multiple_choice" if multiple else "single_choice"), content


@st.composite
def blanks(draw):
    count = draw(st.integers(1, 3))
    stem = draw(words).replace("_", "-")
    about = draw(abouts())
    about.stem = plain(clean_text(stem + "".join(f"____{draw(words).replace('_', '-')}" for _ in range(count))))
    made = []
    for _ in range(count):
        if draw(st.booleans()):
            made.append(contents.number_blank(draw(numbers), draw(tolerances)))
        else:
            made.append(
                contents.text_blank(draw(st.lists(words, min_size=1, max_size=3, unique=True)), draw(st.booleans()))
            )
    return "fill_in", contents.fill_in(about, made)


@st.composite
def pairs(draw):
    lefts = draw(st.lists(words, min_size=2, max_size=5, unique=True))
    rights = draw(st.lists(words, min_size=len(lefts) + 1, max_size=len(lefts) + 2, unique=True))
    sides = [(plain(left), plain(right)) for left, right in zip(lefts, rights, strict=False)]
    scoring = draw(st.sampled_from(["per_pair", "all"]))
    return "matching", contents.matching(draw(abouts()), sides, [plain(each) for each in rights[len(lefts) :]], scoring)


@st.composite
def orders(draw):
    items = [plain(each) for each in draw(st.lists(words, min_size=2, max_size=6, unique=True))]
    return "ordering", contents.ordering(
        draw(abouts()), items, draw(st.sampled_from(["all", "positions", "neighbours"]))
    )


@st.composite
def clozes(draw):
    about = draw(abouts())
    about.stem = plain(f"甲[[1]]乙{draw(st.sampled_from(['', '，', 'x']))}[[2]]。")
    options = draw(st.lists(words, min_size=2, max_size=4, unique=True))
    gaps = [contents.choice_gap("1", options, draw(st.integers(0, len(options) - 1)), draw(st.integers(1, 3)))]
    gaps.append(
        contents.text_gap("2", draw(st.lists(words, min_size=1, max_size=3, unique=True)), draw(st.integers(1, 3)))
    )
    return "cloze", contents.cloze(about, gaps)


kinds = st.one_of(
    choices(),
    st.builds(lambda about, right: ("true_false", contents.true_false(about, right)), abouts(), st.booleans()),
    blanks(),
    pairs(),
    orders(),
    clozes(),
    st.builds(
        lambda about, model: ("essay", contents.essay(about, plain(model))), abouts(), st.one_of(st.just(""), texts)
    ),
)
questions = st.builds(
    lambda kind, difficulty, named, category: Question(kind[0], kind[1], difficulty, named, category),
    kinds,
    st.sampled_from(["easy", "medium", "hard"]),
    tags,
    st.sampled_from(["", "社区治理", "为老服务 / 助餐"]),
)


def carried(key, some):
    """Write and read questions; return (the question, what came back, the sentences about what was lost)."""
    format_ = question_formats()[key]
    writing = format_.write(some, lambda _address: None)
    left_out = {loss.number for loss in writing.losses if loss.whole}
    kept = [(number, question) for number, question in enumerate(some) if number not in left_out]
    if not kept:
        return []
    assert recognise(writing.data, f"x.{format_.extension}").key == key
    reading = format_.read(writing.data, f"x.{format_.extension}")
    assert [str(problem.message) for problem in reading.problems] == []
    assert len(reading.questions) == len(kept)
    assert not any(question.notes for question in reading.questions)
    lost = {
        number: [str(loss.message) for loss in writing.losses if loss.number == number] for number, _question in kept
    }
    return [(question, back, lost[number]) for (number, question), back in zip(kept, reading.questions, strict=True)]


@pytest.mark.parametrize("key", ["moodle_xml", "gift", "aiken", "qti2", "qti3", "xlsx", "plain"])
@SETTINGS
@given(some=st.lists(questions, min_size=1, max_size=4))
def test_what_is_not_named_as_lost_comes_back(key, some):
    some = [question for question in some if not faults(question)]
    assume(some)
    for question, back, lost in carried(key, some):
        gone = {name for name, sentence in NAMED.items() if sentence in lost}
        if len(gone) == len(lost):
            assert without(gone, back) == without(gone, question)
        else:
            assert re.sub(r"\W", "", str(back.content["stem"])) == re.sub(r"\W", "", str(question.content["stem"]))


NAMED = {
    "hints": "提示不能带走",
    "difficulty": "难度不能带走",
    "tags": "标签不能带走",
    "category": "分类不能带走",
    "explanation": "解析不能带走",
    "keep_order": "“选项的顺序固定”不能带走",
    "model_answer": "参考答案不能带走",
}
"""What a loss takes away, by its sentence; the other sentences change what is left (a scoring, a type)."""


def without(gone, question):
    """What is left of a question when these parts of it are not looked at."""
    content = {name: value for name, value in question.content.items() if name not in gone}
    about = {"difficulty": question.difficulty, "tags": sorted(question.tags), "category": question.category}
    return essence(Question(question.type, content)), {name: about[name] for name in about if name not in gone}


@pytest.mark.parametrize("key", ["moodle_xml", "gift", "xlsx", "plain"])
@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "true_false", "fill_in"])
def test_the_common_types_are_carried_whole(key, kind):
    samples = {
        "single_choice": contents.choice(
            About(plain("一？")), [plain("甲"), plain("乙")], [1], multiple=False, keep_order=False
        ),
        "multiple_choice": contents.choice(
            About(plain("二？")), [plain("甲"), plain("乙")], [0, 1], multiple=True, keep_order=False
        )
        | {"scoring": "per_option"},
        "true_false": contents.true_false(About(plain("三。"), plain("因为。")), True),
        "fill_in": contents.fill_in(About(plain("四____。")), [contents.text_blank(["好", "好的"])]),
    }
    [(question, back, lost)] = carried(key, [Question(kind, samples[kind], "hard", ("甲",))])
    assert lost == []
    assert essence(back) == essence(question)


@pytest.mark.parametrize("key", ["moodle_xml", "qti2", "qti3"])
def test_pictures_and_markdown_come_along(key):
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    address = "/pictures/" + "a" * 32 + "/map.png"
    content = contents.choice(About(plain("x")), [plain("甲"), plain("乙")], [0], multiple=False, keep_order=False)
    content |= {"format": "markdown", "stem": f"看**图**：\n\n![图 1]({address})\n\n- 一\n- 二"}
    format_ = question_formats()[key]
    writing = format_.write(
        [Question("single_choice", content)], lambda wanted: Picture("map.png", png) if wanted == address else None
    )
    assert writing.losses == []
    reading = format_.read(writing.data)
    assert [picture.data for picture in reading.pictures] == [png]
    stem = reading.questions[0].content["stem"]
    assert "![图 1](picture:0)" in stem and "**图**" in stem and "- 二" in stem
    assert reading.questions[0].content["format"] == "markdown"


def test_writing_twice_gives_the_same_bytes():
    some = [Question("true_false", contents.true_false(About(plain("三。")), True))]
    for key in ("moodle_xml", "gift", "aiken", "qti2", "qti3", "plain"):
        format_ = question_formats()[key]
        assert format_.write(some, lambda _a: None).data == format_.write(some, lambda _a: None).data
