"""New courses and lessons, names, order, and what is taken out: drafts until they are published."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.content.reading import courses_in, read_course
from app.learning import learners
from app.main import create_app
from app.settings import Settings
from app.studio import drafts, publishing
from tests.content.courses import FOLDER
from tests.web.conftest import Site

COURSE = "small-course"
AT = f"/studio/courses/{COURSE}"


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "lessons"
    shutil.copytree(FOLDER, folder)
    app = create_app(settings.model_copy(update={"lessons": folder}))
    app.state.library = Library(folder, reload=True)
    with Site(app) as site:
        yield site


@pytest.fixture
def instructor(desk: Site) -> TestClient:
    return desk.signed_in("instructor", "ada@example.org")


def folder(desk: Site) -> Path:
    return Path(desk.app.state.library.folder)


def who(desk: Site) -> str:
    found = desk.db.read_now(lambda conn: learners.by_email(conn, "ada@example.org"))
    assert found is not None
    return found.id


def own(desk: Site, course: str = COURSE) -> dict[str, str | None]:
    held = desk.db.read_now(lambda conn: drafts.own(conn, who(desk), course))
    return {file: draft.text for file, draft in held.items()}


def publish(desk: Site, course: str = COURSE) -> None:
    files = list(own(desk, course))
    publishing.publish(
        desk.db,
        desk.app.state.library,
        course=course,
        learner_id=who(desk),
        files=files,
        key=f"key-{time.time_ns()}",
        note="",
        now=time.time(),
    )


def send(client: TestClient, path: str, **fields: str) -> str:
    answer = client.post(path, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_course_begins_as_drafts_that_check_clean_and_are_published(desk: Site, instructor: TestClient) -> None:
    at = send(instructor, "/studio/courses", title="Größe & Tiefe: eins", summary='It "is" small.')
    assert at == "/studio/courses/grosse-tiefe-eins"
    slug = at.rpartition("/")[2]
    texts = own(desk, slug)
    assert set(texts) == {"course.yaml", "first-lesson.md"}
    assert read_course(folder(desk) / slug, {}, over=texts).diagnostics == ()
    assert slug not in [path.name for path in courses_in(folder(desk))]
    page = instructor.get(at)
    assert page.status_code == 200
    assert "Größe &amp; Tiefe: eins" in page.text
    tabs = re.findall(rf'href="({at}/(?:skills|answers|classes|revisions|in-and-out|people))"', page.text)
    assert [tab.rpartition("/")[2] for tab in tabs] == ["skills", "revisions", "in-and-out"]
    assert [instructor.get(tab).status_code for tab in tabs] == [200, 200, 200]
    assert "come with the first publishing" in page.text
    assert instructor.get(f"{at}/files/first-lesson.md/preview").status_code == 200
    assert instructor.get("/studio").text.count(at) >= 1
    assert desk.visitor().get(f"/courses/{slug}").status_code == 404
    publish(desk, slug)
    assert desk.visitor().get(f"/courses/{slug}/lessons/first-lesson").status_code == 200


def test_a_form_for_a_course_that_is_sent_twice_makes_one(desk: Site, instructor: TestClient) -> None:
    fields = {"title": "Once", "summary": "Only once."}
    at = send(instructor, "/studio/courses", **fields)
    before = own(desk, "once")
    assert send(instructor, "/studio/courses", **fields) == at
    assert own(desk, "once") == before
    other = desk.signed_in("instructor", "ben@example.org")
    assert other.post("/studio/courses", data=fields).status_code == 422
    assert instructor.post("/studio/courses", data=fields | {"summary": "Another."}).status_code == 422


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "Give it a title"),
        ({"title": "Again", "slug": COURSE}, "There is a course at"),
        ({"title": "X", "slug": "../up"}, "An address holds"),
        ({"title": "漢字"}, "An address holds"),
        ({"title": "X", "slug": "x" * 81}, "at most 80"),
    ],
)
def test_a_course_that_cannot_be_says_why_and_keeps_what_was_typed(
    desk: Site, instructor: TestClient, fields: dict[str, str], said: str
) -> None:
    before = sorted(path.name for path in folder(desk).iterdir())
    answer = instructor.post("/studio/courses", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{fields["title"]}"' in answer.text
    assert sorted(path.name for path in folder(desk).iterdir()) == before


def test_a_new_lesson_is_listed_last_and_can_be_discarded(desk: Site, instructor: TestClient) -> None:
    at = send(instructor, f"{AT}/lessons", title="Deeper still", summary="More layers.")
    assert at == f"{AT}/files/deeper-still.md"
    assert instructor.get(at).status_code == 200
    texts = own(desk)
    assert texts["course.yaml"] == (folder(desk) / COURSE / "course.yaml").read_text().replace(
        "[first-steps, stacks]", "[first-steps, stacks, deeper-still]"
    )
    assert not [one for one in read_course(folder(desk) / COURSE, {}, over=texts).diagnostics if one.code[0] != "C"]
    again = instructor.post(f"{AT}/lessons", data={"title": "Deeper still"})
    assert again.status_code == 422
    for file in list(own(desk)):
        send(instructor, f"{AT}/files/{file}/draft/discard")
    assert own(desk) == {}


def test_a_renamed_lesson_leads_on_once_it_is_published(desk: Site, instructor: TestClient) -> None:
    send(instructor, f"{AT}/lessons/stacks/rename", title="Stacks, anew", slug="many-layers")
    texts = own(desk)
    assert set(texts) == {"course.yaml", "many-layers.md", "stacks.md"}
    assert texts["stacks.md"] is None
    assert not [
        one for one in read_course(folder(desk) / COURSE, {}, over=texts).diagnostics if one.severity == "error"
    ]
    old = f"/courses/{COURSE}/lessons/stacks"
    assert (
        desk.visitor().get(f"{old}?mine=1").status_code == 200
    )  # not the page for everyone, which is kept for a moment
    publish(desk)
    moved = desk.visitor().get(old)
    assert (moved.status_code, moved.headers["location"]) == (308, f"/courses/{COURSE}/lessons/many-layers")
    assert "Stacks, anew" in desk.visitor().get(moved.headers["location"]).text
    taken = instructor.post(f"{AT}/lessons", data={"title": "Stacks"})
    assert taken.status_code == 422
    assert "was the address of another lesson" in taken.text


def test_a_lesson_that_nobody_saw_is_renamed_without_a_trace(desk: Site, instructor: TestClient) -> None:
    send(instructor, f"{AT}/lessons", title="Deeper")
    send(instructor, f"{AT}/lessons/deeper/rename", title="Deepest", slug="deepest")
    texts = own(desk)
    assert set(texts) == {"course.yaml", "deepest.md"}
    assert "renamed" not in (texts["course.yaml"] or "")


def test_lessons_are_moved_by_buttons_and_by_a_whole_order(desk: Site, instructor: TestClient) -> None:
    send(instructor, f"{AT}/order", move="stacks", by="-1")
    assert "[stacks, first-steps]" in (own(desk)["course.yaml"] or "")
    instructor.post(f"{AT}/order", data={"lesson": ["first-steps", "stacks", "none"]})
    assert own(desk) == {}


def test_a_move_that_is_sent_twice_is_one(desk: Site, instructor: TestClient) -> None:
    for number in range(3):
        send(instructor, f"{AT}/lessons", title=f"More {number}")
    page = instructor.get(f"{AT}/order").text
    form = page[page.index('name="move" value="more-2"') :]
    found = re.search(r'name="at" value="(\d+)"', form)
    assert found
    moved = []
    for _again in range(2):
        send(instructor, f"{AT}/order", move="more-2", by="-1", at=found[1])
        moved.append(own(desk)["course.yaml"])
    assert moved[0] == moved[1]
    assert str(moved[0]).index("more-2") > str(moved[0]).index("more-0")
    assert str(moved[0]).index("more-2") < str(moved[0]).index("more-1")


def test_what_is_retired_is_gone_from_the_text_and_says_so_to_students(desk: Site, instructor: TestClient) -> None:
    send(instructor, f"{AT}/questions/kernel-reach/retire")
    text = own(desk)["first-steps.md"] or ""
    published = (folder(desk) / COURSE / "first-steps.md").read_text()
    assert "} kernel-reach" not in text
    assert len(published.splitlines()) - len(text.splitlines()) < 40
    publish(desk)
    assert desk.visitor().get(f"/courses/{COURSE}/questions/kernel-reach").status_code == 410
    send(instructor, f"{AT}/lessons/first-steps/retire", instead="stacks")
    assert "one-layer" in (own(desk)["course.yaml"] or "")
    publish(desk)
    gone = desk.visitor().get(f"/courses/{COURSE}/lessons/first-steps")
    assert gone.status_code == 410
    assert f"/courses/{COURSE}/lessons/stacks" in gone.text


def test_what_is_not_there_is_not_found(desk: Site, instructor: TestClient) -> None:
    for path in ("lessons/none/rename", "lessons/none/retire", "questions/none/retire"):
        assert instructor.post(f"{AT}/{path}", data={"title": "X"}).status_code == 404
    assert instructor.post(f"{AT}/lessons/stacks/retire", data={"instead": "stacks"}).status_code == 404
    assert own(desk) == {}


def test_an_unreadable_course_yaml_is_left_alone(desk: Site, instructor: TestClient) -> None:
    instructor.put(f"{AT}/files/course.yaml/draft", json={"text": "title: [", "version": 0})
    answer = instructor.post(f"{AT}/lessons", data={"title": "One more"})
    assert answer.status_code == 422
    assert own(desk) == {"course.yaml": "title: ["}
