"""Looking for something, for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from app.search.asking import LONGEST, Found
from app.search.entries import Kind
from app.search.marking import Marked
from app.web import limits
from app.web.search import searched

router = APIRouter(prefix="/api/v1", tags=["courses"])


class Find(BaseModel):
    kind: Kind
    course: str = Field(description="The course's slug; empty for a page of the lab.")
    url: str = Field(description="A path of this site, with the anchor of the place.")
    title: str = Field(description="Empty for a question or a work that is cited.")
    within: str = Field(description="The title of the lesson that it stands in; empty where it is in none.")
    quote: str = Field(description="The stretch of its text with the most of the words.")


class Finds(BaseModel):
    finds: list[Find] = Field(description="Best first, at most 30.")
    more: bool = Field(description="Whether there are further ones; another word narrows it.")
    some: bool = Field(description="Whether nothing has all of the words, and these have some of them.")


@router.get("/search", response_model=Finds, dependencies=[limits.searches])
async def search(
    request: Request,
    q: Annotated[str, Query(description=f"Words to look for; the first {LONGEST} characters count.")] = "",
    course: Annotated[str, Query(description="A course's slug, to look in it alone.")] = "",
) -> dict[str, Any]:
    """Lessons by section, glossary, questions as they are asked, skills, labs and experiments, by their words."""
    found: Found = (await searched(request, q, course)).found
    finds = [
        {
            "kind": find.kind,
            "course": find.course,
            "url": find.url,
            "title": _text(find.title),
            "within": find.within,
            "quote": _text(find.quote),
        }
        for find in found.finds
    ]
    return {"finds": finds, "more": found.more, "some": found.some}


def _text(marked: Marked) -> str:
    return "".join(part for part, _ in marked)
