"""Equivalent wrong answers to a question, as groups that can be written to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.content.architecture import Architecture
from app.content.course import Course
from app.content.questions import Question
from app.lab.network import Network
from app.learning.first_answers import first_answer
from app.learning.records import attempt
from app.studio import answer_comments, answer_keys, answer_names, small_groups
from app.studio.answer_comments import Comment, group_id
from app.studio.answer_keys import UNKNOWN, UNREAD
from app.studio.answer_names import Name
from app.studio.items import RIGHT, Scope, tabled
from app.studio.small_groups import SMALLEST, Count

#: Groups of a size that is not told, at most, on a page.
MOST = 60
#: Characters of a network's name, at most; its graph stands below it.
LONGEST = 120


@dataclass(frozen=True)
class Group:
    """Those whose first answer was the same wrong one. ``count`` is None where their number is not told."""

    id: str
    said: str
    name: Name
    count: Count | None
    #: A network without anything of how somebody wrote it; empty for other answers.
    canonical: str = ""
    comment: Comment | None = None


@dataclass(frozen=True)
class Groups:
    n: int
    #: The largest first.
    large: tuple[Group, ...]
    #: In an order that tells nothing of how many they are.
    small: tuple[Group, ...]


def of(conn: Connection, course: Course, question: Question) -> Groups:
    """Nothing where fewer than five people answered."""
    table = first_answer.c
    example = func.min(table.attempt_id).label("example")
    here = (Scope().holds(course.slug), table.question_id == question.id)
    rows = conn.execute(
        select(table.said, table.correct, func.count().label("people"), example)
        .where(*here)
        .group_by(table.said, table.correct)
    ).all()
    counts = {row.said: row.people for row in rows if not row.correct}
    told = tabled(question, {**counts, RIGHT: sum(row.people for row in rows if row.correct)})
    comments = {said: one for (id, said), one in answer_comments.of(conn, course.slug).items() if id == question.id}
    large = [said for said in told.cells if said not in (RIGHT, UNKNOWN)] if told.n else []
    small = sorted(({*counts, *comments} if told.n else set()) - {*large, UNKNOWN}, key=group_id)[:MOST]
    examples = {row.said: row.example for row in rows if not row.correct}
    answers = _answers(conn, [examples[said] for said in (*large, *small) if said in examples])

    def group(said: str) -> Group:
        count = told.cells.get(said)
        shown = answers.get(examples.get(said, 0))
        network = _network(question, said, shown)
        return Group(
            id=group_id(said),
            said=said,
            name=_name(question, said, shown, network),
            count=count if count is None or not isinstance(question, Architecture) else _rough(count),
            canonical=answer_keys.canonical(network) if network else "",
            comment=comments.get(said),
        )

    return Groups(told.n, tuple(map(group, large)), tuple(map(group, small)))


def find(conn: Connection, course: Course, question: Question, group: str) -> Group | None:
    found = of(conn, course, question)
    return next((one for one in (*found.large, *found.small) if one.id == group), None)


def _answers(conn: Connection, ids: list[int]) -> Mapping[int, Any]:
    """Stored answers with their seeds, by the attempt's id."""
    chosen = select(attempt.c.id, attempt.c.answer, attempt.c.seed).where(attempt.c.id.in_(ids))
    return {row.id: row for row in conn.execute(chosen)}


def _name(question: Question, said: str, row: Any, network: Network | None) -> Name:
    """In full, where the key is a hash; a network by its operations, one after the other."""
    if network:
        return Name(said[:6], " → ".join(node.op for node in network.nodes if node.inputs)[:LONGEST] or said[:12])
    if isinstance(question, Architecture) and said != UNREAD:
        return Name(said[:6], said[:12])
    if row is not None and said.startswith("#"):
        said = answer_keys.key(question, answer_keys.parsed(row.answer), row.seed, longest=1 << 20)
    return answer_names.names(question, {said: None})[said]


def _network(question: Question, said: str, row: Any) -> Network | None:
    if not isinstance(question, Architecture) or said == UNREAD or row is None:
        return None
    return answer_keys.read(question, str(answer_keys.parsed(row.answer)))


def _rough(count: Count) -> Count:
    """In fives: the same people are told by what their networks miss, too, and one must not refine the other."""
    least = small_groups.whole(count.low)
    return Count(least, least + SMALLEST - 1)
