"""One QTI item, read: 2.1, 2.2 and 3.0 alike, whose names are brought to one form first."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats import choice_weights
from courses.formats import question_contents as contents
from courses.formats.qti_parts import Response, declared, interactions, without
from courses.formats.question_contents import BLANK_SIGN, About, Content
from courses.formats.questions import Question
from courses.formats.rich_text import Node, PictureTaker, Rich, from_nodes, with_feedback
from courses.formats.safe_xml import Element

INLINE = ("textEntryInteraction", "inlineChoiceInteraction")


class Refused(Exception):
    """An item that cannot be taken, with the sentence."""

    def __init__(self, message: LazyString) -> None:
        super().__init__(str(message))
        self.message = message


class _Item:
    """An item while it is read."""

    def __init__(self, root: Element, pictures: PictureTaker) -> None:
        self.root, self.pictures = root, pictures
        self.notes: list[LazyString] = []
        self.responses = {each.get("identifier"): declared(each) for each in root.find_all("responseDeclaration")}
        processing = root.find("responseProcessing")
        self.mapped: set[str] = set()
        self.tolerances: dict[str, str] = {}
        if processing is not None:
            self.mapped = {each.get("identifier") for each in processing.iter("mapResponse")}
            if "map_response" in processing.get("template"):
                self.mapped.add("RESPONSE")
            for equal in processing.iter("equal"):
                for variable in equal.find_all("variable"):
                    if equal.get("toleranceMode") == "absolute":
                        self.tolerances[variable.get("identifier")] = equal.get("tolerance", "0").split(" ")[0]

    def note(self, *messages: LazyString) -> None:
        known = [str(note) for note in self.notes]
        self.notes += [message for message in messages if str(message) not in known]

    def rich(self, nodes: Sequence[Node]) -> Rich:
        found = from_nodes(nodes, self.pictures)
        self.note(*found.notes)
        return found

    def response(self, interaction: Element) -> Response:
        found = self.responses.get(interaction.get("responseIdentifier"))
        if found is None:
            raise Refused(_l("作答部分没有对应的 responseDeclaration"))
        return found

    def is_mapped(self, interaction: Element) -> bool:
        return interaction.get("responseIdentifier") in self.mapped

    def explanation(self) -> Rich:
        blocks = list(self.root.iter("modalFeedback", "feedbackBlock"))
        parts = [(Rich(), self.rich(each.content)) for each in blocks]
        if len(blocks) > 1:
            self.note(_l("几条反馈合成了一段解析"))
        return with_feedback(Rich(), [(nothing, said) for nothing, said in parts if said.plain or said.markdown])


def read(root: Element, pictures: PictureTaker) -> Question:
    """Return the question of an item. Raises Refused."""
    if root.get("adaptive") == "true":
        raise Refused(_l("不支持自适应题（adaptive），要多次提交才能答完"))
    if root.find("templateDeclaration") is not None:
        raise Refused(_l("不支持用模板随机生成内容的题（templateProcessing）"))
    body = root.find("itemBody")
    if body is None:
        raise Refused(_l("没有题目的正文（itemBody）"))
    item = _Item(root, pictures)
    found = interactions(body)
    if not found:
        raise Refused(_l("没有作答的部分，是一段说明"))
    for interaction in found:
        if interaction.name not in _BLOCKS and interaction.name not in INLINE:
            raise Refused(_l("不支持 QTI 的作答方式“%(name)s”", name=interaction.name))
    if all(interaction.name in INLINE for interaction in found):
        key, content = _inline(item, body.content, item.explanation())
    elif len(found) == 1:
        key, content = _block(item, found[0], body.content, item.explanation())
    else:
        key, content = "case", _case(item, body)
    return Question(key, content, place=root.place, notes=tuple(item.notes))


_SIDE = ("feedbackBlock", "feedbackInline", "rubricBlock", "stylesheet", "prompt", "infoControl", "templateBlock")


def _stem(item: _Item, nodes: Sequence[Node], interaction: Element | None = None) -> Rich:
    def replace(element: Element) -> Node | None:
        gone = element.name.endswith("Interaction") or element.name in _SIDE
        return None if gone else element

    prompt = interaction.find("prompt") if interaction is not None else None
    paragraph = Element("p", {}, 0, 0, list(prompt.content)) if prompt is not None else ""
    return item.rich([*without(nodes, replace), paragraph])


def _block(item: _Item, interaction: Element, nodes: Sequence[Node], explanation: Rich) -> tuple[str, Content]:
    reader = _BLOCKS[interaction.name]
    return reader(item, interaction, About(_stem(item, nodes, interaction), explanation), nodes)


def _choice(item: _Item, one: Element, about: About, _nodes: Sequence[Node]) -> tuple[str, Content]:
    response = item.response(one)
    elements = one.find_all("simpleChoice")
    ids = [each.get("identifier") for each in elements]
    multiple = response.cardinality == "multiple" and one.get("maxChoices", "1") != "1"
    options = [
        item.rich(without(each.content, lambda e: None if e.name == "feedbackInline" else e)) for each in elements
    ]
    said = [
        (option, item.rich(feedback.content))
        for option, each in zip(options, elements, strict=True)
        for feedback in each.iter("feedbackInline")
    ]
    if said:
        about.explanation = with_feedback(about.explanation, said)
        item.note(_l("各选项的反馈写进了解析"))
    keep = one.get("shuffle", "false") != "true"
    shares, scoring = _shares(item, one, response, ids)
    right = [index for index, share in enumerate(shares) if share > 0]
    if not right:
        raise Refused(_l("没有写正确答案（correctResponse）"))
    if multiple:
        content = contents.choice(about, options, right, multiple=True, keep_order=keep)
        return "multiple_choice", {**content, "scoring": scoring}
    best = max(range(len(shares)), key=lambda index: shares[index])
    if len(right) > 1:
        item.note(_l("部分得分和倒扣的选项按错误处理"))
    if sorted(each.lower() for each in ids) == ["false", "true"]:
        return "true_false", contents.true_false(about, ids[best].lower() == "true")
    return "single_choice", contents.choice(about, options, [best], multiple=False, keep_order=keep)


def _shares(item: _Item, one: Element, response: Response, ids: list[str]) -> tuple[list[Fraction], str]:
    """Return what each option is worth, and the rule of a multiple choice that comes nearest."""
    if response.correct and not (item.is_mapped(one) and response.mapping and response.cardinality == "multiple"):
        return [Fraction(int(each in response.correct)) for each in ids], "all_or_nothing"
    points = [response.mapping.get(each, Fraction(0)) for each in ids]
    total = sum((point for point in points if point > 0), Fraction(0))
    if total and response.cardinality == "multiple":
        item.note(*choice_weights.multiple([point / total for point in points]).notes)
    return points, "per_option"


def _inline(item: _Item, nodes: Sequence[Node], explanation: Rich) -> tuple[str, Content]:
    gaps: list[Content] = []

    def replace(element: Element) -> Node | None:
        if element.name in INLINE:
            gaps.append(_gap(item, element, str(len(gaps) + 1)))
            return f"[[{len(gaps)}]]"
        return None if element.name in _SIDE else element

    stem = item.rich(without(nodes, replace))
    about = About(stem, explanation)
    typed = all(gap["kind"] != "choice" for gap in gaps) and len({gap["weight"] for gap in gaps}) == 1
    if typed and not contents.BLANK.search(stem.plain):
        plain = re.sub(r"\[\[\d+\]\]", BLANK_SIGN, stem.plain)
        escaped = re.sub(r"\\?\[\\?\[\d+\\?\]\\?\]", BLANK_SIGN, stem.markdown)
        about.stem = Rich(plain, escaped, stem.structured)
        blanks = [
            contents.number_blank(gap["value"], gap["tolerance"])
            if gap["kind"] == "number"
            else contents.text_blank(gap["answers"], gap.get("case", False))
            for gap in gaps
        ]
        return "fill_in", contents.fill_in(about, blanks)
    return "cloze", contents.cloze(about, gaps)


def _gap(item: _Item, element: Element, key: str) -> Content:
    response = item.response(element)
    best = max(response.mapping.values(), default=Fraction(1))
    weight = int(best) if best >= 1 and best.denominator == 1 else 1
    full = [text for text, point in response.mapping.items() if point == best and best > 0]
    if any(0 < point < best for point in response.mapping.values()):
        item.note(_l("只得部分分数的答案按错误处理"))
    right = list(dict.fromkeys([*response.correct, *full]))
    if not right:
        raise Refused(_l("第 %(key)s 个空没有写正确答案", key=key))
    if element.name == "inlineChoiceInteraction":
        choices = element.find_all("inlineChoice")
        ids = [each.get("identifier") for each in choices]
        if right[0] not in ids:
            raise Refused(_l("第 %(key)s 个空没有写正确答案", key=key))
        texts = [item.rich(each.content).plain for each in choices]
        return contents.choice_gap(key, texts, ids.index(right[0]), weight)
    if response.base in ("float", "integer"):
        value = contents.number(right[0])
        tolerance = contents.number(item.tolerances.get(element.get("responseIdentifier"), "0"))
        if value is None or tolerance is None:
            raise Refused(_l("第 %(key)s 个空的数看不懂", key=key))
        return contents.number_gap(key, value, tolerance, weight)
    return contents.text_gap(key, right, weight, case=response.case)


def _match(item: _Item, one: Element, about: About, _nodes: Sequence[Node]) -> tuple[str, Content]:
    response = item.response(one)
    sets = [each.find_all("simpleAssociableChoice") for each in one.find_all("simpleMatchSet")]
    if len(sets) != 2:
        raise Refused(_l("配对题应有左右两组"))
    pairs = response.correct or [key for key, point in response.mapping.items() if point > 0]
    partner: dict[str, str] = {}
    for pair in pairs:
        left, _space, right = pair.partition(" ")
        if left in partner:
            raise Refused(_l("配对题里一个左项对应几个右项，这里每个左项只能配一个"))
        partner[left] = right.strip()
    texts = {each.get("identifier"): item.rich(each.content) for each in [*sets[0], *sets[1]]}
    if any(each.get("identifier") not in partner for each in sets[0]):
        raise Refused(_l("配对题里有的左项没有配对"))
    made = [(texts[each.get("identifier")], texts.get(partner[each.get("identifier")], Rich())) for each in sets[0]]
    extras = [texts[each.get("identifier")] for each in sets[1] if each.get("identifier") not in partner.values()]
    scoring = "per_pair" if item.is_mapped(one) else "all"
    return "matching", contents.matching(about, made, extras, scoring)


def _order(item: _Item, one: Element, about: About, _nodes: Sequence[Node]) -> tuple[str, Content]:
    texts = {each.get("identifier"): item.rich(each.content) for each in one.find_all("simpleChoice")}
    right = item.response(one).correct
    if sorted(right) != sorted(texts):
        raise Refused(_l("排序题没有写出全部选项的正确顺序"))
    return "ordering", contents.ordering(about, [texts[each] for each in right])


def _essay(item: _Item, one: Element, about: About, _nodes: Sequence[Node]) -> tuple[str, Content]:
    rubrics = [each for each in item.root.iter("rubricBlock") if "scorer" in each.get("view")]
    model = with_feedback(Rich(), [(Rich(), item.rich(each.content)) for each in rubrics])
    if not model.plain and item.response(one).correct:
        model = Rich(item.response(one).correct[0], item.response(one).correct[0])
    return "essay", contents.essay(about, model)


def _gap_match(item: _Item, one: Element, about: About, nodes: Sequence[Node]) -> tuple[str, Content]:
    words = {each.get("identifier"): item.rich(each.content).plain for each in one.find_all("gapText")}
    if one.find("gapImg") is not None or not words:
        raise Refused(_l("不支持往空里拖图片的题"))
    partner = {}
    for pair in item.response(one).correct:
        word, _space, gap = pair.partition(" ")
        partner[gap.strip()] = word
    gaps: list[Content] = []

    def replace(element: Element) -> Node | None:
        if element.name == "gapText" or element.name in _SIDE:
            return None
        if element.name != "gap":
            return element
        right = partner.get(element.get("identifier"))
        if right not in words:
            raise Refused(_l("第 %(key)s 个空没有写正确答案", key=len(gaps) + 1))
        gaps.append(contents.choice_gap(str(len(gaps) + 1), list(words.values()), list(words).index(str(right))))
        return f"[[{len(gaps)}]]"

    inner = item.rich(without(one.content, replace))
    stem = about.stem
    joined = Rich(
        "\n".join(text for text in (stem.plain, inner.plain) if text),
        "\n\n".join(text for text in (stem.markdown, inner.markdown) if text),
        stem.structured or inner.structured,
    )
    return "cloze", contents.cloze(About(joined, about.explanation), gaps)


def _case(item: _Item, body: Element) -> Content:
    """Several interactions on one material: a case whose parts are what belongs to one block each."""
    segments: list[tuple[list[Node], list[Element]]] = []
    pending: list[Node] = []
    for node in _flat(body.content):
        inside = interactions(node) if isinstance(node, Element) else []
        pending.append(node)
        if inside:
            segments.append((pending, inside))
            pending = []
    parts: list[Content] = []
    material = Rich()
    for number, (nodes, inside) in enumerate(segments, 1):
        key, content = _part(item, nodes, inside, material if number == 1 else None)
        if not content["stem"].strip():
            content["stem"] = f"({number})"
        parts.append({"id": f"p{number}", "type": key, "content": content, "weight": 100})
    title = item.root.get("title") or "QTI"
    text = material.markdown if material.structured else material.plain
    about = _written_case(title, text, material.structured, item.explanation())
    return {**about, "parts": parts}


def _written_case(title: str, material: str, markdown: bool, explanation: Rich) -> Content:
    content: Content = {"stem": title, "material": material or title, "explanation": explanation.plain}
    if markdown:
        content |= {"format": "markdown", "explanation": explanation.markdown}
    return content


def _part(item: _Item, nodes: Sequence[Node], inside: Sequence[Element], material: Rich | None) -> tuple[str, Content]:
    if len(inside) == 1 and inside[0].name in _BLOCKS:
        if material is not None:
            before = _stem(item, nodes)
            material.plain, material.markdown, material.structured = before.plain, before.markdown, before.structured
            nodes = [inside[0]]
        return _block(item, inside[0], nodes, Rich())
    if all(each.name in INLINE for each in inside):
        if material is not None:
            before = _stem(item, nodes[:-1])
            material.plain, material.markdown, material.structured = before.plain, before.markdown, before.structured
            nodes = nodes[-1:]
        return _inline(item, nodes, Rich())
    raise Refused(_l("一段文字里混着几种作答方式，拆不成小题"))


def _flat(nodes: Sequence[Node]) -> list[Node]:
    """Return the blocks, looking into a division that holds several interactions."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.name in ("div", "section") and len(interactions(node)) > 1:
            found += _flat(node.content)
        else:
            found.append(node)
    return found


_BLOCKS: dict[str, Callable[[_Item, Element, About, Sequence[Node]], tuple[str, Content]]] = {
    "choiceInteraction": _choice,
    "matchInteraction": _match,
    "orderInteraction": _order,
    "extendedTextInteraction": _essay,
    "gapMatchInteraction": _gap_match,
}
