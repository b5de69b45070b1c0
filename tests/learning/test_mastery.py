"""The skill matrix's rules."""

from collections.abc import Mapping
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from app.content.course import Course, Skill
from app.learning.mastery import SkillStanding, matrix
from tests.learning.sample import choice, course, lesson

ORDER = ("locked", "unlocked", "learning", "mastered")

#: A field of view, which opens a block; the block's third question stands in a second lesson.
SMALL = course(
    [Skill("field", "Field", ""), Skill("block", "Block", "", ("field",)), Skill("later", "Later", "", ("block",))],
    [
        lesson("first", [choice("f1", "field"), choice("f2", "field"), choice("f3", "field"), choice("b1", "block")],
               ["field", "block"], 20),
        lesson("second", [choice("b2", "block")], ["block"], 7),
        lesson("third", [], ["later"], 6),
    ],
)  # fmt: skip


def test_at_first_only_what_requires_nothing_is_open() -> None:
    assert matrix(SMALL, {}) == {
        "field": SkillStanding("unlocked", 0, 3, (), "first", 15),
        "block": SkillStanding("locked", 0, 2, ("field",), "first", 12),
        "later": SkillStanding("locked", 0, 0, ("block",), "third", 6),
    }


def test_the_first_answer_begins_the_learning() -> None:
    assert matrix(SMALL, {"f1": False})["field"] == SkillStanding("learning", 0, 3, (), "first", 15)
    assert matrix(SMALL, {"f1": True})["field"] == SkillStanding("learning", 1, 3, (), "first", 10)
    assert matrix(SMALL, {"f1": True})["block"].state == "locked"


def test_half_the_questions_rounded_up_show_a_skill() -> None:
    standing = matrix(SMALL, {"f1": True, "f3": True})
    assert standing["block"] == SkillStanding("unlocked", 0, 2, (), "first", 12)
    assert standing["later"].missing == ("block",)


def test_all_of_them_master_it() -> None:
    standing = matrix(SMALL, dict.fromkeys(("f1", "f2", "f3", "b1"), True))
    assert standing["field"] == SkillStanding("mastered", 3, 3, (), "first", 0)
    assert standing["block"] == SkillStanding("learning", 1, 2, (), "second", 7)
    assert standing["later"] == SkillStanding("unlocked", 0, 0, (), "third", 6)


def test_who_can_do_it_need_not_wait() -> None:
    assert matrix(SMALL, {"b1": False})["block"].state == "locked"
    assert matrix(SMALL, {"b1": True})["block"] == SkillStanding("learning", 1, 2, (), "second", 7)
    assert matrix(SMALL, {"b1": True, "b2": True})["block"].state == "mastered"


def test_answers_to_questions_that_are_gone_do_no_harm() -> None:
    assert matrix(SMALL, {"gone": True}) == matrix(SMALL, {})


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Up to six skills that require earlier ones, each with up to five questions, spread over three lessons."""
    skills, lessons = [], [[], [], []]  # type: ignore[var-annotated]
    for number in range(draw(st.integers(1, 6))):
        earlier = [skill.id for skill in skills]
        requires = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        skills.append(Skill(f"s{number}", "", "", tuple(requires)))
        for question in range(draw(st.integers(0, 5))):
            lessons[draw(st.integers(0, 2))].append(choice(f"s{number}-{question}", f"s{number}"))
    return course(skills, [lesson(f"l{n}", asked) for n, asked in enumerate(lessons)])


@st.composite
def answered(draw: st.DrawFn) -> tuple[Course, dict[str, bool]]:
    made = draw(courses())
    questions = sorted(made.question_by_id)
    given = draw(st.dictionaries(st.sampled_from(questions), st.booleans())) if questions else {}
    return made, given


def right(made: Course, skill: str, given: Mapping[str, bool]) -> tuple[int, int]:
    asked = [id for id, (_, question) in made.question_by_id.items() if question.skill == skill]
    return sum(given.get(id, False) for id in asked), len(asked)


@given(answered())
def test_a_locked_skill_lists_exactly_the_requirements_not_shown(case: tuple[Course, dict[str, bool]]) -> None:
    made, given = case
    standings = matrix(made, given)
    assert list(standings) == [skill.id for skill in made.skills]
    for skill in made.skills:
        here = standings[skill.id]
        counts = {need: right(made, need, given) for need in (*skill.requires, skill.id)}
        unshown = tuple(need for need in skill.requires if counts[need][0] < ceil(counts[need][1] / 2))
        assert (here.shown, here.of) == counts[skill.id]
        assert here.missing == (unshown if here.state == "locked" else ())
        assert bool(here.missing) == (here.state == "locked")
        if not unshown:
            assert here.state != "locked"
        assert (here.state == "mastered") == (here.of > 0 and here.shown == here.of)
        assert (here.minutes == 0) if here.state == "mastered" else (here.minutes >= 0)


@given(answered(), st.data())
def test_a_right_answer_lowers_nothing(case: tuple[Course, dict[str, bool]], data: st.DataObject) -> None:
    made, given = case
    if not made.question_by_id:
        return
    more = given | {data.draw(st.sampled_from(sorted(made.question_by_id))): True}
    before, after = matrix(made, given), matrix(made, more)
    for skill in made.skills:
        was, now = before[skill.id], after[skill.id]
        assert ORDER.index(now.state) >= ORDER.index(was.state)
        assert now.shown >= was.shown
        assert now.minutes <= was.minutes
        assert set(now.missing) <= set(was.missing)
