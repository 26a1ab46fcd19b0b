"""Importing questions: look, choose, import once, undo; and exporting them."""

import base64
import io
import threading

import pytest
from PIL import Image
from sqlalchemy import func, select

from academy.db import db
from academy.errors import UserError
from academy.files.models import StoredFile
from courses.exchange.models import ImportBatch, ImportRow
from courses.exchange.services import duplicates, entering, exporting, reading
from courses.formats.questions import question_formats
from courses.questions import services as bank
from courses.questions.models import Question
from courses.quizzes import services as quizzes
from tests.factories import make_person, make_question
from tests.support import count_queries

GIFT = """\
$CATEGORY: 接待

先做什么？{=先听完 ~当场判断}

急救电话是 120。{T}

急救电话是 120。{T}

先做什么{=当场判断 ~先听完}

没有配对{=a
"""


def states(batch):
    query = select(ImportRow.state).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    return list(db.session.scalars(query))


def count():
    return db.session.scalar(select(func.count()).select_from(Question))


@pytest.fixture
def teacher(app):
    return make_person("instructor")


def test_a_file_is_looked_at_before_anything_is_imported(teacher):
    batch = reading.upload(teacher, GIFT.encode("gb18030"), "题.txt")
    assert (batch.format, batch.state, batch.found) == ("gift", "previewed", 5)
    assert states(batch) == ["new", "new", "double", "near", "bad"]
    assert count() == 0


def test_importing_twice_imports_once(teacher):
    batch = reading.upload(teacher, GIFT.encode(), "题.txt")
    assert entering.enter(batch, teacher, None, "", "培训") == 2
    with pytest.raises(UserError, match="没有选中"):
        entering.enter(batch, teacher, None, "", "")
    again = reading.upload(teacher, GIFT.encode(), "题.txt")
    assert states(again)[:3] == ["there", "there", "there"]
    with pytest.raises(UserError, match="没有选中"):
        entering.enter(again, teacher, None, "", "")
    assert count() == 2
    question = db.session.scalars(select(Question)).first()
    assert question.category.name == "接待" and question.current.tags == ["培训"]


def test_the_same_file_looked_at_twice_before_importing(teacher):
    first = reading.upload(teacher, GIFT.encode(), "题.txt")
    second = reading.upload(teacher, GIFT.encode(), "题.txt")
    entering.enter(first, teacher, None, "", "")
    assert entering.enter(second, teacher, None, "", "") == 0
    assert count() == 2 and states(second)[:2] == ["there", "there"]


def test_near_ones_are_imported_only_when_chosen(teacher):
    batch = reading.upload(teacher, GIFT.encode(), "题.txt")
    near = db.session.scalar(select(ImportRow.number).where(ImportRow.state == "near"))
    assert entering.enter(batch, teacher, {near, 99}, "挑出来的", "") == 1
    assert db.session.scalars(select(Question)).one().category.name == "挑出来的"
    assert entering.enter(batch, teacher, None, "", "") == 2, "the others can still be imported"


def test_two_teachers_look_at_files_at_once(app, teacher):
    make_question("true_false", teacher)
    db.session.commit()
    failures: list[BaseException] = []

    def look() -> None:
        with app.app_context():
            try:
                duplicates.bring_up_to_date()
                db.session.commit()
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    assert duplicates.bring_up_to_date() == 1
    other = threading.Thread(target=look)
    other.start()
    other.join(0.5)
    db.session.commit()
    other.join()
    assert failures == []


def test_undo_removes_what_is_unused_and_retires_the_rest(teacher):
    batch = reading.upload(teacher, GIFT.encode(), "题.txt")
    entering.enter(batch, teacher, None, "", "")
    used, _other = db.session.scalars(select(Question).order_by(Question.id)).all()
    quiz = quizzes.create_quiz(teacher, "测验")
    quizzes.add_question(quiz, used, 100)
    db.session.flush()
    assert entering.undo(batch) == (1, 1)
    assert entering.undo(batch) == (1, 1), "the second time does nothing"
    left = db.session.scalars(select(Question)).one()
    assert left.id == used.id and left.retired_at is not None
    assert batch.state == "undone"
    with pytest.raises(UserError):
        entering.enter(batch, teacher, None, "", "")


def test_a_revised_question_is_not_removed(teacher):
    batch = reading.upload(teacher, "一句话。{T}".encode(), "a.gift")
    entering.enter(batch, teacher, None, "", "")
    question = db.session.scalars(select(Question)).one()
    draft = bank.Draft("true_false", {**question.current.content, "explanation": "改过"})
    bank.revise(question, draft, 1, teacher)
    assert entering.undo(batch) == (0, 1)


def test_pictures_are_stored_and_go_out_again(teacher):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    text = (
        '<quiz><question type="truefalse"><questiontext format="html"><text>&lt;p&gt;&lt;img src="@@PLUGINFILE@@/a.png" alt="图"&gt;对吗'
        f'&lt;/p&gt;</text><file name="a.png" encoding="base64">{base64.b64encode(buffer.getvalue()).decode()}</file></questiontext>'
        '<answer fraction="100"><text>true</text></answer></question></quiz>'
    )
    batch = reading.upload(teacher, text.encode(), "a.xml")
    entering.enter(batch, teacher, None, "", "")
    question = db.session.scalars(select(Question)).one()
    file = db.session.scalars(select(StoredFile).where(StoredFile.kind == "picture")).one()
    assert f"![图](/pictures/{file.sha256[:32]}/a.png)" in question.current.content["stem"]
    for key in ("moodle_xml", "qti2", "qti3"):
        format_ = question_formats()[key]
        writing = exporting.write(format_, exporting.chosen(bank.Wanted()))
        assert writing.losses == []
        again = reading.upload(teacher, writing.data, f"x.{format_.extension}")
        assert states(again) == ["there"], key


def test_a_picture_that_is_none_is_named(teacher):
    text = (
        '<quiz><question type="truefalse"><questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/a.png"&gt;对吗</text>'
        '<file name="a.png" encoding="base64">bm8gcGljdHVyZQ==</file></questiontext><answer fraction="100"><text>true</text></answer></question></quiz>'
    )
    batch = reading.upload(teacher, text.encode(), "a.xml")
    assert sorted(states(batch)) == ["loss", "new"]


def test_pages(app, sign_in, teacher):
    client = sign_in(teacher)
    form = client.get("/studio/questions/import")
    assert client.submit(form).status_code == 422, "nothing chosen"
    broken = client.submit(form, text="<quiz><question>")
    assert broken.status_code == 303 and "第 1 行" in client.get(broken.headers["Location"]).words
    answer = client.submit(form, text=GIFT)
    where = answer.headers["Location"]
    page = client.get(where)
    assert "可以导入2" in page.words and "大括号没有配对" in page.words
    assert client.post(where, data={"which": "ticked"}).status_code == 422
    assert client.post(where, data={"which": "all"}).status_code == 303
    done = client.get(where)
    assert "已经导入 2 道题" in done.words
    assert client.get(f"{where}?rows=bad").status_code == 200
    assert client.get(f"{where}/file").data.decode() == GIFT.replace("\n", "\r\n") or client.get(f"{where}/file").data
    assert client.post(f"{where}/undo").status_code == 303
    assert "已经撤销" in client.get(where).words


def test_another_teacher_sees_nothing_of_it(app, sign_in, teacher):
    batch = reading.upload(teacher, GIFT.encode(), "题.txt")
    client = sign_in(make_person("instructor"))
    assert client.get(f"/studio/questions/import/{batch.id}").status_code == 403
    assert sign_in(make_person("trainee")).get("/studio/questions/import").status_code == 403


def test_export_says_first_what_cannot_be_carried(app, sign_in, teacher):
    make_question("single_choice", owner=teacher, hints=["想一想"])
    make_question("fill_in", owner=teacher)
    client = sign_in(teacher)
    page = client.get("/studio/questions/export?format=aiken")
    assert "整道题不导出" in page.words and "提示不能带走" in page.words
    for key, format_ in question_formats().items():
        answer = client.get(f"/studio/questions/export/{key}")
        assert answer.status_code == 200 and answer.data
        assert client.get(f"/studio/questions/export?format={key}").status_code == 200
        template = client.get(f"/studio/questions/import/templates/{key}")
        assert template.status_code == 200 and format_.extension in template.headers["Content-Disposition"]
    assert client.get("/studio/questions/export?q=没有这样的题").status_code == 200


def test_the_preview_costs_few_queries(app, sign_in, teacher):
    batch = reading.upload(teacher, GIFT.encode(), "题.txt")
    client = sign_in(teacher)
    with count_queries() as queries:
        client.get(f"/studio/questions/import/{batch.id}")
    queries.assert_at_most(12)


@pytest.mark.slow
def test_ten_thousand_questions_in_a_job(app, teacher):
    text = "\n\n".join(f"第 {number} 句话。{{T}}" for number in range(10_000))
    db.session.commit()
    batch = reading.upload(teacher, text.encode(), "a.gift")
    db.session.commit()
    db.session.refresh(batch)
    if batch.state == "reading":
        reading.read(batch)
    assert batch.state == "previewed" and batch.found == 10_000
    assert entering.enter(batch, teacher, None, "很多题", "") == 0
    db.session.commit()
    db.session.expire_all()
    batch = db.session.get_one(ImportBatch, batch.id)
    assert batch.state == "imported" and count() == 10_000
    assert entering.undo(batch) == (10_000, 0) and count() == 0
