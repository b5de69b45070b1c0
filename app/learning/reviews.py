"""What a student still recalls: one card for each question, moved by answers alone, after FSRS.

FSRS (the Free Spaced Repetition Scheduler, version 6, as py-fsrs computes it) keeps two numbers of a memory: its
stability, the days until recall has fallen to 90 %, and its difficulty. See docs/learning.md.

Sources: Ye, Su and Cao 2022, A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling, KDD;
https://github.com/open-spaced-repetition/py-fsrs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

import fsrs
from fsrs import Rating
from sqlalchemy import (
    Column,
    Connection,
    Double,
    Executable,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    select,
)

from app.content.course import Course
from app.db import Inserter, Prepared, metadata

__all__ = ["Card", "Rating", "cards", "count_due", "due", "keep", "rate", "retrievability", "vouch"]

DAY = 86_400
#: No steps of minutes, and no chance: the same answers at the same times always give the same card.
SCHEDULER = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False, desired_retention=0.9)
DECAY = -SCHEDULER.parameters[20]
FACTOR = 0.9 ** (1 / DECAY) - 1

review_card = Table(
    "review_card",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("question_id", Text, primary_key=True),
    Column("stability", Double, nullable=False),
    Column("difficulty", Double, nullable=False),
    Column("last", Double, nullable=False),
    Column("due", Double, nullable=False),
    Column("reps", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("first_shown", Double),
    Column("confirmed", Double),
    Column("ceiling", Double, nullable=False),
    # As the question was when it was answered last, so that what it showed outlives it.
    Column("skill", Text),
    Column("kind", Text),
    Index(None, "course"),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Card:
    """A student's memory of what one question asks. Times are UTC epoch seconds."""

    question_id: str
    #: Days until recall has fallen to 90 %.
    stability: float
    #: From 1 to 10.
    difficulty: float
    #: When it was answered last, on a fresh draw.
    last: float
    due: float
    #: Answers that moved it, and how many of them were wrong.
    reps: int
    lapses: int
    #: When it was first shown: right at once, unassisted, when no more answers were wrong than right.
    first_shown: float | None = None
    #: When it was right at once in a mixed review the last time.
    confirmed: float | None = None
    #: After a miss, recall as it was estimated before it: having been wrong proves no recall.
    ceiling: float = 1.0
    #: Of the question as it was answered last; None on cards older than this.
    skill: str | None = None
    kind: str | None = None


def retrievability(card: Card, now: float) -> float:
    """The estimated chance, from 0 to 1, of answering the question rightly. Counts whole days, as FSRS does."""
    days = max(0, int((now - card.last) // DAY))
    recalled: float = (1 + FACTOR * days / card.stability) ** DECAY
    return min(card.ceiling, recalled)


def rate(card: Card | None, rating: Rating, now: float, *, question_id: str = "", mixed: bool = False) -> Card:
    """The card after an answer: wrong is Again, right after a hint Hard, right at once Good.

    ``question_id`` names a card that begins; ``mixed`` says that the answer was given in a mixed review.
    """
    now = max(now, card.last) if card else now
    known = fsrs.Card(card_id=0, due=_utc(now))
    if card:
        known = fsrs.Card(0, fsrs.State.Review, None, card.stability, card.difficulty, _utc(card.due), _utc(card.last))
    moved, _ = SCHEDULER.review_card(known, rating, _utc(now))
    assert moved.stability is not None
    assert moved.difficulty is not None
    missed, at_once = rating == Rating.Again, rating == Rating.Good
    reps, lapses = (card.reps if card else 0) + 1, (card.lapses if card else 0) + missed
    shown = card.first_shown if card else None
    return Card(
        question_id=card.question_id if card else question_id,
        stability=moved.stability,
        difficulty=moved.difficulty,
        last=now,
        due=now + round((moved.due - _utc(now)) / _day) * DAY,
        reps=reps,
        lapses=lapses,
        first_shown=now if shown is None and at_once and 2 * lapses <= reps else shown,
        confirmed=now if mixed and at_once else card.confirmed if card else None,
        ceiling=(retrievability(card, now) if card else 0.0) if missed else 1.0,
        skill=card.skill if card else None,
        kind=card.kind if card else None,
    )


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


_day = _utc(DAY) - _utc(0)

COLUMNS = tuple(field.name for field in fields(Card))
_of = select(*(review_card.c[name] for name in COLUMNS)).where(review_card.c.learner_id == bindparam("learner"))
OF = Prepared(_of.where(review_card.c.course == bindparam("course")))
DUE = Prepared(_of.add_columns(review_card.c.course).where(review_card.c.due <= bindparam("now")))


def _kept(new: Inserter) -> Executable:
    row = new(review_card)
    changed = {name: row.excluded[name] for name in COLUMNS if name != "question_id"}
    return row.on_conflict_do_update(index_elements=["learner_id", "course", "question_id"], set_=changed)


KEEP = Prepared(_kept)


def keep(conn: Connection, learner_id: str, course: str, card: Card) -> None:
    """Write a card, over the one that there was."""
    KEEP.rows(conn, {name: getattr(card, name) for name in COLUMNS} | {"learner_id": learner_id, "course": course})


def cards(conn: Connection, learner_id: str, course: str) -> Mapping[str, Card]:
    """A learner's cards in a course by question id, those of questions that are gone among them."""
    rows = OF.rows(conn, {"learner": learner_id, "course": course})
    return {row.question_id: Card(*row) for row in rows}


def due(
    conn: Connection, learner_id: str, now: float, limit: int, courses: Iterable[Course]
) -> list[tuple[Course, Card]]:
    """The cards due in these courses, the lowest recall first. A question that is gone is never due."""
    by_slug = {course.slug: course for course in courses}
    found = [
        (by_slug[row.course], Card(*row[:-1]))
        for row in DUE.rows(conn, {"learner": learner_id, "now": now})
        if row.course in by_slug and row.question_id in by_slug[row.course].question_by_id
    ]
    found.sort(key=lambda pair: (retrievability(pair[1], now), pair[1].due, pair[0].slug, pair[1].question_id))
    return found[:limit]


def count_due(conn: Connection, learner_id: str, now: float, courses: Iterable[Course]) -> int:
    """How many cards are due in these courses."""
    asked = {(course.slug, id) for course in courses for id in course.question_by_id}
    return sum((row.course, row.question_id) in asked for row in DUE.rows(conn, {"learner": learner_id, "now": now}))


def vouch(conn: Connection, learner_id: str, course: str, questions: Iterable[str], now: float) -> None:
    """Count questions as shown, whatever went wrong with them before: a test on their skill was passed as a whole.

    The questions have been answered, so they have cards; one without is left alone.
    """
    held = cards(conn, learner_id, course)
    for card in (held[id] for id in questions if id in held):
        if card.first_shown is None:
            keep(conn, learner_id, course, replace(card, first_shown=now))


def joined(a: Card, b: Card) -> Card:
    """One question's two cards as one, in whichever order they come: the firmer memory, and all that was shown."""
    shown = [card.first_shown for card in (a, b) if card.first_shown is not None]
    confirmed = [card.confirmed for card in (a, b) if card.confirmed is not None]
    firmer = max(a, b, key=lambda card: (card.stability, card.last, card.reps, -card.lapses, card.ceiling))
    skill, kind = max((card.skill or "", card.kind or "") for card in (a, b))
    return replace(
        firmer,
        first_shown=min(shown, default=None),
        confirmed=max(confirmed, default=None),
        skill=skill or None,
        kind=kind or None,
    )
