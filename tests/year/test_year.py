"""A year of five students: what a teacher would call fair, and docs/year.md as it came out."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.year.document import HEADINGS
from tests.year.play import Year, play

DOCUMENT = Path(__file__).parents[2] / "docs" / "year.md"


@pytest.fixture(scope="module")
def years() -> Mapping[str, Year]:
    return {year.name: year for year in play()}


pytestmark = pytest.mark.timeout(900)


def test_steady_work_is_mastered_kept_and_not_a_burden(years: Mapping[str, Year]) -> None:
    year = years["steady"]
    assert year.last.levels["mastered"] >= 0.9 * year.skills
    assert year.most("fading") <= 2
    assert year.last.due <= 15
    assert year.hours < 20
    assert year.last.known is not None
    assert year.last.recall is not None
    assert abs(year.last.known - year.last.recall) < 0.1


def test_cramming_fades_and_is_not_called_mastery(years: Mapping[str, Year]) -> None:
    year = years["cramming"]
    assert year.weeks[4].levels["proficient"] >= 0.7 * year.skills
    assert year.weeks[8].levels["fading"] >= 0.7 * year.skills
    assert year.last.levels["mastered"] <= 0.1 * year.skills
    assert year.last.xp == years["steady"].last.xp  # what was shown was paid, and stays paid


def test_who_returns_finds_what_faded_and_gets_it_back(years: Mapping[str, Year]) -> None:
    year = years["returning"]
    assert year.most("fading") >= 0.5 * year.skills
    assert year.weeks[32].levels["fading"] <= 2
    assert year.last.levels["mastered"] >= 0.9 * year.skills


def test_guessing_opens_nothing(years: Mapping[str, Year]) -> None:
    year = years["guessing"]
    assert year.most("proficient") == year.most("mastered") == year.most("fading") == 0
    assert year.last.xp < 0.5 * year.course_xp


def test_gaming_gains_nothing(years: Mapping[str, Year]) -> None:
    year = years["gaming"]
    honest = years["steady"].weeks[0]
    assert {week.xp for week in year.weeks[1:]} == {honest.xp}
    assert all(week.levels["mastered"] == 0 for week in year.weeks)
    assert year.most("proficient") <= sum(honest.levels[level] for level in ("proficient", "mastered"))


def test_levels_and_xp_never_fall(years: Mapping[str, Year]) -> None:
    for year in years.values():
        assert [week.xp for week in year.weeks] == sorted(week.xp for week in year.weeks)
        held = [sum(week.levels[level] for level in ("proficient", "mastered", "fading")) for week in year.weeks]
        assert held == sorted(held), year.name


def test_the_document_says_what_came_out(years: Mapping[str, Year]) -> None:
    """Within a tenth, so that a question more in the course does not make it wrong."""
    lines = re.findall(r"^\| (\w+) \| (.*) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    told = {
        name: dict(zip(HEADINGS[1:], map(int, cells.split(" | ")), strict=True))
        for name, cells in lines
        if name in years
    }
    assert told.keys() == years.keys()
    for name, year in years.items():
        came = {
            "answers": year.answers,
            "hours": year.hours,
            "XP": year.last.xp,
            "due": year.last.due,
            **year.last.levels,
        }
        for what, value in came.items():
            assert told[name][what] == pytest.approx(value, rel=0.1, abs=3), f"{name}: {what}; run python -m tests.year"
