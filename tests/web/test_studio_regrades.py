"""A key that was mended on disk: who is affected, regrading, and what the students see of it."""

import re

from starlette.testclient import TestClient

from tests.web.conftest import Site
from tests.web.test_studio_shaping import AT, COURSE, desk, folder, instructor  # noqa: F401 - fixtures

QUESTION = f"/courses/{COURSE}/questions/kernel-reach"


def options(client: TestClient) -> dict[str, str]:
    """What is on offer, by the option's id."""
    shown = client.get(f"/api/v1{QUESTION}").json()
    return {one["id"]: one["html"] for one in shown["options"]}


def answer(client: TestClient, option: str) -> bool:
    sent = client.post(f"/api/v1{QUESTION}/attempts", json={"answer": option})
    assert sent.status_code == 200, sent.text
    return bool(sent.json()["correct"])


def mend(site: Site, right: str) -> None:
    """Another option is right from now on, by hand, in the file."""
    path = folder(site) / COURSE / "first-steps.md"
    head, start, rest = path.read_text().partition("} kernel-reach")
    body, end, tail = rest.partition("\n:::\n")
    body = re.sub(r"- \[[x ]\] ", "- [ ] ", body)
    with site.app.state.library.changing():
        path.write_text(head + start + body.replace(f"- [ ] {right}", f"- [x] {right}") + end + tail)


def test_a_key_mended_on_disk_is_offered_regraded_and_told(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    before, now, nobody = desk.visitor(), desk.visitor(), desk.visitor()
    texts = {id: re.sub(r"<[^>]+>", "", html).strip() for id, html in options(now).items()}
    verdicts = {id: answer(desk.visitor(), id) for id in texts}
    old = next(id for id, right in verdicts.items() if right)
    new = next(id for id, right in verdicts.items() if not right)
    answer(before, old)
    answer(now, new)
    assert "None. Every answer counts" in instructor.get(f"{AT}/regrades").text
    mend(desk, texts[new])

    page = instructor.get(f"{AT}/regrades").text
    assert "4 people are affected" in page
    assert texts[new] in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.partition("<article")[2]))
    stale = instructor.post(f"{AT}/regrades", data={**fields, "fingerprint": "0" * 64})
    assert stale.status_code == 409
    places = {instructor.post(f"{AT}/regrades", data=fields).headers["location"] for _twice in range(2)}
    [place] = places
    for _try in range(200):
        page = instructor.get(place).text
        if "Done: all answers count" in page:
            break
    assert "Done: all answers count" in page
    assert "None. Every answer counts" in instructor.get(f"{AT}/regrades").text

    lesson = f"/courses/{COURSE}/lessons/first-steps?mine=1"
    told = now.get(lesson).text
    assert "this answer counts as right now" in told
    assert "right, +20 XP" in told
    assert "+20 XP" in now.get("/me").text.partition('id="regraded"')[2]
    told = before.get(lesson).text
    assert "this answer is not right any more" in told
    assert "20 XP, earned before" in told
    assert [one.get("/api/v1/me").json()["xp"]["total"] for one in (before, now)] == [20, 20]
    assert "Regraded" not in nobody.get(lesson).text
    assert desk.visitor().get(f"{AT}/regrades").status_code == 404


def test_what_is_no_question_cannot_be_regraded(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    assert instructor.post(f"{AT}/regrades", data={"question": "none"}).status_code == 404
    assert instructor.get(f"{AT}/regrades/none").status_code == 404
    assert instructor.get("/studio/courses/none/regrades").status_code == 404
