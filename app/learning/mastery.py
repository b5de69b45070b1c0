"""The skill matrix: what a student has shown, and what that opens. Pure rules over a course and the student's cards.

Levels are never stored, only what they follow from: see docs/learning.md.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.content.course import Course, Skill
from app.content.questions import Question
from app.learning.reviews import DAY, Card, retrievability

#: ``fading`` lies over ``proficient`` and ``mastered``.
State = Literal["locked", "unlocked", "learning", "proficient", "mastered", "fading"]

#: Under this estimated recall a skill is fading.
FADING = 0.70
#: This long after it became proficient, a mixed review can show that a skill lasts.
LASTING = 2 * DAY


@dataclass(frozen=True)
class SkillStanding:
    """Where a student stands with a skill."""

    state: State
    #: Questions answered rightly at once and unassisted, of how many there are.
    shown: int
    of: int
    #: The required skills that are not proficient yet, in the course's order; empty unless locked.
    missing: tuple[str, ...] = ()
    #: The lesson to go to next, by its slug: the first with a question of this skill still open; else the first
    #: that teaches it. None where no lesson does.
    lesson: str | None = None
    #: An estimate of what is left to do, in minutes; 0 when proficient.
    minutes: int = 0
    #: The level under ``fading``; otherwise ``state``.
    level: State = "unlocked"
    #: The mean estimated recall of what was shown, from 0 to 1; None where nothing was.
    recall: float | None = None
    #: When it became proficient, in UTC epoch seconds.
    proficient_since: float | None = None
    #: How many more questions must be shown until it is proficient.
    needs: int = 0
    #: The kinds of question of which one must still be shown until it is proficient.
    needs_kinds: tuple[str, ...] = ()
    #: Days until a mixed review can lift it to mastered, 0 once one can; None unless proficient.
    days_left: float | None = None
    #: The fewest questions, by id, the weakest first, that lift a fading skill when they are answered rightly.
    repair: tuple[str, ...] = ()

    @property
    def proficient(self) -> bool:
        """Whether it is proficient or better, fading or not."""
        return self.level in ("proficient", "mastered")


def enough(questions: int) -> int:
    """How many of so many questions show a skill: at least half of them."""
    return math.ceil(questions / 2)


def matrix(
    course: Course, shown: Mapping[str, bool], cards: Mapping[str, Card], now: float
) -> Mapping[str, SkillStanding]:
    """Every skill's standing at ``now`` (UTC epoch seconds), in the course's order.

    ``shown`` holds the questions that were answered, by id, and whether ever rightly; ``cards`` what they left behind.
    A skill opens when every required skill is proficient, or when it is itself: who can do it need not wait. One
    without questions holds nothing up.
    """
    asked: dict[str, list[Question]] = {skill.id: [] for skill in course.skills}
    for lesson in course.lessons:
        for question in lesson.questions:
            asked.setdefault(question.skill, []).append(question)
    evidence = {skill: _evidence(course, skill, questions, cards) for skill, questions in asked.items()}

    def standing(skill: Skill) -> SkillStanding:
        questions, its = asked[skill.id], evidence[skill.id]
        missing = tuple(need for need in skill.requires if need in asked and not evidence[need].enough)
        level = _level(missing, its, any(q.id in shown or q.id in cards for q in questions))
        held = level in ("proficient", "mastered")
        recall = _recall(its.cards, now)
        fading = held and recall is not None and recall < FADING
        return SkillStanding(
            state="fading" if fading else level,
            shown=len(its.cards),
            of=len(questions),
            missing=missing if level == "locked" else (),
            lesson=_next_lesson(course, skill.id, shown, cards),
            minutes=0 if held else _minutes(course, skill.id, shown),
            level=level,
            recall=recall,
            proficient_since=its.since,
            needs=its.needs,
            needs_kinds=its.needs_kinds,
            days_left=_days_left(its, now) if level == "proficient" else None,
            repair=_repair(its.cards, now) if fading else (),
        )

    return {skill.id: standing(skill) for skill in course.skills}


@dataclass(frozen=True)
class Evidence:
    """What a student has shown of a skill, and what proficiency still asks for."""

    #: Of questions that are still asked.
    cards: tuple[Card, ...]
    since: float | None
    needs: int
    needs_kinds: tuple[str, ...]
    confirmed: float | None

    @property
    def enough(self) -> bool:
        return not self.needs and not self.needs_kinds


def _evidence(course: Course, skill: str, questions: list[Question], cards: Mapping[str, Card]) -> Evidence:
    """A question that was replaced since still counts for its skill, as the kind that it was."""
    there = course.question_by_id
    kinds = {question.id: question.kind for question in questions}
    gone = {id: card.kind or "" for id, card in cards.items() if id not in there and card.skill == skill}
    held = {id: cards[id] for id in (*kinds, *gone) if id in cards and cards[id].first_shown is not None}
    need, need_kinds = enough(len(kinds)), min(2, len(set(kinds.values())))
    since, seen = None, set[str]()
    for number, (id, card) in enumerate(sorted(held.items(), key=lambda pair: pair[1].first_shown or 0.0), 1):
        seen.add((kinds | gone)[id])
        if number >= need and len(seen) >= need_kinds:
            since = card.first_shown
            break
    missing_kinds = tuple(dict.fromkeys(kind for kind in kinds.values() if kind not in seen))
    return Evidence(
        cards=tuple(card for id, card in held.items() if id in kinds),
        since=since,
        needs=max(0, need - len(held)),
        needs_kinds=missing_kinds if len(seen) < need_kinds else (),
        confirmed=max((card.confirmed for card in held.values() if card.confirmed is not None), default=None),
    )


def _level(missing: tuple[str, ...], its: Evidence, begun: bool) -> State:
    if its.since is not None:
        lasts = its.confirmed is not None and its.since + LASTING <= its.confirmed
        return "mastered" if lasts else "proficient"
    if missing:
        return "locked"
    return "learning" if begun else "unlocked"


def _days_left(its: Evidence, now: float) -> float | None:
    return None if its.since is None else max(0.0, (its.since + LASTING - now) / DAY)


def _recall(held: tuple[Card, ...], now: float) -> float | None:
    return math.fsum(retrievability(card, now) for card in held) / len(held) if held else None


def _repair(held: tuple[Card, ...], now: float) -> tuple[str, ...]:
    # One that was missed within a day may be asked in the same draw still, which moves nothing: it goes last.
    weakest = sorted(
        (card.ceiling < 1 and now - card.last < DAY, retrievability(card, now), card.question_id) for card in held
    )
    total = math.fsum(recall for _, recall, _ in weakest)
    chosen = []
    for _, recall, id in weakest:
        if total >= FADING * len(held):
            break
        chosen.append(id)
        total += 1 - recall
    return tuple(chosen)


def _next_lesson(course: Course, skill: str, shown: Mapping[str, bool], cards: Mapping[str, Card]) -> str | None:
    """One with a question never answered rightly goes before one that was only answered so after a miss."""
    done = [{id for id, right in shown.items() if right}, {id for id, card in cards.items() if card.first_shown}]
    for finished in done:
        for lesson in course.lessons:
            if any(q.skill == skill and q.id not in finished for q in lesson.questions):
                return lesson.slug
    return next((lesson.slug for lesson in course.lessons if skill in lesson.skills), None)


def _minutes(course: Course, skill: str, shown: Mapping[str, bool]) -> int:
    """A lesson's minutes go to its questions in equal parts; one without questions, to its skills."""
    left = 0.0
    for lesson in course.lessons:
        if lesson.questions:
            open_ones = sum(q.skill == skill and not shown.get(q.id) for q in lesson.questions)
            left += lesson.minutes * open_ones / len(lesson.questions)
        elif skill in lesson.skills:
            left += lesson.minutes / len(lesson.skills)
    return math.ceil(left)
