"""The skill matrix as a page shows it: nodes on a grid, the lines between them, and the skill that is selected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from app.content.course import Course, Skill
from app.learning.attempts import QuestionState
from app.learning.mastery import SkillStanding
from app.learning.mastery import matrix as standings
from app.learning.reviews import Card
from app.web.concept import Concept, NodeView, concept_of
from app.web.drawings.skill_map import Pair, Place, Router, columns, implied, towards

#: Which way each arrow key goes: columns and rows.
KEYS: Mapping[str, Place] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


@dataclass(frozen=True)
class Column:
    letter: str
    title: str
    nodes: tuple[NodeView, ...]

    @property
    def held(self) -> int:
        """Skills that are proficient or better, fading or not."""
        return sum(node.standing.proficient for node in self.nodes)


@dataclass(frozen=True)
class Edge:
    """From a required skill to one that needs it: solid once the required one is shown."""

    path: str
    shown: bool
    #: Leads to or from the selected skill.
    chosen: bool


@dataclass(frozen=True)
class Skip:
    """The arc over what a student may test out of, to a locked skill."""

    path: str
    to: str


@dataclass(frozen=True)
class Matrix:
    """What ``courses/_matrix.html`` is a function of."""

    course: Course
    columns: tuple[Column, ...]
    edges: tuple[Edge, ...]
    skip: Skip | None
    rows: int
    concept: Concept | None
    #: ``map`` or ``table``.
    view: str
    #: How the map is drawn: empty (stacked where the window is narrow), ``whole`` or ``close``.
    zoom: str

    @property
    def nodes(self) -> tuple[NodeView, ...]:
        return tuple(node for column in self.columns for node in column.nodes)

    @property
    def held(self) -> int:
        return sum(column.held for column in self.columns)

    def count(self, state: str) -> int:
        return sum(node.state == state for node in self.nodes)

    def url(self, skill: str | None = None, view: str | None = None, zoom: str | None = None) -> str:
        """This page with another skill selected, in another view or another zoom."""
        asked = {
            "view": (self.view if view is None else view).removeprefix("map"),
            "zoom": self.zoom if zoom is None else zoom,
            "skill": skill or (self.concept.node.skill.id if self.concept else ""),
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/courses/{self.course.slug}{'?' if query else ''}{query}"


def matrix_of(
    course: Course,
    states: Mapping[str, QuestionState],
    cards: Mapping[str, Card],
    now: float,
    awards: Collection[str],
    chosen: str | None,
    view: str,
    zoom: str = "",
) -> Matrix:
    """``states`` are those of all the course's questions; ``awards`` are the keys of those won last.

    Raises KeyError for a ``chosen`` skill that the course has not.
    """
    shown = {id: state.answered_correctly for id, state in states.items() if state.attempts}
    stands = standings(course, shown, cards, now)
    last = {key.removeprefix(f"question:{course.slug}/") for key in awards} & shown.keys()
    before = standings(course, _without(shown, last), _without(cards, last), now) if last else stands
    drawn, places = _columns(course, stands, before)
    nodes = {node.skill.id: node for column in drawn for node in column.nodes}
    at = nodes[chosen] if chosen else _current(nodes)
    edges, skip = _lines(course, nodes, places, at)
    return Matrix(
        course=course,
        columns=drawn,
        edges=edges,
        skip=skip,
        rows=max((len(column.nodes) for column in drawn), default=0),
        concept=concept_of(course, nodes, states, cards, now, at) if at else None,
        view=view,
        zoom=zoom,
    )


T = TypeVar("T")


def _without(held: Mapping[str, T], questions: Collection[str]) -> Mapping[str, T]:
    return {id: value for id, value in held.items() if id not in questions}


def _columns(
    course: Course, stands: Mapping[str, SkillStanding], before: Mapping[str, SkillStanding]
) -> tuple[tuple[Column, ...], Mapping[str, Place]]:
    split = columns(course)
    places = {skill.id: (c, r) for c, (_, skills) in enumerate(split) for r, skill in enumerate(skills)}
    codes = {id: f"{_letter(column)}-{row + 1:02d}" for id, (column, row) in places.items()}

    def node(skill: Skill) -> NodeView:
        stand = stands[skill.id]
        linked = [*skill.requires, *(other.id for other in course.skills if skill.id in other.requires)]
        keys = {key: towards(places, skill.id, linked, step) for key, step in KEYS.items()}
        return NodeView(
            code=codes[skill.id],
            skill=skill,
            standing=stand,
            fresh=stand.state == "unlocked" and before[skill.id].state == "locked",
            needs=tuple(codes[id] for id in stand.missing),
            keys={key: id for key, id in keys.items() if id},
        )

    drawn = (Column(_letter(c), title, tuple(map(node, skills))) for c, (title, skills) in enumerate(split))
    return tuple(drawn), places


def _letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column % 26]


def _lines(
    course: Course, nodes: Mapping[str, NodeView], places: Mapping[str, Place], at: NodeView | None
) -> tuple[tuple[Edge, ...], Skip | None]:
    """Every need that others do not imply, and all of the selected skill's; needed ones first, under the solid."""
    here = at.skill.id if at else ""
    hidden = {pair for pair in implied(course) if here not in pair}
    pairs = [pair for skill in course.skills for need in skill.requires if (pair := (need, skill.id)) not in hidden]
    over = _skip(course, nodes, places, at)
    laid = Router(places, pairs, over)
    edges = [Edge(laid.paths[pair], _there(nodes[pair[0]]), here in pair) for pair in pairs]
    skip = Skip(laid.skip, over[1]) if over else None
    return tuple(sorted(edges, key=lambda edge: (edge.chosen, edge.shown))), skip


def _skip(
    course: Course, nodes: Mapping[str, NodeView], places: Mapping[str, Place], at: NodeView | None
) -> Pair | None:
    """From the last shown skill on the way to a locked one, to it: the selected one, or the next stage's first."""
    if at is None:
        return None
    locked = [node.skill for node in nodes.values() if node.state == "locked" and node.standing.of]
    begun = {places[id][0] for id, node in nodes.items() if node.state != "locked"} | {places[at.skill.id][0]}
    to = at.skill if at.skill in locked else next((s for s in locked if places[s.id][0] not in begun), None)
    if to is None:
        return None
    before = [id for id in _before(course, to) if _there(nodes[id])] or [at.skill.id]
    start = max(before, key=lambda id: places[id])
    return (start, to.id) if start != to.id else None


def _there(node: NodeView) -> bool:
    """Whether what needs the skill does not wait for it."""
    return node.standing.proficient or not node.standing.of


def _before(course: Course, skill: Skill) -> set[str]:
    found: set[str] = set()
    left = list(skill.requires)
    while left:
        need = left.pop()
        if need not in found:
            found.add(need)
            left += course.skill_by_id[need].requires
    return found


def _current(nodes: Mapping[str, NodeView]) -> NodeView | None:
    """What a student is at: a skill just opened, one begun, one that fades, one open, else the first."""
    ranks = {"learning": 1, "unlocked": 2, "fading": 3, "proficient": 4, "mastered": 5, "locked": 6}
    return min(nodes.values(), key=lambda node: 0 if node.fresh else ranks[node.state], default=None)
