"""A student's notes, highlights and bookmarks: with a script, without one, and seen by nobody else."""

import re
from typing import Any

from starlette.testclient import TestClient

from app.learning.notes import LONGEST_BODY, LONGEST_QUOTE
from tests.web.conftest import Site
from tests.web.sample import COURSE, Shelf, flat

PAGE = "/courses/sample/lessons/first"
HTMX = {"HX-Request": "true"}
KEY, OTHER = "a" * 32, "b" * 32
QUOTE = {"key": KEY, "section": "seeing", "quote": "looks at nine cells", "before": "A 3×3", "after": ", no more"}


def mark(client: TestClient, **fields: str) -> str:
    sent = client.post(f"{PAGE}/notes", data={**QUOTE, **fields}, headers=HTMX)
    assert sent.status_code == 200, sent.text
    return flat(sent.text)


def refused(client: TestClient, url: str = f"{PAGE}/notes", **fields: str) -> tuple[int, str]:
    sent = client.post(url, data=fields)
    return sent.status_code, flat(sent.text)


def test_a_highlight_comes_with_the_lesson_and_the_page_for_everyone_stays(student: TestClient) -> None:
    before = flat(student.get(PAGE).text)
    box = mark(student, start="3", body="Is it?")
    assert box.startswith('<details class="mynotes" id="notes-seeing"')
    assert "1 note or highlight of yours" in box
    assert flat(student.get(PAGE).text) == before
    mine = flat(student.get(f"{PAGE}/mine", headers=HTMX).text)
    assert f'id="note-{KEY}"' in mine
    assert 'data-before="A 3×3"' in mine
    assert 'data-start="3"' in mine
    assert "notes-counting" not in mine, "a section without notes has nothing to send"


def test_a_note_is_sent_twice_and_kept_once(student: TestClient) -> None:
    mark(student)
    assert mark(student).count("<article") == 1
    assert mark(student, key=OTHER).count("<article") == 2


def test_without_a_script_notes_are_forms(student: TestClient) -> None:
    page = student.get(f"{PAGE}?mine=1").text
    key = re.search(r'name="key" value="([0-9a-f]{32})">\s*<input type="hidden" name="section" value="counting"', page)
    assert key
    sent = student.post(f"{PAGE}/notes", data={"key": key[1], "section": "counting", "body": "Two\r\nlines"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}?mine=1#note-{key[1]}")
    page = student.get(f"{PAGE}?mine=1").text
    assert "Two\nlines</p>" in page
    assert page.index('id="counting"') < page.index(f"note-{key[1]}")
    changed = student.post(f"/me/notes/{key[1]}", data={"body": "Other words"})
    assert changed.headers["location"] == sent.headers["location"]
    assert "Other words" in student.get(f"{PAGE}?mine=1").text
    assert student.get(f"{PAGE}/notes").headers["location"] == f"{PAGE}?mine=1"


def test_a_deletion_is_offered_back(student: TestClient) -> None:
    mark(student)
    gone = flat(student.post(f"/me/notes/{KEY}/delete", headers=HTMX).text)
    assert "Undo" in gone
    assert "data-quote" not in gone
    back = flat(student.post(f"/me/notes/{KEY}/restore", headers=HTMX).text)
    assert "data-quote" in back
    assert student.post(f"/me/notes/{KEY}/delete", data={"back": "me"}).headers["location"] == f"/me/notes#note-{KEY}"
    assert "Undo" in student.get("/me/notes").text


def test_nobody_sees_or_changes_what_another_wrote(sample_site: Site) -> None:
    owner, other = sample_site.visitor(), sample_site.signed_in("admin")
    mark(owner, body="a secret thought")
    for url in (f"{PAGE}/mine", f"{PAGE}?mine=1", f"{PAGE}/notes", "/me/notes", "/me/notes.md", "/search?q=thought"):
        assert "secret thought" not in other.get(url, headers=HTMX).text
    for path in ("", "/delete", "/restore"):
        assert other.post(f"/me/notes/{KEY}{path}", data={"body": "x"}).status_code == 404
    assert "secret thought" in owner.get("/me/notes").text


def test_what_is_written_is_shown_as_text(student: TestClient) -> None:
    evil = "<img src=x onerror=alert(1)> {{ 7 * 7 }}"
    box = mark(student, body=evil, quote=evil, before='"><script>', after="'")
    assert "<img" not in box
    assert "<script>" not in box
    assert "{{ 7 * 7 }}" in box
    for url in ("/me/notes", f"{PAGE}?mine=1"):
        assert "<img src=x" not in student.get(url).text


def test_what_cannot_be_kept_is_refused_in_words(student: TestClient) -> None:
    assert refused(student, key=KEY, section="seeing")[0] == 422
    assert "Mark at most" in refused(student, **{**QUOTE, "quote": "x" * (LONGEST_QUOTE + 1)})[1]
    assert "at most" in refused(student, key=KEY, section="seeing", body="x" * (LONGEST_BODY + 1))[1]
    assert refused(student, **{**QUOTE, "section": "nowhere"})[0] == 404
    assert refused(student, **{**QUOTE, "key": "../../etc"})[0] == 422
    assert refused(student, **{**QUOTE, "start": "-1"})[0] == 422
    assert "A note on a section" not in student.get("/me/notes").text
    mark(student, quote="", body="words")
    assert "needs some words" in refused(student, f"/me/notes/{KEY}", body=" ")[1]


def test_what_was_typed_is_not_swapped_for_why_it_is_not_kept(student: TestClient) -> None:
    answer = student.post(f"{PAGE}/notes", data={"key": KEY, "section": "seeing"}, headers=HTMX)
    assert (answer.status_code, answer.headers["hx-reswap"]) == (422, "beforeend")


def test_signs_that_no_text_holds_are_left_out(student: TestClient) -> None:
    assert "nine cells" in mark(student, quote="nine\x00 cells\x07", body="a\x00b\tc")


def test_all_notes_stand_on_a_page_and_in_a_file(student: TestClient) -> None:
    mark(student, body="First")
    mark(student, key=OTHER, section="counting", quote="", body="Second\n\n- a list")
    page = flat(student.get("/me/notes").text)
    assert page.index("First") < page.index("Second")
    assert f'href="{PAGE}?mine=1#note-{KEY}"' in page
    file = student.get("/me/notes.md?course=sample")
    assert file.headers["content-type"] == "text/markdown; charset=utf-8"
    assert file.headers["content-disposition"] == 'attachment; filename="notes-sample.md"'
    lines = [line for line in file.text.splitlines() if line]
    assert lines[:6] == [
        "# Sample networks",
        "## What a stack can see",
        "### Seeing",
        "> looks at nine cells",
        "First",
        lines[5],
    ]
    assert "### Counting" in lines
    assert "- a list" in lines
    assert student.get("/me/notes.md?course=nowhere").text == ""


def test_notes_outlive_their_section_and_their_lesson(sample_site: Site) -> None:
    from dataclasses import replace

    client = sample_site.visitor()
    mark(client, body="my own words")
    first, second = COURSE.lessons
    fewer = replace(first, hash="5" * 64, sections=tuple(s for s in first.sections if s.slug != "seeing"))
    sample_site.app.state.library = Shelf((replace(COURSE, hash="5" * 64, lessons=(fewer, second)),))
    page = client.get(f"{PAGE}?mine=1").text
    assert page.index('id="counting"') < page.index("my own words")
    sample_site.app.state.library = Shelf((replace(COURSE, hash="6" * 64, lessons=(second,)),))
    page = client.get("/me/notes").text
    assert "From lessons that are gone" in page
    assert "my own words" in page
    assert "my own words" in client.get("/me/notes.md").text
    assert client.post(f"/me/notes/{KEY}/delete", data={"back": "me"}).status_code == 303
    assert "Undo" in client.get("/me/notes").text


def bookmark(client: TestClient, on: str = "1", section: str = "", **sent: Any) -> str:
    answer = client.post(f"{PAGE}/bookmarks", data={"on": on, "section": section}, **sent)
    assert answer.status_code in (200, 303)
    return flat(answer.text)


def test_a_lesson_is_marked_and_found_again(student: TestClient) -> None:
    assert "Bookmarked" in bookmark(student, headers=HTMX)
    bookmark(student)
    assert 'id="mark-"' in student.get(f"{PAGE}/mine", headers=HTMX).text
    assert f'<a href="{PAGE}">What a stack can see</a>' in student.get("/").text
    assert student.get("/me/bookmarks").text.count(f'href="{PAGE}"') == 1
    assert "Bookmarked" not in bookmark(student, on="0", headers=HTMX)
    assert "None yet" in student.get("/me/bookmarks").text
    assert "marked-h" not in student.get("/").text


def test_a_section_is_marked_and_found_again(student: TestClient) -> None:
    bookmark(student, section="seeing")
    assert f'<a href="{PAGE}#seeing">Seeing</a>' in student.get("/me/bookmarks").text
    assert "Bookmarked, remove" in student.get(f"{PAGE}?mine=1").text
    data = {"course": "sample", "lesson": "first", "section": "seeing"}
    assert student.post("/me/bookmarks/remove", data=data).status_code == 303
    assert "None yet" in student.get("/me/bookmarks").text
    assert student.post(f"{PAGE}/bookmarks", data={"section": "nowhere"}).status_code == 404


def test_a_bookmark_of_a_lesson_that_is_gone_says_so(sample_site: Site) -> None:
    client = sample_site.visitor()
    bookmark(client)
    sample_site.app.state.library = Shelf(())
    page = client.get("/me/bookmarks").text
    assert "The lesson is gone" in page
    assert f'href="{PAGE}"' not in page
    assert "marked-h" not in client.get("/").text
