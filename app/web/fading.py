"""What is fading: each skill's estimated recall now and in a week, and the few questions that lift what is low."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from app.content.course import Course, Skill
from app.learning.agenda import agenda
from app.learning.mastery import FADING, SkillStanding, matrix
from app.learning.review_sets import Scope
from app.learning.reviews import DAY, Card
from app.web.drawings.table import Table
from app.words import _

#: The most skills that are drawn, the lowest recall first, and how far ahead it is estimated.
MOST, WEEK = 10, 7
#: What a row is high, and where the first one begins.
ROW, TOP = 40, 60


@dataclass(frozen=True)
class Row:
    """A skill's estimated recall, from 0 to 1."""

    skill: Skill
    now: float
    later: float
    fading: bool


@dataclass(frozen=True)
class Cut:
    """The drawing at one width; lengths in px of its view box."""

    width: int
    left: int
    right: int
    ticks: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.rows) + 14

    def x(self, share: float) -> float:
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, number: int) -> int:
        return TOP + ROW * number


@dataclass(frozen=True)
class Fading:
    """What ``courses/_fading.html`` is a function of."""

    course: Course
    #: Of the skills that were shown, the lowest recall first.
    rows: tuple[Row, ...]
    #: How many more were shown than ``rows`` holds.
    more: int
    #: What a refresh would lift, with how many questions in how many minutes; empty where nothing fades.
    lifts: tuple[Skill, ...]
    questions: int
    minutes: int

    @property
    def fading(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.fading)

    @property
    def limit(self) -> float:
        return FADING

    @property
    def wide(self) -> Cut:
        return Cut(640, 200, 600, (0, 25, 50, 75, 100), self.rows)

    @property
    def narrow(self) -> Cut:
        return Cut(328, 132, 298, (0, 50, 100), self.rows)

    @property
    def table(self) -> Table:
        rows = [
            [row.skill.title, _percent(row.now), _percent(row.later), _("fading") if row.fading else _("held")]
            for row in self.rows
        ]
        columns = (_("Skill"), _("Recall now"), _("In %(days)s days", days=WEEK), _("State"))
        return Table(_("Estimated recall of what you have shown"), columns, rows)


def fading_of(
    conn: Connection,
    learner_id: str,
    course: Course,
    stands: Mapping[str, SkillStanding],
    shown: Mapping[str, bool],
    cards: Mapping[str, Card],
    now: float,
) -> Fading | None:
    """None where nothing was shown yet. ``stands``, ``shown`` and ``cards`` are the learner's, ``stands`` as of now."""
    later = matrix(course, shown, cards, now + WEEK * DAY)
    rows = [
        Row(skill, its.recall, later[skill.id].recall or 0.0, its.state == "fading")
        for skill in course.skills
        if (its := stands[skill.id]).proficient and its.recall is not None
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (not row.fading, row.now, row.later))
    asked, minutes = 0, 0.0
    lifts: list[Skill] = []
    if rows[0].fading:
        found = agenda(conn, learner_id, Scope("repair", course.slug), {course.slug: course}, now)
        asked, minutes = len(found.chosen), found.minutes
        lifts = [course.skill_by_id[id] for id in dict.fromkeys(one.skill for one in found.chosen)]
    return Fading(course, tuple(rows[:MOST]), max(0, len(rows) - MOST), tuple(lifts), asked, max(1, math.ceil(minutes)))


def _percent(share: float) -> str:
    return f"{int(share * 100)} %"
