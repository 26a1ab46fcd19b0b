"""Printing: nothing that is printed can act, nothing is printed as an empty box, the same input gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.printing import PrintingError, missing, typeset
from academy.printing.glyphs import coverage, name_of

TEMPLATE = """
#set document(title: "t")
#set page(width: 12cm, height: 6cm)
#set text(font: "Noto Serif CJK SC", lang: "zh", region: "cn")
#let data = json(bytes(sys.inputs.data))
#data.name
#text(weight: "bold", data.name)
"""
RARE = "㛃䶮𬭎𠅤䒟𣑯𬣙𫖮㬊𰻝𠮷"


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "page" / "name.typ"
    path.parent.mkdir()
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def text_of(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    "name",
    ["王芳", "#panic()", "$x$ *y* _z_ \\ ]", '#import "@preview/x:1.0.0"', '#read("/etc/passwd")', "买买提·艾力", RARE],
)
def test_a_name_is_printed_as_it_is(template, name):
    words = "".join(text_of(typeset(template, {"name": name})).split())
    assert words == "".join(name.split()) * 2


def test_the_same_input_gives_the_same_bytes(template):
    day = datetime(2026, 7, 9, tzinfo=UTC)
    assert typeset(template, {"name": RARE}, created=day) == typeset(template, {"name": RARE}, created=day)
    assert b"D:20260709" in typeset(template, {"name": RARE}, created=day)


def test_a_template_sees_nothing_outside_its_folder(template):
    (template.parent.parent / "secret.txt").write_text("secret", encoding="utf-8")
    for place in ("/../secret.txt", "../secret.txt", "/etc/hostname"):
        template.write_text(f'#read("{place}")', encoding="utf-8")
        with pytest.raises(PrintingError):
            typeset(template, {})


def test_a_template_may_use_no_packages(tmp_path):
    path = tmp_path / "packaged.typ"
    path.write_text('#import "@preview/cetz:0.3.0"', encoding="utf-8")
    with pytest.raises(PrintingError, match="package"):
        typeset(path, {})


def test_pictures_lie_beside_the_template(template):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    template.write_text('#image("/seal.svg")', encoding="utf-8")
    assert typeset(template, {}, pictures={"seal.svg": svg}).startswith(b"%PDF")
    with pytest.raises(ValueError, match="picture"):
        typeset(template, {}, pictures={"../seal.svg": svg})


def test_the_font_has_the_hanzi_of_gbk_and_of_extension_a():
    gbk = bytes(byte for first in range(0x81, 0xFF) for second in range(0x40, 0xFF) for byte in (first, second))
    hanzi = {number for number in map(ord, gbk.decode("gbk", "ignore")) if 0x4E00 <= number <= 0x9FA5}
    assert len(hanzi) == 20_902
    assert hanzi <= coverage()
    assert set(range(0x3400, 0x4DB6)) <= coverage()
    assert missing(RARE + "买买提·艾力 Ⅱ （）—— é") == []


def test_what_cannot_be_printed_is_named_once():
    assert missing("王𪚥芳😀𪚥") == ["𪚥", "😀"]
    assert missing("葛\U000e0100 王\u200b芳") == []
    assert name_of("𪚥") == "𪚥（U+2A6A5）"


@settings(max_examples=25, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_no_text_can_break_a_page(tmp_path_factory, name):
    path = tmp_path_factory.getbasetemp() / "any" / "name.typ"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEMPLATE, encoding="utf-8")
    assert typeset(path, {"name": name}).startswith(b"%PDF")
