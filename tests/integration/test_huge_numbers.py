"""Numbers that no database holds, where an address or a form names something: a page comes, and no error."""

from __future__ import annotations

import re

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from academy.clock import now
from academy.web.filters import local_date
from tests.factories import (
    make_attempt,
    make_course,
    make_person,
    make_question,
    make_quiz_version,
    make_section,
    make_template,
)
from tests.factories.quizzes import fill_shelf, make_drawn

HUGE = [2**31, 2**63, 10**30, "9" * 5000]
"""More than a column holds, more than a statement holds, more than either, and more than Python reads."""

ADDRESSES = [
    "/studio/marking/{quiz}/questions/{question}/next?after={huge}",
    "/studio/marking/{quiz}/questions/{huge}",
    "/studio/marking/{quiz}/questions/{huge}/next",
    "/studio/marking/{quiz}/regrade?question={huge}",
    "/studio/quizzes/{quiz}/allowances?person={huge}",
    "/studio/quizzes/{quiz}/analysis?version={huge}",
    "/studio/quizzes/{quiz}/draws/{huge}",
    "/studio/quizzes/{quiz}/sections/{huge}",
    "/studio/quizzes/{quiz}/attempts/{huge}",
    "/studio/quizzes/{quiz}/pick?category={huge}",
    "/studio/quizzes/{quiz}/preview?n={huge}",
    "/studio/questions?category={huge}&whose={huge}&id={huge}&page={huge}",
    "/studio/questions/{question}/history?a={huge}&b={huge}",
    "/studio/questions/categories?parent={huge}",
    "/studio/questions/categories/{shelf}/merge?merge-target={huge}",
    "/studio/regulations/{huge}",
    "/studio/textbooks/{huge}",
    "/admin/people?unit={huge}&page={huge}",
    "/admin/units/{huge}",
    "/admin/ledger?person={huge}&batch={huge}&unit={huge}&year={huge}",
    "/admin/ledger/recognise?person={huge}",
    "/admin/requirements/carry-over?year=0{year}{huge}",
    "/admin/certificates/{huge}",
    "/attempts/{attempt}?n={huge}",
    "/attempts/{attempt}/cards?n={huge}",
    "/practice/mock?category={huge}",
    "/practice/notebook/{huge}",
    "/credits/{huge}",
]
FORMS = [
    ("/studio/quizzes/{quiz}/allowances", {"person": "{huge}", "extra_minutes": "10", "reason": "x"}),
    ("/studio/quizzes/{quiz}/draws/0", {"category_id": "{huge}", "count": "1", "marks": "1", "action": "count"}),
    ("/studio/quizzes/{quiz}/draws/{draw}", {"category_id": "{shelf}", "count": "{huge}", "marks": "{huge}"}),
    ("/studio/quizzes/{quiz}/sections/{section}", {"title": "x", "minutes": "{huge}"}),
    ("/studio/quizzes/{quiz}/sections/{huge}", {"title": "x"}),
    ("/studio/quizzes/{quiz}/questions", {"slot": "{huge}", "go": "remove-{huge}"}),
    ("/studio/quizzes/{quiz}/pick", {"question": "{huge}"}),
    ("/studio/marking/{quiz}/regrade", {"question": "{huge}", "action": "key", "version": "{huge}"}),
    ("/studio/marking/{quiz}/regrade", {"question": "{question}", "action": "key", "version": "{huge}"}),
    ("/studio/marking/{quiz}/settings", {"action": "dismiss", "person_id": "{huge}"}),
    ("/studio/marking/phrases/{huge}/drop", {}),
    ("/studio/questions/{question}/history/1", {"based_on": "{huge}"}),
    ("/studio/questions/{question}/history/{huge}", {"based_on": "1"}),
    ("/studio/questions/categories/{shelf}/merge", {"target": "{huge}"}),
    ("/studio/questions/categories", {"parent": "{huge}", "name": "x"}),
    ("/admin/certificates/templates/{template}", {"seal_file_id": "{huge}", **dict.fromkeys(("name", "title"), "x")}),
    ("/admin/certificates/templates/preview/course/short/zh?template={huge}", {}),
    ("/admin/requirements/carry-over", {"year": "0{year}{huge}"}),
    ("/studio/courses/{course}/completion", {"act": "remove:p:{huge}"}),
    ("/studio/courses/{course}/completion", {"act": "add:lesson:{huge}"}),
    ("/studio/courses/{course}/completion", {"act": "up:{huge}.{huge}"}),
    ("/studio/courses/{course}/lessons/{huge}/questions", {"version": "{huge}"}),
    ("/studio/practice/{huge}", {"open": "1"}),
]


@pytest.fixture
def names(app):
    """What the addresses name, by name."""
    owner = make_person("admin", "instructor")
    quiz = make_drawn(2, owner=owner)
    draw = next(slot for slot in quiz.slots if slot.is_draw)
    shelf = fill_shelf("走访")
    attempt = make_attempt(owner, make_quiz_version(owner=owner))
    return {
        "owner": owner,
        "quiz": quiz.id,
        "question": make_question(owner=owner).id,
        "draw": draw.id,
        "section": make_section(quiz, "第一部分").id,
        "shelf": shelf.id,
        "attempt": attempt.token,
        "template": make_template().id,
        "course": make_course(owner=owner).id,
        "year": local_date(now()).year - 1,
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_a_huge_number_gets_a_page(sign_in, names, address):
    client = sign_in(names.pop("owner"))
    for huge in HUGE:
        assert client.get(address.format(huge=huge, **names)).status_code in (200, 302, 404, 422)


@pytest.mark.parametrize(("address", "form"), FORMS, ids=[f"{address} {form}" for address, form in FORMS])
def test_a_form_with_a_huge_number_gets_a_page(sign_in, names, address, form):
    client = sign_in(names.pop("owner"))
    for huge in HUGE:
        data = {name: value.format(huge=huge, **names) for name, value in form.items()}
        answer = client.post(address.format(huge=huge, **names), data=data)
        assert answer.status_code in (200, 303, 404, 405, 409, 422)


@pytest.mark.parametrize("huge", HUGE, ids=["31", "63", "30", "5000"])
def test_no_address_leads_to_a_huge_number(app, huge):
    known = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "<int:" in rule.rule:
            address = re.sub("<[^>]+>", "x", re.sub("<int:[^>]+>", str(huge), rule.rule))
            with pytest.raises((NotFound, MethodNotAllowed)):
                known.match(address, method=next(iter(rule.methods)))


def test_tags_that_are_too_long_are_refused_with_a_sentence(sign_in, names):
    form = {"tags": "长" * 201, "count": "1", "marks": "1"}
    answer = sign_in(names["owner"]).post(f"/studio/quizzes/{names['quiz']}/draws/0", data=form)
    assert (answer.status_code, "标签一共不能超过 200 个字" in answer.words) == (422, True)
