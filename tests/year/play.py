"""Plays the year and keeps what the site said of each student at the end of each week."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.year.students import KINDS, Student, evening
from tests.year.world import COURSE, Hold, World, world

DAYS = 364
LEVELS = ("learning", "proficient", "mastered", "fading")


@dataclass(frozen=True)
class Week:
    week: int
    xp: int
    due: int
    #: How many skills stand at each level; fading ones are counted there alone.
    levels: Mapping[str, int]
    #: What the student would answer rightly now, and what the site estimates of that, over all that has a card.
    known: float | None
    recall: float | None


@dataclass
class Year:
    """What came of one student's year."""

    name: str
    manner: str
    weeks: list[Week] = field(default_factory=list)
    answers: int = 0
    hours: float = 0.0
    skills: int = 0
    course_xp: int = 0

    @property
    def last(self) -> Week:
        return self.weeks[-1]

    def most(self, level: str) -> int:
        return max(week.levels.get(level, 0) for week in self.weeks)


def play(days: int = DAYS) -> list[Year]:
    """Every student's year, each alone in a world of their own time."""
    found = []
    for kind in KINDS:
        with world() as here:
            found.append(live(here, kind(here), days))
    return found


def live(here: World, student: Student, days: int) -> Year:
    year = Year(student.name, student.manner, course_xp=here.course.xp)
    for day in range(days):
        here.now = max(here.now, evening(day))
        student.live(day)
        if day % 7 == 6:
            year.weeks.append(look(student, student.hold, day // 7))
    year.answers, year.hours = student.hold.answers, student.hold.spent / 3600
    year.skills = len(here.course.skills)
    return year


def look(student: Student, hold: Hold, week: int) -> Week:
    told = hold.standing()
    mine = [skill for skill in told["skills"] if skill["course"] == COURSE]
    levels = {level: sum(skill["state"] == level for skill in mine) for level in LEVELS}
    recalls = [skill["recall"] for skill in mine if skill["recall"] is not None]
    traces = student.memory.traces.values()
    known = [trace.recall(hold.world.now) for trace in traces]
    return Week(
        week,
        told["xp"]["total"],
        hold.due(),
        levels,
        sum(known) / len(known) if known else None,
        sum(recalls) / len(recalls) if recalls else None,
    )
