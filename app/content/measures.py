"""Numbers that the lab computes: ``params(vgg16)``, ``macs(resnet152) / 1e9 to 3 figures``, ``loss(a-race, plain-56)``.

What arithmetic gives is known as soon as a lesson is read. What has to be run is looked up by the name of its run.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeVar, cast

from app.content import expressions
from app.content.course import Lab
from app.content.diagnostics import nearest
from app.content.expressions import ExpressionError, Value
from app.content.variants import shown
from app.content.walking import rewritten
from app.lab import catalogue, language, measuring, zoo
from app.lab.messages import LabError, RunSpec
from app.lab.network import Network
from app.lab.readings import OF_NETS, reading

T = TypeVar("T")

#: What came of a run, by its id; None where it has not been run.
Known = Callable[[str], Mapping[str, Any] | None]

#: Of a network, by arithmetic and by a worker.
COUNTED = ("params", "macs", "activations", "depth", "rf")
COMPUTED = ("erf", "grad_ratio")
#: Of a lab of the lesson that builds its own nets.
OF_LABS = tuple(dict.fromkeys(name for names in OF_NETS.values() for name in names))
NAMES = (*COUNTED, *COMPUTED, *OF_LABS)

_CALL = re.compile(r"([A-Za-z_]\w*)\(\s*([A-Za-z0-9][\w-]*)\s*(?:,\s*([^()]*?)\s*)?\)")
_FIGURES = re.compile(r"\s+to\s+(\d{1,2})\s+(?:significant\s+)?figures?$")
_COMPARED = re.compile(r"<=|>=|<|>")
_PAGES = {"params": "parameters", "macs": "parameters", "activations": "parameters", "rf": "receptive-field"}
#: Stands around the number of a measure until its value is put in; authors cannot type it.
MARK = "\uf8fe"
_MARKED = re.compile(f"{MARK}(\\d+){MARK}")
#: Significant figures of a number that is not whole, where the author asks for none.
FIGURES = 3


def unknown(_: str) -> None:
    """Knows of no run."""
    return


class MeasureError(ValueError):
    """A measure that cannot be read: its code, words for the author, and the offset, from 0."""

    def __init__(self, code: str, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.code, self.offset = code, offset


@dataclass(frozen=True)
class Figure:
    """One call. ``value`` is known where arithmetic gives it; else ``spec`` is the run that does."""

    name: str
    #: Where it can be seen and changed.
    href: str
    value: Value | None = None
    spec: RunSpec | None = None
    net: str = ""


@dataclass(frozen=True)
class Measure:
    #: As the author wrote it.
    source: str
    #: Arithmetic over ``m0``, ``m1`` …, one for each figure; several sides with signs between them are compared.
    sides: tuple[str, ...]
    signs: tuple[str, ...]
    figures: tuple[Figure, ...]
    #: Significant figures shown; 0 for what suits the number.
    digits: int = 0

    @property
    def specs(self) -> tuple[RunSpec, ...]:
        """The runs that it needs."""
        return tuple(one.spec for one in self.figures if one.spec is not None)

    def values(self, known: Known) -> tuple[Value, ...] | None:
        """The value of each side; None where a run is missing. Raises ExpressionError where there is no number."""
        found: dict[str, Value] = {}
        for number, one in enumerate(self.figures):
            value = one.value
            if one.spec is not None:
                result = known(one.spec.id)
                if result is None:
                    return None
                try:
                    value = reading(one.spec.experiment, one.name, result, one.net)
                except LabError as error:
                    raise ExpressionError(f"{error.message}; {error.mend}") from None
            if value is None:
                raise ExpressionError(f"the lab finds no number for '{one.name}' here")
            found[f"m{number}"] = value
        return tuple(expressions.evaluate(side, found) for side in self.sides)

    def said(self, values: tuple[Value, ...]) -> str:
        """The value in words: ``25 557 032``, ``0.31 > 0.042``."""
        parts = [written(value, self.digits) for value in values]
        return " ".join(f"{part} {sign}".strip() for part, sign in zip(parts, (*self.signs, ""), strict=True))

    def holds(self, values: tuple[Value, ...]) -> bool:
        """Whether what is compared is as written."""
        pairs = zip(self.signs, values, values[1:], strict=False)
        return all({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign] for sign, a, b in pairs)

    def html(self, known: Known, lesson: str = "") -> str:
        """The number, leading to where it was computed. ``lesson`` begins addresses within the lesson."""
        try:
            values = self.values(known)
        except ExpressionError:
            values = None
        ran = next((spec.id for spec in self.specs if known(spec.id) is not None), "")
        href = f"/runs/{ran}" if ran else self.figures[0].href
        href = f"{lesson}{href}" if href.startswith("#") else href
        title = escape(f"Computed by the lab: {self.source}")
        if values is None:
            return f'<a class="measure measure--open" href="{escape(href)}" title="{title}">not measured yet</a>'
        return f'<a class="measure" href="{escape(href)}" title="{title}">{escape(self.said(values))}</a>'


@dataclass(frozen=True)
class Inline:
    """A measure in a line of text; ``here`` begins addresses within its lesson where they may be shown elsewhere."""

    measure: Measure
    here: str = ""


def filled(made: T, asked: Sequence[Inline | None], known: Known) -> T:
    """Blocks with the lab's numbers in the place of marks."""

    def number(match: re.Match[str]) -> str:
        one = asked[int(match.group(1))]
        return one.measure.html(known, one.here) if one is not None else ""

    return rewritten(made, lambda text: _MARKED.sub(number, text) if MARK in text else text)


def written(value: Value, digits: int = 0) -> str:
    """A number for people: whole ones in groups, others to so many significant figures."""
    if isinstance(value, float) and value and (digits or not value.is_integer()):
        value = float(f"{value:.{(digits or FIGURES) - 1}e}")
    elif digits and value:
        value = round(value, digits - len(str(abs(value))))
    return shown(value)


def read(text: str, labs: Mapping[str, Lab], compared: bool = False) -> Measure:
    """A measure as it is written. ``compared``: it may compare. Raises MeasureError."""
    match = _FIGURES.search(text)
    body, digits = (text[: match.start()], int(match[1])) if match else (text, 0)
    if match and not 1 <= digits <= 15:
        raise MeasureError("M101", "figures go from 1 to 15", match.start(1))
    figures: list[Figure] = []
    offsets: list[tuple[int, int]] = []

    def one(call: re.Match[str]) -> str:
        name, target, rest = call.groups()
        if name not in NAMES:
            if name in expressions.FUNCTIONS:
                return call.group()
            raise MeasureError("M101", f"nothing measures '{name[:40]}'{nearest(name, NAMES)}", call.start(1))
        try:
            figures.append(_figure(name, target, rest or "", labs))
        except LabError as error:
            words = f"{error.message}; {error.mend}" if error.mend else error.message
            raise MeasureError("M102", words, call.start(2)) from None
        offsets.append((call.start(), call.end()))
        return f"m{len(figures) - 1}"

    plain = _CALL.sub(one, body)
    if not figures:
        raise MeasureError("M101", "this measures nothing; write one such as params(resnet50)")
    sides = [side.strip() for side in _COMPARED.split(plain)]
    signs = _COMPARED.findall(plain)
    if signs and not compared:
        raise MeasureError("M101", "a number is not compared here; a claim may say what is larger")
    for side in sides:
        try:
            used = expressions.names(side)
        except ExpressionError as error:
            raise MeasureError("M101", str(error)) from None
        if wrong := [name for name in used if not re.fullmatch(r"m\d+", name)]:
            words = f"'{wrong[0][:40]}' is no number; write one such as params({wrong[0][:40]})"
            raise MeasureError("M101", words, max(body.find(wrong[0]), 0))
    made = Measure(text.strip(), tuple(sides), tuple(signs), tuple(figures), digits)
    if not made.specs:
        try:
            made.values(unknown)
        except ExpressionError as error:
            raise MeasureError("M103", str(error)) from None
    return made


def _figure(name: str, target: str, rest: str, labs: Mapping[str, Lab]) -> Figure:
    """One call's figure. Raises LabError."""
    if target in labs:
        return _of_lab(name, labs[target], rest)
    if name in OF_LABS:
        raise LabError(f"there is no lab '{target}' in this lesson{nearest(target, labs)}")
    if target not in zoo.names() and labs:
        near = nearest(target, (*labs, *zoo.names()))
        try:
            zoo.source(target)
        except LabError:
            raise LabError(f"there is no network and no lab '{target[:60]}'{near}") from None
    shape = catalogue.input_shape(rest) if rest else zoo.default_input(target)
    network = zoo.network(target, shape)
    at = f"&input={'x'.join(map(str, shape))}" if rest else ""
    if name in COMPUTED:
        spec = catalogue.spec("measures", network=target, input=shape, options={"measure": [name]})
        return Figure(name, f"/lab/measures?network={target}{at}&measure={name}", spec=spec)
    return Figure(name, f"/lab/{_PAGES.get(name, 'measures')}?network={target}{at}", _counted(name, network))


def _of_lab(name: str, lab: Lab, rest: str) -> Figure:
    href = f"#lab-{lab.id}"
    kinds = [kind for kind in lab.show if name in OF_NETS.get(kind, ())]
    if name in OF_LABS:
        if not kinds:
            measured = [one for kind in lab.show for one in OF_NETS.get(kind, ())]
            raise LabError(f"the lab '{lab.id}' does not measure '{name}'{nearest(name, measured)}")
        options = lab.options.get(kinds[0], {})
        return Figure(name, href, spec=catalogue.spec(kinds[0], options=options), net=rest)
    if not lab.code or not any(catalogue.EXPERIMENTS[kind].takes_network for kind in lab.show):
        raise LabError(f"the lab '{lab.id}' has no network of its own to measure")
    shape = catalogue.input_shape(rest) if rest else lab.input
    if name in COMPUTED:
        return Figure(
            name, href, spec=catalogue.spec("measures", code=lab.code, input=shape, options={"measure": [name]})
        )
    return Figure(name, href, _counted(name, language.read(lab.code, shape)))


def _counted(name: str, network: Network) -> Value | None:
    value = measuring.counted(network, (name,))[name]
    if isinstance(value, list):
        # A field that is not square is as large as its longer side.
        return max(cast(list[int], value))
    return cast(Value | None, value)
