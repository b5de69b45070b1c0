"""The ``lab`` directive: checked against the experiments that the lab knows and the language that it reads."""

import re
from collections.abc import Mapping

from app.content.course import Lab
from app.content.diagnostics import Problems, nearest
from app.content.directives import Directive
from app.content.page import Page
from app.content.rendering import phrase
from app.content.source import Passage
from app.lab import catalogue, race
from app.lab.language import read
from app.lab.messages import LabError

#: What a lab itself takes; its experiments take more.
OWN = ("title", "file", "show", "input", "predict", "choices", "reveals", "draw")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.py")

_DEFAULT_INPUT = (3, 32, 32)

#: Asked where a drawing is wanted and no question stands.
_DRAW = "Where do you expect the training loss of each net to go?"

#: Code to check options with, where the lab's own may be wrong.
_STAND_IN = "net = nn.ReLU()"


def lab(directive: Directive, page: Page, problems: Problems) -> Lab | None:
    """The lab, or None with the reasons among the problems."""
    page = page.within("a lab", problems)
    id = directive.id(problems)
    show = _show(directive, problems)
    kinds = [catalogue.EXPERIMENTS[name] for name in show]
    directive.only((*OWN, *(option.replace("_", "-") for kind in kinds for option in kind.options)), problems)
    file = directive.value("file") or f"{(id or 'lab').replace('-', '_')}.py"
    if not _FILE.fullmatch(file):
        problems.error("D109", *directive.place("file"), f"'{file[:60]}' is no file name; write one such as block.py")
    shape = _input(directive, problems)
    code = _code(directive.body)
    reads = any(kind.takes_network for kind in kinds)
    if reads and not code.strip():
        words = "this lab has no code to measure; write some after the options and an empty line"
        problems.error("B107", directive.line, directive.column, words)
    elif reads and shape:
        _read(code, shape, directive.body, problems)
    options = {kind.name: _options(kind.name, directive, problems) for kind in kinds}
    predict, choices, reveals = _prediction(directive, kinds, page)
    draw = _drawing(directive, kinds, options, problems)
    if problems.errors or shape is None:
        return None
    return Lab(
        id=id,
        title=directive.value("title") or file,
        file=file,
        show=show,
        code=code,
        input=shape,
        options=options,
        predict_html=predict or (_DRAW if draw else ""),
        choices=choices,
        reveals=reveals,
        line=directive.line,
        draw=draw,
    )


def _show(directive: Directive, problems: Problems) -> tuple[str, ...]:
    names = _list(directive.value("show"))
    if not names:
        words = f"this lab measures nothing; add ':show:' with one of {', '.join(catalogue.EXPERIMENTS)}"
        problems.error("B104", *directive.place("show"), words)
    known = []
    for name in dict.fromkeys(names):
        if name in catalogue.EXPERIMENTS:
            known.append(name)
        else:
            option = directive.options["show"]
            line, column = option.place(max(option.text.find(name), 0))
            words = f"unknown experiment '{name[:60]}'{nearest(name, catalogue.EXPERIMENTS)}"
            problems.error("B101", line, column, words)
    return tuple(known)


def _input(directive: Directive, problems: Problems) -> tuple[int, int, int] | None:
    text = directive.value("input")
    if not text:
        return _DEFAULT_INPUT
    try:
        return catalogue.spec("parameters", code=_STAND_IN, input=text).input
    except LabError as error:
        problems.error("D109", *directive.place("input"), _words(error))
        return None


def _code(body: Passage) -> str:
    lines = list(body)
    while lines and not lines[0].text.strip():
        lines.pop(0)
    text = "\n".join(line.text.rstrip() for line in lines).rstrip()
    return f"{text}\n" if text else ""


def _read(code: str, shape: tuple[int, int, int], body: Passage, problems: Problems) -> None:
    """Builds the network, to say at which line of the lesson it does not."""
    start = next(number for number, line in enumerate(body) if line.text.strip())
    try:
        read(code, shape)
    except LabError as error:
        line, column = body.place(start + max((error.line or 1) - 1, 0), max((error.column or 1) - 1, 0))
        problems.error("B102", line, column, _words(error))


def _options(experiment: str, directive: Directive, problems: Problems) -> Mapping[str, object]:
    """The options given for one experiment, checked, with every default filled in."""
    kind = catalogue.EXPERIMENTS[experiment]
    given = {
        name: directive.value(name.replace("_", "-"))
        for name in kind.options
        if name.replace("_", "-") in directive.options
    }
    stand_in = {"code": _STAND_IN} if kind.takes_network else {}
    for name, value in list(given.items()):
        try:
            catalogue.spec(experiment, options={name: value}, **stand_in)  # type: ignore[arg-type]
        except LabError as error:
            problems.error("B103", *directive.place(name.replace("_", "-")), _words(error))
            del given[name]
    return dict(catalogue.spec(experiment, options=given, **stand_in).options)  # type: ignore[arg-type]


def _prediction(directive: Directive, kinds: list[catalogue.Kind], page: Page) -> tuple[str, tuple[str, ...], str]:
    problems = page.problems
    predict, reveals = directive.value("predict"), directive.value("reveals")
    choices = tuple(dict.fromkeys(_list(directive.value("choices"))))
    if (choices or reveals) and not predict and "draw" not in directive.options:
        name = "choices" if choices else "reveals"
        words = f"':{name}:' needs a question to ask; add ':predict: …'"
        problems.error("B106", *directive.place(name), words)
    if len(choices) == 1:
        words = "a prediction needs two choices or more, or none, to have one typed"
        problems.error("B106", *directive.place("choices"), words)
    headlines = [name for kind in kinds for name in kind.headlines]
    if reveals and reveals not in headlines:
        words = f"nothing shown here measures '{reveals[:60]}'{nearest(reveals, headlines)}"
        problems.error("B105", *directive.place("reveals"), words)
    html = phrase(Passage((directive.options["predict"],)), page) if predict else ""
    return html, choices, reveals


def _drawing(
    directive: Directive, kinds: list[catalogue.Kind], options: Mapping[str, Mapping[str, object]], problems: Problems
) -> str:
    """The measurement whose curves are to be drawn before the run; empty where none is."""
    if "draw" not in directive.options:
        return ""
    draw, place = directive.value("draw"), directive.place("draw")
    kind = next((kind for kind in kinds if kind.draws), None)
    if kind is None:
        able = " or ".join(f"'{name}'" for name, kind in catalogue.EXPERIMENTS.items() if kind.draws)
        problems.error("B106", *place, f"nothing shown here can be drawn ahead; show {able}, or leave ':draw:' out")
        return ""
    if draw not in kind.draws:
        problems.error("B105", *place, f"'{draw[:60]}' cannot be drawn ahead; write ':draw: {kind.draws[0]}'")
        return ""
    for name in ("choices", "reveals"):
        if name in directive.options:
            words = f"a prediction is drawn or said, not both; leave ':{name}:' or ':draw:' out"
            problems.error("B106", *directive.place(name), words)
    nets = race.entries(options[kind.name])
    if len(nets) > race.MOST_NETS:
        words = f"{len(nets)} nets are too many for one race, and so to draw; choose at most {race.MOST_NETS}"
        problems.error("B106", *directive.place("depths"), words)
    return draw


def _list(text: str) -> list[str]:
    """Items between commas, or between bars where there are any: ``1,000 | 10,000``."""
    return [item.strip() for item in text.split("|" if "|" in text else ",") if item.strip()]


def _words(error: LabError) -> str:
    return f"{error.message}; {error.mend}" if error.mend else error.message
