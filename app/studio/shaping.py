"""What a course consists of, changed as drafts: new lessons, other names, another order, what is retired.

Each function says which files of a working copy then hold which text; ``keep`` puts them among an instructor's drafts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection

from app.content.course import Course, Lesson
from app.studio import beginnings, drafts, outlines, workshop
from app.studio.drafts import Draft
from app.studio.workshop import COURSE
from app.words import _

#: What a file of the working copy says; None where there is none.
Read = Callable[[str], str | None]
#: Texts by file; None where the file is to be gone.
Texts = Mapping[str, str | None]


class Refused(ValueError):
    """Why it cannot be, in words for the one who asked."""


def keep(
    conn: Connection, learner_id: str, course: str, folder: Path, make: Callable[[Read], Texts], now: float
) -> list[Draft]:
    """Save what ``make`` makes of the working copy as drafts, all of them or none. What stays as it is makes none."""

    def read(file: str) -> str | None:
        held = drafts.one(conn, learner_id, course, file)
        if held is not None and held.state == "open":
            return held.text
        return drafts.with_newlines(workshop.text_on_disk(folder, file))

    made = []
    for file, text in make(read).items():
        if text == read(file):
            continue
        held = drafts.one(conn, learner_id, course, file)
        on_disk = workshop.text_on_disk(folder, file)
        made.append(drafts.save(conn, learner_id, course, file, text, on_disk, held.version if held else 0, now))
    return made


def outline(read: Read) -> str:
    """course.yaml of a working copy."""
    return read(COURSE) or ""


def new_course(title: str, summary: str, slug: str) -> Texts:
    _address(slug)
    first = "first-lesson"
    lesson = beginnings.lesson("A first lesson", "What it shows.", "first-skill", f"{slug}-first"[:80].rstrip("-"))
    return {COURSE: beginnings.course(title, summary, first), f"{first}.md": lesson}


def new_lesson(read: Read, title: str, slug: str, summary: str) -> Texts:
    """Raises Refused where the address cannot be, or is taken."""
    _address(slug)
    file = f"{slug}.md"
    if read(file) is not None:
        raise Refused(_("There is a lesson at “%(slug)s” already.", slug=slug))
    return {file: beginnings.lesson(title, summary), COURSE: outlines.add_lesson(outline(read), slug)}


def rename(read: Read, old: str, slug: str, title: str, live: Course | None) -> Texts:
    """Another title or another address for a lesson; an address that students may know leads on. Raises Refused."""
    text = read(f"{old}.md")
    if text is None:
        raise Refused(_("There is no such lesson."))
    text = entitled(text, title)
    if slug in ("", old):
        return {f"{old}.md": text}
    _address(slug)
    if read(f"{slug}.md") is not None:
        raise Refused(_("There is a lesson at “%(slug)s” already.", slug=slug))
    if live is not None and (slug in live.retired or live.renamed.get(slug, old) != old):
        raise Refused(_("“%(slug)s” was the address of another lesson; take one that was never used.", slug=slug))
    known = live is not None and old in live.lesson_by_slug
    yaml = outlines.rename(outline(read), old, slug) if known else outlines.relist(outline(read), old, slug)
    return {f"{slug}.md": text, COURSE: yaml, f"{old}.md": None}


def retire_lesson(read: Read, lesson: Lesson, instead: str, live: Course | None) -> Texts:
    """Take a lesson out, with its questions and labs; another may stand in its place."""
    file = f"{lesson.slug}.md"
    if live is None or lesson.slug not in live.lesson_by_slug:
        return {COURSE: outlines.unlist(outline(read), lesson.slug), file: None}
    blocks = [q.id for q in lesson.questions] + [lab.id for lab in lesson.labs]
    known = [id for id in dict.fromkeys(blocks) if id in live.question_by_id or id in live.lab_by_id]
    yaml = outlines.retire(outline(read), [lesson.slug], instead)
    return {COURSE: outlines.retire(yaml, known), file: None}


def retire_question(read: Read, lesson: Lesson, question: str, live: Course | None) -> Texts:
    """Take a question out of its lesson; what students did with it stays theirs. Raises Refused."""
    file = f"{lesson.slug}.md"
    found = next((one for one in lesson.questions if one.id == question), None)
    text = read(file)
    if found is None or text is None:
        raise Refused(_("There is no such question."))
    texts: dict[str, str | None] = {file: without_block(text, found.line)}
    if live is not None and question in live.question_by_id:
        texts[COURSE] = outlines.retire(outline(read), [question])
    return texts


def without_block(text: str, line: int) -> str:
    """A text without the directive that begins in, or encloses, a line from 1. Raises Refused where none does."""
    lines = text.split("\n")
    for first in range(line - 1, -1, -1):
        head = re.match(r"\s*(`{3,}|~{3,}|:{3,})\s*\{", lines[first])
        if head:
            ends = re.compile(rf"\s*{head[1][0]}{{{len(head[1])},}}\s*")
            last = next((n for n in range(first + 1, len(lines)) if ends.fullmatch(lines[n])), len(lines) - 1)
            before, after = lines[:first], lines[last + 1 :]
            while before and not before[-1].strip() and (not after or not after[0].strip()):
                before.pop()
            return "\n".join([*before, *after])
    raise Refused(_("Its text cannot be told apart from what stands around it; take it out in the lesson’s text."))


def entitled(text: str, title: str) -> str:
    """A lesson's text with another title in its front matter. Raises Refused where it has none."""
    head = re.match(r"\s*---[^\S\n]*\n(.*?\n)---[^\S\n]*(?:\n|\Z)", text, re.DOTALL)
    if head is None:
        raise Refused(_("This lesson has no front matter to hold a title; mend its text first."))
    return text[: head.start(1)] + outlines.entitle(head[1], title) + text[head.end(1) :]


def moved(slugs: Sequence[str], slug: str, by: int) -> list[str]:
    """The lessons with one of them so many places further down; as they were where it is not among them."""
    order = list(slugs)
    if slug in order:
        at = order.index(slug)
        order.insert(max(0, min(len(order) - 1, at + by)), order.pop(at))
    return order


def _address(slug: str) -> None:
    if trouble := beginnings.trouble_with(slug):
        raise Refused(trouble)
