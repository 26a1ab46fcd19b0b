"""Files of questions as others write them: what is read, and a clear sentence for everything that cannot be."""

import io
import time
import zipfile

import pytest

from courses.formats import question_contents as contents
from courses.formats.qti_package import Package
from courses.formats.question_contents import About
from courses.formats.questions import FormatError, Question, faults, question_formats, recognise
from courses.formats.rich_text import from_html, plain

GIFT = """\
// [tag:接待] [tag:难度-难]
$CATEGORY: $course$/top/社区治理/接待

::漏水::居民反映楼上漏水，先做什么？{
=先听完、记下来#对
~当场判断
####先让情绪有出口。
}

两个人都要到场{T}

急救电话是 {=120 =一二〇} 。

圆周率{#3.14:0.01}

配一配{=消防 -> 119 =急救 -> 120 = -> 114}

选两个{~%50%公开 ~%50%公示 ~%-50%只请熟人}

这是一段说明。

权重不对{~%60%a ~%60%b ~c}

写一写{}
"""

MOODLE = """\
<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/top/社区治理</text></category></question>
  <question type="multichoice">
    <name><text>一</text></name>
    <questiontext format="html"><text><![CDATA[<p>看<b>图</b>：<img src="@@PLUGINFILE@@/a%20b.png" alt="图"><script>alert(1)</script><img src="@@PLUGINFILE@@/no.png" alt=""></p>]]></text><file name="a b.png" path="/" encoding="base64">iVBORw0KGgo=</file></questiontext>
    <generalfeedback format="html"><text>因为。</text></generalfeedback>
    <single>true</single><shuffleanswers>0</shuffleanswers>
    <answer fraction="100" format="html"><text>甲</text></answer>
    <answer fraction="0" format="html"><text>乙</text></answer>
    <tags><tag><text>议事</text></tag></tags>
  </question>
  <question type="multichoice">
    <questiontext format="html"><text>加起来不到一百</text></questiontext><single>false</single>
    <answer fraction="50"><text>甲</text></answer><answer fraction="25"><text>乙</text></answer><answer fraction="-50"><text>丙</text></answer>
  </question>
  <question type="cloze"><questiontext format="html"><text>首都是{1:SHORTANSWER:=北京#对~%50%南京}，选{2:MULTICHOICE:甲~=乙}。</text></questiontext></question>
  <question type="calculated"><questiontext format="html"><text>{a}+{b}</text></questiontext></question>
  <question type="numerical"><questiontext format="html"><text>门宽</text></questiontext>
    <answer fraction="100"><text>0.8</text><tolerance>0.05</tolerance></answer>
    <units><unit><multiplier>1</multiplier><unit_name>米</unit_name></unit></units></question>
</quiz>
"""

QTI = """\
<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice" title="一" adaptive="false" timeDependent="false">
  <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse></responseDeclaration>
  <itemBody><p>先做什么？</p><p><img src="pic.png" alt="图"/></p>
    <choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>选一项</prompt>
      <simpleChoice identifier="A">判断</simpleChoice><simpleChoice identifier="B">倾听</simpleChoice></choiceInteraction></itemBody>
</assessmentItem>
"""


def read(data, name=""):
    data = data.encode() if isinstance(data, str) else data
    return recognise(data, name).read(data, name)


def said(reading):
    return [(note.place.line or note.place.row, str(note.message)) for note in reading.problems]


def refused(data, name=""):
    with pytest.raises(FormatError) as caught:
        read(data, name)
    return str(caught.value)


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_png", ".png"), data)
    return buffer.getvalue()


def test_gift():
    reading = read(GIFT)
    assert [question.type for question in reading.questions] == [
        "single_choice",
        "true_false",
        "fill_in",
        "fill_in",
        "matching",
        "multiple_choice",
        "essay",
    ]
    first, _truth, blank, number, match, *_rest = reading.questions
    assert (first.difficulty, first.tags, first.category) == ("hard", ("接待",), "社区治理 / 接待")
    assert first.content["explanation"] == "先让情绪有出口。\n先听完、记下来：对"
    assert [str(note) for note in first.notes] == ["各选项的反馈写进了解析"]
    assert blank.content["stem"] == "急救电话是 ____ 。"
    assert number.content["blanks"][0]["value"] == "3.14"
    assert [extra["text"] for extra in match.content["extras"]] == ["114"]
    assert said(reading) == [
        (20, "没有写答案的大括号 {}：这是一段说明，不是题目"),
        (22, "权重对不上：正确选项加起来应是 100%，这里是 120%"),
    ]


def test_moodle_xml():
    reading = read(MOODLE)
    assert [question.type for question in reading.questions] == ["single_choice", "cloze", "fill_in"]
    first, cloze, number = reading.questions
    assert first.content["stem"] == "看**图**：![图](picture:0)\\[no.png\\]"
    assert first.content["keep_order"] is True and first.tags == ("议事",) and first.category == "社区治理"
    assert [str(note) for note in first.notes] == ["删去了文字里的脚本或嵌入内容（<script>）", "缺少图片：no.png"]
    assert [picture.name for picture in reading.pictures] == ["a b.png"]
    assert cloze.content["stem"] == "首都是[[1]]，选[[2]]。" and cloze.content["gaps"][1]["weight"] == 2
    assert number.content["blanks"][0]["units"] == [{"unit": "米", "factor": "1"}]
    assert [sentence for _line, sentence in said(reading)] == [
        "权重对不上：正确选项加起来应是 100%，这里是 75%",
        "不支持 Moodle 的题型“calculated”",
    ]
    assert said(reading)[0][0] == 13


def test_the_ids_of_imported_pairs_do_not_tell_which_sides_belong_together():
    def ids(*rights):
        pairs = [(plain(left), plain(right)) for left, right in zip(("消防", "急救"), rights, strict=True)]
        return [each["id"] for each in contents.matching(About(plain("配一配")), pairs)["pairs"]]

    assert ids("119", "120") == ids("120", "119")


def test_a_picture_that_many_items_show_is_unpacked_once(monkeypatch):
    item = QTI_SHOWING
    stream, unpacked = io.BytesIO(), []
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
        archive.writestr("logo.png", b"x")
        for number in range(5):
            archive.writestr(f"{number}.xml", item)
    read = Package.read
    monkeypatch.setattr(Package, "read", lambda self, name: unpacked.append(name) or read(self, name))
    reading = question_formats()["qti2"].read(stream.getvalue())
    assert (reading.found, len(reading.pictures), unpacked.count("logo.png")) == (5, 1, 1)


def test_qti_item_and_package():
    alone = read(QTI)
    assert [str(note) for note in alone.questions[0].notes] == ["缺少图片：pic.png"]
    package = read(zipped(items__q_xml=QTI, items__pic_png=b"\x89PNG\r\n\x1a\n", bad_xml="<assessmentItem>"))
    question = package.questions[0]
    assert question.type == "single_choice" and "![图](picture:0)" in question.content["stem"]
    assert question.place.element == "items/q.xml" and len(package.pictures) == 1
    assert "第 1 行" in said(package)[0][1] and package.problems[0].place.element == "bad.xml"


def test_aiken_with_every_mistake():
    reading = read(
        "只有一项\nA. 甲\nANSWER: A\n\n好题\nA) 甲\nB) 乙\nANSWER: B\n\n错字母\nA. 甲\nB. 乙\nANSWER: C\n\n没写完\nA. 甲\nB. 乙"
    )
    assert len(reading.questions) == 1
    assert [line for line, _sentence in said(reading)] == [1, 13, 15]


WORD = """\
一、单项选择题（每题 2 分）
1．居民反映楼上漏水，最恰当的做法是（ B ）。
A．当场判断谁对谁错　　B．先听完、记下来
C．请他找物业　　　　　D．改天再说
【答案】B【解析】先让情绪有出口。
2、议事会由谁召集（　Ｃ　）
Ａ．甲
Ｂ．乙
Ｃ．丙
3. 没有答案的题
A.甲B.乙C.丙
二、多选题
1. 议事会要做到什么？
A. 公开 B. 只请熟人 C. 公示
答案：A、C
解析：1. 公开是前提。
2. 公示是保证。
三、判断题
1. 第一次上门就要问清楚。（×）
四、填空题
1. 有事____商量，急事（  ）商量。
答案：好；快
五、简答题
1. 什么是协商议事？
参考答案：有事大家商量着办。
"""


def test_text_as_it_comes_out_of_word():
    reading = read(WORD.replace("\n", "\r\n"))
    assert [(question.type, question.place.line) for question in reading.questions] == [
        ("single_choice", 2),
        ("single_choice", 6),
        ("multiple_choice", 13),
        ("true_false", 19),
        ("fill_in", 21),
        ("essay", 24),
    ]
    first, _second, several, truth, *_rest = reading.questions
    assert contents.option_texts(first.content) == ["当场判断谁对谁错", "先听完、记下来", "请他找物业", "改天再说"]
    assert contents.right_options(first.content) == {1} and first.content["explanation"] == "先让情绪有出口。"
    assert "B" not in first.content["stem"], "the answer must not stand in the stem"
    assert contents.right_options(several.content) == {0, 2}
    assert several.content["explanation"] == "1. 公开是前提。\n2. 公示是保证。"
    assert truth.content["correct"] is False
    assert said(reading) == [(10, "这道题没有“答案：”一行")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("text", [GIFT, WORD])
def test_encodings_and_line_ends(text, encoding):
    mixed = text.replace("\n", "\r\n", 5)
    assert [q.content["stem"] for q in read(mixed.encode(encoding)).questions] == [
        q.content["stem"] for q in read(text).questions
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_xml(encoding):
    text = MOODLE.replace("UTF-8", {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "gb18030": "GBK"}[encoding])
    assert len(read(text.encode(encoding)).questions) == 3


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><quiz>&b;</quiz>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question type="essay"><questiontext><text>&x;</text></questiontext></question></quiz>'


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, BOMB.replace("quiz", "assessmentItem")])
def test_entities_are_refused_before_they_are_read(data):
    assert "DOCTYPE" in refused(data)


def test_whole_files_that_cannot_be_read():
    assert refused(b"") == "这个文件是空的"
    assert refused(b"\xef\xbb\xbf \r\n") == "这个文件是空的"
    assert "第 3 行" in refused('<?xml version="1.0"?>\n<quiz>\n<question type="essay"></quiz>')
    assert refused(b"%PDF-1.7 ...", "x.pdf").startswith("认不出这是哪种题目文件")
    assert "QTI 1.2" in refused("<questestinterop></questestinterop>")
    assert refused(b"\xd0\xcf\x11\xe0old excel").startswith("这是旧的 .xls 格式")
    assert "认不出" in refused(zipped(readme="x"))
    assert "最外层应是 <quiz>" in str(_broken(question_formats()["moodle_xml"], b"<other/>"))
    deep = "<quiz>" + "<a>" * 200 + "</a>" * 200 + "</quiz>"
    assert "嵌套太深" in refused(deep)


def _broken(format_, data):
    with pytest.raises(FormatError) as caught:
        format_.read(data)
    return caught.value


ODD_MOODLE = "<quiz><question type='{}'><questiontext><text>{}</text></questiontext>{}</question></quiz>"
QTI_SHOWING = (
    "<assessmentItem identifier='a'><responseDeclaration identifier='R' cardinality='single'><correctResponse>"
    "<value>A</value></correctResponse></responseDeclaration><itemBody><p>问<img src='logo.png' alt=''/></p>"
    "<choiceInteraction responseIdentifier='R' maxChoices='1'><simpleChoice identifier='A'>甲</simpleChoice>"
    "<simpleChoice identifier='B'>乙</simpleChoice></choiceInteraction></itemBody></assessmentItem>"
)
ODD_QTI = (
    "<assessmentItem identifier='a'><responseDeclaration identifier='R' cardinality='multiple'><mapping>"
    "<mapEntry mapKey='A' mappedValue='1e99999999'/></mapping></responseDeclaration><itemBody><p>问</p>"
    "<choiceInteraction responseIdentifier='R' maxChoices='0'><simpleChoice identifier='A'>甲</simpleChoice>"
    "<simpleChoice identifier='B'>乙</simpleChoice></choiceInteraction></itemBody></assessmentItem>"
)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("moodle_xml", ODD_MOODLE.format("multichoice", "问", "<answer fraction='1e400'><text>甲</text></answer>")),
        (
            "moodle_xml",
            ODD_MOODLE.format("multichoice", "问", "<answer fraction='1e99999999'><text>甲</text></answer>"),
        ),
        ("moodle_xml", ODD_MOODLE.format("cloze", "问 {" + "9" * 5000 + ":SA:=甲}", "")),
        ("moodle_xml", ODD_MOODLE.format("gapselect", "问 [[" + "9" * 5000 + "]]", "")),
        ("qti2", ODD_QTI),
        ("plain", "1. 问" + " " * 200_000 + "答（A）\nA. 甲\nB. 乙\n"),
        ("plain", "1. 问（A）\n" + "\n" * 200_000 + "A. 甲\nB. 乙\n"),
        ("gift", "问 { =甲\n\n" * 20_000),
    ],
)
def test_absurd_files_take_no_time(key, text):
    before = time.process_time()
    assert question_formats()[key].read(text.encode()).found
    assert time.process_time() - before < 10


@pytest.mark.parametrize("encoding", ["idna", "undefined", "hex", "punycode"])
def test_xml_in_an_encoding_that_is_none_is_read_as_it_looks(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><quiz>' + ODD_MOODLE.format("essay", "问..", "")[6:]
    reading = question_formats()["moodle_xml"].read(text.encode())
    assert [each.content["stem"] for each in reading.questions] == ["问.."]


def test_a_zip_that_unpacks_to_gigabytes_is_refused():
    data = zipped(big_xml=b"0" * (210 * 1024 * 1024))
    with pytest.raises(FormatError, match="太大"):
        question_formats()["qti2"].read(data)


def test_html_keeps_what_markdown_can_say_and_nothing_that_runs():
    text = '<p onclick="x()">a<br>b <a href="javascript:x()">c</a> <a href="https://e.cn">d</a></p><iframe src="x"></iframe><table><tr><td>1|2</td></tr></table>'
    rich = from_html(text, lambda _source: None)
    assert rich.markdown == "a\\\nb c [d](<https://e.cn>)\n\n| 1\\|2 |\n| --- |"
    assert "script" not in rich.markdown and len(rich.notes) == 1


def test_the_table_template_is_itself_a_good_file():
    template = question_formats()["xlsx"].template()
    reading = read(template, "模板.xlsx")
    assert [question.type for question in reading.questions] == [
        "single_choice",
        "multiple_choice",
        "true_false",
        "fill_in",
    ]
    assert reading.problems == []


@pytest.mark.parametrize("key", ["aiken", "gift", "moodle_xml", "plain", "qti2", "qti3", "xlsx"])
def test_every_template_is_read_without_a_problem(key):
    format_ = question_formats()[key]
    data = format_.template()
    assert recognise(data, f"模板.{format_.extension}").key == key
    reading = format_.read(data, f"模板.{format_.extension}")
    assert reading.questions and not reading.problems


def test_a_table_names_the_row_of_each_problem():
    table = "题型,题干,选项A,选项B,选项C,答案,难度\n单选,一,甲,乙,,A,易\n单选,二,甲,乙,,E,\n,三,,,,对,\n选择,四,甲,乙,,A,\n单选,五,甲,,丙,A,\n单选,六,甲,乙,,A,很难\n"
    reading = read(table.encode("gb18030"), "题.csv")
    assert [question.type for question in reading.questions] == ["single_choice", "true_false"]
    assert [row for row, _sentence in said(reading)] == [3, 5, 6, 7]


@pytest.mark.parametrize("key", ["moodle_xml", "gift", "qti3", "xlsx", "plain"])
def test_ten_thousand_questions(key):
    format_ = question_formats()[key]
    some = [
        Question(
            "single_choice",
            contents.choice(
                About(plain(f"第{number}题？")),
                [plain("甲"), plain("乙"), plain("丙")],
                [1],
                multiple=False,
                keep_order=False,
            ),
        )
        for number in range(10_000 if key != "plain" else 2_000)
    ]
    data = format_.write(some, lambda _address: None).data
    start = time.process_time()
    reading = format_.read(data, f"x.{format_.extension}")
    assert len(reading.questions) == len(some)
    assert time.process_time() - start < 30


def test_a_type_that_is_not_installed_is_named():
    assert [str(sentence) for sentence in faults(Question("telepathy", {}))] == [
        "题型“telepathy”没有安装，这道题不能导入"
    ]
