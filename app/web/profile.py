"""``/me`` as one page: what was shown where and when, how it lasts, and the time that it took, if that is counted."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Connection

from app.content.course import Course, Skill
from app.learning import learners, plans, regrades, reviews, skill_tests, time_spent, xp
from app.learning.agenda import agenda
from app.learning.learners import Token
from app.learning.mastery import SkillStanding
from app.learning.regrades import Regraded
from app.learning.review_sets import Scope
from app.web.drawings.skill_map import columns
from app.web.standing import CourseStanding, Standing, standing

#: Awards of the timeline, tests, and regraded answers.
MOST, TESTS, REGRADED = 40, 20, 10
STATES = ("mastered", "proficient", "fading", "learning", "unlocked", "locked")


@dataclass(frozen=True)
class Moment:
    """Something that was shown: an answer that earned XP, or a skill that was tested out of."""

    when: float
    said: str
    course: str
    xp: int = 0
    #: A skill passed by a test, as an address.
    url: str = ""


@dataclass(frozen=True)
class Summary:
    """A course's matrix in small."""

    place: CourseStanding
    #: The skills with their states, by column.
    columns: tuple[tuple[str, tuple[tuple[Skill, SkillStanding], ...]], ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many skills are in each state, of those that any is in."""
        states = [its.state for _, its in self.place.skills]
        return tuple((state, states.count(state)) for state in STATES if state in states)

    @property
    def begun(self) -> bool:
        return bool(self.place.answered) or any(its.state in STATES[:4] for _, its in self.place.skills)


@dataclass(frozen=True)
class Refresh:
    """A repair of what fades, in whatever course."""

    skills: tuple[Skill, ...]
    questions: int
    minutes: int
    #: Fading skills that it leaves for the next one.
    waiting: int


@dataclass(frozen=True)
class Profile:
    """What ``me/show.html`` is a function of."""

    standing: Standing
    courses: tuple[Summary, ...]
    refresh: Refresh | None
    #: What was shown, by day in the student's time zone, the newest first.
    timeline: tuple[tuple[date, tuple[Moment, ...]], ...]
    #: Where the ledger goes on, where there is more than is shown.
    older: int | None
    zone: str
    #: Questions to review; and the student's own plan, and their week.
    due: int
    plan: plans.Plan
    week: plans.Week
    #: Seconds on each day that has any, the newest first, and in all.
    spent: tuple[tuple[date, int], ...]
    spent_in_all: int
    tokens: tuple[Token, ...]
    #: What counts otherwise since its question was mended, with the slug of its lesson (empty where it is gone).
    regraded: tuple[tuple[Regraded, str], ...]


def profile(conn: Connection, learner_id: str, courses: Sequence[Course], now: float) -> Profile:
    have = standing(conn, learner_id, courses, now)
    plan = plans.of(conn, learner_id)
    zone = plan.time_zone
    awards = xp.ledger(conn, learner_id, MOST + 1)
    by_slug = {course.slug: course for course in courses}
    moments = [Moment(a.created, a.reason, _title(by_slug, a.course), a.amount) for a in awards[:MOST]]
    oldest = moments[-1].when if len(awards) > MOST else 0.0
    passed = [test for test in skill_tests.handed(conn, learner_id) if test.passed][:TESTS]
    moments += [_tested(by_slug, test) for test in passed if test.handed_in >= oldest]
    moments.sort(key=lambda moment: moment.when, reverse=True)
    days = groupby(moments, lambda moment: plans.day_of(moment.when, zone))
    return Profile(
        standing=have,
        courses=tuple(map(_summary, have.courses)),
        refresh=_refresh(conn, learner_id, have, by_slug, now),
        timeline=tuple((day, tuple(found)) for day, found in days),
        older=awards[MOST - 1].id if len(awards) > MOST else None,
        zone=zone,
        due=reviews.count_due(conn, learner_id, now, courses),
        plan=plan,
        week=plans.week(conn, learner_id, now),
        spent=tuple(time_spent.days(conn, learner_id)),
        spent_in_all=time_spent.total(conn, learner_id),
        tokens=tuple(learners.tokens(conn, learner_id)),
        regraded=tuple((one, _lesson(by_slug, one)) for one in regrades.of_learner(conn, learner_id, REGRADED)),
    )


def _lesson(courses: Mapping[str, Course], one: Regraded) -> str:
    course = courses.get(one.course)
    place = course.question_by_id.get(one.question_id) if course else None
    return place[0].slug if place else ""


def _title(courses: Mapping[str, Course], slug: str) -> str:
    return courses[slug].title if slug in courses else slug


def _tested(courses: Mapping[str, Course], test: skill_tests.Handed) -> Moment:
    course = courses.get(test.course)
    skill = course.skill_by_id.get(test.skill) if course else None
    return Moment(
        test.handed_in,
        skill.title if skill else test.skill,
        _title(courses, test.course),
        url=f"/courses/{test.course}/skills/{test.skill}/tests/{test.id}" if skill else "",
    )


def _summary(place: CourseStanding) -> Summary:
    stands = {skill.id: its for skill, its in place.skills}
    drawn = ((title, tuple((s, stands[s.id]) for s in skills)) for title, skills in columns(place.course))
    return Summary(place, tuple(drawn) if place.skills else ())


def _refresh(
    conn: Connection, learner_id: str, have: Standing, courses: Mapping[str, Course], now: float
) -> Refresh | None:
    if not any(its.state == "fading" for place in have.courses for _, its in place.skills):
        return None
    found = agenda(conn, learner_id, Scope("repair"), courses, now)
    skills = dict.fromkeys((one.course, one.skill) for one in found.chosen)
    return Refresh(
        tuple(courses[slug].skill_by_id[id] for slug, id in skills),
        len(found.chosen),
        max(1, math.ceil(found.minutes)),
        found.waiting,
    )
