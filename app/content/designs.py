"""Questions about an architecture, as they are written: requirements, starter and solution, and whether these agree."""

from dataclasses import replace
from typing import Any

from app.content import keys, requirements
from app.content.architecture import Architecture
from app.content.diagnostics import Problems
from app.content.directives import Directive
from app.content.expressions import ExpressionError, evaluate
from app.content.page import Page
from app.content.parts import Part
from app.content.rendering import block
from app.content.source import Line
from app.lab import catalogue, language, measuring
from app.lab.headlines import measured
from app.lab.messages import LabError

#: The images of the digits that networks are trained on.
DIGITS = (1, 8, 8)


def made(directive: Directive, answers: list[Part], page: Page, names: tuple[str, ...]) -> dict[str, Any]:
    """What an ``Architecture`` has beside the rest of a question."""
    problems = page.problems
    found: list[requirements.Requirement] = []
    for part in (part for part in answers if part.mark == "require"):
        line = part.lines[0]
        try:
            one = requirements.read(line.text, names)
        except ExpressionError as error:
            problems.error("Q122", line.number, line.column + error.offset, str(error))
            continue
        if any(_at_odds(one, other) for other in found):
            words = "a question trains once and names one network; this is the second"
            problems.error("Q122", line.number, line.column, words)
        found.append(replace(one, feedback_html=block(part.feedback, page)))
    if not any(part.mark == "require" for part in answers):
        words = "nothing is required; add a line such as 'require: params <= 300_000'"
        problems.error("Q123", directive.line, directive.column, words)
    shape = _input(directive, problems)
    if shape != DIGITS and any(one.steps for one in found):
        words = "networks are trained on the bundled digits, which are 1x8x8; write ':input: 1x8x8'"
        problems.error("Q122", *directive.place("input"), words)
    code = {part.mark: f"{part.code.text.strip()}\n" for part in answers if part.mark in ("starter", "solution")}
    return {
        "requires": tuple(found),
        "input": shape,
        "starter": code.get("starter", ""),
        "solution": code.get("solution", ""),
    }


def check(question: Architecture, answers: list[Part], problems: Problems) -> None:
    """Computes every limit in every variant; reads the solution and holds it against what arithmetic can judge."""
    if not _limits(question, [part.lines[0] for part in answers if part.mark == "require"], problems):
        return
    solution = next((part for part in answers if part.mark == "solution"), None)
    if solution is None:
        words = "nothing shows that this can be solved; add a block '```python solution'"
        problems.warning("Q125", question.line, 1, words)
        return
    first = solution.code.lines[0] if solution.code.lines else solution.head
    try:
        network = language.read(question.solution, question.input)
        same = next((one.value for one in question.requires if one.measure == "same_as"), "")
        known = measuring.counted(network, question.names, same)
    except LabError as error:
        line, column = first.number + (error.line or 1) - 1, error.column or 1
        problems.error("Q124", line, column, f"{error.message}; {error.mend}" if error.mend else error.message)
        return
    for values in question.variables.all():
        for one in question.requires:
            if one.measure in known and not one.met(known[one.measure], values):
                said = measured(one.measure, known[one.measure])
                words = f"the solution is not as required: {one.described(values)}; measured: {said}"
                problems.error("Q124", *solution.place, words)
                return


def _at_odds(one: requirements.Requirement, other: requirements.Requirement) -> bool:
    """Whether one run cannot measure both."""
    trained = bool(one.steps and other.steps) and one.steps != other.steps
    return trained or one.measure == other.measure == "same_as"


def _limits(question: Architecture, lines: list[Line], problems: Problems) -> bool:
    """Whether every limit has a value, and every accuracy is a share, in every variant."""
    for line, one in zip(lines, question.requires, strict=True):
        if one.measure in ("shape", "uses", "same_as"):
            continue
        column = line.column + line.text.index(one.value, len(one.measure))
        if not keys.computable(question.variables, one.value, line.number, column, problems):
            return False
        values = [evaluate(one.value, drawn) for drawn in question.variables.all()]
        if one.measure == "accuracy" and not all(0 <= value <= 1 for value in values):
            problems.error("Q122", line.number, column, "an accuracy is a share from 0 to 1, such as 0.9")
            return False
    return True


def _input(directive: Directive, problems: Problems) -> tuple[int, int, int]:
    text = directive.value("input")
    if text:
        try:
            return catalogue.input_shape(text)
        except LabError as error:
            problems.error("D109", *directive.place("input"), f"{error.message}; {error.mend}")
    return (3, 32, 32)
