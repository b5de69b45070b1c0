"""From what the files say to what students see: hashes, and which version of a lesson stays.

A lesson without errors is published. One with errors is published only where no version without errors is live: what is
wrong with it is set aside or left out, and the rest can be read. Where a version without errors is live, it stays.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

from app.content.checking import repeated_ids
from app.content.claims import judged
from app.content.course import (
    Block,
    ClaimBlock,
    Course,
    LabBlock,
    Lesson,
    QuestionBlock,
    Section,
    SetAside,
    Term,
    WalkthroughBlock,
)
from app.content.measures import Known, filled, unknown
from app.content.outline import Outline
from app.content.parsing import Draft
from app.content.reading import Reading
from app.content.walkthroughs import seen

#: Part of every hash: raise it when the same page must be named anew.
_VERSION = 1


def publish(
    reading: Reading, before: Course | None, good: frozenset[str], known: Known = unknown
) -> tuple[Course | None, frozenset[str]]:
    """The course to show, with the results that are ``known``; and the slugs of its lessons that have no error."""
    outline = reading.outline
    if before is not None and (outline is None or reading.errors_in("course.yaml")):
        return before, good
    if outline is None:
        return None, frozenset()
    live = before.lesson_by_slug if before is not None else {}
    repeated = repeated_ids(reading.drafts)
    lessons: list[Lesson] = []
    still_good: set[str] = set()
    for slug in outline.lessons:
        draft = reading.drafts.get(slug)
        wrong = draft is None or reading.errors_in(f"{slug}.md")
        if slug in live and wrong and (slug in good or draft is None):
            lessons.append(_fitted(live[slug], outline))
        elif draft is not None:
            doubled = {(what, id) for lesson, what, id in repeated if lesson == slug}
            lessons.append(_lesson(reading, outline, draft, doubled, known))
        else:
            continue
        if not wrong or slug in good:
            still_good.add(slug)
    return _course(reading, outline, _in_order(lessons)), frozenset(still_good)


def unpublished(reading: Reading, known: Known = unknown, only: str = "") -> Course | None:
    """The course as its texts have it, whatever is wrong with them; without hashes, which name what is published.

    Where ``only`` one lesson is wanted, the others stand in it without the lab's numbers.
    """
    outline = reading.outline
    if outline is None:
        return None
    repeated = repeated_ids(reading.drafts)
    lessons = [
        _lesson(reading, outline, draft, {(what, id) for lesson, what, id in repeated if lesson == slug}, known)
        if only in ("", slug)
        else _bare(reading, outline, draft)
        for slug, draft in reading.drafts.items()
    ]
    return _of(reading, outline, _in_order(lessons), "")


def _lesson(reading: Reading, outline: Outline, draft: Draft, doubled: set[tuple[str, str]], known: Known) -> Lesson:
    sections = _measured(filled(_without(draft.sections, doubled), draft.measures, known), known)
    return replace(_bare(reading, outline, draft), sections=sections)


def _bare(reading: Reading, outline: Outline, draft: Draft) -> Lesson:
    """A lesson as it is written."""
    terms = {term.slug: term for term in reading.terms}
    return Lesson(
        course=reading.slug,
        slug=draft.slug,
        title=draft.fields.title,
        summary=draft.fields.summary,
        skills=draft.fields.skills,
        requires=draft.fields.requires,
        minutes=draft.fields.minutes,
        authors=_authors(draft.fields.authors, outline),
        sections=draft.sections,
        terms=tuple(terms[slug] for slug in draft.terms if slug in terms),
        hash="",
        next=draft.fields.next,
        has_math=draft.has_maths,
        media=draft.media,
        references=draft.references,
        measured=draft.specs,
    )


def _authors(given: Sequence[str], outline: Outline) -> tuple[str, ...]:
    """The lesson's authors; the whole team where it names none."""
    known = [author.id for author in outline.authors]
    return tuple(id for id in given if id in known) or tuple(known)


def _without(sections: tuple[Section, ...], doubled: set[tuple[str, str]]) -> tuple[Section, ...]:
    """The sections with questions and labs whose id an earlier lesson has set aside."""

    def kept(block: Block) -> Block:
        if isinstance(block, QuestionBlock) and ("question", block.question.id) in doubled:
            return _aside("question", block.question.line, f"another lesson has a question '{block.question.id}'")
        if isinstance(block, ClaimBlock) and ("claim", block.claim.id) in doubled:
            return _aside("claim", block.claim.line, f"another lesson has a claim '{block.claim.id}'")
        if isinstance(block, WalkthroughBlock) and ("walkthrough", block.walkthrough.id) in doubled:
            one = block.walkthrough
            return _aside("walkthrough", one.line, f"another lesson has a walkthrough '{one.id}'")
        if isinstance(block, LabBlock) and ("lab", block.lab.id) in doubled:
            return _aside("lab", block.lab.line, f"another lesson has a lab '{block.lab.id}'")
        return block

    return tuple(replace(section, blocks=tuple(map(kept, section.blocks))) for section in sections)


def _measured(sections: tuple[Section, ...], known: Known) -> tuple[Section, ...]:
    """The sections with each claim judged, and each walkthrough with what the lab saw."""

    def shown(block: Block) -> Block:
        if isinstance(block, WalkthroughBlock):
            return WalkthroughBlock(seen(block.walkthrough, known))
        return ClaimBlock(judged(block.claim, known)) if isinstance(block, ClaimBlock) else block

    return tuple(replace(section, blocks=tuple(map(shown, section.blocks))) for section in sections)


def _aside(what: str, line: int, problem: str) -> SetAside:
    return SetAside(f"set-aside-{line}", what, problem)


def _fitted(lesson: Lesson, outline: Outline) -> Lesson:
    """An earlier version of a lesson in a course whose skills or team may have changed since."""
    skills = {skill.id for skill in outline.skills}

    def kept(block: Block) -> Block:
        if isinstance(block, QuestionBlock) and block.question.skill not in skills:
            return _aside("question", block.question.line, f"the course has no skill '{block.question.skill}' any more")
        return block

    return replace(
        lesson,
        skills=tuple(id for id in lesson.skills if id in skills),
        requires=tuple(id for id in lesson.requires if id in skills),
        authors=_authors(lesson.authors, outline),
        sections=tuple(replace(section, blocks=tuple(map(kept, section.blocks))) for section in lesson.sections),
    )


def _in_order(lessons: list[Lesson]) -> list[Lesson]:
    """Each with the lesson that follows: the one that it names, or the next in the course."""
    slugs = [lesson.slug for lesson in lessons]
    following = dict(zip(slugs, [*slugs[1:], None], strict=False))
    return [
        replace(lesson, next=lesson.next if lesson.next in following else following[lesson.slug]) for lesson in lessons
    ]


def _course(reading: Reading, outline: Outline, lessons: list[Lesson]) -> Course:
    # Courses from before there was a choice keep their names.
    spoken = [] if outline.language == "en" else [outline.language]
    around = {
        "version": _VERSION,
        "course": [reading.slug, outline.title, outline.summary, outline.ticker, *spoken],
        "authors": [asdict(author) for author in outline.authors],
        "skills": [asdict(skill) for skill in outline.skills],
        "lessons": [[one.slug, one.title, one.summary, one.minutes, one.skills, one.xp] for one in lessons],
    }
    sealed = [replace(lesson, hash=_hash([around, asdict(replace(lesson, hash=""))])) for lesson in lessons]
    gone = [outline.renamed, outline.retired] if outline.renamed or outline.retired else []
    name = _hash([around, [lesson.hash for lesson in sealed], [_term(term) for term in reading.terms], *gone])
    return _of(reading, outline, sealed, name)


def _of(reading: Reading, outline: Outline, lessons: Sequence[Lesson], name: str) -> Course:
    return Course(
        slug=reading.slug,
        title=outline.title,
        summary=outline.summary,
        ticker=outline.ticker,
        language=outline.language,
        authors=outline.authors,
        skills=outline.skills,
        lessons=tuple(lessons),
        glossary=reading.terms,
        folder=reading.folder,
        hash=name,
        renamed=outline.renamed,
        retired=frozenset(outline.retired),
    )


def _term(term: Term) -> dict[str, Any]:
    return asdict(term)


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
