"""The skill graph as a picture and as a text: both write the same draft, and neither lets a circle or a lost id in."""

import html
import re

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Site
from tests.web.test_studio_shaping import AT, COURSE, desk, folder, instructor, own, send  # noqa: F401 - fixtures

SKILLS = f"{AT}/skills"


def yaml(site: Site) -> str:
    return own(site)["course.yaml"] or ""


def part(page: str) -> str:
    found = re.search(r'<textarea class="input shape__text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_a_need_is_drawn_and_taken_out(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    at = send(instructor, SKILLS, do="need", skill="stacking", needed="convolution")
    assert at == f"{SKILLS}?skill=stacking#skill"
    assert "requires: [receptive-field, convolution]" in yaml(desk)
    page = instructor.get(at).text
    assert page.count('class="edge') == 3
    assert "Needs" in page
    send(instructor, SKILLS, do="unneed", skill="stacking", needed="convolution")
    assert own(desk) == {}


def test_a_circle_is_refused_with_the_way_around_it(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    answer = instructor.post(SKILLS, data={"do": "need", "skill": "convolution", "needed": "stacking"})
    assert answer.status_code == 422
    assert "Convolution → Stacking → Receptive field → Convolution" in answer.text
    itself = instructor.post(SKILLS, data={"do": "need", "skill": "stacking", "needed": "stacking"})
    assert "cannot need itself" in itself.text
    assert own(desk) == {}
    shown = instructor.get(f"{SKILLS}?skill=convolution").text.partition('id="needed"')[2].partition("</select>")[0]
    assert shown == ""  # all others need it


def test_a_skill_is_added_and_its_words_are_changed(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    before = (folder(desk) / COURSE / "course.yaml").read_text()
    fields = {"title": "Dilation: gaps", "concept": "Kernels with gaps.", "group": "Depth", "needed": "convolution"}
    assert send(instructor, SKILLS, do="add", **fields) == f"{SKILLS}?skill=dilation-gaps#skill"
    text = yaml(desk)
    assert [line for line in before.splitlines() if line not in text.splitlines()] == []
    assert "Dilation: gaps" in instructor.get(SKILLS).text
    again = instructor.post(SKILLS, data={"do": "add", **fields})
    assert (again.status_code, "already" in again.text, 'value="Dilation: gaps"' in again.text) == (422, True, True)
    send(instructor, SKILLS, do="change", skill="dilation-gaps", title="Gaps", concept="Gaps & kernels.", group="")
    page = instructor.get(f"{SKILLS}?skill=dilation-gaps").text
    assert "Gaps &amp; kernels." in page
    assert "Its id is permanent" in page


def test_the_text_writes_the_same_draft_and_keeps_comments(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    text = part(instructor.get(SKILLS).text)
    assert text.startswith("skills:\n")
    send(instructor, SKILLS, do="text", text=text.replace("skills:\n", "skills:\n  # Begin here.\n"))
    assert "  # Begin here.\n  - {id: convolution" in yaml(desk)
    send(instructor, SKILLS, do="need", skill="stacking", needed="convolution")
    assert "# Begin here." in part(instructor.get(SKILLS).text)
    assert "lessons: [first-steps, stacks]" in yaml(desk)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("id: stacking", "id: piling"), "Ids of skills are permanent"),
        (("skills:", "skulls:"), "holds the field"),
        (("skills:\n", "skills:\n  - [\n"), "not YAML"),
    ],
)
def test_a_text_that_cannot_be_is_given_back(
    desk: Site,  # noqa: F811
    instructor: TestClient,  # noqa: F811
    change: tuple[str, str],
    said: str,
) -> None:
    text = part(instructor.get(SKILLS).text).replace(*change)
    answer = instructor.post(SKILLS, data={"do": "text", "text": text})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert part(answer.text).strip() == text.strip()
    assert own(desk) == {}


def test_a_circle_in_the_text_is_said_at_its_line(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    text = part(instructor.get(SKILLS).text).replace("group: Cells,", "group: Cells, requires: [stacking],", 1)
    send(instructor, SKILLS, do="text", text=text)
    page = instructor.get(SKILLS).text
    assert "C102" in page
    assert "these skills require one another" in page


def test_where_a_skill_is_shown_is_said(desk: Site, instructor: TestClient) -> None:  # noqa: F811
    page = instructor.get(f"{SKILLS}?skill=convolution").text
    assert f"{AT}/files/first-steps.md" in page
    assert "Shown by" in page
    assert instructor.post(SKILLS, data={"do": "unneed", "skill": "none", "needed": "x"}).status_code == 404
    assert instructor.post(SKILLS, data={"do": "other"}).status_code == 422
