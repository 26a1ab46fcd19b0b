"""The writing desk: facts, chapters, their order, two people on one draft, editions."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.db import db
from courses.textbooks import services
from courses.textbooks.models import Edition, ReadingState, Textbook, TextbookChapter
from tests.factories import make_person, make_textbook
from tests.support import count_queries

FACTS = {"title": "新教材", "title_en": "A New Textbook!", "subject": "care", "hue": "plum", "summary": "写给新人。"}


@pytest.fixture
def author(app):
    return make_person("instructor")


def desk(book, rest="") -> str:
    return f"/studio/textbooks/{book.id}{rest}"


def chapter_url(chapter, rest="") -> str:
    return f"/studio/textbooks/{chapter.textbook_id}/chapters/{chapter.id}{rest}"


def order(book) -> list[str]:
    return [chapter.title for chapter in services.draft_chapters(services.load_draft(book.id))]


def test_a_textbook_is_written_and_published_from_nothing(app, sign_in, author, client):
    writer = sign_in(author)
    made = writer.submit(writer.get("/studio/textbooks/new"), **FACTS, editors="教材组")
    assert made.status_code == 303
    book = db.session.scalar(select(Textbook))
    assert (book.slug, book.owner_id, book.hue) == ("a-new-textbook", author.id, "plum")
    page = writer.get(made.location)
    assert "还没有章" in page.words
    added = writer.submit(page, "/chapters", title="第一章　入门")
    assert added.status_code == 303
    text = "## 开头\r\n\r\n第一段。\r\n\r\n第二段。"
    saved = writer.submit(writer.get(added.location), "/chapters/", title="第一章　入门", body=text, then=None)
    assert saved.status_code == 303
    assert client.get("/textbooks/a-new-textbook").status_code == 404
    published = writer.submit(writer.get(desk(book)), "/publish", note="第一次出版")
    assert published.status_code == 303
    assert "第 1 版已经出版" in writer.get(published.location).get_data(as_text=True)
    page = client.get("/textbooks/a-new-textbook")
    assert "第一次出版" in page.words and "第一章 入门" in page.words
    chapter = db.session.scalar(select(Edition)).chapters[0]
    assert chapter.paragraph_count == 3
    assert "第二段" in client.get(f"/textbooks/a-new-textbook/{chapter.chapter_id}").words


def test_mistakes_are_named_and_nothing_is_lost(app, sign_in, author):
    writer = sign_in(author)
    answer = writer.submit(writer.get("/studio/textbooks/new"), **{**FACTS, "title": " ", "summary": "写好的简介"})
    assert answer.status_code == 422
    assert answer.page.find("title", text="有错误") and "请写书名" in answer.words
    assert "写好的简介" in answer.page.one("textarea", name="summary").raw_text
    assert db.session.scalar(select(Textbook)) is None
    book = make_textbook(author)
    assert writer.post(desk(book, "/chapters"), data={"title": ""}).status_code == 422
    long = writer.submit(writer.get(chapter_url(book.chapters[0])), "/chapters/", body="字" * 100_001)
    assert long.status_code == 422 and "正文太长" in long.words


def test_addresses_stay_apart(app, author):
    make_textbook(author, slug=services.new_slug("Community Work"))
    again = services.new_slug("Community Work")
    assert again.startswith("community-work-")
    assert services.new_slug("").startswith("book-")
    assert len(services.new_slug("word " * 60)) <= 60


def test_two_people_on_one_chapter_lose_nothing(app, sign_in, author):
    book = make_textbook(author)
    chapter = book.chapters[0]
    mine, theirs = sign_in(author), sign_in(make_person("admin"), app.test_client())
    page, other = mine.get(chapter_url(chapter)), theirs.get(chapter_url(chapter))
    assert theirs.submit(other, "/chapters/", body="管理员改的正文。", then=None).status_code == 303
    clash = mine.submit(page, "/chapters/", body="我改的正文。", title="我的章名", then=None)
    assert clash.status_code == 409
    assert "我改的正文。" in clash.page.one("textarea", name="body").raw_text
    assert "管理员改的正文。" in clash.page.one("textarea", id="theirs").raw_text
    assert db.session.get(TextbookChapter, chapter.id).body == "管理员改的正文。"
    assert mine.submit(clash, "/chapters/", then=None).status_code == 303
    assert db.session.get(TextbookChapter, chapter.id).body == "我改的正文。"


def test_two_people_on_the_facts_lose_nothing(app, sign_in, author):
    book = make_textbook(author)
    mine, theirs = sign_in(author), sign_in(make_person("admin"), app.test_client())
    page, other = mine.get(desk(book, "/facts")), theirs.get(desk(book, "/facts"))
    theirs.submit(other, title="管理员起的书名")
    clash = mine.submit(page, title="我起的书名")
    assert clash.status_code == 409
    assert "管理员起的书名" in clash.words and clash.page.one("input", name="title")["value"] == "我起的书名"
    assert mine.submit(clash).status_code == 303
    assert db.session.get(Textbook, book.id).title == "我起的书名"


def test_chapters_are_ordered_by_buttons_and_by_dragging(app, sign_in, author):
    book = make_textbook(author, chapters={"甲": "甲。", "乙": "乙。", "丙": "丙。"})
    first, _second, third = book.chapters
    writer = sign_in(author)
    page = writer.get(desk(book)).page
    assert page.find("button", aria_label="“甲”往前移") is None
    assert page.find("button", aria_label="“丙”往后移") is None
    assert writer.post(chapter_url(third, "/move"), data={"place": "0"}).status_code == 303
    assert order(book) == ["丙", "甲", "乙"]
    writer.post(chapter_url(first, "/move"), data={"place": "99"})
    assert order(book) == ["丙", "乙", "甲"]
    for wrong in ("", "-1", "x", "9" * 9):
        assert writer.post(chapter_url(first, "/move"), data={"place": wrong}).status_code == 400


def test_a_chapter_is_taken_out_and_put_back_and_its_readers_keep_their_record(app, sign_in, author, clock):
    book, reader = make_textbook(author), make_person()
    chapter, frozen = book.chapters[0], book.current_edition.chapters[0]
    opened = clock.move(minutes=1)
    clock.move(minutes=1)
    services.record_shown(reader, frozen, services.Report([frozen.headings[0]["anchor"]], "", opened))
    writer = sign_in(author)
    asking = writer.get(chapter_url(chapter, "/remove"))
    assert "1 名学员的阅读记录会保留" in asking.words
    assert writer.submit(asking).status_code == 303
    assert order(book) == ["入户走访"]
    assert writer.get(chapter_url(chapter)).status_code == 404
    assert "移出：认识社区" in writer.get(desk(book)).words
    writer.submit(writer.get(desk(book)), "/publish")
    assert db.session.scalar(select(ReadingState).where(ReadingState.person_id == reader.id)).shown_count == 1
    writer.submit(writer.get(desk(book)), "/restore")
    assert order(book) == ["入户走访", "认识社区"]


def test_the_checklist_leads_to_what_is_missing(app, sign_in, author):
    book = make_textbook(author, chapters={"空章": ""}, published=False, summary="")
    page = sign_in(author).get(desk(book)).page
    links = [page.find("a", text=words)["href"] for words in ("还没有写内容简介", "“空章”这一章还没有内容")]
    assert links == [desk(book, "/facts"), chapter_url(book.chapters[0])]
    assert page.find("form", action=desk(book, "/publish")) is None
    answer = sign_in(author).post(desk(book, "/publish"), data={"note": ""})
    assert answer.status_code == 409 and "还有几处没有写完" in answer.words


def test_an_author_previews_a_draft_and_nobody_else_sees_it(app, sign_in, author, client):
    book = make_textbook(author, chapters={"草稿": "## 节名\n\n没有出版的一段。"}, published=False)
    chapter = book.chapters[0]
    page = sign_in(author).get(chapter_url(chapter, "/preview"))
    assert "没有出版的一段" in page.words
    assert page.page.one("div", class_="paras").get("data-shown-url") is None
    assert client.get("/textbooks").words.count(book.title) == 0


def test_only_owner_and_administrators_may_write(app, sign_in, author, client):
    book = make_textbook(author)
    chapter = book.chapters[0]
    paths = [
        desk(book),
        desk(book, "/facts"),
        chapter_url(chapter),
        *(chapter_url(chapter, f"/{each}") for each in ("preview", "remove")),
    ]
    posts = [desk(book, "/publish"), desk(book, "/facts"), desk(book, "/chapters"), chapter_url(chapter), chapter_url(chapter, "/move"), chapter_url(chapter, "/remove"), chapter_url(chapter, "/restore")]  # fmt: skip
    for role in ("trainee", "instructor"):
        other = sign_in(make_person(role), app.test_client())
        assert {other.get(path).status_code for path in paths} == {403}
        assert {other.post(path, data={"title": "抢", "place": "0"}).status_code for path in posts} == {403}
    admin = sign_in(make_person("admin"), app.test_client())
    assert {admin.get(path).status_code for path in paths} == {200}
    assert client.get("/studio/textbooks").status_code in {302, 303}


def test_what_is_not_there_is_not_found(app, sign_in, author):
    book, other = make_textbook(author), make_textbook(author)
    writer = sign_in(author)
    foreign = f"/studio/textbooks/{book.id}/chapters/{other.chapters[0].id}"
    for path in ("/studio/textbooks/999999", f"/studio/textbooks/{'9' * 30}", foreign, foreign + "/preview"):
        assert writer.get(path).status_code == 404


def test_the_desk_asks_the_same_whatever_the_length(app, sign_in, author):
    short = make_textbook(author, chapters={"一": "一段。"})
    long = make_textbook(author, chapters={f"第{n}章": "\n\n".join(f"{n} {k}" for k in range(20)) for n in range(30)})
    writer = sign_in(author)
    for path, budget in [
        ("/studio/textbooks", 4),
        (desk(short), 8),
        (desk(long), 8),
        (chapter_url(long.chapters[0]), 4),
    ]:
        with count_queries() as queries:
            assert writer.get(path).status_code == 200
        queries.assert_at_most(budget)


def test_the_list_says_what_is_not_published(app, sign_in, author, clock):
    book = make_textbook(author)
    make_textbook(author, published=False)
    clock.move(minutes=1)
    services.change_chapter(book.chapters[0], 1, "改了", "", "改了。")
    words = sign_in(author).get("/studio/textbooks").words
    assert "有修改没有出版" in words and "还没有出版" in words
