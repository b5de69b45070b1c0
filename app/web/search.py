"""Looking for something: a page with its finds, and the finds alone for the dialog that opens over any page."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.content.course import Course
from app.learning import xp
from app.search.asking import LONGEST, Find, Found, search
from app.search.index import LAB
from app.web import htmx, limits, pages, sessions

router = APIRouter(prefix="/search", include_in_schema=False)


@dataclass(frozen=True)
class Search:
    """What ``search/show.html`` is a function of."""

    typed: str
    courses: tuple[Course, ...]
    #: The course that is searched alone; None where all are.
    course: Course | None
    found: Found
    #: Whether everything is in the index as it is now.
    whole: bool

    def title_of(self, find: Find) -> str:
        """The course that a find stands in; empty for the lab."""
        return next((course.title for course in self.courses if course.slug == find.course), "")


async def searched(request: Request, typed: str, slug: str) -> Search:
    """What is found of ``typed``; in all courses where none has this slug."""
    courses = request.app.state.library.courses()
    typed = " ".join(typed[:LONGEST].split())
    course = next((one for one in courses if one.slug == slug), None)
    if not typed:
        return Search("", courses, course, Found(), True)
    whole = await request.app.state.search.current(courses)
    shelves = {LAB, *(one.slug for one in courses)}
    found = await request.app.state.db.read(lambda conn: search(conn, typed, shelves, course.slug if course else None))
    return Search(typed, courses, course, found, whole)


@router.get("", dependencies=[limits.searches])
async def show(request: Request, q: Annotated[str, Query()] = "", course: Annotated[str, Query()] = "") -> Response:
    done = await searched(request, q, course)
    if htmx.wanted(request):
        return pages.fragment(request, "search/_finds.html", search=done)
    learner_id = sessions.learner_id(request)
    totals = await request.app.state.db.read(lambda conn: xp.totals(conn, learner_id))
    return pages.page(request, "search/show.html", search=done, totals=totals, at="search")
