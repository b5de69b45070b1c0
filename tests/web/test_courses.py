"""Home, the course, its matrix as a map and as a table, a skill and the glossary."""

import re
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from app.content.course import Skill
from app.learning.attempts import QuestionState
from app.learning.mastery import SkillStanding, State
from app.learning.reviews import Rating, rate
from app.web import pages
from app.web.matrix import matrix_of
from tests.web.conftest import Site
from tests.web.sample import COURSE, Shelf, flat
from tests.web.test_lessons import answer

PAGE = "/courses/sample"


def states() -> dict[str, QuestionState]:
    return {id: QuestionState(id, 0, 0) for id in COURSE.question_by_id}


def nodes(page: str) -> dict[str, str]:
    """State by skill, as the map draws it."""
    return {id: state for state, id in re.findall(r'<a class="node node--(\w+)" id="n-([\w-]+)"', page)}


def rows(page: str) -> dict[str, str]:
    """State by skill, as the table says it."""
    table = page.split('<table class="nodes">')[1].split("</table>")[0]
    found = re.findall(r'<tr[^>]*>\s*<th scope="row">.*?</tr>', table, re.DOTALL)
    return {
        re.search(r'id="n-([\w-]+)"', row)[1]: re.search(r'standing standing--(\w+)"', row)[1]  # type: ignore[index]
        for row in found
    }


def test_home_of_a_new_visitor_leads_to_the_first_lesson(student: TestClient) -> None:
    page = flat(student.get("/").text)
    assert 'href="/courses/sample/lessons/first"' in page
    assert "Start with “What a stack can see”" in page
    assert "Not begun. Up to 80 XP" in page


def test_home_without_courses_says_so(sample_site: Site, student: TestClient) -> None:
    sample_site.app.state.library = Shelf(())
    page = student.get("/")
    assert page.status_code == 200
    assert "There is no course here yet" in page.text


def test_the_course_lists_its_lessons_in_order_with_what_was_done(student: TestClient) -> None:
    page = flat(student.get(PAGE).text)
    assert page.index("What a stack can see") < page.index("The residual block")
    assert page.count("not begun") == 2
    answer(student, "steps", ["i-conv", "i-add", "i-relu"])
    answer(student, "weights", "36864")
    page = flat(student.get(PAGE).text)
    assert "complete" in page
    assert "1 of 3 right" in page
    assert "12 min, 40 XP open" in page


def test_map_and_table_say_the_same(student: TestClient) -> None:
    answer(student, "stacked", "o-five")
    assert nodes(flat(student.get(PAGE).text)) == rows(flat(student.get(f"{PAGE}?view=table").text))


def test_a_node_opens_when_what_it_needs_is_shown(student: TestClient) -> None:
    before = nodes(flat(student.get(PAGE).text))
    assert before == {"cells": "unlocked", "weights": "unlocked", "stacks": "unlocked", "block": "locked"}
    answer(student, "stacked", "o-five")
    page = flat(student.get(PAGE).text)
    assert nodes(page)["stacks"] == "learning"
    assert "1 of 2 shown" in page
    assert re.search(r"needs [A-Z]-\d\d, [A-Z]-\d\d", page)
    assert '<span class="stamp">' not in page
    answer(student, "weights", "36864")
    page = flat(student.get(PAGE).text)
    assert nodes(page) == {"cells": "unlocked", "weights": "proficient", "stacks": "learning", "block": "locked"}
    answer(student, "reasons", ["o-fewer", "o-relu"])
    page = flat(student.get(PAGE).text)
    assert nodes(page) == {"cells": "unlocked", "weights": "proficient", "stacks": "proficient", "block": "unlocked"}
    assert "recall 100 %" in page
    assert '<span class="stamp">unlocked</span>' in page.split('id="n-block"')[1]


def test_the_panel_shows_the_chosen_skill_with_its_evidence(student: TestClient) -> None:
    answer(student, "stacked", "o-six")
    answer(student, "stacked", "o-five")
    page = flat(student.get(f"{PAGE}?skill=stacks").text)
    panel = re.search(r'<article class="concept".*?</article>', page, re.DOTALL)
    assert panel
    assert "Shown so far, 0 of 2" in panel.group()
    assert "right, but not at once" in panel.group()
    assert "C-01 Residual block" in panel.group()
    assert re.search(r'id="n-stacks"[^>]*aria-current="true"', page)


def test_the_panel_asks_an_open_question_where_the_skill_is_open(student: TestClient) -> None:
    page = flat(student.get(f"{PAGE}?skill=stacks").text)
    assert 'id="q-stacked"' in page.split('class="concept__check"')[1]
    answer(student, "stacked", "o-five")
    assert 'id="q-reasons"' in flat(student.get(f"{PAGE}?skill=stacks").text).split('class="concept__check"')[1]
    answer(student, "reasons", ["o-fewer", "o-relu"])
    for skill in ("stacks", "block"):
        assert "concept__check" not in student.get(f"{PAGE}?skill={skill}").text, "held, or locked"


def test_choosing_gives_the_matrix_alone_to_htmx(student: TestClient) -> None:
    part = flat(student.get(f"{PAGE}?skill=block&view=table", headers={"HX-Request": "true"}).text)
    assert part.lstrip().startswith('<section class="matrix"')
    assert "<html" not in part
    assert rows(part)


def test_a_skill_that_is_not_there_selects_nothing_and_has_no_page(student: TestClient) -> None:
    assert student.get(f"{PAGE}?skill=none").status_code == 200
    assert student.get(f"{PAGE}/skills/none").status_code == 404
    assert "Add the input to the output." in flat(student.get(f"{PAGE}/skills/block").text)


def test_edges_are_solid_once_the_needed_skill_is_shown() -> None:
    fresh = matrix_of(COURSE, states(), {}, 1.0, (), None, "map")
    assert len(fresh.edges) == sum(len(skill.requires) for skill in COURSE.skills)
    right = {id: rate(None, Rating.Good, 1.0, question_id=id) for id in ("stacked", "reasons", "weights")}
    after = matrix_of(COURSE, states(), right, 1.0, (), None, "map")
    assert sum(edge.shown for edge in after.edges) > sum(edge.shown for edge in fresh.edges)
    assert all(edge.shown for edge in after.edges)


def test_the_glossary_holds_every_term_with_its_code(student: TestClient) -> None:
    page = flat(student.get(f"{PAGE}/glossary").text)
    assert 'id="term-convolution"' in page
    assert '<span class="nf">Conv2d</span>' in page


def test_media_is_served_from_the_course_s_folder_and_nowhere_else(
    sample_site: Site, student: TestClient, tmp_path: Path
) -> None:
    folder = tmp_path / "sample"
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "block.svg").write_text("<svg/>")
    (folder / "media" / "page.html").write_text("<p>no</p>")
    (folder / "secret.txt").write_text("secret")
    (folder / "media" / "out.txt").symlink_to(folder / "secret.txt")
    sample_site.app.state.library = Shelf((replace(COURSE, folder=folder),))
    good = student.get(f"{PAGE}/media/block.svg")
    assert good.status_code == 200
    assert good.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in good.headers["content-security-policy"]
    for name in ("page.html", "none.svg", "../secret.txt", "%2e%2e/secret.txt", "out.txt", "", "block.svg%00"):
        assert student.get(f"{PAGE}/media/{name}").status_code == 404, name


def test_help_says_where_to_go_on(student: TestClient) -> None:
    assert "never executed" in flat(student.get("/help").text)
    assert "WCAG 2.2" in flat(student.get("/accessibility").text)


def test_every_state_is_drawn_with_a_sign_and_said_in_a_word(sample_site: Site) -> None:
    """Each state once: its sign beside the code, its word for who does not see, and what it asks for or holds."""
    skills = [Skill(f"s{n}", f"Skill {n}", "", (), "Cells") for n in range(6)]
    skills[5] = replace(skills[5], requires=("s4",))
    states_: list[State] = ["mastered", "proficient", "fading", "learning", "unlocked", "locked"]
    told = {
        skill.id: SkillStanding(state, 2, 4, ("s4",) if state == "locked" else (), None, 5, recall=0.625)
        for skill, state in zip(skills, states_, strict=True)
    }
    course = replace(COURSE, skills=tuple(skills))
    made = matrix_of(course, {}, {}, 1.0, (), "s4", "map")
    nodes_ = tuple(
        replace(node, standing=told[node.skill.id], needs=("A-05",) if node.skill.id == "s5" else (), fresh=n == 4)
        for n, node in enumerate(made.nodes)
    )
    matrix = replace(made, columns=(replace(made.columns[0], nodes=nodes_),))
    html = flat(pages.templates.get_template("courses/_matrix.html").render(matrix=matrix, course=course))
    drawn = dict(re.findall(r'id="n-(s\d)"(.*?)</a>', html))
    words = {"s0": "recall 62 %", "s1": "recall 62 %", "s2": "recall 62 %", "s3": "2 of 4 shown"}
    words |= {"s4": "start, 5 min", "s5": "needs A-05"}
    signs = set()
    for skill, state in zip(skills, states_, strict=True):
        part = drawn[skill.id]
        assert f'<span class="vh">{state},</span>{words[skill.id]}' in part
        signs.add(re.search(r'<svg class="i".*?d="(.*?)"', part)[1])  # type: ignore[index]
    assert len(signs) == len(states_), "each has a sign of its own"
    assert '<span class="stamp">unlocked</span>' in drawn["s4"]
    assert 'aria-current="true"' in drawn["s4"]
