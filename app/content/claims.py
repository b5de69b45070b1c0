"""The ``claim`` directive: what a source says, held against what the lab measures."""

import re
from collections.abc import Mapping
from dataclasses import replace

from app.content.course import Claim, Lab
from app.content.diagnostics import Problems
from app.content.directives import Directive
from app.content.expressions import ExpressionError, Value
from app.content.measures import Known, Measure, MeasureError, read, written
from app.content.number import Tolerance, number_of
from app.content.page import Page
from app.content.questions import AnswerError
from app.content.references import cited
from app.content.rendering import block

#: What a claim must say, with an example of each.
NEEDED = {"source": "he2016deep, Table 3", "says": "25.6 million", "measure": "params(resnet50)", "within": "1 %"}
_SAYS = re.compile(
    r"([-+−]?\d[\d.,'’ \u00a0\u2009\u202f]*(?:[×x·]\s*10\^?[-−]?\d+|e[-+]?\d+)?)\s*([A-Za-z]*).*", re.DOTALL
)
_TIMES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WITHIN = re.compile(r"(?:±\s*)?(\d+(?:\.\d+)?)\s*(%|figures?|[a-z]*)")


def claim(directive: Directive, page: Page, labs: Mapping[str, Lab], problems: Problems) -> Claim | None:
    """The claim, or None with the reasons among the problems. ``labs`` are those above it in its lesson."""
    page = page.within("a claim", problems)
    id = directive.id(problems)
    directive.only((*NEEDED, "verdict"), problems)
    html = block(directive.body, page)
    if not html:
        problems.error(
            "M104", directive.line, directive.column, "this claim says nothing; write what the source states"
        )
    expected = directive.value("verdict", "agrees")
    if expected not in ("agrees", "differs"):
        words = f"'verdict' is agrees or differs, not '{expected[:40]}'"
        problems.error("D109", *directive.place("verdict"), words)
    source, measure = _source(directive, page), _measure(directive, labs, problems)
    compares = bool(measure and measure.signs)
    for name, like in NEEDED.items():
        if not directive.value(name) and not (compares and name == "within"):
            problems.error("M104", *directive.place(name), f"this claim has no {name}; add a line ':{name}: {like}'")
    figure = None if compares else _figure(directive, problems)
    within = Tolerance() if compares else _within(directive, problems)
    if problems.errors or measure is None:
        return None
    return Claim(
        id=id,
        html=html,
        source_html=source,
        says=directive.value("says"),
        measure=measure,
        figure=figure,
        within=within,
        expected=expected,
        line=directive.place("measure")[0],
        column=directive.place("measure")[1],
    )


def _source(directive: Directive, page: Page) -> str:
    try:
        text = directive.value("source")
        return cited(text, page.book.sources, "", page.cited) if text else ""
    except ValueError as error:
        code, words, offset = error.args
        line, column = directive.place("source")
        page.problems.error(code, line, column + offset, words)
        return ""


def _measure(directive: Directive, labs: Mapping[str, Lab], problems: Problems) -> Measure | None:
    if not directive.value("measure"):
        return None
    try:
        return read(directive.value("measure"), labs, compared=True)
    except MeasureError as error:
        line, column = directive.place("measure")
        problems.error(error.code, line, column + error.offset, str(error))
        return None


def _figure(directive: Directive, problems: Problems) -> float | None:
    """The number of ``25.6 million`` or ``3.8 × 10^9 FLOPs``."""
    says = directive.value("says")
    if not says:
        return None
    match = _SAYS.fullmatch(says)
    try:
        if not match:
            raise AnswerError("there is no number")
        return float(number_of(match[1])) * _TIMES.get(match[2].lower(), 1)
    except AnswerError:
        words = "a published figure begins with a number, such as '25.6 million'; or let ':measure:' compare"
        problems.error("M106", *directive.place("says"), words)
        return None


def _within(directive: Directive, problems: Problems) -> Tolerance:
    text = directive.value("within")
    match = _WITHIN.fullmatch(text)
    if match and match[2].startswith("figure") and re.fullmatch(r"[1-9]\d?", match[1]):
        return Tolerance("figures", match[1])
    if match and match[2] == "%":
        return Tolerance("relative", match[1])
    if match and (not match[2] or match[2] in _TIMES):
        return Tolerance("absolute", f"{match[1]} * {_TIMES.get(match[2], 1)}")
    if text:
        problems.error("M106", *directive.place("within"), "a tolerance is written '1 %', '0.5 million' or '2 figures'")
    return Tolerance()


def judged(claim: Claim, known: Known) -> Claim:
    """The claim with what was measured and the verdict; ``open`` where the lab has not run it, or finds no number."""
    made = replace(claim, measured_html=claim.measure.html(known))
    try:
        values = claim.measure.values(known)
    except ExpressionError as error:
        return replace(made, missed=str(error))
    if values is None:
        return made
    if claim.measure.signs:
        return replace(made, verdict="agrees" if claim.measure.holds(values) else "differs")
    assert claim.figure is not None
    value = values[0]
    agrees = claim.within.accepts(float(value), claim.figure, {})
    return replace(made, verdict="agrees" if agrees else "differs", missed="" if agrees else _off(value, claim.figure))


def _off(value: Value, figure: float) -> str:
    """``6.5 % more``."""
    if not figure:
        return f"{written(abs(value))} away"
    return f"{written(100 * abs(value / figure - 1), 2)} % {'more' if abs(value) > abs(figure) else 'less'}"


def contradicted(claim: Claim, known: Known) -> str:
    """What to tell its author where the lab finds otherwise than expected; empty where it does not, or has not run."""
    made = judged(claim, known)
    values = claim.measure.values(known) if not made.missed or made.verdict != "open" else None
    if made.verdict == "open" or made.verdict == claim.expected or values is None:
        return ""
    measured = claim.measure.said(values)
    if made.verdict == "differs":
        mend = "mend the claim, widen ':within:', or write ':verdict: differs' and say why"
        off = f", {made.missed}" if made.missed else ""
        return f"the source says '{claim.says[:60]}' and the lab measures {measured}{off}; {mend}"
    return f"the lab measures {measured}, which agrees with '{claim.says[:60]}'; take ':verdict: differs' out"
