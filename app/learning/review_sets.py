"""A set of reviews: made once, answered one question at a time, left and gone on with at will.

A learner has at most one set open. A question is drawn anew when its turn comes; its first answer in the set is what
counts, and it does not come back in the same set.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.content.course import Course
from app.content.questions import Question
from app.learning import attempts, learners, reviews, states
from app.learning.attempts import Outcome
from app.learning.mastery import matrix
from app.learning.review_records import Item, ReviewSet, Scope, get, paces, review_item, review_set, unfinished
from app.learning.selection import Candidate

__all__ = [
    "Courses",
    "Item",
    "ReviewSet",
    "Scope",
    "begin",
    "end",
    "get",
    "go_on",
    "merge",
    "paces",
    "review_item",
    "review_set",
    "submit",
    "unfinished",
]

Courses = Mapping[str, Course]


def begin(
    conn: Connection, learner_id: str, scope: Scope, chosen: Sequence[Candidate], courses: Courses, now: float
) -> ReviewSet | None:
    """The open set that was asked for in the same words, else a new one; None where there is nothing to ask.

    A set of another scope that was left open is over. Raises Merged.
    """
    learners.ensure(conn, learner_id, now)
    before = unfinished(conn, learner_id)
    if before is not None and before.scope == scope:
        at = before.current
        gone = at is not None and _question(courses, at) is None
        return go_on(conn, learner_id, before.id, at.place, courses, now) if at and gone else before
    if not chosen:
        return None
    if before is not None:
        end(conn, learner_id, before.id, now)
    row = {"id": secrets.token_hex(8), "learner_id": learner_id, "kind": scope.kind, "created": now}
    conn.execute(insert(review_set), row | {"course": scope.course, "skill": scope.skill})
    places = [
        {"set_id": row["id"], "place": n, "course": one.course, "question_id": one.question, "skill": one.skill}
        for n, one in enumerate(chosen, 1)
    ]
    conn.execute(insert(review_item), places)
    return go_on(conn, learner_id, str(row["id"]), 0, courses, now)


def go_on(conn: Connection, learner_id: str, set_id: str, after: int, courses: Courses, now: float) -> ReviewSet | None:
    """Open the question after place ``after`` (0 before the first), or end the set where none is left.

    Nothing happens where that place is not the current one, so that a double click goes on once, or where its
    question still waits for an answer. A question that has left its course, or was answered elsewhere since the set
    was made, is passed over. None for no such set. Raises Merged.
    """
    learners.ensure(conn, learner_id, now)
    found = get(conn, learner_id, set_id)
    if found is None or found.ended is not None:
        return found
    at = found.current
    if (at.place if at else 0) != after or (at is not None and _waits(conn, learner_id, at, courses)):
        return found
    for item in found.items[after:]:
        question = _question(courses, item)
        if question is None or _answered_since(conn, learner_id, item, found.created):
            continue
        states.new_variant(conn, learner_id=learner_id, course=item.course, question=question, now=now)
        _change(conn, set_id, item.place, opened=now)
        return get(conn, learner_id, set_id)
    end(conn, learner_id, set_id, now)
    return get(conn, learner_id, set_id)


def end(conn: Connection, learner_id: str, set_id: str, now: float) -> bool:
    """End a set; what was answered counts, the rest stays due. Whether the learner has such a set."""
    mine = (review_set.c.id == set_id, review_set.c.learner_id == learner_id)
    conn.execute(update(review_set).where(*mine, review_set.c.ended.is_(None)).values(ended=now))
    return conn.execute(select(review_set.c.id).where(*mine)).first() is not None


def submit(conn: Connection, set_id: str, course: Course, *, learner_id: str, now: float, **sent: Any) -> Outcome:
    """Answer a question as ``attempts.submit`` does, in a set where it is that set's turn and not answered there.

    Anything else (an older tab, a set that is over, no set at all) is an answer like any other.
    """
    learners.ensure(conn, learner_id, now)
    found = get(conn, learner_id, set_id) if set_id else None
    item, question = found.current if found else None, sent["question"]
    if item is None or item.answered is not None or (item.course, item.question_id) != (course.slug, question.id):
        return attempts.submit(conn, learner_id=learner_id, course=course.slug, now=now, **sent)
    helped = states.states(conn, learner_id, course.slug, [question])[question.id].hints_opened > 0
    before = _standing(conn, learner_id, course, item.skill, now)
    outcome = attempts.submit(conn, learner_id=learner_id, course=course.slug, now=now, mixed=True, **sent)
    if not outcome.repeated:
        _change(
            conn,
            set_id,
            item.place,
            answered=now,
            correct=outcome.correct,
            helped=helped,
            xp=outcome.xp_awarded,
            before=before,
            after=_standing(conn, learner_id, course, item.skill, now),
            due=reviews.cards(conn, learner_id, course.slug)[question.id].due,
        )
    return outcome


def _standing(conn: Connection, learner_id: str, course: Course, skill: str, now: float) -> str | None:
    cards, answered = reviews.cards(conn, learner_id, course.slug), attempts.shown(conn, learner_id, course.slug)
    stands = matrix(course, answered, cards, now)
    return stands[skill].state if skill in stands else None


def _waits(conn: Connection, learner_id: str, item: Item, courses: Courses) -> bool:
    """Whether the question still waits: neither answered in its set, nor this draw of it elsewhere, nor gone."""
    question = _question(courses, item)
    if item.answered is not None or question is None:
        return False
    return not states.states(conn, learner_id, item.course, [question])[question.id].answered


def _answered_since(conn: Connection, learner_id: str, item: Item, since: float) -> bool:
    card = reviews.cards(conn, learner_id, item.course).get(item.question_id)
    return card is not None and card.last > since


def _question(courses: Courses, item: Item) -> Question | None:
    course = courses.get(item.course)
    place = course.question_by_id.get(item.question_id) if course else None
    return place[1] if place else None


def _change(conn: Connection, set_id: str, place: int, **values: Any) -> None:
    at = (review_item.c.set_id == set_id, review_item.c.place == place)
    conn.execute(update(review_item).where(*at).values(values))


def merge(conn: Connection, guest: str, account: str, now: float) -> None:
    """A guest's sets become the account's; of two left open, the newer stays so."""
    conn.execute(update(review_set).where(review_set.c.learner_id == guest).values(learner_id=account))
    left = select(review_set.c.id).where(review_set.c.learner_id == account, review_set.c.ended.is_(None))
    for older in conn.execute(left.order_by(review_set.c.created.desc())).scalars().all()[1:]:
        end(conn, account, older, now)
