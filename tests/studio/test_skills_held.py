"""What the database counts for everyone at once is what the rules say of each one."""

import random
from collections import Counter

from sqlalchemy import Connection, insert

from app.db import Database
from app.learning import mastery, reviews
from app.learning.learners import learner
from app.learning.reviews import DAY, Card
from app.studio import skills_held
from app.studio.small_groups import whole
from tests.content.courses import small_course


def card(chance: random.Random, question: str, skill: str, kind: str) -> Card:
    first = chance.uniform(1, 80) * DAY if chance.random() < 0.85 else None
    return Card(
        question,
        stability=chance.choice([0.4, 3.0, 30.0, 300.0]),
        difficulty=5.0,
        last=chance.uniform(60, 99) * DAY,
        due=0.0,
        reps=2,
        lapses=0,
        first_shown=first,
        confirmed=chance.uniform(1, 99) * DAY if first and chance.random() < 0.5 else None,
        ceiling=chance.choice([1.0, 1.0, 0.5]),
        skill=skill,
        kind=kind,
    )


def test_the_counts_are_those_of_the_rules(database: Database) -> None:
    course, chance, now = small_course(), random.Random(5), 100 * DAY + 4000.0
    asked = [(question.id, question.skill, question.kind) for _lesson, question in course.question_by_id.values()]
    asked += [("gone", asked[0][1], "text"), ("gone-too", asked[-1][1], "choice")]
    expected: dict[str, Counter[str]] = {skill.id: Counter() for skill in course.skills}
    people: dict[str, dict[str, Card]] = {}
    for number in range(300):
        people[f"{number:032x}"] = {
            q: card(chance, q, skill, kind) for q, skill, kind in asked if chance.random() < 0.7
        }
    for cards in people.values():
        for skill, its in mastery.matrix(course, {}, cards, 100 * DAY).items():
            has = any(one.skill == skill for one in cards.values())
            state = its.state if its.proficient else "learning" if has else ""
            expected[skill][state] += 1

    def fill(conn: Connection) -> None:
        fresh = {"kind": "guest", "name": "", "role": "student", "session_version": 1, "created": 0.0}
        conn.execute(insert(learner), [{"id": id, **fresh} for id in people])
        for id, cards in people.items():
            for one in cards.values():
                reviews.keep(conn, id, course.slug, one)

    database.write_now(fill)
    found = database.read_now(lambda conn: skills_held.of(conn, course, now))
    assert {skill: vars(held) for skill, held in found.items()} == {
        skill: {state: whole(counts[state]) for state in ("learning", "proficient", "mastered", "fading")}
        for skill, counts in expected.items()
    }
    assert sum(held.fading + held.mastered + held.proficient for held in found.values()) > 50
