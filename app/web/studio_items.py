"""Questions with their figures, as the studio's pages and its file show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.content.course import Course, Lesson
from app.content.questions import Question
from app.studio import answer_names, item_readings, items
from app.studio.answer_names import Name
from app.studio.item_readings import Reading
from app.studio.items import Item
from app.web.drawings import item_strips
from app.web.drawings.item_strips import Part, Said, Span
from app.words import _


@dataclass(frozen=True)
class ItemView:
    """What a row of the table, and a question's page, are functions of."""

    lesson: Lesson
    question: Question
    item: Item

    @cached_property
    def names(self) -> Mapping[str, Name]:
        return answer_names.names(self.question, self.item.said.cells)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        return item_readings.read(self.question, self.item, {key: name.short for key, name in self.names.items()})

    @property
    def prompt(self) -> str:
        return answer_names.plain(self.question.prompt_html)

    @property
    def rate_words(self) -> str:
        right = self.item.said.of(items.RIGHT)
        return item_strips.counted(right, self.item.n)

    @property
    def rate_span(self) -> Span | None:
        return item_strips.rate(self.item.rate) if self.item.rate else None

    @property
    def discrimination_span(self) -> Span | None:
        return item_strips.discrimination(self.item.discrimination) if self.item.discrimination else None

    @property
    def parts(self) -> tuple[Part, ...]:
        return item_strips.chosen(self.item.said)

    @property
    def said(self) -> tuple[Said, ...]:
        return item_strips.said(self.item.said, self.names, _("other"))


def views(course: Course, found: Mapping[str, Item]) -> list[ItemView]:
    """In the course's order."""
    return [ItemView(*course.question_by_id[id], found[id]) for id in course.question_by_id if id in found]
