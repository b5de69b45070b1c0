"""A lesson's old address, and the address of what was taken out, as students and programs meet them."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.learning import attempts, progress, renames, reviews
from tests.web.conftest import Site
from tests.web.sample import COURSE, FIRST, SECOND, Shelf

AT = f"/courses/{COURSE.slug}"
#: FIRST was called ``begun`` and ``earlier``; ``given-up`` is gone, ``split`` too, and SECOND stands in its place.
SINCE = replace(
    COURSE,
    hash="7" * 64,
    renamed={"begun": FIRST.slug, "earlier": FIRST.slug, "split": SECOND.slug},
    retired=frozenset({"given-up", "split", "a-retired-question"}),
)


@pytest.fixture
def site_since(sample_site: Site) -> Site:
    sample_site.app.state.library = Shelf((SINCE,))
    return sample_site


@pytest.mark.parametrize("rest", ["", "?mine=1", "/print", "/print?mine=1", "/mine", "/notes"])
def test_an_old_address_leads_to_the_new_one(site_since: Site, rest: str) -> None:
    for method in ("GET", "HEAD"):
        answer = site_since.visitor().request(method, f"{AT}/lessons/begun{rest}")
        assert (answer.status_code, answer.headers["location"]) == (308, f"{AT}/lessons/{FIRST.slug}{rest}")
    assert site_since.visitor().get(f"{AT}/lessons/{FIRST.slug}").status_code == 200


def test_a_form_sent_to_an_old_address_is_sent_on_whole(site_since: Site) -> None:
    client = site_since.visitor()
    answer = client.post(f"{AT}/lessons/earlier/bookmarks", data={"on": "1"}, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.url.path == f"{AT}/lessons/{FIRST.slug}"


def test_a_program_is_sent_on_too(site_since: Site) -> None:
    program = site_since.program()
    moved = program.get(f"/api/v1{AT}/lessons/begun")
    assert (moved.status_code, moved.headers["location"]) == (308, f"/api/v1{AT}/lessons/{FIRST.slug}")
    assert moved.json()["type"] == "/api/docs#problem-renamed"
    gone = program.get(f"/api/v1{AT}/lessons/given-up")
    assert (gone.status_code, gone.json()["type"]) == (410, "/api/docs#problem-retired")
    assert program.get(f"/api/v1{AT}/lessons/never-was").status_code == 404


@pytest.mark.parametrize("path", ["lessons/given-up", "lessons/split", "questions/a-retired-question"])
def test_what_is_retired_says_so_and_where_to_go_on(site_since: Site, path: str) -> None:
    gone = site_since.visitor().get(f"{AT}/{path}")
    assert gone.status_code == 410
    assert "is retired" in gone.text
    assert f'href="{AT}"' in gone.text
    assert (f'href="{AT}/lessons/{SECOND.slug}"' in gone.text) == (path == "lessons/split")


def test_what_a_student_left_under_the_old_name_is_found_under_the_new_one(sample_site: Site) -> None:
    before = replace(
        COURSE, lessons=(replace(FIRST, slug="begun"), replace(FIRST, slug="earlier", sections=()), SECOND)
    )
    sample_site.app.state.library = Shelf((before,))
    client = sample_site.visitor()
    for name in ("begun", "earlier"):
        client.get(f"{AT}/lessons/{name}?mine=1")
        client.post(f"{AT}/lessons/{name}/bookmarks", data={"on": "1"})
    section = FIRST.sections[0].slug
    note = {"key": "a" * 32, "section": section, "body": "A thought of mine"}
    assert client.post(f"{AT}/lessons/begun/notes", data=note).status_code == 303
    sample_site.app.state.library = Shelf((SINCE,))
    for _visit in range(2):
        assert client.get("/me/bookmarks").text.count(f'href="{AT}/lessons/{FIRST.slug}"') >= 1
        notes = client.get("/me/notes").text
        assert "A thought of mine" in notes
        assert "lessons that are gone" not in notes
        assert "A thought of mine" in client.get(f"{AT}/lessons/{FIRST.slug}?mine=1").text
    learner = sample_site.db.read_now(lambda conn: conn.exec_driver_sql("SELECT learner_id FROM note").scalar_one())
    visits = sample_site.db.read_now(lambda conn: progress.visits(conn, learner, COURSE.slug))
    assert set(visits) == {FIRST.slug}
    marks = sample_site.db.read_now(lambda conn: conn.exec_driver_sql("SELECT lesson FROM bookmark").scalars().all())
    assert marks == [FIRST.slug]


def test_opening_a_lesson_costs_no_more_the_more_were_renamed(sample_site: Site) -> None:
    renamed = {f"old-{number}": lesson.slug for number in range(20) for lesson in (FIRST, SECOND)}
    since, said = replace(COURSE, renamed=renamed), list[str]()

    def opened(conn: Connection) -> None:
        progress.visit(conn, "a" * 32, COURSE.slug, FIRST.slug, 1.0)
        conn.connection.dbapi_connection.set_trace_callback(said.append)  # type: ignore[union-attr]
        renames.follow(conn, "a" * 32, since)
        conn.connection.dbapi_connection.set_trace_callback(None)  # type: ignore[union-attr]

    sample_site.db.write_now(opened)
    assert len(said) == 1


def test_a_retired_question_keeps_what_it_earned_and_is_asked_no_more(sample_site: Site) -> None:
    client = sample_site.visitor()
    client.post(f"{AT}/questions/stacked/attempts", data={"answer": "o-five"})
    me: TestClient = client
    earned = me.get("/api/v1/me").json()["xp"]
    kept = [
        replace(s, blocks=tuple(b for b in s.blocks if getattr(b, "question", None) is None)) for s in FIRST.sections
    ]
    without = tuple(replace(one, sections=tuple(kept)) if one.slug == FIRST.slug else one for one in COURSE.lessons)
    since = replace(COURSE, hash="8" * 64, lessons=without, retired=frozenset({"stacked"}))
    sample_site.app.state.library = Shelf((since,))
    assert me.get("/api/v1/me").json()["xp"] == earned
    assert "Answered “" in me.get("/me").text
    assert me.get(f"{AT}/questions/stacked").status_code == 410
    assert me.post(f"{AT}/questions/stacked/attempts", data={"answer": "o-five"}).status_code == 410
    learner = sample_site.db.read_now(lambda conn: conn.exec_driver_sql("SELECT learner_id FROM attempt").scalar_one())
    far = 4e9
    assert sample_site.db.read_now(lambda conn: reviews.count_due(conn, learner, far, (COURSE,))) == 1
    assert sample_site.db.read_now(lambda conn: reviews.count_due(conn, learner, far, (since,))) == 0
    assert sample_site.db.read_now(lambda conn: attempts.shown(conn, learner, COURSE.slug)) == {"stacked": True}
