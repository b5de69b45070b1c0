"""A skill as a node, and what the panel says of it: what shows it, what it needs and opens, and where to go on."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.content.course import Course, Lesson, Skill
from app.content.questions import Question
from app.learning.attempts import QuestionState
from app.learning.mastery import SkillStanding
from app.learning.reviews import Card, retrievability
from app.web.questions import QuestionView
from app.words import _

#: Kinds of question that a panel beside the map has room for.
SHORT = frozenset({"choice", "multiple", "number", "text"})


@dataclass(frozen=True)
class NodeView:
    """A skill as a node. ``code`` names its column and row, such as ``B-02``."""

    code: str
    skill: Skill
    standing: SkillStanding
    #: Opened by the award that was won last.
    fresh: bool
    #: Codes of the skills that must be shown first.
    needs: tuple[str, ...]
    #: The skills that the arrow keys lead to, by ``left``, ``right``, ``up`` and ``down``.
    keys: Mapping[str, str]

    @property
    def state(self) -> str:
        return self.standing.state


@dataclass(frozen=True)
class Evidence:
    """A question of a skill, and what was made of it."""

    lesson: Lesson
    question: Question
    state: QuestionState
    card: Card | None
    #: Estimated now, from 0 to 1; None where it was not answered.
    recall: float | None

    @property
    def shown(self) -> float | None:
        """When it was first right at once and unassisted."""
        return self.card.first_shown if self.card else None

    @property
    def said(self) -> str:
        if self.shown is not None:
            return _("shown at the first try") if self.state.first_try else _("shown after a miss")
        if self.state.awarded:
            return _("right, but not at once and unassisted yet")
        return _("tried, still open") if self.state.attempts else _("open")


@dataclass(frozen=True)
class Concept:
    node: NodeView
    evidence: tuple[Evidence, ...]
    needs: tuple[NodeView, ...]
    opens: tuple[NodeView, ...]
    taught: tuple[Lesson, ...]
    #: Where to go on.
    next: Lesson | None
    #: A question to answer on the spot: the first that is open, where the skill is and the question is a short one.
    check: QuestionView | None


def concept_of(
    course: Course,
    nodes: Mapping[str, NodeView],
    states: Mapping[str, QuestionState],
    cards: Mapping[str, Card],
    now: float,
    node: NodeView,
) -> Concept:
    skill = node.skill
    asked = [(lesson, q) for lesson, q in course.question_by_id.values() if q.skill == skill.id]

    def evidence(lesson: Lesson, q: Question) -> Evidence:
        card = cards.get(q.id)
        return Evidence(lesson, q, states[q.id], card, retrievability(card, now) if card else None)

    open_ = [(lesson, q) for lesson, q in asked if not states[q.id].answered_correctly and q.kind in SHORT]
    here = open_ if node.state in ("unlocked", "learning") else []
    return Concept(
        node=node,
        evidence=tuple(evidence(lesson, q) for lesson, q in asked),
        needs=tuple(nodes[need] for need in skill.requires),
        opens=tuple(other for other in nodes.values() if skill.id in other.skill.requires),
        taught=tuple(lesson for lesson in course.lessons if skill.id in lesson.skills),
        next=course.lesson_by_slug.get(node.standing.lesson or ""),
        check=next((QuestionView(course, lesson, q, states[q.id]) for lesson, q in here), None),
    )
