"""Writing QTI: an item per question, a manifest, the pictures, in one zip. 3.0 is 2.2 under other names."""

import hashlib
import html
import io
import re
import zipfile
from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import quote

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats import losses
from courses.formats import question_contents as contents
from courses.formats.question_contents import Content
from courses.formats.questions import Loss, Picture, PictureSource, Question, Writing
from courses.formats.rich_text import to_xhtml
from courses.formats.safe_xml import Element, parse

_KEPT = ("order", "pictures", "markdown", "model_answer", "explanation")
_NAMESPACE = {False: "http://www.imsglobal.org/xsd/imsqti_v2p2", True: "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"}
_MANIFEST = {
    False: ("http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.2 Package", "imsqti_item_xmlv2p2"),
    True: ("http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package", "imsqti_item_xmlv3p0"),
}
_QTI_NAMES = frozenset(
    "assessmentItem responseDeclaration correctResponse value mapping mapEntry outcomeDeclaration defaultValue itemBody prompt"
    " choiceInteraction simpleChoice matchInteraction simpleMatchSet simpleAssociableChoice orderInteraction"
    " extendedTextInteraction textEntryInteraction inlineChoiceInteraction inlineChoice rubricBlock responseProcessing"
    " responseCondition responseIf match variable correct baseValue sum mapResponse equal setOutcomeValue modalFeedback"
    " contentBody".split()
)
_CAPITAL = re.compile(r"(?<!^)([A-Z])")
_DATED = (2026, 1, 1, 0, 0, 0)
"""The same questions give the same bytes: files in the package carry no time."""


def package(questions: Sequence[Question], pictures: PictureSource, *, three: bool) -> Writing:
    """Return a package of questions."""
    lost: list[Loss] = []
    kept: dict[str, Picture] = {}
    items: list[tuple[str, list[str]]] = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, question in enumerate(questions):
            one = _Item(question, pictures)
            text = one.written(f"q{len(items) + 1:05d}")
            if text is None:
                lost.append(Loss(number, losses.whole(question), whole=True))
                continue
            lost += [Loss(number, message) for message in one.losses()]
            name = f"items/q{len(items) + 1:05d}.xml"
            _put(archive, name, (_three(text) if three else text).encode())
            items.append((name, sorted(one.files)))
            kept |= one.files
        for name, picture in kept.items():
            _put(archive, name, picture.data)
        _put(archive, "imsmanifest.xml", _manifest(items, three).encode())
    return Writing(buffer.getvalue(), lost)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _DATED)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _manifest(items: Sequence[tuple[str, list[str]]], three: bool) -> str:
    namespace, schema, kind = _MANIFEST[three]
    resources = "".join(
        f'<resource identifier="r{number:05d}" type="{kind}" href="{name}">'
        + "".join(f'<file href="{_x(quote(each))}"/>' for each in [name, *files])
        + "</resource>"
        for number, (name, files) in enumerate(items, 1)
    )
    version = "3.0.0" if three else "1.0.0"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{namespace}" identifier="questions">'
        f"<metadata><schema>{schema}</schema><schemaversion>{version}</schemaversion></metadata>"
        f"<organizations/><resources>{resources}</resources></manifest>\n"
    )


def _three(text: str) -> str:
    """Give an item of QTI 2.2 the names of QTI 3."""

    def said(node: Element | str) -> str:
        if isinstance(node, str):
            return html.escape(node, quote=False)
        name, attributes = node.name, node.attributes
        if name in _QTI_NAMES:
            name = "qti-" + _kebab(name)
            attributes = {key if key.startswith("xml") else _kebab(key): value for key, value in attributes.items()}
        inner = "".join(said(each) for each in node.content)
        shown = "".join(f' {key}="{_x(value)}"' for key, value in attributes.items())
        return f"<{name}{shown}>{inner}</{name}>" if inner else f"<{name}{shown}/>"

    root = parse(text.replace(_NAMESPACE[False], _NAMESPACE[True]).encode())
    for each in root.iter("modalFeedback", "rubricBlock"):
        each.content = [Element("contentBody", {}, 0, 0, list(each.content))]
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + said(root) + "\n"


def _kebab(name: str) -> str:
    return _CAPITAL.sub(lambda match: "-" + match[1].lower(), name)


class _Item:
    """Writes one question."""

    def __init__(self, question: Question, pictures: PictureSource) -> None:
        self.question, self.content, self.pictures = question, question.content, pictures
        self.markdown = contents.is_markdown(question.content)
        self.files: dict[str, Picture] = {}
        self.declared: list[str] = []
        self.scored: list[str] = []
        self.missing = False

    def losses(self) -> list[LazyString]:
        found = losses.parts(self.question, _KEPT)
        if self.content.get("scoring") in ("social_work", "positions", "neighbours"):
            found.append(_l("给分办法换成“全对才得分”"))
        if self.question.type == "cloze" and any(
            contents.is_number(gap) and gap.get("weight", 1) != 1 for gap in self.content.get("gaps", [])
        ):
            found.append(_l("数字空的权重不能带走"))
        if any(blank.get("units") for blank in self.content.get("blanks", [])):
            found.append(_l("单位不能带走"))
        if self.question.type == "cloze" and all(gap.get("kind") != "choice" for gap in self.content.get("gaps", [])):
            found.append(_l("没有选择的完形填空，再导入时成为填空题"))
        if self.missing:
            found.append(_l("有的图片找不到了，没有带走"))
        return found

    def written(self, identifier: str) -> str | None:
        """Return the item, or None when the type has no place in QTI."""
        writer = {
            "single_choice": self.choice,
            "multiple_choice": self.choice,
            "true_false": self.truth,
            "fill_in": self.fill_in,
            "cloze": self.cloze,
            "matching": self.matching,
            "ordering": self.ordering,
            "essay": self.essay,
        }.get(self.question.type)
        if writer is None:
            return None
        body = writer()
        explanation = str(self.content.get("explanation", ""))
        outcomes = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"><defaultValue><value>0</value></defaultValue></outcomeDeclaration>'
        feedback = ""
        if explanation:
            outcomes += '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"><defaultValue><value>explanation</value></defaultValue></outcomeDeclaration>'
            feedback = f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="explanation" showHide="show">{self.xhtml(explanation)}</modalFeedback>'
        processing = f"<responseProcessing>{''.join(self.scored)}</responseProcessing>" if self.scored else ""
        title = _x(" ".join(str(self.content.get("stem", "")).split())[:60] or identifier)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{_NAMESPACE[False]}" identifier="{identifier}"'
            f' title="{title}" adaptive="false" timeDependent="false">{"".join(self.declared)}{outcomes}'
            f"<itemBody>{body}</itemBody>{processing}{feedback}</assessmentItem>\n"
        )

    # -- pieces ----------------------------------------------------------------------------------------------------

    def xhtml(self, text: str) -> str:
        """Return a text as blocks, its pictures beside the items."""

        def packed(match: re.Match[str]) -> str:
            picture = self.pictures(match[2])
            if picture is None:
                self.missing = True
                return match[0]
            digest = hashlib.sha256(picture.data).hexdigest()[:12]
            self.files[f"pictures/{digest}/{picture.name}"] = picture
            return f"![{match[1]}](../pictures/{digest}/{quote(picture.name)})"

        if self.markdown:
            text = losses.PICTURE_IN_TEXT.sub(packed, text)
        return to_xhtml(text, self.markdown)

    def inline(self, text: str) -> str:
        """Return a short text as it stands in an option: without the paragraph around it."""
        found = self.xhtml(text)
        single = re.fullmatch(r"<p>(.*)</p>", found, re.DOTALL)
        return single[1] if single and "<p>" not in single[1] else found

    @property
    def stem(self) -> str:
        return self.xhtml(str(self.content.get("stem", "")))

    def declare(self, key: str, kind: tuple[str, str], correct: Sequence[str], mapping: str = "") -> None:
        values = "".join(f"<value>{_x(value)}</value>" for value in correct)
        right = f"<correctResponse>{values}</correctResponse>" if correct else ""
        self.declared.append(
            f'<responseDeclaration identifier="{key}" cardinality="{kind[0]}" baseType="{kind[1]}">{right}{mapping}</responseDeclaration>'
        )

    def mapped(self, key: str) -> None:
        self.scored.append(
            f'<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><mapResponse identifier="{key}"/></sum></setOutcomeValue>'
        )

    def matched(self, key: str, test: str = "") -> None:
        test = test or f'<match><variable identifier="{key}"/><correct identifier="{key}"/></match>'
        self.scored.append(
            f'<responseCondition><responseIf>{test}<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>'
            '<baseValue baseType="float">1</baseValue></sum></setOutcomeValue></responseIf></responseCondition>'
        )

    # -- types -----------------------------------------------------------------------------------------------------

    def choice(self) -> str:
        texts, right = contents.option_texts(self.content), contents.right_options(self.content)
        multiple = self.question.type == "multiple_choice"
        ids = [f"c{index}" for index in range(1, len(texts) + 1)]
        correct = [ids[index] for index in sorted(right)]
        if multiple and self.content.get("scoring") == "per_option":
            share = f"{float(Fraction(1, max(1, len(right)))):.9g}"
            entries = "".join(
                f'<mapEntry mapKey="{key}" mappedValue="{share if index in right else "-" + share}"/>'
                for index, key in enumerate(ids)
            )
            mapping = f'<mapping lowerBound="0" upperBound="1" defaultValue="0">{entries}</mapping>'
            self.declare("RESPONSE", ("multiple", "identifier"), correct, mapping)
            self.mapped("RESPONSE")
        else:
            self.declare("RESPONSE", ("multiple" if multiple else "single", "identifier"), correct)
            self.matched("RESPONSE")
        options = "".join(
            f'<simpleChoice identifier="{key}">{self.inline(text)}</simpleChoice>'
            for key, text in zip(ids, texts, strict=True)
        )
        shuffle = "false" if self.content.get("keep_order") else "true"
        most = 0 if multiple else 1
        return f'{self.stem}<choiceInteraction responseIdentifier="RESPONSE" shuffle="{shuffle}" maxChoices="{most}">{options}</choiceInteraction>'

    def truth(self) -> str:
        self.declare("RESPONSE", ("single", "identifier"), ["true" if self.content.get("correct") else "false"])
        self.matched("RESPONSE")
        options = "".join(
            f'<simpleChoice identifier="{key}">{word}</simpleChoice>'
            for key, word in (("true", "正确"), ("false", "错误"))
        )
        return f'{self.stem}<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">{options}</choiceInteraction>'

    def gap(self, key: str, gap: Content) -> str:
        """Declare a blank or gap, and return its interaction."""
        weight = gap.get("weight", 1)
        if gap.get("kind") == "choice":
            ids = {option["id"]: f"{key}_{index}" for index, option in enumerate(gap["options"], 1)}
            right = ids.get(gap.get("correct"), "")
            mapping = f'<mapping defaultValue="0"><mapEntry mapKey="{right}" mappedValue="{weight}"/></mapping>'
            self.declare(key, ("single", "identifier"), [right], mapping)
            self.mapped(key)
            inner = "".join(
                f'<inlineChoice identifier="{ids[option["id"]]}">{_x(str(option["text"]))}</inlineChoice>'
                for option in gap["options"]
            )
            return (
                f'<inlineChoiceInteraction responseIdentifier="{key}" shuffle="false">{inner}</inlineChoiceInteraction>'
            )
        if contents.is_number(gap):
            self.declare(key, ("single", "float"), [str(gap["value"])])
            wide = str(gap.get("tolerance") or "0")
            self.matched(
                key,
                f'<equal toleranceMode="absolute" tolerance="{wide} {wide}"><variable identifier="{key}"/><correct identifier="{key}"/></equal>',
            )
        else:
            answers = contents.blank_answers(gap)
            case = "true" if gap.get("case") else "false"
            entries = "".join(
                f'<mapEntry mapKey="{_x(answer)}" mappedValue="{weight}" caseSensitive="{case}"/>' for answer in answers
            )
            self.declare(key, ("single", "string"), answers[:1], f'<mapping defaultValue="0">{entries}</mapping>')
            self.mapped(key)
        return f'<textEntryInteraction responseIdentifier="{key}" expectedLength="20"/>'

    def fill_in(self) -> str:
        blanks = self.content.get("blanks", [])
        made = iter([self.gap(f"RESPONSE_{number}", blank) for number, blank in enumerate(blanks, 1)])
        return contents.BLANK.sub(lambda match: next(made, match[0]), self.stem)

    def cloze(self) -> str:
        made = {
            str(gap["id"]): self.gap(f"RESPONSE_{number}", gap)
            for number, gap in enumerate(self.content.get("gaps", []), 1)
        }
        return contents.GAP.sub(lambda match: made.get(match[1], match[0]), self.stem)

    def matching(self) -> str:
        pairs, extras = self.content.get("pairs", []), self.content.get("extras", [])
        lefts = [(f"l{number}", pair["left"]) for number, pair in enumerate(pairs, 1)]
        texts = list(dict.fromkeys([*(pair["right"] for pair in pairs), *(extra["text"] for extra in extras)]))
        rights = {text: f"r{number}" for number, text in enumerate(texts, 1)}
        correct = [f"{key} {rights[pair['right']]}" for (key, _left), pair in zip(lefts, pairs, strict=True)]
        if self.content.get("scoring", "per_pair") == "per_pair":
            share = f"{float(Fraction(1, max(1, len(pairs)))):.9g}"
            entries = "".join(f'<mapEntry mapKey="{pair}" mappedValue="{share}"/>' for pair in correct)
            self.declare(
                "RESPONSE", ("multiple", "directedPair"), correct, f'<mapping defaultValue="0">{entries}</mapping>'
            )
            self.mapped("RESPONSE")
        else:
            self.declare("RESPONSE", ("multiple", "directedPair"), correct)
            self.matched("RESPONSE")
        left = "".join(_associable(key, self.inline(text), 1) for key, text in lefts)
        right = "".join(_associable(key, self.inline(text), 0) for text, key in rights.items())
        return (
            f'{self.stem}<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="{len(pairs)}">'
            f"<simpleMatchSet>{left}</simpleMatchSet><simpleMatchSet>{right}</simpleMatchSet></matchInteraction>"
        )

    def ordering(self) -> str:
        items = [(f"i{number}", str(item["text"])) for number, item in enumerate(self.content.get("items", []), 1)]
        self.declare("RESPONSE", ("ordered", "identifier"), [key for key, _text in items])
        self.matched("RESPONSE")
        # The right order is not the one in which they stand in the file.
        shown = sorted(items, key=lambda item: hashlib.sha256(item[1].encode()).digest())
        options = "".join(f'<simpleChoice identifier="{key}">{self.inline(text)}</simpleChoice>' for key, text in shown)
        return f'{self.stem}<orderInteraction responseIdentifier="RESPONSE" shuffle="true">{options}</orderInteraction>'

    def essay(self) -> str:
        self.declare("RESPONSE", ("single", "string"), [])
        model = str(self.content.get("model_answer", ""))
        rubric = f'<rubricBlock view="scorer">{self.xhtml(model)}</rubricBlock>' if model else ""
        return f'{rubric}{self.stem}<extendedTextInteraction responseIdentifier="RESPONSE" expectedLines="10"/>'


def _associable(key: str, text: str, most: int) -> str:
    return f'<simpleAssociableChoice identifier="{key}" matchMax="{most}">{text}</simpleAssociableChoice>'


def _x(text: str) -> str:
    return html.escape(text, quote=True)
