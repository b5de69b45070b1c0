"""The JSON API: its shapes, its errors, its own description, and that it gives no key away."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from app.content.choices import Multiple, Picked
from app.content.course import Course
from app.content.library import Library
from app.content.number import Number
from app.content.order import Order
from app.content.questions import Question
from app.learning import attempts, xp
from app.main import create_app
from app.settings import Settings
from tests.web.conftest import Site
from tests.web.routes import SAFE, THERE, ended_run, filled, routes, shared

API = "/api/v1/courses/small-course"


def test_a_course_leads_to_its_lessons_and_they_to_their_questions(client: TestClient, course: Course) -> None:
    (listed,) = client.get("/api/v1/courses").json()["courses"]
    assert (listed["slug"], listed["lessons"], listed["questions"]) == ("small-course", 2, 8)
    found = client.get(API).json()
    assert [lesson["slug"] for lesson in found["lessons"]] == ["first-steps", "stacks"]
    assert [skill["id"] for skill in found["skills"]] == ["convolution", "receptive-field", "stacking"]
    assert found["xp"] == sum(lesson["xp"] for lesson in found["lessons"]) == 160
    for lesson in course.lessons:
        said = client.get(f"{API}/lessons/{lesson.slug}").json()
        assert said["hash"] == lesson.hash
        assert said["questions"] == [q.id for q in lesson.questions]
        assert said["labs"] == [lab.id for lab in lesson.labs]
        assert [section["number"] for section in said["sections"]] == [1, 2]


def test_a_question_is_shown_without_its_key(client: TestClient, course: Course) -> None:
    for id, (lesson, question) in course.question_by_id.items():
        said = client.get(f"{API}/questions/{id}").json()
        assert (said["id"], said["kind"], said["lesson"]) == (id, question.kind, lesson.slug)
        assert set(said) == {
            *("course", "lesson", "id", "kind", "skill", "prompt", "options", "unit", "hints", "variants", "xp"),
            *("targets", "earned", "attempts"),
        }
        assert all(set(option) == {"id", "html"} for option in said["options"])


def secrets(question: Question, seed: int) -> Iterator[str]:
    """All that only an answer opens, as text that a page would hold."""
    yield question.explanation(seed)
    shown = question.shown(seed)
    yield from (question.hint(n, seed) for n in range(1, shown.hints + 1))
    if isinstance(question, Picked):
        yield from (option.feedback_html for option in question.options)
    if isinstance(question, Number):
        yield from (wrong.feedback_html for wrong in question.wrong)
        yield f"{question.key(seed)}"
    if isinstance(question, Order):
        yield from (item.feedback_html for item in question.items)


def bare(html: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"<[^>]*>", " ", html)).strip()


def test_nothing_that_can_be_read_before_an_answer_gives_it_away(site: Site, course: Course) -> None:
    client = site.visitor()
    client.get("/")
    learner = client.get("/api/v1/me").json()["id"]
    run = ended_run(site)
    there = {**THERE, "run_id": run, "other_id": run, "token": shared(site)}
    paths = [path for method, path in routes(site.app) if method in SAFE and "{" in path]
    # A set of reviews and a calendar are there only for those who have learnt: test_reviews looks into them.
    # What was sent to a challenge and shared of it are there only for a challenge: lab/test_designs looks into these.
    # The studio is not there for whom this asks: test_access.
    elsewhere = re.compile(r"\{(review|secret)\}|/sent/|/nexus/\{question\}|^/studio/")
    urls = {filled(path, there) for path in paths if not elsewhere.search(path)}
    urls.remove(f"/runs/{run}/with")  # A form's address, which only leads to the one below it.
    urls.remove("/courses/small-course/skills/stacking/test")  # This leads to the sheet, which is among them.
    urls.remove("/courses/small-course/lessons/stacks/notes")  # Without a script it leads to ?mine=1, which is below.
    urls |= {f"{API}/questions/{id}" for id in course.question_by_id}
    urls |= {f"/courses/small-course/questions/{id}" for id in course.question_by_id}
    for lesson in course.lessons:
        at = f"/courses/small-course/lessons/{lesson.slug}"
        urls |= {at, f"{at}?mine=1", f"{at}/mine", f"{at}/print", f"{at}/print?mine=1", f"{API}/lessons/{lesson.slug}"}
    hidden = {
        text
        for question in (place[1] for place in course.question_by_id.values())
        for text in map(bare, secrets(question, attempts.seed(learner, question.id, 0)))
        if len(text) > 12 or text.isdecimal()
    }
    assert len(hidden) > 12
    for url in sorted(urls):
        answer = client.get(url)
        assert answer.status_code == 200, url
        # As text, and within tags: attributes count.
        text, tags = f" {bare(answer.text)} ", re.sub(r"\W+", " ", answer.text)
        found = {secret for secret in hidden if f" {secret} " in text or f" {secret} " in tags}
        assert found == set(), f"{url} holds {found}"


def test_what_an_answer_opens_is_found_by_that_search(site: Site, course: Course) -> None:
    client = site.visitor()
    _, question = course.question_by_id["kernel-reach"]
    outcome = client.post(f"{API}/questions/kernel-reach/attempts", json={"answer": None}).json()
    learner = client.get("/api/v1/me").json()["id"]
    explained = bare(question.explanation(attempts.seed(learner, question.id, 0)))
    assert explained in bare(outcome["explanation"])
    assert explained in bare(client.get("/courses/small-course/lessons/first-steps?mine=1").text)


def key(course: Course, client: TestClient, id: str) -> Any:
    learner = client.get("/api/v1/me").json()["id"]
    return course.question_by_id[id][1].key(attempts.seed(learner, id, 0))


@pytest.mark.parametrize(
    "id", ["kernel-reach", "what-a-kernel-has", "weights-of-a-stack", "share-of-a-stack", "build-a-block"]
)
def test_a_right_answer_of_every_kind_is_paid_once(client: TestClient, course: Course, id: str) -> None:
    url = f"{API}/questions/{id}/attempts"
    right = key(course, client, id)
    first = client.post(url, json={"answer": right, "attempt_key": "one"}).json()
    assert (first["correct"], first["score"], first["xp_awarded"], first["total_xp"]) == (True, 1.0, 20, 20)
    assert first["explanation"]
    again = client.post(url, json={"answer": right, "attempt_key": "one"}).json()
    assert again == {**first, "repeated": True}
    more = client.post(url, json={"answer": right, "attempt_key": "two"}).json()
    assert (more["xp_awarded"], more["total_xp"], more["repeated"]) == (0, 20, False)
    me = client.get("/api/v1/me").json()
    assert me["xp"] == {"total": 20, "by_course": {"small-course": 20}}
    assert [(a["question"], a["attempts"], a["correct"], a["first_try"]) for a in me["attempts"]] == [
        (id, 2, True, True)
    ]


def test_null_is_i_do_not_know_yet_and_copying_it_is_not_paid(client: TestClient, course: Course) -> None:
    url = f"{API}/questions/kernel-reach/attempts"
    unknown = client.post(url, json={"answer": None}).json()
    assert (unknown["correct"], unknown["score"], unknown["xp_awarded"]) == (False, 0.0, 0)
    assert unknown["explanation"]
    copied = client.post(url, json={"answer": key(course, client, "kernel-reach")}).json()
    assert (copied["correct"], copied["xp_awarded"]) == (True, 0)


def test_skills_open_as_they_are_shown(client: TestClient, course: Course) -> None:
    def states() -> dict[str, str]:
        return {skill["id"]: skill["state"] for skill in client.get("/api/v1/me").json()["skills"]}

    before = states()
    assert (before["convolution"], before["receptive-field"]) == ("unlocked", "locked")
    for id, (_, question) in course.question_by_id.items():
        if question.skill == "convolution":
            client.post(f"{API}/questions/{id}/attempts", json={"answer": key(course, client, id)})
    assert states()["convolution"] == "proficient"
    assert states()["receptive-field"] == "unlocked"


WRONG_ANSWERS: list[tuple[str, Any]] = [
    ("kernel-reach", "no-such-option"),
    ("kernel-reach", ""),
    ("kernel-reach", 5),
    ("kernel-reach", ["a", "b"]),
    ("what-a-kernel-has", []),
    ("what-a-kernel-has", ["no-such-option"]),
    ("weights-of-a-stack", "many"),
    ("weights-of-a-stack", ["1", "2"]),
    ("weights-of-a-stack", "9" * 4000),
    ("weights-of-a-stack", "1e999999"),
    ("build-a-block", "x"),
    ("build-a-block", ["x", "x"]),
    ("kernel-reach", "\x00"),
]


@pytest.mark.parametrize(("id", "answer"), WRONG_ANSWERS)
def test_an_answer_that_cannot_be_read_is_a_problem_and_no_attempt(client: TestClient, id: str, answer: Any) -> None:
    sent = client.post(f"{API}/questions/{id}/attempts", json={"answer": answer, "attempt_key": "k"})
    assert sent.status_code == 422
    assert sent.headers["content-type"] == "application/problem+json"
    assert sent.json()["type"] == "/api/docs#problem-unreadable-answer"
    assert client.get("/api/v1/me").json()["attempts"] == []


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b"{", ["body", "1"]),
        (b"[]", ["body"]),
        (b"{}", ["body", "answer"]),
        (b'{"answer": {}}', ["body", "answer"]),
        (b'{"answer": true}', ["body", "answer"]),
        (b'{"answer": NaN}', ["body", "answer"]),
        (b'{"answer": [1]}', ["body", "answer"]),
        (b'{"answer": "\\ud800"}', ["body", "answer"]),
        (b'{"answer": null, "attempt_key": "\\ud800"}', ["body", "attempt_key"]),
        (b'{"answer": null, "attempt_key": ""}', ["body", "attempt_key"]),
        (b'{"answer": null, "attempt_key": 5}', ["body", "attempt_key"]),
        (b'{"answer": null, "anwser": 1}', ["body", "anwser"]),
    ],
)
def test_a_body_that_does_not_fit_is_a_problem_that_says_where(client: TestClient, body: bytes, at: list[str]) -> None:
    sent = client.post(
        f"{API}/questions/kernel-reach/attempts", content=body, headers={"content-type": "application/json"}
    )
    problem = sent.json()
    assert (sent.status_code, problem["type"]) == (422, "/api/docs#problem-invalid")
    assert [error["at"] for error in problem["errors"]] == [at]
    assert all(set(error) == {"at", "detail"} for error in problem["errors"])


def test_the_key_of_another_questions_attempt_is_refused(client: TestClient) -> None:
    client.post(f"{API}/questions/kernel-reach/attempts", json={"answer": None, "attempt_key": "k"})
    sent = client.post(f"{API}/questions/what-a-kernel-has/attempts", json={"answer": None, "attempt_key": "k"})
    assert sent.status_code == 422
    assert "another question" in sent.json()["detail"]


@pytest.mark.parametrize(
    "url",
    ["/api/v1/nothing", "/api/v1/courses/x", f"{API}/lessons/x", f"{API}/questions/x", "/api/v1/runs/" + "0" * 32],
)
def test_what_is_not_there_is_a_problem(client: TestClient, url: str) -> None:
    answer = client.get(url)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["instance"]) == (404, url)
    assert problem["title"]
    assert problem["detail"]


def test_code_that_is_wrong_is_a_problem_with_its_place(client: TestClient) -> None:
    problem = client.post("/api/v1/runs", json={"experiment": "parametres", "network": "vgg11"}).json()
    assert problem["type"] == "/api/docs#problem-lab"
    assert {"line", "column", "mend"} <= set(problem)
    assert "parameters" in problem["mend"]


def test_fifty_clients_with_the_same_answer_twenty_times_earn_it_once(
    settings: Settings, small_library: Library, course: Course
) -> None:
    app = create_app(settings)
    app.state.library = small_library

    async def everyone() -> tuple[list[dict[str, Any]], str, int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=60) as student:
            learner = (await student.get("/api/v1/me")).json()["id"]
            right = course.question_by_id["kernel-reach"][1].key(attempts.seed(learner, "kernel-reach", 0))

            async def client(number: int) -> list[dict[str, Any]]:
                answers = []
                for time in range(20):
                    # Half of them retry one and the same attempt, half make attempts of their own.
                    body = {"answer": right, "attempt_key": "same" if number % 2 else f"{number}-{time}"}
                    answer = await student.post(f"{API}/questions/kernel-reach/attempts", json=body)
                    assert answer.status_code == 200, answer.text
                    answers.append(answer.json())
                return answers

            rounds = await asyncio.gather(*(client(number) for number in range(50)))
            total = (await student.get("/api/v1/me")).json()["xp"]["total"]
            return [outcome for outcomes in rounds for outcome in outcomes], learner, total

    outcomes, learner, total = asyncio.run(everyone())
    try:
        assert len(outcomes) == 1000
        assert sum(outcome["xp_awarded"] for outcome in outcomes if not outcome["repeated"]) == 20
        assert total == 20
        db = app.state.db
        assert [award.amount for award in db.read_now(lambda conn: xp.ledger(conn, learner))] == [20]
        assert db.read_now(xp.verify) == []
        assert sum(not outcome["repeated"] for outcome in outcomes) == 501
    finally:
        app.state.db.close()


# Its own description.


def test_every_api_route_is_described_with_its_errors(site: Site, client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    described = {(method.upper(), path) for path, said in document["paths"].items() for method in said}
    assert described == {(m, p) for m, p in routes(site.app) if p.startswith("/api/v1/")}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            assert {"summary", "description"} <= set(said), (method, path)
            refusals = {code: answer for code, answer in said["responses"].items() if code >= "4"}
            assert {"401", "500", "503"} <= set(refusals), (method, path)
            for answer in refusals.values():
                assert list(answer["content"]) == ["application/problem+json"]
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_description_is_a_page_that_needs_nothing_else(client: TestClient) -> None:
    page = client.get("/api/docs").text
    document = client.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        assert path in page
        for said in methods.values():
            assert f'id="{said["operationId"]}"' in page
    for kind in ("rate-limited", "unreadable-answer", "lab", "cross-origin", "signed-in-since"):
        assert f'id="problem-{kind}"' in page
    for name in document["components"]["schemas"]:
        assert f'id="model-{name}"' in page
    sources = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', page)
    assert sources
    assert all(source.startswith(("/static/", "data:")) for source in sources)


def test_the_partly_right_answer_of_several_is_scored(client: TestClient, course: Course) -> None:
    question = course.question_by_id["what-a-kernel-has"][1]
    assert isinstance(question, Multiple)
    right = key(course, client, question.id)
    outcome = client.post(f"{API}/questions/{question.id}/attempts", json={"answer": right[:1]}).json()
    assert outcome["correct"] is False
    assert outcome["xp_awarded"] == 0
    assert outcome["feedback"]


def test_the_page_tells_a_program_with_a_cookie_what_a_deletion_needs(client: TestClient) -> None:
    assert "<code>Origin: http://testserver</code>" in client.get("/api/docs").text
