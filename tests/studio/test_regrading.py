"""Regrading: what is right now is paid and counts, what is wrong now is only marked, and nobody ever loses XP."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.content.course import Course
from app.content.library import Library
from app.content.questions import Answer, Question
from app.db import Database
from app.learning import attempts, learners, merging, regrades, reviews, xp
from app.learning.first_answers import first_answer
from app.studio import comparing, regrading
from app.studio.regrading import Regrade
from tests.studio.counted import count
from tests.studio.desk import COURSE, YAML

NOW = 1_000_000.0
LESSON = """---
title: The lesson
summary: For a test.
skills: [seeing]
---
## Here

:::{question} pick
:kind: choice

Which is right?

- [%(a)s] A
  > a
- [%(b)s] B
  > b
- [%(c)s] C
  > c

! So.
:::

:::{question} some
:kind: multiple

Which are right?

- [%(d)s] D
  > d
- [x] E
  > e%(more)s

! So.
:::

:::{question} count
:kind: number
:vars: n in [%(values)s]

How many are {n} and one?

= n + %(plus)s

! So.
:::
"""
PLAIN: dict[str, str] = {"a": "x", "b": " ", "c": " ", "d": " ", "more": "", "values": "3, 4, 5", "plus": "1"}


def course(folder: Path, **changed: str) -> Course:
    here = folder / COURSE
    here.mkdir(parents=True, exist_ok=True)
    (here / "course.yaml").write_text(YAML.replace("[first, second]", "[first]"))
    (here / "first.md").write_text(LESSON % {**PLAIN, **changed})
    library = Library(folder)
    assert not [str(one) for one in library.diagnostics() if one.severity == "error"]
    made = library.course(COURSE)
    assert made is not None
    return made


def of(made: Course, id: str) -> Question:
    return made.question_by_id[id][1]


def option(question: Question, text: str) -> str:
    return next(one.id for one in question.shown(0).options if text in one.html)


def answer(db: Database, made: Course, who: str, id: str, given: Answer, at: float = NOW) -> attempts.Outcome:
    lesson, question = made.question_by_id[id]
    return db.write_now(
        lambda conn: attempts.submit(
            conn,
            learner_id=who,
            course=COURSE,
            lesson_hash=lesson.hash,
            question=question,
            answer=given,
            attempt_key=f"{id}-{at}",
            now=at,
        )
    )


def state(db: Database, made: Course, who: str, id: str) -> attempts.QuestionState:
    return db.read_now(lambda conn: attempts.states(conn, who, COURSE, [of(made, id)]))[id]


def total(db: Database, who: str) -> int:
    return db.read_now(lambda conn: xp.totals(conn, who)).total


def regrade(db: Database, made: Course, id: str, key: str = "key", at: float = NOW + 500) -> Regrade:
    one = db.write_now(lambda conn: regrading.begin(conn, key, made, of(made, id), "ada", at))
    while one.ended is None:
        one = db.write_now(lambda conn, one=one: regrading.step(conn, made, one, at))  # type: ignore[misc]
    return one


def test_a_mended_key_is_found_paid_and_said(database: Database, tmp_path: Path) -> None:
    before = course(tmp_path / "before")
    a, b, c = (option(of(before, "pick"), text) for text in "ABC")
    assert answer(database, before, "right-before", "pick", a).xp_awarded == 20
    assert answer(database, before, "right-now", "pick", b).xp_awarded == 0
    answer(database, before, "never", "pick", c)
    answer(database, before, "asked", "pick", None)
    answer(database, before, "asked", "pick", b, NOW + 1)
    assert database.read_now(lambda conn: comparing.changed(conn, before)) == []
    after = course(tmp_path / "after", a=" ", b="x")
    assert regrading.changed_keys(before, after) == ("pick",)
    [found] = database.read_now(lambda conn: comparing.changed(conn, after))
    assert (found.question.id, found.attempts, found.righted, found.wronged, found.people) == ("pick", 4, 2, 1, 3)
    assert {answer: (t.righted, t.wronged) for answer, t in found.answers.items()} == {
        f'"{b}"': (2, 0),
        f'"{a}"': (0, 1),
    }

    one = regrade(database, after, "pick")
    assert (one.attempts, one.done, one.righted, one.wronged, one.xp) == (4, 4, 2, 1, 20)
    assert total(database, "right-now") == 20
    assert total(database, "right-before") == 20
    assert total(database, "asked") == 0  # it had been explained
    now_right, was_right = state(database, after, "right-now", "pick"), state(database, after, "right-before", "pick")
    assert (now_right.correct, now_right.awarded, now_right.first_try, now_right.regraded) == (
        True,
        True,
        True,
        NOW + 500,
    )
    assert (was_right.correct, was_right.awarded, was_right.regraded) == (False, True, NOW + 500)
    assert [part.correct for part in now_right.feedback] == [True]
    cards = database.read_now(lambda conn: reviews.cards(conn, "right-now", COURSE))
    assert cards["pick"].first_shown == NOW
    assert database.read_now(lambda conn: reviews.cards(conn, "right-before", COURSE))["pick"].first_shown == NOW
    told = database.read_now(lambda conn: regrades.of_learner(conn, "right-now", 5))
    assert [(n.question_id, n.correct, n.xp) for n in told] == [("pick", True, 20)]
    assert database.read_now(lambda conn: comparing.changed(conn, after)) == []
    assert database.read_now(xp.verify) == []


def test_regrading_twice_is_regrading_once(database: Database, tmp_path: Path) -> None:
    before = course(tmp_path / "before")
    answer(database, before, "she", "pick", option(of(before, "pick"), "B"))
    after = course(tmp_path / "after", a=" ", b="x")
    first = regrade(database, after, "pick")
    ledger = database.read_now(lambda conn: xp.ledger(conn, "she"))
    assert regrade(database, after, "pick") == first  # the same form, sent twice
    again = regrade(database, after, "pick", "another")
    assert (again.righted, again.wronged, again.xp) == (0, 0, 0)
    assert database.read_now(lambda conn: xp.ledger(conn, "she")) == ledger
    assert "Regraded: " in ledger[0].reason
    # She answers once more, under the mended key: it was paid.
    assert answer(database, after, "she", "pick", option(of(after, "pick"), "B"), NOW + 900).xp_awarded == 0


def test_what_was_answered_under_other_options_or_values_is_not_regraded(database: Database, tmp_path: Path) -> None:
    before = course(tmp_path / "before")
    e = option(of(before, "some"), "E")
    seed = answer(database, before, "she", "some", [e]).seed
    value = of(before, "count").draw(answer(database, before, "she", "count", "0", NOW + 1).seed)["n"]
    answer(database, before, "she", "count", str(value + 2), NOW + 2)
    assert seed
    options = course(tmp_path / "options", d="x", more="\n- [ ] F\n  > f")
    found = database.read_now(lambda conn: comparing.compare(conn, options, of(options, "some")))
    assert (found.righted, found.wronged, found.unreadable) == (0, 0, 1)
    verdicts = course(tmp_path / "verdicts", d="x")
    found = database.read_now(lambda conn: comparing.compare(conn, verdicts, of(verdicts, "some")))
    assert (found.righted, found.wronged, found.unreadable) == (0, 1, 0)
    values = course(tmp_path / "values", values="6, 7", plus="2")
    found = database.read_now(lambda conn: comparing.compare(conn, values, of(values, "count")))
    assert (found.righted, found.wronged, found.unreadable) == (0, 0, 2)
    keys = course(tmp_path / "keys", plus="2")
    found = database.read_now(lambda conn: comparing.compare(conn, keys, of(keys, "count")))
    assert (found.righted, found.wronged, found.unreadable) == (1, 0, 0)


def test_a_regrade_stops_where_the_question_changes_under_it(database: Database, tmp_path: Path) -> None:
    before = course(tmp_path / "before")
    answer(database, before, "she", "pick", option(of(before, "pick"), "B"))
    mended, again = course(tmp_path / "mended", a=" ", b="x"), course(tmp_path / "again", a=" ", c="x")
    one = database.write_now(lambda conn: regrading.begin(conn, "k", mended, of(mended, "pick"), "ada", NOW))
    one = database.write_now(lambda conn: regrading.step(conn, again, one, NOW + 1))
    assert (one.stopped, one.ended, one.done, total(database, "she")) == (True, NOW + 1, 0, 0)


def test_what_a_stopped_regrade_did_is_told_of(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrading, "BATCH", 1)
    before = course(tmp_path / "before")
    for who in ("he", "she"):
        answer(database, before, who, "pick", option(of(before, "pick"), "B"))
    count(database, before, NOW + 1000)
    mended, again = course(tmp_path / "mended", a=" ", b="x"), course(tmp_path / "again", a=" ", c="x")
    one = database.write_now(lambda conn: regrading.begin(conn, "k", mended, of(mended, "pick"), "ada", NOW))
    for now_as in (mended, again):
        one = database.write_now(lambda conn, at=now_as, one=one: regrading.step(conn, at, one, NOW))  # type: ignore[misc]
    assert (one.stopped, one.righted) == (True, 1)
    told = database.read_now(lambda conn: conn.execute(select(first_answer.c.correct)).scalars().all())
    assert sorted(told) == [False, True]


def test_a_guest_who_signs_in_takes_what_was_regraded_along(database: Database, tmp_path: Path) -> None:
    before, after = course(tmp_path / "before"), course(tmp_path / "after", a=" ", b="x")
    answer(database, before, "guest", "pick", option(of(before, "pick"), "B"))
    regrade(database, after, "pick")
    database.write_now(lambda conn: learners.create_account(conn, "ada", "Ada", "ada@example.org", "x", NOW))
    database.write_now(lambda conn: merging.merge_into(conn, "guest", "ada", NOW))
    held = state(database, after, "ada", "pick")
    assert (held.correct, held.regraded, total(database, "ada")) == (True, NOW + 500, 20)
    assert len(database.read_now(lambda conn: regrades.of_learner(conn, "ada", 5))) == 1


WORLD = st.fixed_dictionaries(
    {
        "key": st.sampled_from("abc"),
        "d": st.sampled_from("x "),
        "plus": st.sampled_from("12"),
    }
)
GIVEN = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(("pick", "some", "count")), st.integers(0, 4), st.integers(0, 3)),
    max_size=25,
)


def world(folder: Path, chosen: dict[str, str]) -> Course:
    marks = {letter: "x" if letter == chosen["key"] else " " for letter in "abc"}
    return course(folder / "-".join(chosen.values()).replace(" ", "_"), **marks, d=chosen["d"], plus=chosen["plus"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORLD, min_size=2, max_size=4), GIVEN)
def test_nobody_loses_xp_and_the_total_is_the_ledger(
    tmp_path: Path, sqlite_url: str, worlds: list[dict[str, str]], answers: list[tuple[int, str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as fresh:
        path = Path(fresh) / "receptive.db"
        path.write_bytes(Path(sqlite_url.removeprefix("sqlite:///")).read_bytes())
        db = Database(f"sqlite:///{path}")
        try:
            _live(db, tmp_path, worlds, answers)
        finally:
            db.close()


def _live(db: Database, folder: Path, worlds: list[dict[str, str]], answers: list[tuple[int, str, int, int]]) -> None:
    people, at, keys = [f"p{n}" for n in range(4)], NOW, 0
    for number, chosen in enumerate(worlds):
        made = world(folder, chosen)
        for one, id, pick, day in answers[number :: len(worlds)]:
            at += 1 + day * 86_400
            answer(db, made, people[one], id, _given(of(made, id), pick), at)
        for id in ("pick", "some", "count"):
            held = {who: total(db, who) for who in people}
            shown = {who: db.read_now(lambda conn, who=who: reviews.cards(conn, who, COURSE)) for who in people}  # type: ignore[misc]
            rows = [db.read_now(lambda conn, who=who: len(xp.ledger(conn, who))) for who in people]  # type: ignore[misc]
            for _twice in range(2):
                keys += 1
                regrade(db, made, id, f"k{keys}", at)
            after = [db.read_now(lambda conn, who=who: len(xp.ledger(conn, who))) for who in people]  # type: ignore[misc]
            assert all(new - old in (0, 1) for new, old in zip(after, rows, strict=True))
            for who in people:
                assert total(db, who) >= held[who]
                cards = db.read_now(lambda conn, who=who: reviews.cards(conn, who, COURSE))  # type: ignore[misc]
                for question, card in shown[who].items():
                    assert cards[question].stability >= card.stability
                    assert card.first_shown is None or (cards[question].first_shown or at) <= card.first_shown
        assert db.read_now(lambda conn, made=made: comparing.changed(conn, made)) == []  # type: ignore[misc]
        assert db.read_now(xp.verify) == []


def _given(question: Question, pick: int) -> Answer:
    if question.kind == "number":
        return str(pick + 3)
    ids = sorted(one.id for one in question.shown(0).options)
    return ids[pick % len(ids)] if question.kind == "choice" else ids[: 1 + pick % len(ids)]


CHILD = """
import sys
from pathlib import Path
from app.content.library import Library
from app.db import Database
from app.studio import regrading
regrading.BATCH = 7
db, library = Database(sys.argv[1]), Library(Path(sys.argv[2]))
course = library.course("stacking")
one = db.write_now(lambda conn: regrading.begin(conn, "key", course, course.question_by_id["pick"][1], "ada", 5.0))
print("begun", flush=True)
step = regrading.step
def told(conn, course, one, now):
    print(one.done, flush=True)
    sys.stdin.readline()
    return step(conn, course, one, now)
regrading.step = told
regrading.run(db, library, one, 5.0)
"""


def test_a_regrade_that_is_killed_goes_on_where_it_stopped(database_url: str, tmp_path: Path) -> None:
    db = Database(database_url)
    before = course(tmp_path / "before")
    b = option(of(before, "pick"), "B")
    for n in range(60):
        answer(db, before, f"p{n:02}", "pick", b)
    course(tmp_path / "after", a=" ", b="x")
    command = [sys.executable, "-c", CHILD, database_url, str(tmp_path / "after")]
    child: Any = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "begun\n"
    for done in ("0\n", "7\n", "14\n"):
        assert child.stdout.readline() == done
        if done != "14\n":
            child.stdin.write("on\n")
            child.stdin.flush()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    [left] = db.read_now(lambda conn: list(regrading.unfinished(conn)))
    assert left.done == 14
    regrading.resume(db, Library(tmp_path / "after"), NOW)
    one = db.read_now(lambda conn: regrading.get(conn, COURSE, "key"))
    assert one is not None
    assert (one.done, one.righted, one.xp, one.ended is not None) == (60, 60, 1200, True)
    assert {total(db, f"p{n:02}") for n in range(60)} == {20}
    assert db.read_now(xp.verify) == []
    db.close()


def test_many_attempts_are_compared_in_seconds(sqlite_url: str, tmp_path: Path) -> None:
    db = Database(sqlite_url)
    before, after = course(tmp_path / "before"), course(tmp_path / "after", a=" ", b="x")
    ids = [option(of(before, "pick"), text) for text in "ABC"]
    rows = [
        {"l": f"p{n % 2000}", "k": str(n), "s": n % 8, "a": f'"{ids[n % 3]}"', "c": n % 3 == 0, "at": NOW + n}
        for n in range(20_000)
    ]

    def fill(conn: Any) -> None:
        for n in range(2000):
            learners.ensure(conn, f"p{n}", NOW)
        cursor = conn.connection.cursor()
        cursor.executemany(
            "INSERT INTO attempt (learner_id, attempt_key, course, question_id, lesson_hash, series, seed, answer,"
            " correct, score, outcome, hints_opened, explained, created)"
            " VALUES (:l, :k, 'stacking', 'pick', '', 0, :s, :a, :c, 0, '{}', 0, 0, :at)",
            rows,
        )

    db.write_now(fill)
    start = time.perf_counter()
    [found] = db.read_now(lambda conn: comparing.changed(conn, after))
    assert (found.attempts, found.righted + found.wronged, found.people) == (20_000, 13_334, 2000)
    assert time.perf_counter() - start < 10
    db.close()
