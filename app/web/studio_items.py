"""Questions with their figures, as the studio's pages and its file show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.content.course import Course, Lesson
from app.content.questions import Question
from app.content.variants import blanked, shown
from app.studio import answer_names, item_readings, items
from app.studio.answer_names import Name
from app.studio.intervals import Estimate, share
from app.studio.item_readings import Reading
from app.studio.items import Item
from app.studio.small_groups import Count, Row
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

    @property
    def asked(self) -> str:
        """The question as it stands before any draw, as safe HTML."""
        return blanked(self.question.prompt_html)

    @property
    def hints_words(self) -> str:
        return item_strips.counted(self.item.hints, self.item.n) if self.item.hints else ""

    @property
    def told(self) -> tuple[tuple[Name, Count, str], ...]:
        """Every answer that is told apart, with how many gave it and their share; what is left over comes last."""
        table = self.item.said
        rows = [(self.names[key], count, item_strips.counted(count, table.n)) for key, count in table.cells.items()]
        if table.rest.high:
            other = Name(_("other"), _("Other answers, too few of each to tell"))
            rows.append((other, table.rest, item_strips.counted(table.rest, table.n)))
        return tuple(rows)

    @property
    def by_variant(self) -> tuple[tuple[str, Row, Estimate, Span], ...]:
        """The variants that are told apart, by name; the others together have none."""
        found = [(self._variant(number), row) for number, row in self.item.variants.items()]
        if self.item.other_variants:
            found.append(("", self.item.other_variants))
        estimates = [(name, row, share(row.right, row.right, row.n)) for name, row in found]
        return tuple((name, row, one, item_strips.rate(one)) for name, row, one in estimates)

    def _variant(self, number: int) -> str:
        return ", ".join(f"{name} = {shown(value)}" for name, value in self.question.draw(number).items())


def views(course: Course, found: Mapping[str, Item]) -> list[ItemView]:
    """In the course's order."""
    return [ItemView(*course.question_by_id[id], found[id]) for id in course.question_by_id if id in found]
