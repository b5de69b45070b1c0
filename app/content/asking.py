"""The ``question`` directive: its parts made into a question that grades itself, or the reasons why not."""

from dataclasses import dataclass, replace
from typing import Any, cast

from app.content import designs, forms, keys
from app.content.architecture import Architecture
from app.content.choices import Choice, Multiple, Option, Partial
from app.content.diagnostics import Problems, nearest
from app.content.directives import Directive
from app.content.match import Match
from app.content.number import Number
from app.content.order import Item, Order
from app.content.output import Output
from app.content.page import Page
from app.content.parts import Mark, Part, parts
from app.content.questions import Question, option_id
from app.content.rendering import block, phrase
from app.content.source import Line
from app.content.text import Text
from app.content.variables import Read, read_variables
from app.content.variants import MOST_FILLS, Marks, Variables

KINDS = ("choice", "multiple", "number", "text", "match", "order", "output", "architecture")

#: Options, items or wrong values that one question may have, and hints.
MOST_ANSWERS, MOST_HINTS = 30, 12

#: What every kind takes, and what a kind takes besides.
OPTIONS = ("kind", "skill", "vars")
OPTIONS_OF = {
    "choice": ("shuffle",),
    "multiple": ("shuffle", "partial"),
    "number": ("unit",),
    "order": (),
    "architecture": ("input",),
    "text": (),
    "match": (),
    "output": ("input",),
}
_MARKS: dict[str, tuple[Mark, ...]] = {
    "choice": ("option",),
    "multiple": ("option",),
    "number": ("=", "~"),
    "order": ("item", "distractor"),
    "architecture": ("require", "starter", "solution"),
    "text": ("=", "~"),
    "match": (),
    "output": (),
}
_WHAT_MARK = {
    "option": "- [ ]",
    "=": "=",
    "~": "~",
    "item": "1.",
    "distractor": "x.",
    "require": "require:",
    "starter": "```python starter",
    "solution": "```python solution",
}


def question(directive: Directive, page: Page, skills: tuple[str, ...], problems: Problems) -> Question | None:
    """The question, or None with the reasons among the problems. ``skills`` are those that the lesson teaches."""
    return _Asking(directive, page, skills, problems).question()


@dataclass
class _Asking:
    directive: Directive
    course_page: Page
    skills: tuple[str, ...]
    problems: Problems

    def question(self) -> Question | None:
        id = self.directive.id(self.problems)
        kind = self._kind()
        if kind is None:
            return None
        self.directive.only((*OPTIONS, *OPTIONS_OF[kind]), self.problems)
        skill = self._skill()
        found = parts(self.directive.body, kind == "order", self.problems)
        names, values = self._variables(found)
        self.marks = Marks(names)
        self.page = self.course_page.within("a question", self.problems, self.marks if names else None)
        prompt, answers = found[0], [part for part in found if part.mark in _MARKS[kind]]
        self._misplaced(found, kind)
        self._many(found)
        hints = [part for part in found if part.mark == "?"]
        builders = {
            **dict.fromkeys(("choice", "multiple"), self._choice),
            **{"number": self._number, "order": self._order, "architecture": self._architecture},
            **{"text": self._text, "match": self._match, "output": self._output},
        }
        self.prompt = prompt
        # First: a match takes its table out of the prompt.
        specific = builders[kind](id, answers)
        common: dict[str, Any] = {
            "id": id,
            "skill": skill,
            "line": self.directive.line,
            "prompt_html": self._prompt(prompt),
            "explanation_html": self._explanation([part for part in found if part.mark == "!"]),
            "hints_html": tuple(block(part.passage, self.page) for part in hints if part.passage),
        }
        variables = Variables(names, values, tuple(self.marks.fills))
        self._fills(variables)
        if self.problems.errors:
            return None
        made = _CLASSES[kind](**common, **specific, variables=variables)
        self._distinct(made, answers)
        if isinstance(made, Number):
            keys.check(made, answers, self.problems)
        if isinstance(made, Architecture):
            designs.check(made, answers, self.problems)
        if isinstance(made, Output):
            code, place = self.program
            made = replace(made, printed=forms.printed(made, code, place, self.directive, self.problems))
        return None if self.problems.errors else made

    def _kind(self) -> str | None:
        given = self.directive.value("kind")
        place = self.directive.place("kind")
        if not given:
            words = f"this question has no kind; add a line ':kind: choice' ({', '.join(KINDS)})"
            self.problems.error("Q101", *place, words)
        elif given in KINDS:
            return given
        else:
            words = f"unknown kind '{given[:40]}'{nearest(given, KINDS)}"
            self.problems.error("Q102", *place, words)
        return None

    def _skill(self) -> str:
        given = self.directive.value("skill")
        known = self.course_page.book.skills
        if not given and len(self.skills) == 1:
            return self.skills[0]
        if given in known:
            return given
        if given:
            words = f"unknown skill '{given[:60]}'{nearest(given, known)}"
            self.problems.error("C101", *self.directive.place("skill"), words)
        else:
            words = "this question shows no skill; add a line ':skill: …' with one of the lesson's skills"
            self.problems.error("Q109", *self.directive.place("skill"), words)
        return ""

    def _variables(self, found: list[Part]) -> Read:
        """From the option ``:vars:`` and lines ``vars:`` before the prompt."""
        lines = [self.directive.options["vars"]] if "vars" in self.directive.options else []
        return read_variables([*lines, *(part.lines[0] for part in found if part.mark == "vars")], self.problems)

    def _misplaced(self, found: list[Part], kind: str) -> None:
        for part in found:
            if part.mark in _WHAT_MARK and part.mark not in _MARKS[kind]:
                takes = ", ".join(f"'{_WHAT_MARK[mark]}'" for mark in _MARKS[kind])
                words = (
                    f"'{_WHAT_MARK[part.mark]}' means nothing in kind '{kind}', which takes {takes or 'no such lines'}"
                )
                self.problems.error("Q112", *part.place, words)

    def _many(self, found: list[Part]) -> None:
        for marks, most in (
            (("=", "~", "option", "item", "distractor", "require"), MOST_ANSWERS),
            (("?", "!"), MOST_HINTS),
        ):
            over = [part for part in found if part.mark in marks][most:]
            if over:
                words = f"a question may have {most} such lines; this is one too many"
                self.problems.error("Q108", *over[0].place, words)

    def _prompt(self, part: Part) -> str:
        if not part.passage:
            words = "this question asks nothing; write the prompt before the answers"
            self.problems.error("Q110", self.directive.line, self.directive.column, words)
        return block(part.passage, self.page)

    def _explanation(self, found: list[Part]) -> str:
        if not any(part.passage for part in found):
            words = "nothing explains the answer; add a line that starts with '! '"
            self.problems.warning("Q113", self.directive.line, self.directive.column, words)
        return "\n".join(block(part.passage, self.page) for part in found)

    def _few(self, answers: list[Part], what: str) -> None:
        if len(answers) < 2:
            words = f"a question needs two {what} or more; this has {len(answers) or 'none'}"
            self.problems.error("Q108", self.directive.line, self.directive.column, words)

    def _choice(self, id: str, answers: list[Part]) -> dict[str, Any]:
        self._few(answers, "options, in lines such as '- [ ] 3×3'")
        self._told_apart(answers)
        kind = self.directive.value("kind")
        right = [part for part in answers if part.correct]
        if answers and not right:
            words = f"none of the {len(answers)} options is correct; mark one with [x]"
            self.problems.error("Q105", *answers[0].place, words)
        if kind == "choice" and len(right) > 1:
            count = "two" if len(right) == 2 else str(len(right))
            lines = ", ".join(str(part.head.number) for part in right[:-1]) + f" and {right[-1].head.number}"
            words = f"kind 'choice' has {count} correct options (lines {lines}); use 'multiple'?"
            self.problems.error("Q104", *right[1].place, words)
        for part in answers:
            if not part.feedback:
                words = "this option says nothing when it is chosen; add an indented line '> why'"
                self.problems.warning("Q107", *part.place, words)
        options = tuple(
            Option(
                id=option_id(id, part.text.text),
                html=phrase(part.text, self.page),
                correct=part.correct,
                feedback_html=block(part.feedback, self.page),
            )
            for part in answers
        )
        made: dict[str, Any] = {"options": options, "shuffle": self._one_of("shuffle", ("on", "off")) == "on"}
        if kind == "multiple":
            made["partial"] = cast(Partial, self._one_of("partial", ("off", "net", "each")))
        return made

    def _order(self, id: str, answers: list[Part]) -> dict[str, Any]:
        steps = [part for part in answers if part.mark == "item"]
        self._few(steps, "numbered items, in lines such as '1. Convolution'")
        self._told_apart(answers)
        for number, part in enumerate(steps, 1):
            written = part.head.text.lstrip().partition(" ")[0].rstrip(".)")
            if int(written) not in (1, number):
                words = f"this is item {number} and it is numbered {written}; write the items in their right order"
                self.problems.error("Q111", *part.place, words)
        ordered = (*steps, *(part for part in answers if part.mark == "distractor"))
        items = tuple(
            Item(
                id=option_id(id, part.text.text),
                html=phrase(part.text, self.page),
                distractor=part.mark == "distractor",
                feedback_html=block(part.feedback, self.page),
            )
            for part in ordered
        )
        return {"items": items}

    def _number(self, _: str, answers: list[Part]) -> dict[str, Any]:
        found = [part for part in answers if part.mark == "="]
        if len(found) != 1:
            place = found[1].place if found else (self.directive.line, self.directive.column)
            words = "a number has one key, in a line '= 9 * C**2'; this has " + (str(len(found)) if found else "none")
            self.problems.error("Q119", *place, words)
            return {}
        value, tolerance = keys.key(found[0], self.marks.names, self.problems)
        wrong = keys.wrongs(answers, self.page, self.marks.names)
        return {"value": value, "tolerance": tolerance, "unit": self.directive.value("unit"), "wrong": wrong}

    def _architecture(self, _: str, answers: list[Part]) -> dict[str, Any]:
        return designs.made(self.directive, answers, self.page, self.marks.names)

    def _text(self, _: str, answers: list[Part]) -> dict[str, Any]:
        return forms.text(answers, self.directive, self.page)

    def _match(self, id: str, _: list[Part]) -> dict[str, Any]:
        return forms.match(id, self.prompt, self.page)

    def _output(self, _: str, __: list[Part]) -> dict[str, Any]:
        self.program = forms.output(self.directive, self.prompt, self.page)
        return {}

    def _told_apart(self, answers: list[Part]) -> None:
        """Complains of options that are empty or equal as they are written."""
        first: dict[str, Part] = {}
        for part in answers:
            earlier = first.setdefault(" ".join(part.text.text.split()), part)
            if not part.text:
                self.problems.error("Q108", *part.place, "this option is empty")
            elif earlier is not part:
                words = f"this option equals the one in line {earlier.head.number}"
                self.problems.error("Q106", *part.place, words)

    def _one_of(self, name: str, values: tuple[str, ...]) -> str:
        given = self.directive.value(name, values[0])
        if given in values:
            return given
        words = f"'{name}' is {' or '.join(values)}, not '{given[:40]}'"
        self.problems.error("D109", *self.directive.place(name), words)
        return values[0]

    def _fills(self, variables: Variables) -> None:
        """Checks what the text fills in, ``{= C / 2 }``, in every variant."""
        if self.marks.too_many:
            words = f"the text fills in more than {MOST_FILLS} different values"
            self.problems.error("Q114", self.directive.line, self.directive.column, words)
            return
        for source in variables.fills:
            line, column = self.marks.places.get(source, (self.directive.line, self.directive.column))
            if keys.readable(Line(source, line, column), variables.names, self.problems, "Q116"):
                keys.computable(variables, source, line, column, self.problems)

    def _distinct(self, made: Question, answers: list[Part]) -> None:
        """Complains of an option that looks like another, or does so in some variant."""
        texts: list[tuple[Part, str]] = []
        if isinstance(made, Choice | Multiple):
            texts = [(part, option.html) for part, option in zip(answers, made.options, strict=True)]
        elif isinstance(made, Order):
            steps = sorted(answers, key=lambda part: part.mark == "distractor")
            texts = [(part, item.html) for part, item in zip(steps, made.items, strict=True)]
        for values in made.variables.all():
            seen: dict[str, Part] = {}
            for part, html in texts:
                first = seen.setdefault(made.variables.fill(html, values), part)
                if first is not part:
                    words = f"this option equals the one in line {first.head.number}{keys.when(values)}"
                    self.problems.error("Q106", *part.place, words)
                    return


_CLASSES: dict[str, type[Question]] = {
    made.kind: made for made in (Choice, Multiple, Number, Text, Match, Order, Output, Architecture)
}
