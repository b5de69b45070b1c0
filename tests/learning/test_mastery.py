"""The skill matrix's rules: golden cases checked by hand, then what must hold whatever is answered when."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.course import Course, Skill
from app.learning.mastery import FADING, SkillStanding, matrix
from app.learning.reviews import DAY, Card, Rating, rate
from tests.learning.sample import Choice, Other, choice, course, lesson

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
#: One skill with two kinds of question.
MIXED = course([Skill("field", "Field", "")], [lesson("first", [choice("f1", "field"), choice("f2", "field"),
               choice("f3", "field"), Other("n1", "field", 1)])])  # fmt: skip


class Student:
    """Cards and right answers, as ``attempts.submit`` would leave them."""

    def __init__(self, course: Course) -> None:
        self.course, self.shown, self.cards = course, dict[str, bool](), dict[str, Card]()

    def answers(self, id: str, rating: Rating, day: float, mixed: bool = False) -> None:
        self.shown[id] = self.shown.get(id, False) or rating != Rating.Again
        question = self.course.question_by_id[id][1]
        card = rate(self.cards.get(id), rating, day * DAY, question_id=id, mixed=mixed)
        self.cards[id] = replace(card, skill=question.skill, kind=question.kind)

    def right(self, *ids: str, day: float = 0.0, mixed: bool = False) -> None:
        for id in ids:
            self.answers(id, Rating.Good, day, mixed)

    def on(self, day: float) -> Mapping[str, SkillStanding]:
        return matrix(self.course, self.shown, self.cards, day * DAY)


def test_at_first_only_what_requires_nothing_is_open() -> None:
    found = Student(SMALL).on(0)
    assert [its.state for its in found.values()] == ["unlocked", "locked", "locked"]
    assert [its.missing for its in found.values()] == [(), ("field",), ("block",)]
    assert [(its.lesson, its.minutes) for its in found.values()] == [("first", 15), ("first", 12), ("third", 6)]
    assert [(its.shown, its.of, its.needs, its.recall) for its in found.values()] == [
        (0, 3, 2, None),
        (0, 2, 1, None),
        (0, 0, 0, None),
    ]


@pytest.mark.parametrize("rating", [Rating.Again, Rating.Hard, Rating.Good])
def test_the_first_answer_begins_the_learning(rating: Rating) -> None:
    ada = Student(SMALL)
    ada.answers("f1", rating, 0)
    assert ada.on(0)["field"].state == "learning"
    assert ada.on(0)["field"].shown == (rating == Rating.Good)
    assert ada.on(0)["block"].state == "locked"


def test_half_the_questions_rounded_up_make_proficient_and_open_what_follows() -> None:
    ada = Student(SMALL)
    ada.right("f1", day=1)
    assert ada.on(1)["field"].needs == 1
    ada.right("f3", day=3)
    found = ada.on(3)
    assert (found["field"].state, found["field"].proficient_since) == ("proficient", 3 * DAY)
    assert found["field"].recall == pytest.approx((1 + 1.8501**-0.1542) / 2, abs=1e-4)
    assert found["field"].minutes == 0
    assert (found["block"].state, found["later"].missing) == ("unlocked", ("block",))


def test_hints_and_misses_alone_make_no_one_proficient() -> None:
    ada = Student(SMALL)
    for id in ("f1", "f2", "f3"):
        ada.answers(id, Rating.Hard, 0)
    assert ada.on(0)["field"].state == "learning"
    ada.answers("f1", Rating.Again, 1)
    ada.answers("f1", Rating.Good, 2)
    assert ada.on(2)["field"].shown == 1


def test_two_kinds_are_asked_for_where_there_are_two() -> None:
    ada = Student(MIXED)
    ada.right("f1", "f2", "f3")
    found = ada.on(0)["field"]
    assert (found.state, found.needs, found.needs_kinds) == ("learning", 0, ("other",))
    ada.right("n1", day=1)
    found = ada.on(1)["field"]
    assert (found.state, found.needs_kinds, found.proficient_since) == ("proficient", (), DAY)


def test_a_mixed_review_after_two_days_masters_and_one_before_does_not() -> None:
    ada = Student(SMALL)
    ada.right("f1", "f2")
    assert ada.on(0)["field"].days_left == 2
    ada.right("f1", day=1.9, mixed=True)
    assert (ada.on(1.9)["field"].state, ada.on(3)["field"].days_left) == ("proficient", 0)
    ada.right("f1", day=3)
    assert ada.on(3)["field"].state == "proficient", "not in a mixed review"
    ada.answers("f2", Rating.Hard, 4, mixed=True)
    assert ada.on(4)["field"].state == "proficient", "after a hint"
    ada.right("f1", day=5, mixed=True)
    assert (ada.on(5)["field"].state, ada.on(5)["field"].days_left) == ("mastered", None)


def test_what_is_not_seen_again_fades_and_a_repair_lifts_it() -> None:
    """With stability 2.3065, (1 + 0.98037 t / 2.3065)^-0.1542 is 0.7019 after 21 days and 0.6974 after 22."""
    ada = Student(SMALL)
    ada.right("f1", "f2", "b1")
    assert ada.on(21)["field"].recall == pytest.approx(0.7019, abs=1e-4)
    assert ada.on(21)["field"].state == "proficient"
    faded = ada.on(22)
    assert faded["field"].recall == pytest.approx(0.6974, abs=1e-4)
    assert (faded["field"].state, faded["field"].level, faded["field"].repair) == ("fading", "proficient", ("f1",))
    assert faded["block"].state == "fading"
    assert faded["later"].state == "unlocked", "who has shown it is not locked out again"
    ada.right("f1", day=22)
    assert ada.on(22)["field"].state == "proficient"
    ada.right("f1", day=400, mixed=True)
    assert (ada.on(800)["field"].state, ada.on(800)["field"].level) == ("fading", "mastered")


def test_who_can_do_it_need_not_wait() -> None:
    ada = Student(SMALL)
    ada.answers("b1", Rating.Again, 0)
    assert ada.on(0)["block"].state == "locked"
    ada.right("b2")
    assert ada.on(0)["block"].state == "proficient"
    assert ada.on(0)["block"].missing == ()


def test_a_repair_asks_for_others_before_one_that_was_just_missed() -> None:
    ada = Student(SMALL)
    ada.right("f1", "f2", "f3")
    first = ada.on(120)["field"].repair[0]
    ada.answers(first, Rating.Again, day=120)
    again = ada.on(120)["field"]
    assert again.state == "fading"
    assert first not in again.repair
    ada.right(*again.repair, day=120)
    assert ada.on(120)["field"].state == again.level


def test_a_replaced_question_still_counts_for_its_skill_and_asks_for_no_repair() -> None:
    ada = Student(MIXED)
    ada.right("f1", "n1")
    renamed = course([Skill("field", "Field", "")], [lesson("first", [choice("g1", "field"), choice("f2", "field"),
                     choice("f3", "field"), Other("m1", "field", 1)])])  # fmt: skip
    ada.course = renamed
    found = ada.on(100)["field"]
    assert (found.state, found.level, found.shown, found.of, found.recall) == ("proficient", "proficient", 0, 4, None)
    ada.right("f2", day=100)
    assert ada.on(130)["field"].repair == ("f2",)


def test_a_question_of_another_kind_or_skill_than_it_was_breaks_nothing() -> None:
    ada = Student(MIXED)
    ada.right("f1", "n1")
    ada.course = course([Skill("field", "Field", ""), Skill("new", "", "")], [lesson("first", [Other("f1", "field", 1),
                        choice("n1", "field"), choice("f2", "field"), choice("f3", "new")])])  # fmt: skip
    assert ada.on(0)["field"].state == "proficient"
    assert ada.on(0)["new"].state == "unlocked"


def test_answers_to_questions_that_are_gone_do_no_harm() -> None:
    card = rate(None, Rating.Good, 0, question_id="gone")
    assert matrix(SMALL, {"gone": True}, {"gone": card}, 0) == matrix(SMALL, {}, {}, 0)
    elsewhere = replace(card, skill="no such skill", kind="choice")
    assert matrix(SMALL, {"gone": True}, {"gone": elsewhere}, 0) == matrix(SMALL, {}, {}, 0)


# Whatever is answered when


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Up to six skills that require earlier ones, each with up to five questions, spread over three lessons."""
    skills, lessons = [], [[], [], []]  # type: ignore[var-annotated]
    for number in range(draw(st.integers(1, 6))):
        earlier = [skill.id for skill in skills]
        requires = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        skills.append(Skill(f"s{number}", "", "", tuple(requires)))
        for question in range(draw(st.integers(0, 5))):
            kind = draw(st.sampled_from([Choice, Other]))
            lessons[draw(st.integers(0, 2))].append(kind(f"s{number}-{question}", f"s{number}", 1))
    return course(skills, [lesson(f"l{n}", asked) for n, asked in enumerate(lessons)])


ratings = st.sampled_from([Rating.Again, Rating.Hard, Rating.Good])


@st.composite
def histories(draw: st.DrawFn) -> tuple[Student, float]:
    """A student of some course with up to forty answers over months, and the day of the last one."""
    student, day = Student(draw(courses())), 0.0
    asked = sorted(student.course.question_by_id)
    if asked:
        for _ in range(draw(st.integers(0, 40))):
            day += draw(st.sampled_from([0.0, 0.1, 1.0, 2.0, 7.0, 40.0]))
            student.answers(draw(st.sampled_from(asked)), draw(ratings), day, draw(st.booleans()))
    return student, day


LEVELS = ("locked", "unlocked", "learning", "proficient", "mastered")


@given(histories())
def test_a_skill_is_open_exactly_when_all_it_needs_is_proficient_or_it_is_itself(case: tuple[Student, float]) -> None:
    student, day = case
    found = student.on(day)
    assert list(found) == [skill.id for skill in student.course.skills]
    for skill in student.course.skills:
        its = found[skill.id]
        unshown = tuple(need for need in skill.requires if found[need].of and not found[need].proficient)
        assert (its.state == "locked") == (bool(unshown) and not its.proficient)
        assert its.missing == (unshown if its.state == "locked" else ())


@given(histories())
def test_a_level_says_what_was_shown(case: tuple[Student, float]) -> None:
    student, day = case
    for skill, its in student.on(day).items():
        asked = [q for _, q in student.course.question_by_id.values() if q.skill == skill]
        held = [q for q in asked if (card := student.cards.get(q.id)) and card.first_shown is not None]
        kinds, needed = {q.kind for q in held}, min(2, len({q.kind for q in asked}))
        assert (its.shown, its.of) == (len(held), len(asked))
        assert its.proficient == (bool(asked) and len(held) >= ceil(len(asked) / 2) and len(kinds) >= needed)
        assert (its.proficient_since is not None) == its.proficient
        assert bool(its.needs or its.needs_kinds) == (bool(asked) and not its.proficient)
        assert (its.state == "fading") == (its.proficient and its.recall is not None and its.recall < FADING)
        assert (its.state == "fading") == bool(its.repair)
        assert (its.days_left is not None) == (its.level == "proficient")
        assert its.minutes == 0 if its.proficient else its.minutes >= 0


@given(histories(), st.data())
def test_a_right_answer_lowers_nothing(case: tuple[Student, float], data: st.DataObject) -> None:
    student, day = case
    if not student.course.question_by_id:
        return
    day += data.draw(st.sampled_from([0.0, 0.5, 1.0, 30.0, 400.0]))
    before = student.on(day)
    rating = data.draw(st.sampled_from([Rating.Hard, Rating.Good]))
    student.answers(
        data.draw(st.sampled_from(sorted(student.course.question_by_id))), rating, day, data.draw(st.booleans())
    )
    for skill, its in student.on(day).items():
        was = before[skill]
        assert LEVELS.index(its.level) >= LEVELS.index(was.level)
        assert its.state != "fading" or was.state == "fading" or not was.proficient
        assert its.shown >= was.shown
        assert its.minutes <= was.minutes
        assert set(its.missing) <= set(was.missing)
        assert was.recall is None or its.recall is not None
        assert not was.proficient or (its.recall or 0) >= (was.recall or 0) - 1e-12


@given(histories(), st.data())
def test_a_miss_and_mere_time_lower_no_level_and_raise_no_recall(
    case: tuple[Student, float], data: st.DataObject
) -> None:
    student, day = case
    if not student.course.question_by_id:
        return
    before = student.on(day)
    later = day + data.draw(st.floats(0, 1000))
    faded = student.on(later)
    student.answers(data.draw(st.sampled_from(sorted(student.course.question_by_id))), Rating.Again, later)
    missed = student.on(later)
    for skill, was in before.items():
        levels = [LEVELS.index(found[skill].level) for found in (before, faded, missed)]
        assert levels == sorted(levels)
        recalls = [found[skill].recall or 0.0 for found in (before, faded, missed)]
        assert recalls[0] + 1e-12 >= recalls[1]
        assert recalls[1] + 1e-12 >= recalls[2]
        assert (was.recall is None) == (missed[skill].recall is None)


@given(histories())
def test_a_repair_lifts_what_fades(case: tuple[Student, float]) -> None:
    student, day = case
    for skill, its in student.on(day + 300).items():
        if its.state != "fading":
            continue
        for id in its.repair[:-1]:
            student.right(id, day=day + 300)
        assert student.on(day + 300)[skill].state == "fading", "none of them could be left out"
        student.right(its.repair[-1], day=day + 300)
        assert student.on(day + 300)[skill].state == its.level
