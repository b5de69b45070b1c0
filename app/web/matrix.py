"""The skill matrix laid out: columns by group or depth, edges on a grid, and what the concept panel says."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from app.content.course import Course, Lesson, Skill
from app.content.questions import Question
from app.learning.attempts import QuestionState
from app.learning.mastery import SkillStanding
from app.learning.mastery import matrix as standings
from app.learning.reviews import Card
from app.words import _

#: A cell of the map is 100 units each way; a node leaves these margins in it.
CELL, SIDE, TOP = 100, 8, 13
#: More rows than this are given more columns, since the style sheet knows as many heights.
MOST_ROWS = 8


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
    column: int
    row: int

    @property
    def state(self) -> str:
        return self.standing.state


@dataclass(frozen=True)
class Column:
    letter: str
    title: str
    nodes: tuple[NodeView, ...]

    @property
    def proficient(self) -> int:
        """Skills that are proficient or better, fading or not."""
        return sum(node.standing.proficient for node in self.nodes)


@dataclass(frozen=True)
class Edge:
    """From a required skill to one that needs it: solid once the required one is shown."""

    path: str
    shown: bool


@dataclass(frozen=True)
class Evidence:
    """A question of a skill, and what was made of it."""

    lesson: Lesson
    question: Question
    state: QuestionState
    card: Card | None

    @property
    def shown(self) -> bool:
        return self.card is not None and self.card.first_shown is not None

    @property
    def said(self) -> str:
        if self.shown:
            return _("shown at the first try") if self.state.first_try else _("shown after a miss")
        if self.state.awarded:
            return _("right, but not at once and unassisted yet")
        return _("tried, still open") if self.state.attempts else _("open")


@dataclass(frozen=True)
class Concept:
    """What the panel says of the selected skill."""

    node: NodeView
    evidence: tuple[Evidence, ...]
    needs: tuple[NodeView, ...]
    opens: tuple[NodeView, ...]
    taught: tuple[Lesson, ...]
    #: Where to go on.
    next: Lesson | None


@dataclass(frozen=True)
class Matrix:
    """What ``courses/_matrix.html`` is a function of."""

    course: Course
    columns: tuple[Column, ...]
    edges: tuple[Edge, ...]
    rows: int
    concept: Concept | None
    #: ``map`` or ``table``.
    view: str

    @property
    def nodes(self) -> tuple[NodeView, ...]:
        return tuple(node for column in self.columns for node in column.nodes)

    @property
    def proficient(self) -> int:
        return sum(column.proficient for column in self.columns)

    def count(self, state: str) -> int:
        return sum(node.state == state for node in self.nodes)


def matrix_of(
    course: Course,
    states: Mapping[str, QuestionState],
    cards: Mapping[str, Card],
    now: float,
    last_award: str | None,
    chosen: str | None,
    view: str,
) -> Matrix:
    """``states`` are those of all the course's questions; ``last_award`` is the key of the newest award.

    Raises KeyError for a ``chosen`` skill that the course has not.
    """
    shown = {id: state.answered_correctly for id, state in states.items() if state.attempts}
    stands = standings(course, shown, cards, now)
    last = (last_award or "").removeprefix(f"question:{course.slug}/")
    before = standings(course, _without(shown, last), _without(cards, last), now) if last in shown else stands
    columns = _columns(course, stands, before)
    nodes = {node.skill.id: node for column in columns for node in column.nodes}
    return Matrix(
        course=course,
        columns=columns,
        edges=_edges(nodes),
        rows=max((len(column.nodes) for column in columns), default=0),
        concept=_concept(course, nodes, states, cards, nodes[chosen] if chosen else _current(nodes)),
        view=view,
    )


T = TypeVar("T")


def _without(held: Mapping[str, T], question: str) -> Mapping[str, T]:
    return {id: value for id, value in held.items() if id != question}


def _columns(
    course: Course, stands: Mapping[str, SkillStanding], before: Mapping[str, SkillStanding]
) -> tuple[Column, ...]:
    """One for each group, in the order of their first skills; for each depth where skills have no groups."""
    if all(skill.group for skill in course.skills):
        titles = list(dict.fromkeys(skill.group for skill in course.skills))
        grouped = [(title, [s for s in course.skills if s.group == title]) for title in titles]
    else:
        depth = _depths(course)
        ranked = sorted(course.skills, key=lambda skill: depth[skill.id])
        grouped = [
            (_("Step %(n)s", n=n + 1), list(skills)) for n, skills in groupby(ranked, lambda skill: depth[skill.id])
        ]
    split = [(title, part) for title, skills in grouped for part in _parts(skills)]
    place = {skill.id: (c, r) for c, (_, skills) in enumerate(split) for r, skill in enumerate(skills)}
    codes = {id: f"{_letter(column)}-{row + 1:02d}" for id, (column, row) in place.items()}

    def node(skill: Skill) -> NodeView:
        stand = stands[skill.id]
        return NodeView(
            code=codes[skill.id],
            skill=skill,
            standing=stand,
            fresh=stand.state == "unlocked" and before[skill.id].state == "locked",
            needs=tuple(codes[id] for id in stand.missing),
            column=place[skill.id][0],
            row=place[skill.id][1],
        )

    return tuple(Column(_letter(c), title, tuple(map(node, skills))) for c, (title, skills) in enumerate(split))


def _parts(skills: list[Skill]) -> list[list[Skill]]:
    return [skills[at : at + MOST_ROWS] for at in range(0, len(skills), MOST_ROWS)]


def _letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column % 26]


def _depths(course: Course) -> dict[str, int]:
    depth: dict[str, int] = {}

    def of(skill: Skill) -> int:
        if skill.id not in depth:
            depth[skill.id] = 1 + max((of(course.skill_by_id[need]) for need in skill.requires), default=-1)
        return depth[skill.id]

    for skill in course.skills:
        of(skill)
    return depth


def _edges(nodes: Mapping[str, NodeView]) -> tuple[Edge, ...]:
    """Needed ones first, so that a solid line is drawn over a dashed one."""
    edges = []
    for node in nodes.values():
        for need in node.skill.requires:
            source = nodes[need]
            edges.append(Edge(_path(source, node), source.standing.proficient or not source.standing.of))
    return tuple(sorted(edges, key=lambda edge: edge.shown))


def _path(a: NodeView, b: NodeView) -> str:
    """A line along the gutters of the grid, from the required skill's node to the other's."""
    ax, ay, bx, by = (CELL * n for n in (a.column, a.row, b.column, b.row))
    middle = CELL // 2
    # A lane of its own in the gutter for each row that a line comes from.
    lane = (a.row % 5 - 2) * 2
    if a.column == b.column:
        if b.row == a.row + 1:
            return f"M{ax + middle} {ay + CELL - TOP}V{by + TOP}"
        return f"M{ax + CELL - SIDE} {ay + middle}H{ax + CELL + lane - 2}V{by + middle}H{bx + CELL - SIDE}"
    start = f"M{ax + CELL - SIDE} {ay + middle}H{ax + CELL + lane}"
    if b.column == a.column + 1:
        return f"{start}V{by + middle}H{bx + SIDE}"
    if b.column > a.column:
        # Over the columns between, above the node's own row (below the first, which has the titles above it).
        row = by + lane if b.row else by + CELL + lane
        return f"{start}V{row}H{bx + lane}V{by + middle}H{bx + SIDE}"
    return f"M{ax + SIDE} {ay + middle}H{ax + lane}V{by + middle}H{bx + CELL - SIDE}"


def _current(nodes: Mapping[str, NodeView]) -> NodeView | None:
    """What a student is at: a skill just opened, one begun, one open, else the first."""
    ranks = {"learning": 1, "unlocked": 2, "fading": 3, "proficient": 4, "mastered": 5, "locked": 6}
    return min(nodes.values(), key=lambda node: 0 if node.fresh else ranks[node.state], default=None)


def _concept(
    course: Course,
    nodes: Mapping[str, NodeView],
    states: Mapping[str, QuestionState],
    cards: Mapping[str, Card],
    node: NodeView | None,
) -> Concept | None:
    if node is None:
        return None
    skill = node.skill
    asked = [(lesson, q) for lesson, q in course.question_by_id.values() if q.skill == skill.id]
    return Concept(
        node=node,
        evidence=tuple(Evidence(lesson, q, states[q.id], cards.get(q.id)) for lesson, q in asked),
        needs=tuple(nodes[need] for need in skill.requires),
        opens=tuple(other for other in nodes.values() if skill.id in other.skill.requires),
        taught=tuple(lesson for lesson in course.lessons if skill.id in lesson.skills),
        next=course.lesson_by_slug.get(node.standing.lesson or ""),
    )
