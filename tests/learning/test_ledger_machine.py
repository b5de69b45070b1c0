"""Whatever students do in whatever order, the ledger and its totals agree with a plain count of it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.db import Database
from app.learning.attempts import Outcome
from app.learning.learners import Merged
from tests.learning.doing import Student, sound
from tests.learning.sample import choice

QUESTIONS = [choice(f"q{number}") for number in range(3)]
GUESTS, ACCOUNTS = range(3), range(3, 5)

who = st.integers(0, 4)
which = st.integers(0, 2)


class Ledger(RuleBasedStateMachine):
    """Beside the database, a dictionary: who has earned which question, and what was said of which key."""

    database: ClassVar[Database]

    @initialize()
    def begin(self) -> None:
        start = uuid.uuid4().hex[:24]  # fresh students in one database: its ledger cannot be emptied
        self.students = [Student(self.database, f"{start}-{number}") for number in (*GUESTS, *ACCOUNTS)]
        for number in ACCOUNTS:
            self.students[number].signs_up()
        self.earned: list[set[int]] = [set() for _ in self.students]
        #: What was explained to whom: the machine plays within a day.
        self.explained: list[set[int]] = [set() for _ in self.students]
        self.told: dict[tuple[int, str], Outcome] = {}
        self.attempts = [0 for _ in self.students]
        self.merged: set[int] = set()
        self.now = 0.0

    @contextmanager
    def refused_if_merged(self, number: int) -> Iterator[None]:
        try:
            yield
        except Merged:
            assert number in self.merged
        else:
            assert number not in self.merged

    @rule(number=who, question=which, answer=st.sampled_from(["a", "b", None]), key=st.integers(0, 3))
    def answers(self, number: int, question: int, answer: Any, key: int) -> None:
        self.now += 1
        name = f"{question}-{key}"
        with self.refused_if_merged(number):
            outcome = self.students[number].answers(QUESTIONS[question], answer, name, self.now)
            before = self.told.get((number, name))
            if before is not None:
                assert outcome == before
                return
            shows = answer == "a" and question not in self.explained[number]
            pays = shows and question not in self.earned[number]
            assert (outcome.repeated, outcome.correct) == (False, answer == "a")
            assert outcome.xp_awarded == (20 if pays else 0)
            if shows:
                self.earned[number].add(question)
            if answer is None:
                self.explained[number].add(question)
            self.attempts[number] += 1
            assert outcome.total_xp == 20 * len(self.earned[number])
            self.told[number, name] = Outcome(**{**vars(outcome), "repeated": True})

    @rule(number=who, question=which)
    def draws_another(self, number: int, question: int) -> None:
        self.now += 1
        with self.refused_if_merged(number):
            self.students[number].draws_another(QUESTIONS[question], now=self.now)

    @rule(number=who, question=which)
    def opens_a_hint(self, number: int, question: int) -> None:
        self.now += 1
        with self.refused_if_merged(number):
            assert 0 < self.students[number].opens_hint(QUESTIONS[question], now=self.now) <= 2

    @rule(guest=st.sampled_from(GUESTS), account=st.sampled_from(ACCOUNTS))
    def signs_in(self, guest: int, account: int) -> None:
        exists = self.attempts[guest] > 0 or self.students[guest].count("question_progress") > 0
        moved = self.students[guest].signs_in_to(self.students[account], self.now)
        assert moved == (exists and guest not in self.merged)
        if moved:
            self.merged.add(guest)
            self.earned[account] |= self.earned[guest]
            self.explained[account] |= self.explained[guest]
            self.attempts[account] += self.attempts[guest]
            self.attempts[guest] = 0
            for (number, key), outcome in list(self.told.items()):
                if number == guest:
                    self.told.setdefault((account, key), outcome)

    @invariant()
    def ledger_and_totals_agree_with_the_count(self) -> None:
        if not hasattr(self, "students"):
            return
        for number, student in enumerate(self.students):
            awards = student.awards
            assert {award.award_key for award in awards} == {f"question:course/q{q}" for q in self.earned[number]}
            assert student.xp == sum(award.amount for award in awards) == 20 * len(self.earned[number])
            assert student.count("attempt") == self.attempts[number]
            if number not in self.merged:
                cards = student.cards
                assert all((card.reps, card.lapses) in ((1, 0), (1, 1)) for card in cards.values())
                states = [student.state(question) for question in QUESTIONS]
                assert [state.awarded for state in states] == [q in self.earned[number] for q in range(3)]
                assert sum(state.attempts for state in states) == self.attempts[number]
                assert cards.keys() == {state.question_id for state in states if state.attempts}

    def teardown(self) -> None:
        assert sound(self.database)


def test_the_ledger_agrees_with_a_plain_count(database: Database) -> None:
    Ledger.database = database
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=25 if database.dialect == "sqlite" else 8,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
