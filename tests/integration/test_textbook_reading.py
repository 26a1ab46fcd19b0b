"""Editions, what a report of paragraphs shown is worth, and the pages that people read."""

from __future__ import annotations

from fractions import Fraction
from itertools import count

import pytest
from sqlalchemy import select

from academy.db import db
from academy.errors import UserError
from academy.signals import chapter_read
from courses.textbooks import services
from courses.textbooks.models import EditionChapter, Paragraph, ReaderSettings, ReadingEvidence, ReadingState
from courses.textbooks.services import shelf as shelves
from courses.textbooks.services.shelf import paragraphs_of
from tests.factories import make_person, make_textbook
from tests.support import count_queries

LONG = {"长章": "\n\n".join(f"第 {n} 段。" + "社区工作要走出去。" * 12 for n in range(20))}


def chapter_of(book, at=0) -> EditionChapter:
    return book.current_edition.chapters[at]


def anchors_of(chapter) -> list[str]:
    return [paragraph.anchor for paragraph in paragraphs_of(chapter)]


def address(book, at=0) -> str:
    return f"/textbooks/{book.slug}/{chapter_of(book, at).chapter_id}"


SEQUENCE = count(1)


def report(client, chapter, session, shown, position="", **values):
    payload = {"shown": shown, "position": position, "session": session, "sequence": next(SEQUENCE), **values}
    return client.post(f"/textbooks/shown/{chapter.id}", json=payload)


def open_chapter(client, book, at=0) -> str:
    """Open a chapter in the reader; return the token that the page reports with."""
    return client.get(address(book, at)).page.one("div", class_="paras")["data-session"]


# -- editions ---------------------------------------------------------------------------------------------------------


def test_anchors_live_on_over_editions(app):
    book = make_textbook(
        chapters={"一": "甲段不动。\n\n## 小节\n\n记录时用当事人的原话，不替任何一方下结论。\n\n最后一段。"}
    )
    before = anchors_of(chapter_of(book))
    chapter = book.chapters[0]
    edited = "甲段不动。\n\n新来的一段，说的是别的事情。\n\n## 小节\n\n记录时要用当事人的原话，不替任何一方下结论。\n\n最后一段。"
    services.change_chapter(chapter, chapter.lock_version, "一", "", edited)
    assert services.publish(book, None, "改了两处").number == 2
    after = anchors_of(chapter_of(book))
    assert [after[0], *after[2:]] == before
    assert after[1] not in before
    assert chapter_of(book).headings == [{"anchor": before[1], "title": "小节"}]


def test_the_first_edition_stays_as_it_was(app):
    book = make_textbook(chapters={"一": "旧文。"})
    first = chapter_of(book)
    services.change_chapter(book.chapters[0], 1, "一", "", "新文。")
    services.publish(book, None)
    assert [paragraph.text for paragraph in paragraphs_of(first)] == ["旧文。"]
    assert [paragraph.text for paragraph in paragraphs_of(chapter_of(book))] == ["新文。"]


@pytest.mark.parametrize("chapters", [{}, {"空章": "  \n"}, {"满章": "有字。", "空章": ""}])
def test_an_unfinished_book_is_not_published(app, chapters):
    book = make_textbook(chapters=chapters, published=False)
    with pytest.raises(UserError) as refused:
        services.publish(book, None)
    assert refused.value.status == 409
    assert book.current_edition_id is None


def test_nothing_new_is_not_published_again(app):
    book = make_textbook()
    with pytest.raises(UserError):
        services.publish(book, None)


def test_the_draft_is_compared_with_the_edition(app):
    book = make_textbook(chapters={"甲": "甲文。", "乙": "乙文。", "丙": "丙文。"})
    first, second, third = book.chapters
    assert not services.differences(book)
    services.move_chapter(third, 0)
    assert services.differences(book).reordered
    services.change_chapter(first, first.lock_version, "甲", "", "甲文改了。")
    services.remove_chapter(second)
    added = services.add_chapter(book, "丁", body="丁文。")
    found = services.differences(book)
    assert (found.added, found.changed, [each.title for each in found.removed]) == ([added], [first], ["乙"])
    assert not found.facts


def test_script_in_the_text_is_shown_and_not_run(app, client):
    book = make_textbook(chapters={"一": "<script>alert(1)</script>\n\n[点我](javascript:alert(1)) 正文。"})
    answer = client.get(address(book))
    text = answer.page.one("div", class_="paras")
    assert "alert(1)" in text.text
    assert text.find("script") is None
    assert all("javascript" not in (link.get("href") or "") for link in text.find_all("a"))


# -- what a report is worth -------------------------------------------------------------------------------------------


def test_what_was_shown_counts_and_is_announced(app, sign_in, clock):
    book, person = make_textbook(), make_person()
    chapter, heard = chapter_of(book), []
    anchors = anchors_of(chapter)
    client = sign_in(person)
    session = open_chapter(client, book)
    clock.move(seconds=30)

    def listen(sender, **news):
        heard.append((news["person"].id, news["textbook_id"], news["chapter_id"], news["share"]))

    with chapter_read.connected_to(listen):
        answer = report(client, chapter, session, anchors[:1], anchors[0])
    assert answer.json == {
        "percent": 33,
        "done": False,
        "message": "本章还差 2 段",
        "shown": anchors[:1],
        "rest": "还需约 1 分钟",
    }
    assert heard == [(person.id, book.id, chapter.chapter_id, Fraction(1, 3))]
    answer = report(client, chapter, session, anchors[1:], anchors[2])
    assert answer.json == {"percent": 100, "done": True, "message": "本章读完了", "shown": anchors, "rest": ""}
    assert services.chapter_share(person, chapter.chapter_id) == 1
    evidence = db.session.scalars(select(ReadingEvidence).order_by(ReadingEvidence.id)).all()
    assert [row.anchors for row in evidence] == [anchors[:1], anchors[1:]]
    assert sum(row.seconds for row in evidence) <= 30


def test_a_whole_chapter_at_once_earns_no_more_than_the_time(app, sign_in, clock):
    book = make_textbook(chapters=LONG)
    client, chapter = sign_in(make_person()), chapter_of(book)
    session, anchors = open_chapter(client, book), anchors_of(chapter)
    assert report(client, chapter, session, anchors).json["percent"] == 0
    clock.move(seconds=12)
    answer = report(client, chapter, session, anchors)
    assert answer.json["shown"] == anchors[:2]
    for _again in range(5):
        assert report(client, chapter, session, anchors).json["shown"] == anchors[:2]
    clock.move(seconds=6)
    assert len(report(client, chapter, session, anchors).json["shown"]) == 3


def test_two_books_share_one_clock(app, sign_in, clock):
    one, other = make_textbook(chapters=LONG), make_textbook(chapters=LONG)
    client = sign_in(make_person())
    sessions = open_chapter(client, one), open_chapter(client, other)
    clock.move(seconds=60)
    first = report(client, chapter_of(one), sessions[0], anchors_of(chapter_of(one)))
    second = report(client, chapter_of(other), sessions[1], anchors_of(chapter_of(other)))
    assert len(first.json["shown"]) > 5
    assert len(first.json["shown"]) + len(second.json["shown"]) <= 12


def test_a_page_left_open_overnight_earns_ten_minutes(app, sign_in, clock):
    book = make_textbook(chapters={"长章": "\n\n".join("字" * 1200 + str(n) for n in range(30))})
    client, chapter = sign_in(make_person()), chapter_of(book)
    session = open_chapter(client, book)
    clock.move(hours=10)
    assert len(report(client, chapter, session, anchors_of(chapter)).json["shown"]) == 9


def test_foreign_anchors_earn_nothing(app, sign_in, clock):
    book, other = make_textbook(), make_textbook(chapters={"别的": "别的书里的一段。"})
    client, chapter = sign_in(make_person()), chapter_of(book)
    session = open_chapter(client, book)
    clock.move(minutes=5)
    foreign = anchors_of(chapter_of(other)) + anchors_of(chapter_of(book, 1)) + ["", "x" * 500, "' OR 1=1 --"]
    answer = report(client, chapter, session, foreign, foreign[0])
    assert answer.json["percent"] == 0
    assert db.session.scalar(select(ReadingEvidence)) is None
    assert db.session.scalar(select(ReadingState)).position_anchor == ""


def test_a_token_of_somebody_else_or_of_another_chapter_earns_nothing(app, sign_in, clock):
    book = make_textbook()
    mine = sign_in(make_person())
    theirs = open_chapter(sign_in(make_person()), book)
    elsewhere = open_chapter(mine, book, 1)
    chapter = chapter_of(book)
    clock.move(minutes=5)
    for session in (theirs, elsewhere, "forged", "", None, 7, [], theirs[:-1]):
        assert report(mine, chapter, session, anchors_of(chapter)).status_code == 403
    assert db.session.scalar(select(ReadingState)) is None


@pytest.mark.parametrize(
    "payload",
    [[], "x", {"shown": "abc"}, {"shown": [1]}, {"shown": [], "position": 5}, {"shown": ["x"] * 2001}, None],
)
def test_a_report_of_the_wrong_shape_is_refused(app, sign_in, payload):
    chapter = chapter_of(make_textbook())
    assert sign_in(make_person()).post(f"/textbooks/shown/{chapter.id}", json=payload).status_code == 400


def test_reports_need_a_person_and_a_chapter(app, client, sign_in):
    chapter = chapter_of(make_textbook())
    assert report(client, chapter, "x", []).status_code in {302, 303, 401}
    assert sign_in(make_person()).post("/textbooks/shown/999999", json={"shown": []}).status_code == 404


def test_reading_an_old_edition_counts_for_what_is_still_there(app, clock):
    book, person = make_textbook(chapters={"一": "甲段。\n\n乙段。"}), make_person()
    old = chapter_of(book)
    services.change_chapter(
        book.chapters[0], 1, "一", "", "甲段。\n\n乙段。\n\n全新的丙段说别的。\n\n丁段又是另一件事。"
    )
    services.publish(book, None)
    opened = clock.move(minutes=1)
    clock.move(minutes=1)
    result = services.record_shown(person, old, services.Report(anchors_of(old), "", opened))
    assert result.share == 1
    assert services.chapter_share(person, old.chapter_id, old.id) == 1
    assert services.chapter_share(person, old.chapter_id) == Fraction(1, 2)


def test_a_new_edition_measures_everyone_again(app, clock):
    book, person = make_textbook(chapters={"一": "甲段。\n\n乙段。"}), make_person()
    chapter, opened = chapter_of(book), clock.move(minutes=1)
    clock.move(minutes=1)
    services.record_shown(person, chapter, services.Report(anchors_of(chapter), "", opened))
    services.change_chapter(book.chapters[0], 1, "一", "", "甲段。\n\n全新的一段说别的。")
    services.publish(book, None)
    db.session.commit()
    db.session.expire_all()
    assert services.chapter_share(person, chapter.chapter_id) == Fraction(1, 2)


# -- without scripts --------------------------------------------------------------------------------------------------


def test_the_word_of_a_reader_is_held_against_the_clock(app, sign_in, clock):
    book = make_textbook(chapters={**LONG, "下一章": "完。"})
    client, chapter = sign_in(make_person()), chapter_of(book)
    page = client.get(address(book))
    clock.move(seconds=20)
    hasty = client.submit(page, "/done")
    assert hasty.status_code == 422
    assert "再过" in hasty.words or "再过" in hasty.get_data(as_text=True)
    assert services.chapter_share(make_person(), chapter.chapter_id) == 0
    clock.move(minutes=3)
    done = client.submit(hasty, "/done")
    assert (done.status_code, done.location) == (303, address(book, 1))
    assert db.session.scalar(select(ReadingState)).shown == anchors_of(chapter)
    assert "读完了" in client.get(done.location).get_data(as_text=True)


def test_a_forged_opening_is_not_believed(app, sign_in):
    book = make_textbook()
    client = sign_in(make_person())
    answer = client.post(f"{address(book)}/done", data={"session": "forged"})
    assert answer.status_code == 409
    assert db.session.scalar(select(ReadingState)) is None


# -- pages ------------------------------------------------------------------------------------------------------------


def test_the_reader_opens_where_one_stopped_on_any_device(app, sign_in, clock):
    book, person = make_textbook(), make_person()
    chapter, client = chapter_of(book), sign_in(person)
    place = anchors_of(chapter)[2]
    session = open_chapter(client, book)
    clock.move(seconds=30)
    report(client, chapter, session, [], place)
    other = sign_in(person, app.test_client())
    assert other.get(address(book)).page.one("div", class_="paras")["data-position"] == place
    for page in ("/textbooks", f"/textbooks/{book.slug}"):
        link = next(each for each in other.get(page).page.find_all("a") if "继续阅读" in each.text)
        assert link["href"] == f"{address(book)}#p-{place}"


def test_visitors_read_without_progress(app, client):
    book = make_textbook()
    page = client.get(address(book)).page
    assert page.one("div", class_="paras").get("data-shown-url") is None
    assert "登录后可以记住读到哪里" in page.text


def test_a_chapter_that_is_not_in_the_present_edition_is_not_there(app, client):
    book, other = make_textbook(), make_textbook(published=False)
    removed = address(book, 1)
    services.remove_chapter(book.chapters[1])
    assert client.get(removed).status_code == 200
    services.publish(book, None)
    gone = [
        removed,
        f"/textbooks/{book.slug}/999999",
        f"/textbooks/{other.slug}",
        "/textbooks/none",
        f"{removed}99999999999",
    ]
    assert [client.get(path).status_code for path in gone] == [404] * 5


def test_two_characters_are_found_in_the_book_and_on_the_shelf(app, client):
    book = make_textbook(title="调解教程")
    make_textbook(title="别的书", chapters={"一": "这里没有那个词。"})
    page = client.get(f"/textbooks/{book.slug}/find?q=走访").page
    hits = page.find_all("mark")
    assert [hit.text for hit in hits] == ["走访"]
    anchor = anchors_of(chapter_of(book, 1))[0]
    assert page.find("a", href=f"{address(book, 1)}#p-{anchor}") is not None
    assert "没有提到" in client.get(f"/textbooks/{book.slug}/find?q=火箭").words
    assert client.get(f"/textbooks/{book.slug}/find").status_code == 200
    for query, found in [("走访", 1), ("调解", 1), ("教", 1), ("火箭", 0), ("%", 0), ("_", 0), ("别的", 1)]:
        assert shelves.shelf(None, query).total == found, query


def test_the_shelf_is_filtered_by_subject(app, client):
    make_textbook(title="为老", subject="care")
    make_textbook(title="方法", subject="methods")
    assert [item.edition.title for item in shelves.shelf(None, "", "care").items] == ["为老"]
    assert "方法" not in client.get("/textbooks?subject=care").page.one("main").one("ul", class_="shelf").text
    assert client.get("/textbooks?subject=nonsense").status_code == 200


def test_how_the_reader_looks_is_kept_for_a_person_and_for_a_browser(app, client, sign_in):
    book, person = make_textbook(), make_person()
    mine = sign_in(person)
    answer = mine.post("/textbooks/settings", data={"size": "4", "paper": "night", "next": address(book)})
    assert (answer.status_code, answer.location) == (303, address(book))
    mine.post("/textbooks/settings", data={"face": "kai", "spacing": "nonsense"})
    assert db.session.get(ReaderSettings, person.id).values == {
        "size": 4, "spacing": "normal", "face": "kai", "paper": "night"
    }  # fmt: skip
    page = sign_in(person, app.test_client()).get(address(book)).page
    assert page.find("article", class_="size-4") and page.find("article", class_="face-kai")
    assert "night" in page.one("body")["class"]
    client.post("/textbooks/settings", data={"size": "5"}, headers={"Accept": "application/json"})
    assert client.get(address(book)).page.find("article", class_="size-5")
    assert client.post("/textbooks/settings", data={"next": "https://evil.example/"}).location == "/textbooks"


def test_english_pages_are_in_english(app, english):
    book = make_textbook(title="社区工作", title_en="Community Work", summary_en="For community workers.")
    for path in ("/textbooks", f"/textbooks/{book.slug}", f"/textbooks/{book.slug}/find?q=走访", address(book)):
        assert "Community Work" in english.get(path).get_data(as_text=True)


def test_pages_ask_the_same_whatever_their_length(app, sign_in, clock):
    short = make_textbook(chapters={"一": "一段。"})
    long = make_textbook(chapters={f"第{n}章": "\n\n".join(f"段落 {n} {k}" for k in range(60)) for n in range(30)})
    client = sign_in(make_person())
    session = open_chapter(client, long)
    clock.move(minutes=2)
    report(client, chapter_of(long), session, anchors_of(chapter_of(long)), "")
    for path, budget in [
        ("/textbooks", 6),
        (f"/textbooks/{short.slug}", 5),
        (f"/textbooks/{long.slug}", 5),
        (address(short), 6),
        (address(long), 6),
        (f"/textbooks/{long.slug}/find?q=段落", 6),
    ]:
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        queries.assert_at_most(budget)
    with count_queries() as queries:
        report(client, chapter_of(long), session, anchors_of(chapter_of(long)), "")
    queries.assert_at_most(12)


def test_many_books_are_listed_with_the_same_queries(app, sign_in):
    for _number in range(30):
        make_textbook(chapters={"一": "一段。"})
    client = sign_in(make_person())
    with count_queries() as queries:
        page = client.get("/textbooks").page
    queries.assert_at_most(6)
    assert len(page.find_all("li", class_="onshelf")) == 24


def test_paragraphs_are_unique_in_the_database(app):
    chapter = chapter_of(make_textbook())
    first = paragraphs_of(chapter)[0]
    db.session.add(Paragraph(edition_chapter_id=chapter.id, position=99, anchor=first.anchor, kind="p", html="x"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.flush()
    db.session.rollback()
