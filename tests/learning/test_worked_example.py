"""docs/learning.md says what the code computes, number by number."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.course import Skill
from app.learning.mastery import matrix
from app.learning.reviews import DAY, SCHEDULER, Card, Rating, rate, retrievability
from tests.learning.sample import Other, choice, course, lesson

PAGE = Path("docs/learning.md").read_text(encoding="utf-8")
QUESTIONS = [
    *(choice(id, "maps") for id in ("choice-a", "choice-b")),
    *(Other(id, "maps", 1) for id in ("number-a", "number-b")),
]
COURSE = course([Skill("maps", "Maps", "")], [lesson("first", QUESTIONS)])
RATINGS = {"wrong": Rating.Again, "right after a hint": Rating.Hard, "right at once": Rating.Good}


def rows() -> Iterator[list[str]]:
    """The cells of the example's table."""
    for line in PAGE.split("## A worked example")[1].split("\n## ")[0].splitlines():
        if re.match(r"\| \d", line):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_every_number_of_the_example_is_what_the_rules_give() -> None:
    cards: dict[str, Card] = {}
    for day, question, answer, before, stability, difficulty, due, state, recall in rows():
        now = float(day) * DAY
        if question != "–":
            said, _, review = answer.partition(", ")
            known = cards.get(question)
            assert before == (f"{retrievability(known, now):.4f}" if known else "–")
            card = rate(known, RATINGS[said], now, question_id=question, mixed=review == "in a review")
            assert (stability, difficulty) == (f"{card.stability:.4f}", f"{card.difficulty:.4f}")
            assert float(due) * DAY == card.due
            cards[question] = replace(card, skill="maps", kind=COURSE.question_by_id[question][1].kind)
        standing = matrix(COURSE, dict.fromkeys(cards, True), cards, now)["maps"]
        assert (state, recall) == (standing.state, f"{standing.recall:.4f}")
    assert len(cards) == 2


def test_the_formulas_that_are_filled_in_come_out() -> None:
    found = re.findall(r"\(1 \+ ([\d.]+) · (\d+) / ([\d.]+)\)\^−([\d.]+) = (\d\.\d+)", PAGE)
    assert len(found) == 2
    for factor, days, stability, decay, recall in found:
        assert (1 + float(factor) * int(days) / float(stability)) ** -float(decay) == pytest.approx(
            float(recall), abs=1e-4
        )


def parameters() -> tuple[float, ...]:
    lines = re.findall(r"^    w\d+…w\d+ +(.*)$", PAGE, re.MULTILINE)
    return tuple(float(value) for line in lines for value in line.split())


def test_the_parameters_are_the_ones_in_use() -> None:
    assert parameters() == SCHEDULER.parameters


@given(
    st.floats(0.01, 3000),
    st.floats(1, 10),
    st.integers(0, 2000),
    st.sampled_from([Rating.Again, Rating.Hard, Rating.Good]),
)
def test_the_written_formulas_are_the_ones_in_use(s: float, d: float, days: int, rating: Rating) -> None:
    """As the page writes them, in plain arithmetic."""
    w, g = parameters(), int(rating)
    card = Card("q", s, d, 0.0, 0.0, 1, 0)
    after = rate(card, rating, days * DAY)
    factor = 0.9 ** (-1 / w[20]) - 1
    r = (1 + factor * days / s) ** -w[20]
    assert retrievability(card, days * DAY) == pytest.approx(r)
    if days < 1:
        stability = s * math.exp(w[17] * (g - 3 + w[18])) * s ** -w[19]
        stability = max(stability, s) if g > 1 else stability
    elif g > 1:
        h = w[15] if rating == Rating.Hard else 1
        stability = s * (1 + math.exp(w[8]) * (11 - d) * s ** -w[9] * (math.exp(w[10] * (1 - r)) - 1) * h)
    else:
        long = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * math.exp(w[14] * (1 - r))
        stability = min(long, s / math.exp(w[17] * w[18]))
    assert after.stability == pytest.approx(max(0.001, stability))
    easy = w[4] - math.exp(w[5] * 3) + 1
    difficulty = w[7] * easy + (1 - w[7]) * (d - w[6] * (g - 3) * (10 - d) / 9)
    assert after.difficulty == pytest.approx(min(10, max(1, difficulty)))
    first = rate(None, rating, 0)
    assert first.stability == w[g - 1]
    assert first.difficulty == pytest.approx(w[4] - math.exp(w[5] * (g - 1)) + 1)
