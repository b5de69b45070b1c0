"""Sharing what a real worker measured: a challenge's solution, its place beside others, and what survives a new lab."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

from app.content.course import QuestionBlock, Section
from app.content.requirements import read
from app.learning import attempts
from app.runs import record
from tests.web.conftest import PASSWORD
from tests.web.lab.conftest import with_labs
from tests.web.lab.test_designs import DESIGN, PARTLY, RIGHT
from tests.web.sample import COURSE, Shelf

CHALLENGE = f"{COURSE.slug}/five-wide"
QUESTION = f"/courses/{COURSE.slug}/questions/five-wide"
PLOT = f"/courses/{COURSE.slug}/nexus/five-wide"


def shelf(requires: tuple[Any, ...] = DESIGN.requires) -> Shelf:
    course = with_labs(COURSE)
    section = Section(4, "designs", "Designs", "Designs", (QuestionBlock(replace(DESIGN, requires=requires)),))
    first = replace(course.lessons[0], sections=(*course.lessons[0].sections, section))
    return Shelf((replace(course, lessons=(first, *course.lessons[1:])),))


@pytest.fixture(autouse=True)
def _designs(lab_app: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("app.web.sharing.MOMENT", 60.0)  # the figures are there with the answer, however busy it is
    state = lab_app.app.state  # type: ignore[attr-defined]
    before, state.library = state.library, shelf()
    yield
    state.library = before


def someone(lab_app: TestClient, name: str = "") -> TestClient:
    """A new visitor; with ``name``, a new account."""
    client = TestClient(lab_app.app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    client.portal = lab_app.portal
    client.get("/")
    if name:
        email = f"{name}-{time.time_ns()}@example.org"
        made = client.post("/account/new", data={"name": f"Real {name}", "email": email, "password": PASSWORD})
        assert made.status_code == 303
    return client


def solve(client: TestClient, code: str) -> None:
    assert client.post(f"/api/v1{QUESTION}/attempts", json={"answer": code}).json()["correct"] is True


def share(client: TestClient, **fields: str) -> str:
    sent = client.post("/nexus/shares", data=fields)
    assert sent.status_code == 303, re.sub(r"<[^>]+>", "", sent.text)
    return str(sent.headers["location"])


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_solution_is_shown_with_its_figures_and_given_away_to_nobody(lab_app: TestClient) -> None:
    ann, bob = someone(lab_app, "ann"), someone(lab_app)
    assert ann.post("/nexus/shares", data={"challenge": CHALLENGE}).status_code == 404, "nothing was sent yet"
    ann.post(f"/api/v1{QUESTION}/attempts", json={"answer": PARTLY})
    assert ann.post("/nexus/shares", data={"challenge": CHALLENGE}).status_code == 404, "that was not right"
    solve(ann, RIGHT)
    assert f"/nexus/new?challenge={CHALLENGE}" in ann.get(QUESTION).text
    url = share(ann, challenge=CHALLENGE, title="Two threes", visibility="gallery", name="Ann Onym")
    page = bob.get(url).text
    assert "Two threes" in page
    assert "260" in page, "its parameters"
    for told in ("Conv2d(4", "/runs/"):
        assert told not in page
    assert "It opens once you have met it" in page
    assert bob.get(f"{url}/lab").status_code == bob.post(f"{url}/runs").status_code == 403
    told = bob.get(f"/api/v1/shares/{url[-22:]}").json()
    assert (told["spec"], told["run"], told["measured"]["params"]) == (None, None, 260)
    assert "model__net" not in bob.get(f"/courses/{COURSE.slug}/nexus").text
    bob.post(f"/api/v1{QUESTION}/attempts", json={"answer": None})
    assert "Conv2d" in re.sub(r"<[^>]+>", "", bob.get(url).text), "given up: its explanation is open, and so is this"
    assert "model__net" in bob.get(f"/courses/{COURSE.slug}/nexus").text


def test_solutions_stand_beside_each_other_with_ones_own_among_them(lab_app: TestClient) -> None:
    cat, dan = someone(lab_app, "cat"), someone(lab_app, "dan")
    solve(cat, "net = nn.Sequential(nn.Conv2d(3, 3, 3), nn.Conv2d(3, 4, 3))")
    assert "Share your solution" in cat.get(PLOT).text
    assert "Share your solution" not in dan.get(PLOT).text, "there is none yet"
    share(cat, challenge=CHALLENGE, title="Cheaper", visibility="gallery", name="Cat Flap")
    solve(dan, "net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3))")
    share(dan, challenge=CHALLENGE, title="My own", visibility="private")
    mine, others = dan.get(PLOT).text, someone(lab_app).get(PLOT).text
    assert "you, seen by yourself alone" in mine
    assert 'class="front__dot is-own"' in mine
    assert "My own" not in others
    assert "Cat Flap" in others
    assert 'class="front__dot is-front"' in others
    assert [word for word in ("rank", "likes", "winner", "1st") if word in others] == []


def test_what_was_sent_opens_though_the_challenge_asks_for_something_else_and_the_run_is_gone(
    lab_app: TestClient,
) -> None:
    eve = someone(lab_app, "eve")
    solve(eve, RIGHT)
    url = share(eve, challenge=CHALLENGE, title="Before", visibility="link")
    db = lab_app.app.state.db  # type: ignore[attr-defined]
    db.write_now(lambda conn: conn.execute(delete(record.run).where(record.run.c.status == "done")))
    lab_app.app.state.library = shelf((read("depth >= 9", ()),))  # type: ignore[attr-defined]
    question = eve.get(QUESTION).text
    links = re.findall(rf"{QUESTION}/sent/[\w-]+", question)
    assert len(links) == 3
    for link in links:
        page = eve.get(link)
        assert page.status_code == 200
        assert "Conv2d(4, 4, 3)" in page.text
        assert 'value="3x8x8"' in page.text
    assert someone(lab_app).get(links[0]).status_code == 404
    _lesson, question_now = lab_app.app.state.library.courses()[0].question_by_id["five-wide"]  # type: ignore[attr-defined]
    who = eve.get("/api/v1/me").json()["id"]
    states = db.read_now(lambda conn: attempts.states(conn, who, COURSE.slug, [question_now]))
    assert states["five-wide"].asked["options"]["measure"] == ["params", "rf", "shape"]
    again = eve.get(url)
    assert again.status_code == 200
    assert "Run it" in again.text
    assert eve.post(f"{url}/runs").status_code == 303
    until(lambda: "<td>5×5</td>" in eve.get(url).text)


def test_a_new_version_of_the_lab_leaves_shares_what_they_are(
    lab_app: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fay, anyone = someone(lab_app, "fay"), someone(lab_app)
    asked = {"experiment": "parameters", "code": "net = nn.Conv2d(3, 5, 3)", "input": "3x8x8", "wait": 30}
    run = fay.post("/api/v1/runs", json=asked).json()["id"]
    url = share(fay, run=run, title="From the old lab", visibility="link", kind="network")
    assert "140" in anyone.get(url).text
    monkeypatch.setattr("app.lab.messages.LAB_VERSION", 99)
    for module in ("shares", "share_measuring"):
        monkeypatch.setattr(f"app.web.{module}.LAB_VERSION", 99)
    page = anyone.get(url).text
    assert "An older lab measured this" in page
    assert "<dd>140</dd>" in page, "what was measured then is still told"
    assert "Conv2d" in anyone.get(f"{url}/lab").text
    assert anyone.post(f"{url}/runs").status_code == 303
    until(lambda: 'class="reads"' in (page := anyone.get(url).text) and "An older lab" not in page)
