"""Ids that students have met and would not find again, unless course.yaml says that they are retired or renamed."""

from collections.abc import Collection
from dataclasses import dataclass

from app.content.course import Course
from app.studio.workshop import COURSE, Look


@dataclass(frozen=True)
class Vanishing:
    """Slugs of lessons, and ids of questions and labs."""

    lessons: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lessons or self.questions or self.labs)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.lessons, *self.questions, *self.labs)))


def vanishing(live: Course | None, outcome: Look, files: Collection[str]) -> Vanishing:
    """What of the ``live`` course would be gone once ``files`` were published.

    A lesson in a file that stays as it is loses nothing, whatever is wrong with it.
    """
    after, outline = outcome.course, outcome.reading.outline
    if live is None or after is None or outline is None:
        return Vanishing()
    retired = frozenset(outline.retired)
    known = retired | outline.renamed.keys()
    touched = {lesson.slug for lesson in live.lessons if f"{lesson.slug}.md" in files}
    if COURSE in files:
        touched |= live.lesson_by_slug.keys() - after.lesson_by_slug.keys()
    lessons = [one.slug for one in live.lessons if one.slug in touched and one.slug not in after.lesson_by_slug]
    within = touched - retired  # what stood in a retired lesson is retired with it
    questions = [
        q for q, (one, _) in live.question_by_id.items() if one.slug in within and q not in after.question_by_id
    ]
    labs = [lab for lab, (one, _) in live.lab_by_id.items() if one.slug in within and lab not in after.lab_by_id]
    return Vanishing(*(tuple(id for id in ids if id not in known) for ids in (lessons, questions, labs)))
