"""How the site estimates what a student still recalls of a skill: the formula, filled in with the student's numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.course import Course, Lesson, Skill
from app.content.questions import Question
from app.learning import attempts, mastery, reviews, xp
from app.learning.mastery import SkillStanding
from app.learning.reviews import DAY, Card, Rating
from app.web import clock, pages, sessions
from app.web.courses import find
from app.web.problems import Problem

router = APIRouter(prefix="/courses/{course}/skills/{skill}/recall", include_in_schema=False)


@dataclass(frozen=True)
class CardView:
    """A card as ``skills/recall.html`` shows it, at one time."""

    lesson: Lesson
    question: Question
    #: Of the question as the student sees it now.
    seed: int
    card: Card
    now: float

    @property
    def days(self) -> int:
        """Whole days since it was answered last, which is what the formula counts."""
        return max(0, int((self.now - self.card.last) // DAY))

    @property
    def recall(self) -> float:
        return reviews.retrievability(self.card, self.now)

    @property
    def formula(self) -> str:
        """The formula with this card's numbers, for a reader who would check it."""
        filled = f"(1 + {reviews.FACTOR:.4f} × {self.days} / {self.card.stability:.4f})^−{-reviews.DECAY:.4f}"
        return f"min({self.card.ceiling:.2f}, {filled})" if self.capped else filled

    @property
    def capped(self) -> bool:
        """Whether its last answer was a miss."""
        return self.card.ceiling < 1

    def stability_after(self, rating: str) -> float:
        """In days, were it answered now."""
        return reviews.rate(self.card, Rating[rating], self.now).stability


@dataclass(frozen=True)
class RecallPage:
    """What ``skills/recall.html`` is a function of."""

    course: Course
    skill: Skill
    standing: SkillStanding
    #: The evidence, the weakest first, and the cards that show nothing yet.
    shown: tuple[CardView, ...]
    others: tuple[CardView, ...]
    totals: xp.Totals
    factor: float = reviews.FACTOR
    decay: float = -reviews.DECAY
    fading: float = mastery.FADING
    lasting_days: float = mastery.LASTING / DAY


def standings(
    conn: Connection, learner_id: str, course: Course, now: float
) -> tuple[Mapping[str, SkillStanding], Mapping[str, Card]]:
    """A learner's skills in a course and the cards that they follow from, by skill and by question."""
    cards = reviews.cards(conn, learner_id, course.slug)
    return mastery.matrix(course, attempts.shown(conn, learner_id, course.slug), cards, now), cards


def read_page(conn: Connection, learner_id: str, course: Course, skill: Skill, now: float) -> RecallPage:
    asked = {id: (lesson, q) for id, (lesson, q) in course.question_by_id.items() if q.skill == skill.id}
    states = attempts.states(conn, learner_id, course.slug, [question for _, question in asked.values()])
    stands, cards = standings(conn, learner_id, course, now)
    views = sorted(
        (
            CardView(lesson, question, states[id].seed, cards[id], now)
            for id, (lesson, question) in asked.items()
            if id in cards
        ),
        key=lambda view: view.recall,
    )
    return RecallPage(
        course=course,
        skill=skill,
        standing=stands[skill.id],
        shown=tuple(view for view in views if view.card.first_shown is not None),
        others=tuple(view for view in views if view.card.first_shown is None),
        totals=xp.totals(conn, learner_id),
    )


@router.get("")
async def show(request: Request, course: str, skill: str) -> Response:
    """The cards of one skill, and the formula filled in with each one's numbers."""
    found, learner_id, now = find(request, course), sessions.learner_id(request), clock.now(request)
    about = found.skill_by_id.get(skill)
    if about is None:
        raise Problem(404, detail="The course has no such skill.")
    page = await request.app.state.db.read(lambda conn: read_page(conn, learner_id, found, about, now))
    return pages.page(request, "skills/recall.html", page=page, course=found, totals=page.totals, at="skill")
