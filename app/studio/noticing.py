"""What students will notice of a publication: lessons and questions that come, change or go."""

from dataclasses import dataclass, replace

from app.content.course import Course
from app.studio.regrading import changed_keys


@dataclass(frozen=True)
class Notices:
    """Slugs of lessons, ids of questions and labs."""

    new_lessons: tuple[str, ...] = ()
    gone_lessons: tuple[str, ...] = ()
    #: "old → new": the old address leads to the new one.
    renamed_lessons: tuple[str, ...] = ()
    changed_lessons: tuple[str, ...] = ()
    new_questions: tuple[str, ...] = ()
    gone_questions: tuple[str, ...] = ()
    #: Asked otherwise, or explained otherwise, with the same answer.
    changed_questions: tuple[str, ...] = ()
    #: Another answer is right: who answered before may be owed something.
    changed_keys: tuple[str, ...] = ()
    changed_labs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Notices()


def notices(before: Course | None, after: Course | None) -> Notices:
    """What differs between the course as students have it and as they would."""
    if after is None:
        return Notices()
    if before is None:
        return Notices(new_lessons=tuple(after.lesson_by_slug))
    was, now = before.lesson_by_slug, after.lesson_by_slug
    asked = {id: question for id, (_, question) in before.question_by_id.items()}
    asks = {id: question for id, (_, question) in after.question_by_id.items()}
    both = [id for id in asks if id in asked]
    keys = changed_keys(before, after)
    labs = [id for id in after.lab_by_id if id in before.lab_by_id]
    moved = {new: old for old in was if old not in now and (new := after.renamed.get(old)) in now and new not in was}
    kept = {slug: moved.get(slug, slug) for slug in now if slug in was or slug in moved}
    return Notices(
        new_lessons=tuple(slug for slug in now if slug not in kept),
        gone_lessons=tuple(slug for slug in was if slug not in now and slug not in moved.values()),
        renamed_lessons=tuple(f"{old} → {new}" for new, old in moved.items()),
        changed_lessons=tuple(slug for slug, old in kept.items() if _text(was[old]) != _text(now[slug])),
        new_questions=tuple(id for id in asks if id not in asked),
        gone_questions=tuple(id for id in asked if id not in asks),
        changed_questions=tuple(
            id for id in both if id not in keys and replace(asked[id], line=0) != replace(asks[id], line=0)
        ),
        changed_keys=keys,
        changed_labs=tuple(
            id for id in labs if replace(before.lab_by_id[id][1], line=0) != replace(after.lab_by_id[id][1], line=0)
        ),
    )


def _text(lesson: object) -> object:
    """All of a lesson but its hash and the lines that things stand at."""
    return [getattr(lesson, name) for name in ("title", "summary", "skills", "requires", "minutes", "authors")], [
        [getattr(block, "html", None) or getattr(block, "items", None) for block in section.blocks]
        for section in getattr(lesson, "sections", ())
    ]
