"""The simulated people's abilities and the questions' difficulties are known: the figures must find them again."""

import math
import random
from collections.abc import Mapping

import pytest
from sqlalchemy import Connection

from app.content.course import Course
from app.db import Database
from app.learning import first_answers, lab_use, learners, own_data, regrades, staff
from app.learning.records import attempt
from app.studio import classes, gathering, items, question_changes, revisions
from app.studio.items import RIGHT, Item, Scope
from tests.content.courses import small_course
from tests.studio.counted import count
from tests.studio.crowd import DAY, Behaviour, Crowd, answer

NOW = 100 * DAY
HARD, TURNED, WEAK = "name-a-shortcut", "build-a-block", "match-the-layers"


def figures(db: Database, course: Course) -> Mapping[str, Item]:
    return db.read_now(lambda conn: items.of(conn, course, Scope()))


def expected(acts: Behaviour) -> tuple[float, float]:
    """The share right and the correlation of a right answer with ability, by integration over a normal ability."""
    steps = [(-5 + n / 100, math.exp(-((-5 + n / 100) ** 2) / 2) / math.sqrt(2 * math.pi) / 100) for n in range(1001)]
    right = sum(weight * (1 - acts.unknown) * acts.chance(ability, 0) for ability, weight in steps)
    with_ability = sum(weight * ability * (1 - acts.unknown) * acts.chance(ability, 0) for ability, weight in steps)
    return right, with_ability / math.sqrt(right * (1 - right))


@pytest.fixture
def crowded(sqlite_url: str) -> Database:
    database = Database(sqlite_url)
    acts = {HARD: Behaviour(difficulty=1.5), TURNED: Behaviour(slope=-1.5), WEAK: Behaviour(slope=0.0)}
    Crowd(small_course(), 600, behaviours=acts).fill(database)
    count(database, small_course(), NOW)
    return database


def test_shares_and_discrimination_are_found_again(crowded: Database) -> None:
    found = figures(crowded, small_course())
    for id, acts in {"kernel-reach": Behaviour(), HARD: Behaviour(difficulty=1.5), WEAK: Behaviour(slope=0.0)}.items():
        right, _ = expected(acts)
        rate = found[id].rate
        assert rate
        assert rate.n == 600
        assert rate.low <= right <= rate.high
    assert (one := found[TURNED].discrimination)
    assert one.high < 0
    assert (one := found[WEAK].discrimination)
    assert one.low < 0 < one.high
    # The others see less than ability itself, so a question's correlation with them is below that with ability.
    assert (one := found["kernel-reach"].discrimination)
    assert 0.2 < one.value < expected(Behaviour())[1]


def test_a_person_counts_once_with_the_first_answer(crowded: Database) -> None:
    course, before = small_course(), figures(crowded, small_course())["kernel-reach"]
    right = course.question_by_id["kernel-reach"][1].key(0)

    def again(conn: Connection) -> None:
        for number in range(200):
            answer(conn, course, "kernel-reach", f"{1:08x}{number:024x}", right, 0, NOW - 500, key="again")

    crowded.write_now(again)
    count(crowded, course, NOW)
    assert figures(crowded, course)["kernel-reach"] == before


def test_counting_twice_or_in_pieces_changes_nothing(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    db, course = Database(sqlite_url), small_course()
    monkeypatch.setattr("app.studio.gathering.STEP", 7)
    Crowd(course, 60).fill(db)
    count(db, course, NOW)
    whole = figures(db, course)
    count(db, course, NOW)
    assert figures(db, course) == whole
    assert {item.n for item in whole.values()} == {60}


def test_a_step_that_another_process_wrote_changes_nothing(database: Database) -> None:
    course = small_course()
    Crowd(course, 23).fill(database)
    early = database.read_now(lambda conn: gathering.look(conn, course, NOW))
    count(database, course, NOW)
    whole, held = figures(database, course), rows(database)
    for _ in range(2):
        database.write_now(lambda conn: gathering.keep(conn, course.slug, early))
        count(database, course, NOW)
    assert figures(database, course) == whole
    assert rows(database) == held


def test_an_answer_counts_once_it_has_settled(sqlite_url: str) -> None:
    """Another with a lower number may still be on its way into the database."""
    db, course, tenth = Database(sqlite_url), small_course(), "f" * 32
    Crowd(course, 9).fill(db)
    db.write_now(lambda conn: learners.ensure(conn, tenth, NOW))
    db.write_now(lambda conn: answer(conn, course, HARD, tenth, None, 0, NOW - 30))
    count(db, course, NOW)
    assert figures(db, course)[HARD].n == 5
    count(db, course, NOW + 31)
    assert figures(db, course)[HARD].n == 10


def test_since_when_a_question_stands_as_it_does(database: Database) -> None:
    def text(asked: str, prose: str) -> str:
        return f"{prose}\n\n:::{{question}} one\n{asked}\n:::\n"

    def write(conn: Connection) -> None:
        for when, asked, prose in ((1.0, "What?", "a"), (2.0, "Which?", "a"), (3.0, "Which?", "b")):
            revisions.seen(conn, "c", "l.md", text(asked, prose), when)
        revisions.seen(conn, "c", "m.md", text("What?", "a"), 5.0)

    database.write_now(write)
    found = database.read_now(lambda conn: [question_changes.last(conn, "c", f"{name}.md", "one") for name in "lmn"])
    assert found == [2.0, None, None]


def test_staff_are_left_out_and_guests_count(database: Database) -> None:
    course = small_course()
    Crowd(course, 12).fill(database)
    ids = [f"{1:08x}{number:024x}" for number in range(12)]
    database.write_now(lambda conn: learners.set_role(conn, ids[0], "assistant"))
    database.write_now(lambda conn: staff.grant(conn, ids[1], course.slug, "instructor", None, NOW))
    database.write_now(lambda conn: staff.grant(conn, ids[2], "another-course", "instructor", None, NOW))
    count(database, course, NOW)
    assert {item.n for item in figures(database, course).values()} == {10}


def rows(db: Database) -> dict[tuple[str, str], tuple[int | None, float]]:
    """Who is in which five, as the database has it: what nobody sees."""
    table = first_answers.first_answer.c
    chosen = table.question_id, table.learner_id, table.five, table.at
    found = db.read_now(lambda conn: conn.execute(first_answers.first_answer.select().with_only_columns(*chosen)).all())
    return {(row.question_id, row.learner_id): (row.five, row.at) for row in found}


def people(db: Database, scope: Scope, course: str) -> frozenset[str]:
    """Whom a view is of."""
    chosen = first_answers.first_answer.select().where(scope.holds(course))
    return frozenset(row.learner_id for row in db.read_now(lambda conn: conn.execute(chosen).all()))


def test_no_two_views_differ_by_fewer_than_five_people(database: Database) -> None:
    """The attack: look after every answer, over every period and class, join, leave and sign in, and subtract.

    Whatever is told is told of sets of people. Each set that was ever looked at, and every difference and every
    intersection of two of them, holds no fewer than five people, or nobody.
    """
    course, question, chance = small_course(), "kernel-reach", random.Random(11)
    ids = [f"{number:032x}" for number in range(47)]
    groups = [f"class-{name}" for name in "ab"]

    def begin(conn: Connection) -> None:
        for id in groups:
            classes.make(conn, id, course.slug, id, False, 0.0)
        for id in ids:
            learners.ensure(conn, id, 0.0)
            member = {"learner_id": id, "joined": 0.0, "ended": None, "removed": False}
            for group in groups:
                if chance.random() < 0.5:
                    code = f"{group}{id}"
                    conn.execute(classes.class_member.insert(), {"class_id": group, "code": code, **member})

    database.write_now(begin)
    views: set[frozenset[str]] = set()

    def look(now: float) -> None:
        count(database, course, now + 61)
        for since in (None, 0.0, 5 * DAY, 11.5 * DAY, 20 * DAY):
            for group in ("", *groups):
                scope = Scope(since, group)
                views.add(people(database, scope, course.slug))

    for number, id in enumerate(ids):
        when = number * 0.5 * DAY
        said = course.question_by_id[question][1].key(0) if chance.random() < 0.5 else None
        database.write_now(lambda conn, a=(id, said, when): answer(conn, course, question, a[0], a[1], 0, a[2]))  # type: ignore[misc]
        look(when)
    # Leaving a class, and leaving for good.
    ended = classes.class_member.update().where(classes.class_member.c.learner_id == ids[3]).values(ended=30 * DAY)
    database.write_now(lambda conn: conn.execute(ended))
    look(31 * DAY)
    for leaver in (ids[4], ids[20], ids[46]):
        database.write_now(lambda conn, id=leaver: own_data.forget(conn, id))  # type: ignore[misc]
        look(32 * DAY)
    for one in views:
        assert not 0 < len(one) < 5
        for other in views:
            assert not 0 < len(one - other) < 5
            assert not 0 < len(one & other) < 5
    assert len(views) > 15


def test_answers_count_that_come_after_the_last_ones_went(database: Database) -> None:
    course = small_course()
    right = course.question_by_id["kernel-reach"][1].key(0)

    def five(at: int) -> None:
        def say(conn: Connection) -> None:
            for number in range(at, at + 5):
                learners.ensure(conn, f"{number:032x}", NOW)
                answer(conn, course, "kernel-reach", f"{number:032x}", right, 0, NOW - 500)

        database.write_now(say)
        count(database, course, NOW)

    five(1)
    five(6)
    for number in range(6, 11):
        database.write_now(lambda conn, number=number: own_data.forget(conn, f"{number:032x}"))  # type: ignore[misc]
    five(11)
    assert figures(database, course)["kernel-reach"].n == 10


def test_who_leaves_takes_the_five_along(database: Database) -> None:
    course = small_course()
    Crowd(course, 20).fill(database)
    count(database, course, NOW)
    leaver = f"{1:08x}{7:024x}"
    five = {who for (question, who), (number, _) in rows(database).items() if (question, number) == (HARD, 2)}
    assert leaver in five
    database.write_now(lambda conn: own_data.forget(conn, leaver))
    assert {item.n for item in figures(database, course).values()} == {15}
    assert all(rows(database)[HARD, other][0] == 0 for other in five - {leaver})


def test_a_guest_who_signs_in_stays_one_person(database: Database) -> None:
    course = small_course()
    Crowd(course, 9).fill(database)
    count(database, course, NOW)
    guest, account = (f"{1:08x}{number:024x}" for number in (2, 8))
    make = lambda conn: learners.create_account(conn, account, "Ada", "ada@example.org", "hash", NOW)  # noqa: E731
    database.write_now(make)
    database.write_now(lambda conn: learners.merge(conn, guest, account, NOW))
    held = rows(database)
    assert not any(who == guest for _question, who in held)
    # The account had answered everything itself, and waited for its five; the guest's five is told no more.
    assert {item.n for item in figures(database, course).values()} == {0}
    assert held[HARD, account][0] is None


def test_what_a_guest_ran_is_the_account_s_once(database: Database) -> None:
    guest, account = "1" * 32, "2" * 32

    def write(conn: Connection) -> None:
        learners.create_account(conn, account, "Ada", "ada@example.org", "hash", NOW)
        for who, lab in ((guest, "both"), (account, "both"), (guest, "one")):
            lab_use.note(conn, who, "c", lab, NOW)
            lab_use.note(conn, who, "c", lab, NOW + 1)
        learners.merge(conn, guest, account, NOW)

    database.write_now(write)
    held = database.read_now(lambda conn: conn.execute(lab_use.lab_use.select()).all())
    assert sorted(held) == [(account, "c", "both", NOW), (account, "c", "one", NOW)]


def test_a_regraded_question_is_told_as_it_stands(crowded: Database) -> None:
    course = small_course()

    def all_right(conn: Connection) -> None:
        for row in conn.execute(attempt.select().where(attempt.c.question_id == HARD)).all():
            held = {"attempt_id": row.id, "learner_id": row.learner_id, "regrade_id": "r", "course": course.slug}
            regrades.MARK.rows(conn, held | {"question_id": HARD, "correct": True, "xp": 0, "created": NOW})
        first_answers.regraded(conn, course.slug, HARD)

    crowded.write_now(all_right)
    assert figures(crowded, course)[HARD].said.of(RIGHT).high == 600
