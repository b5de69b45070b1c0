"""The skill graph of a course, edited as a picture and as a text: two ways to the same draft of course.yaml."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.content.course import Course, Lesson, Skill
from app.content.questions import Question
from app.studio import beginnings, drafts, outlines, shaping, skill_graph, workshop
from app.studio.shaping import Read, Refused
from app.web import clock, pages, working_copy
from app.web.drawings.skill_map import Router, columns, implied, towards
from app.web.matrix import KEYS
from app.web.problems import Problem
from app.web.working_copy import WorkingCopy
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/skills", include_in_schema=False)

Text = Annotated[str, Form(max_length=2000)]
Edit = Callable[[str], str]


@dataclass(frozen=True)
class Node:
    """A skill in the picture. ``keys`` are the skills that the arrow keys lead to."""

    code: str
    skill: Skill
    keys: Mapping[str, str]
    questions: int


@dataclass(frozen=True)
class Picture:
    """The graph, drawn: columns of nodes, and the lines' SVG paths with whether they touch the selected skill."""

    columns: tuple[tuple[str, tuple[Node, ...]], ...]
    edges: tuple[tuple[str, bool], ...]
    rows: int


@dataclass(frozen=True)
class Chosen:
    """The selected skill, with what shows it and what it needs."""

    skill: Skill
    asked: tuple[tuple[Lesson, Question], ...]
    taught: tuple[Lesson, ...]
    needs: tuple[Skill, ...]
    needed_by: tuple[Skill, ...]
    #: Those that it could need without a circle.
    could_need: tuple[Skill, ...]


@router.get("")
async def show(request: Request, course: str, skill: Annotated[str, Query(max_length=80)] = "") -> Response:
    """The graph, with the skill that is selected."""
    return _page(request, await working_copy.to_see(request, course), skill, status=200)


@router.post("")
async def edit(
    request: Request,
    course: str,
    do: Annotated[str, Form(pattern="^(add|change|need|unneed|text)$")],
    skill: Text = "",
    title: Text = "",
    concept: Text = "",
    group: Text = "",
    needed: Annotated[list[str] | None, Form(max_length=100)] = None,
    text: Annotated[str, Form(max_length=64_000)] = "",
) -> Response:
    """``add`` a skill, ``change`` its words, have it ``need`` or ``unneed`` another; or put a ``text`` for all."""
    copy = await working_copy.to_edit(request, course)
    live, held = request.app.state.library.course(course), copy.course
    other = (needed or [""])[0]
    acts: Mapping[str, Edit] = {
        "add": lambda yaml: skill_graph.add(yaml, held, skill, title, concept, group, needed or []),
        "change": lambda yaml: skill_graph.change(yaml, held, skill, title, concept, group),
        "need": lambda yaml: skill_graph.need(yaml, held, skill, other),
        "unneed": lambda yaml: outlines.need(yaml, skill, other, wanted=False),
        "text": lambda yaml: skill_graph.rewrite(yaml, text, live),
    }
    if do == "unneed" and (skill not in held.skill_by_id or other not in held.skill_by_id):
        raise Problem(404, detail=_("There is no such skill."))
    typed = {"do": do, "skill": skill, "title": title, "concept": concept, "group": group, "text": text}
    try:
        await _keep(request, copy, acts[do])
    except (Refused, outlines.Unreadable) as refused:
        return _page(request, copy, skill, str(refused), typed)
    except drafts.Newer:
        return _page(request, copy, skill, _("Another tab has saved this just now. Do it again."), typed, 409)
    chosen = (skill or beginnings.slug_of(title)) if do != "text" else ""
    at = f"?skill={chosen}#skill" if chosen else "#text"
    return RedirectResponse(f"/studio/courses/{course}/skills{at}", 303)


async def _keep(request: Request, copy: WorkingCopy, edit: Edit) -> None:
    now, who = clock.now(request), copy.staff.account.id

    def make(read: Read) -> dict[str, str | None]:
        return {workshop.COURSE: edit(shaping.outline(read))}

    await request.app.state.db.write(lambda conn: shaping.keep(conn, who, copy.slug, copy.folder, make, now))


def _page(
    request: Request,
    copy: WorkingCopy,
    skill: str,
    trouble: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response:
    course, draft = copy.course, copy.own.get(workshop.COURSE)
    yaml = draft.text if draft is not None else workshop.text_on_disk(copy.folder, workshop.COURSE)
    chosen = course.skill_by_id.get(skill)
    known: dict[str, Any] = {
        "picture": picture(course, skill),
        "chosen": _chosen(course, chosen) if chosen else None,
        "skills": course.skills,
        "groups": list(dict.fromkeys(one.group for one in course.skills if one.group)),
        "text": outlines.skills_text((yaml or "").replace("\r\n", "\n")),
        "problems": [
            one for one in copy.look.of(workshop.COURSE) if one.code in {"C101", "C102", "C103", "C104", "C107"}
        ],
        "trouble": trouble,
        "typed": typed or {"do": ""},
        "draft": draft,
        "edits": copy.staff.edits(copy.slug),
    }
    known |= {"staff": copy.staff, "studio_course": copy.slug, "studio_title": copy.title, "studio_tab": "skills"}
    return pages.page(request, "studio/skills.html", status=status, at="studio", **known)


def picture(course: Course, chosen: str) -> Picture:
    """Every need that others do not imply, and all of the selected skill's."""
    if not course.skills:
        return Picture((), (), 0)
    split = columns(course)
    places = {skill.id: (c, r) for c, (_title, skills) in enumerate(split) for r, skill in enumerate(skills)}
    hidden = {pair for pair in implied(course) if chosen not in pair}
    pairs = [(need, one.id) for one in course.skills for need in one.requires if (need, one.id) not in hidden]
    laid = Router(places, pairs)
    counts = {skill.id: 0 for skill in course.skills}
    for _lesson, question in course.question_by_id.values():
        counts[question.skill] = counts.get(question.skill, 0) + 1

    def node(skill: Skill) -> Node:
        column, row = places[skill.id]
        linked = [*skill.requires, *(other.id for other in course.skills if skill.id in other.requires)]
        keys = {key: towards(places, skill.id, linked, step) for key, step in KEYS.items()}
        code = f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[column % 26]}-{row + 1:02d}"
        return Node(code, skill, {key: id for key, id in keys.items() if id}, counts[skill.id])

    return Picture(
        tuple((title, tuple(map(node, skills))) for title, skills in split),
        tuple(sorted(((laid.paths[pair], chosen in pair) for pair in pairs), key=lambda edge: edge[1])),
        max(len(skills) for _title, skills in split),
    )


def _chosen(course: Course, skill: Skill) -> Chosen:
    by_id = course.skill_by_id
    return Chosen(
        skill,
        tuple((lesson, q) for lesson, q in course.question_by_id.values() if q.skill == skill.id),
        tuple(lesson for lesson in course.lessons if skill.id in lesson.skills),
        tuple(by_id[id] for id in skill.requires if id in by_id),
        tuple(one for one in course.skills if skill.id in one.requires),
        tuple(
            one
            for one in course.skills
            if one.id not in (skill.id, *skill.requires) and not skill_graph.path(by_id, one.id, skill.id)
        ),
    )
