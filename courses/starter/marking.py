"""A written test of the demo: essays and a case that wait, that are marked, and an appeal."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from academy.accounts.models import Person
from academy.clock import freeze, now
from academy.db import db
from courses.marking.rules import share_of_marks
from courses.marking.services import answers, appeals, marks
from courses.marking.services.marks import Verdict
from courses.question_types import installed
from courses.question_types.rubric import share_of
from courses.questions import services as questions
from courses.questions.rules import Draft, read_plain
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt, Quiz, QuizVersion, Response
from courses.starter.reading import HOME, CatalogueError, read_yaml

FILE = HOME / "demo" / "marking.yaml"


def load_marking(owner: Person) -> int:
    """Let the people of the file sit the written test, unless it is there; return how many did."""
    facts = read_yaml(FILE)
    if db.session.scalar(select(Quiz.id).where(Quiz.title == facts["title"])) is not None:
        return 0
    with freeze(now() - timedelta(days=8)):
        version = _quiz(owner, facts)
    for entry in facts["answers"]:
        _sit(owner, version, entry)
    return len(facts["answers"])


def _quiz(owner: Person, facts: dict[str, Any]) -> QuizVersion:
    drafts, problems = read_plain(facts["questions"])
    case = installed.get("case")
    given = facts["case"]
    form = MultiDict({"stem": given["stem"], "material": given["material"], "parts": given["parts"]})
    content = case.from_form(form)
    wrong = [str(each.message) for each in problems] + [str(each.message) for each in case.problems(content)]
    if wrong:
        raise CatalogueError(f"{FILE}: {'; '.join(wrong)}")
    quiz = quizzes.create_quiz(owner, facts["title"], title_en=facts["title_en"])
    shelf = questions.category_named(facts["category"])
    drafts.append(Draft(case.key, content, marks_hundredths=given["marks"] * 100))
    for draft in drafts:
        quizzes.add_question(quiz, questions.create(draft, owner, shelf), draft.marks_hundredths)
    return quizzes.freeze(quiz)


def _sit(owner: Person, version: QuizVersion, entry: dict[str, Any]) -> None:
    person = db.session.scalars(select(Person).where(Person.username == entry["username"])).one()
    with freeze(now() - timedelta(days=entry["days_ago"])) as clock:
        attempt = quizzes.start_attempt(person, version)
        clock.move(minutes=25)
        for position, form in _forms(attempt, entry):
            place = quizzes.sitting(attempt.token, person, position)
            if place is not None:
                quizzes.save_answer(place, form, flagged=False, sequence=None)
        db.session.expire_all()
        quizzes.submit(attempt)
        if entry.get("mark"):
            clock.move(hours=20)
            _mark(attempt, owner, entry["mark"])
        if entry.get("appeal"):
            clock.move(hours=4)
            _appeal(attempt, entry["appeal"])


def _paper(attempt: Attempt) -> list[Response]:
    query = select(Response).options(joinedload(Response.question_version)).where(Response.attempt_id == attempt.id)
    return list(db.session.scalars(query))


def _forms(attempt: Attempt, entry: dict[str, Any]) -> list[tuple[int, MultiDict[str, str]]]:
    forms = []
    for question in _paper(attempt):
        content = question.question_version.content
        if question.question_version.type == "case":
            first, second = content["parts"]
            pairs = [("answer-parts", f"{part['id']}:{part['type']}") for part in content["parts"]]
            pairs += [(f"answer-{first['id']}", first["content"]["correct"]), (f"answer-{second['id']}", entry["case"])]
            forms.append((question.position, MultiDict(pairs)))
        elif question.question_version.type == "essay":
            forms.append((question.position, MultiDict({"answer": entry["essay"]})))
        else:
            forms.append((question.position, MultiDict({"answer": content["correct"]})))
    return forms


def _mark(attempt: Attempt, owner: Person, given: dict[str, Any]) -> None:
    for answer in answers.of_attempt(attempt):
        verdicts = {}
        for piece in answer.pieces:
            rubric = [dict(each) for each in piece.hand.rubric]
            chosen = {each["id"]: str(level) for each, level in zip(rubric, given["chosen"], strict=False)}
            share = share_of(rubric, chosen) if rubric else share_of_marks(given["points"], piece.hand.weight)
            if share is not None:
                words = given["comment"] if rubric else given["remark"]
                verdicts[piece.hand.part] = Verdict(share, words, chosen if rubric else {})
        if verdicts:
            marks.give(answer, owner, verdicts)


def _appeal(attempt: Attempt, reason: str) -> None:
    essay = next(each for each in answers.of_attempt(attempt) if each.version.type == "essay")
    appeals.open_appeal(essay, reason)
