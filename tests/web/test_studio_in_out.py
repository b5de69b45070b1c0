"""A course's way in and out, through the studio's own pages."""

import io
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from app.content.diagnostics import CODES
from app.content.library import Library
from app.studio import archives, drafts
from app.web import studio_help
from tests.content.courses import FOLDER
from tests.web.access import named
from tests.web.conftest import Site

COURSE = "/studio/courses/small-course"


@pytest.fixture
def lessons(site: Site, tmp_path: Path) -> Path:
    """A folder of lessons of this test's own."""
    folder = tmp_path / "lessons"
    shutil.copytree(FOLDER / "small-course", folder / "small-course")
    site.app.state.library = Library(folder, True)
    return folder


@pytest.fixture
def teacher(site: Site, lessons: Path) -> TestClient:
    assert lessons
    return named(site, "small-course", "instructor")


def send(client: TestClient, data: bytes, course: str = "") -> tuple[int, str, str]:
    files = {"file": ("course.zip", data, "application/zip")}
    answer = client.post("/studio/courses/archive", files=files, data={"course": course}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_the_page_leads_to_all_and_says_what_stays(teacher: TestClient) -> None:
    page = teacher.get(f"{COURSE}/in-and-out").text
    for format in ("questions.gift", "questions.moodle.xml", "questions.qti.zip", "archive.zip", "import"):
        assert f"{COURSE}/{format}" in page
    assert "stays here" in page
    assert "no other system can" in page
    assert 'aria-current="page">In and out' in page


def test_questions_of_the_course_and_of_a_lesson(teacher: TestClient) -> None:
    whole, one = (teacher.get(f"{COURSE}/questions.moodle.xml{query}") for query in ("", "?lesson=stacks"))
    ids = [
        [q.findtext("idnumber") for q in ET.fromstring(answer.content).findall("question")][1:]
        for answer in (whole, one)
    ]
    assert set(ids[1]) < set(ids[0])
    assert "receptive.weights-of-a-stack-1" in ids[1]
    assert whole.headers["content-disposition"] == 'attachment; filename="small-course.moodle.xml"'
    assert whole.headers["cache-control"] == "private, no-store"
    gift = teacher.get(f"{COURSE}/questions.gift?lesson=stacks").text
    assert "// [id:receptive.weights-of-a-stack-1]" in gift
    package = zipfile.ZipFile(io.BytesIO(teacher.get(f"{COURSE}/questions.qti.zip").content))
    assert "imsmanifest.xml" in package.namelist()
    assert teacher.get(f"{COURSE}/questions.gift?lesson=nowhere").status_code == 404


def test_a_course_without_questions_says_so(teacher: TestClient, lessons: Path) -> None:
    (lessons / "small-course" / "course.yaml").write_text("title: Empty\nsummary: Nothing yet.\n")
    page = teacher.get(f"{COURSE}/in-and-out").text
    assert "No question of this course can go" in page


def test_a_course_that_is_all_drafts_has_nothing_to_take(site: Site, lessons: Path) -> None:
    teacher = site.signed_in("instructor")
    assert "/studio/courses/archive" in teacher.get("/studio").text
    assert teacher.post("/studio/courses", data={"title": "Brand new"}).status_code in (200, 303)
    page = teacher.get("/studio/courses/brand-new/in-and-out")
    assert page.status_code == 200
    assert "published yet" in page.text
    assert "archive.zip" not in page.text
    assert teacher.get("/studio/courses/brand-new/archive.zip").status_code == 404
    # What is uploaded over it is drafts, too, once one's own are put aside.
    out = archives.of_course(lessons / "small-course")
    assert send(teacher, out, "brand-new")[0] == 409
    teacher.post("/studio/courses/brand-new/files/course.yaml/draft/discard")
    assert send(teacher, out, "brand-new")[1].startswith("/studio/courses/brand-new/in-and-out?brought=")
    assert not (lessons / "brand-new" / "course.yaml").exists()


def test_an_archive_makes_the_same_course_anew(teacher: TestClient, site: Site, lessons: Path) -> None:
    out = teacher.get(f"{COURSE}/archive.zip").content
    assert out == teacher.get(f"{COURSE}/archive.zip").content
    assert send(teacher, out, "a-copy")[:2] == (303, "/studio/courses/a-copy")
    copy, first = (archives.read(archives.of_course(lessons / name)).files for name in ("a-copy", "small-course"))
    assert copy == first
    # Whoever made it is its instructor, and nobody else.
    assert teacher.get("/studio/courses/a-copy/in-and-out").status_code == 200
    assert named(site, "small-course", "instructor").get("/studio/courses/a-copy/in-and-out").status_code == 403


def test_over_a_course_it_becomes_drafts(teacher: TestClient, site: Site, lessons: Path) -> None:
    out = teacher.get(f"{COURSE}/archive.zip").content
    lesson = lessons / "small-course" / "stacks.md"
    before = lesson.read_text()
    lesson.write_text(before + "\nSomething newer.\n")
    status, at, _ = send(teacher, out)
    assert (status, at) == (303, f"{COURSE}/in-and-out?brought=1")
    assert "The archive changes 1 file" in teacher.get(at).text
    assert lesson.read_text().endswith("newer.\n")
    mine = site.db.read_now(lambda conn: list(conn.execute(drafts.studio_draft.select())))
    assert [(row.file, row.text) for row in mine] == [("stacks.md", before)]
    # Again: the same drafts, not more of them.
    assert send(teacher, out)[:2] == (303, at)


def test_over_a_course_it_leaves_what_one_has_not_published(teacher: TestClient, site: Site, lessons: Path) -> None:
    out = teacher.get(f"{COURSE}/archive.zip").content
    lesson = lessons / "small-course" / "stacks.md"
    lesson.write_text(lesson.read_text() + "\nSomething newer.\n")
    mine = {"text": "An hour's work.", "version": 0}
    assert teacher.put(f"{COURSE}/files/stacks.md/draft", json=mine).status_code == 200
    assert teacher.put(f"{COURSE}/files/glossary.md/draft", json=mine).status_code == 200

    def held() -> list[str]:
        rows = site.db.read_now(lambda conn: list(conn.execute(drafts.studio_draft.select())))
        return [row.text for row in rows if row.state == "open"]

    before = held()
    status, _, page = send(teacher, out)
    assert (status, held()) == (409, before)
    assert "not published: stacks.md." in page, "the archive changes nothing of glossary.md"
    teacher.post(f"{COURSE}/files/stacks.md/draft/discard")
    assert send(teacher, out)[:2] == (303, f"{COURSE}/in-and-out?brought=1")


def test_what_is_no_course_is_refused_in_words(teacher: TestClient, site: Site, lessons: Path) -> None:
    assert "no zip archive" in send(teacher, b"text")[2]
    evil = archives.packed({"x/course.yaml": b"title: X\n", "x/../../evil.md": b"x"})
    status, _, page = send(teacher, evil)
    assert (status, "leads out of it" in page) == (422, True)
    bare = archives.packed({"course.yaml": b"title: X\nsummary: Y\n"})
    assert send(teacher, bare)[0] == 422
    assert "needs an address" in send(teacher, bare, "Not An Address")[2]
    # Nobody puts drafts into a course that is not theirs.
    shutil.copytree(lessons / "small-course", lessons / "another")
    assert send(teacher, bare, "another")[0] == 403
    assistant = named(site, "small-course", "assistant")
    assert send(assistant, bare, "brand-new")[0] == 403
    assert sorted(path.name for path in lessons.iterdir()) == ["another", "small-course"]


def test_where_the_folder_cannot_be_written_it_says_so(teacher: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr("app.studio.bringing.make", fails)
    status, _, page = send(teacher, archives.packed({"new/course.yaml": b"title: X\nsummary: Y\n"}))
    assert (status, "cannot be written" in page) == (409, True)


def test_every_code_has_its_place_in_the_manual(teacher: TestClient) -> None:
    page = teacher.get("/studio/help/lesson-format").text
    for code in CODES:
        assert f'id="{code.lower()}"' in page, code
    assert teacher.get("/studio/help/nothing").status_code == 404


def test_links_of_the_manual_lead_somewhere(teacher: TestClient) -> None:
    pages = {name: teacher.get(f"/studio/help/{name}").text for name in studio_help.known()}
    assert {"instructors", "lesson-format"} <= pages.keys()
    for name, page in pages.items():
        body = page[page.index("manual__page") :]
        for href in re.findall(r'<a href="([^"]*)"', body[: body.index("</article>")]):
            at, _, place = href.partition("#")
            there = pages[at.rpartition("/")[2]] if at.startswith("/studio/help/") else page if not at else None
            assert there is None or not place or f'id="{place}"' in there, (name, href)
        for source in re.findall(r'src="(/studio/help/images/[^"]+)"', body):
            assert teacher.get(source).status_code == 200, source
        assert "style=" not in body[: body.index("</article>")]
    assert teacher.get("/studio/help/images/..%2Finstructors.md").status_code == 404
