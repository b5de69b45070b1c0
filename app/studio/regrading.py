"""Attempts held against their question as it is now, and set right where they count as something else.

What is right now is paid as any right answer (once, by its award key) and counts from when it was given. What is wrong
now keeps its XP and its cards, and is only marked. Done in batches, each of them whole or not at all, so that whatever
ends the process in between, the next look goes on where it stopped.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from app.content.course import Course
from app.content.library import Library
from app.content.questions import Question
from app.db import Busy, Database
from app.learning import first_answers
from app.learning.learners import Merged, learner
from app.learning.records import attempt
from app.learning.regrades import regrade
from app.studio import righting
from app.studio.comparing import COUNTS, WITH_REGRADED, Grader, answered, fingerprint

#: Attempts of one batch, and the tries of a batch whose learners sign in meanwhile.
BATCH, TRIES = 200, 5


@dataclass(frozen=True)
class Regrade:
    """One question's attempts set right: by whom, when, how far, and what came of it."""

    id: str
    course: str
    question_id: str
    fingerprint: str
    author: str
    created: float
    ended: float | None
    #: The question changed before it was through.
    stopped: bool
    last: int
    upto: int
    #: Attempts to look at, and looked at so far.
    attempts: int
    done: int
    righted: int
    wronged: int
    #: Made under other options or values, so that they cannot be regraded.
    unreadable: int
    #: Paid in all.
    xp: int
    #: The author's; empty where nobody is known.
    name: str = ""


def changed_keys(before: Course, after: Course) -> tuple[str, ...]:
    """Ids of the questions that both have, and that grade otherwise in the later one."""
    both = [
        (id, before.question_by_id[id][1], q)
        for id, (_, q) in after.question_by_id.items()
        if id in before.question_by_id
    ]
    return tuple(id for id, old, new in both if fingerprint(old) != fingerprint(new))


_FIELDS = [regrade.c[one.name] for one in fields(Regrade) if one.name != "name"]
_CHOSEN = select(*_FIELDS, func.coalesce(learner.c.name, "").label("name")).select_from(
    regrade.outerjoin(learner, learner.c.id == regrade.c.author)
)


def _regrade(row: Any) -> Regrade:
    return Regrade(*row)


def get(conn: Connection, course: str, id: str) -> Regrade | None:
    row = conn.execute(_CHOSEN.where(regrade.c.course == course, regrade.c.id == id)).first()
    return _regrade(row) if row else None


def of(conn: Connection, course: str, limit: int = 50) -> list[Regrade]:
    """Newest first."""
    asked = _CHOSEN.where(regrade.c.course == course).order_by(regrade.c.created.desc(), regrade.c.id).limit(limit)
    return [_regrade(row) for row in conn.execute(asked)]


def begin(conn: Connection, id: str, course: Course, question: Question, author: str, now: float) -> Regrade:
    """A regrade of what there is by now; the same ``id`` begins one. One that goes on already is given back."""
    held = get(conn, course.slug, id)
    if held is not None:
        return held
    running = (regrade.c.course == course.slug, regrade.c.question_id == question.id, regrade.c.ended.is_(None))
    for row in conn.execute(_CHOSEN.where(*running)):
        if row.fingerprint == fingerprint(question):
            return _regrade(row)
    counted = select(func.count(), func.coalesce(func.max(attempt.c.id), 0)).where(*answered(course.slug, question.id))
    attempts, upto = conn.execute(counted).one()
    begun: dict[str, Any] = {"id": id, "course": course.slug, "question_id": question.id, "author": author}
    begun |= {"fingerprint": fingerprint(question), "created": now, "stopped": False}
    begun |= {"last": 0, "upto": upto, "attempts": attempts}
    begun |= dict.fromkeys(("done", "righted", "wronged", "unreadable", "xp"), 0)
    conn.execute(insert(regrade), begun | {"ended": None if attempts else now})
    made = get(conn, course.slug, id)
    assert made is not None
    return made


def step(conn: Connection, course: Course, one: Regrade, now: float) -> Regrade:
    """The next batch; unchanged where it is over, or another process did that batch. Raises Merged."""
    held = get(conn, course.slug, one.id)
    if held is None or held.ended is not None:
        return held or one
    place = course.question_by_id.get(held.question_id)
    if place is None or fingerprint(place[1]) != held.fingerprint:
        if _set(conn, held, stopped=True, ended=now):
            first_answers.regraded(conn, course.slug, held.question_id)
        return get(conn, course.slug, one.id) or held
    rows = _batch(conn, held)
    last = rows[-1].id if rows else held.upto
    ended = now if last >= held.upto else None
    if not _set(conn, held, last=last, ended=ended, done=held.done + len(rows)):
        return get(conn, course.slug, one.id) or held
    grader = Grader(place[1])
    verdicts = [(row, grader.verdict(row.answer, row.seed, row.outcome)) for row in rows]
    differing = [(row, now_right) for row, now_right in verdicts if now_right not in (None, row.counts)]
    # Learners always in this order, so that two transactions that hold several cannot block each other.
    differing.sort(key=lambda pair: (pair[0].learner_id, pair[0].id))
    paid = sum(righting.settle(conn, course, place[1], row, bool(right), held.id, now) for row, right in differing)
    righted = sum(bool(right) for _, right in differing)
    tallied = {"righted": held.righted + righted, "wronged": held.wronged + len(differing) - righted}
    unreadable = held.unreadable + sum(right is None for _, right in verdicts)
    conn.execute(
        update(regrade).where(regrade.c.id == held.id).values(**tallied, unreadable=unreadable, xp=held.xp + paid)
    )
    if ended is not None:
        first_answers.regraded(conn, course.slug, held.question_id)
    return get(conn, course.slug, one.id) or held


def _batch(conn: Connection, one: Regrade) -> list[Row[Any]]:
    c = attempt.c
    asked = (
        select(c.id, c.learner_id, c.answer, c.seed, c.outcome, c.explained, c.created, COUNTS.label("counts"))
        .select_from(WITH_REGRADED)
        .where(*answered(one.course, one.question_id), c.id > one.last, c.id <= one.upto)
        .order_by(c.id)
        .limit(BATCH)
    )
    return list(conn.execute(asked))


def _set(conn: Connection, held: Regrade, **values: Any) -> bool:
    """Whether the regrade still stood where ``held`` says, and so goes on."""
    at = (regrade.c.id == held.id, regrade.c.last == held.last, regrade.c.ended.is_(None))
    return bool(conn.execute(update(regrade).where(*at).values(values)).rowcount)


def run(db: Database, library: Library, one: Regrade, now: float) -> Regrade:
    """Go on to the end, a batch at a time. Blocks, so it wants a thread of its own."""
    tries = 0
    while one.ended is None:
        course = library.course(one.course)
        if course is None:
            return one
        try:
            one = db.write_now(lambda conn, course=course, one=one: step(conn, course, one, now))  # type: ignore[misc]
            tries = 0
        except (Merged, Busy):
            tries += 1
            if tries > TRIES:
                raise
            time.sleep(0.05 * tries)
    return one


def unfinished(conn: Connection) -> Iterator[Regrade]:
    return (_regrade(row) for row in conn.execute(_CHOSEN.where(regrade.c.ended.is_(None))).all())


def resume(db: Database, library: Library, now: float) -> None:
    """Go on with whatever an earlier process did not end."""
    for one in db.read_now(lambda conn: list(unfinished(conn))):
        run(db, library, one, now)
