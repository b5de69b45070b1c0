"""The kinds ``text``, ``match`` and ``output`` as they are written, and whether what is written can be asked."""

import re
from itertools import pairwise
from typing import Any

from app.content.diagnostics import Problems
from app.content.directives import Directive
from app.content.keys import when
from app.content.match import Pair
from app.content.output import Output, lines
from app.content.page import Page
from app.content.parts import Part, program
from app.content.proofreading import Reader
from app.content.questions import option_id
from app.content.rendering import block, phrase
from app.content.source import Line, Passage
from app.content.text import MOST_CHARACTERS, MOST_OPTIONAL, WrongText, forms
from app.lab import catalogue, language
from app.lab.messages import LabError

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*")
#: What the language writes of values that it does not compute, where PyTorch would print other things.
_UNFAITHFUL = re.compile(r"tensor of shape|<|…")


def text(answers: list[Part], directive: Directive, page: Page) -> dict[str, Any]:
    """What a ``Text`` has beside the rest of a question."""
    problems = page.problems
    accepted: list[str] = []
    for part in (part for part in answers if part.mark == "="):
        line = part.lines[0]
        if page.marks is not None and "{" in line.text:
            words = "an accepted answer is the same in every variant; ask for a number where it varies"
            problems.error("Q127", line.number, line.column, words)
        elif _usable(line, problems):
            accepted.append(line.text)
        if part.passage[1:]:
            words = "an accepted answer stands on one line; what explains it starts with '! '"
            problems.error("Q111", *part.passage[1:].start, words)
    right = frozenset().union(*map(forms, accepted))
    wrong = []
    for part in (part for part in answers if part.mark == "~"):
        line = part.lines[0]
        form, mark, _ = line.text.partition(">")
        source = Line(form.strip(), line.number, line.column)
        beside = (line.cut(len(form) + 1).strip(),) if mark else ()
        rest = part.lines[1:] if mark else list(Part("option", part.head, part.lines[1:]).feedback)
        feedback = Passage((*beside, *rest))
        if not feedback:
            problems.warning("Q107", *part.place, "this wrong answer says nothing; write '~ layer > what it is'")
        if not _usable(source, problems):
            continue
        if forms(source.text) & right:
            problems.error("Q118", source.number, source.column, "this wrong answer is accepted as right")
        wrong.append(WrongText(source.text, block(feedback, page)))
    if not accepted and not problems.errors:
        words = "no answer is accepted; add a line '= skip connection'"
        problems.error("Q126", directive.line, directive.column, words)
    return {"accepted": tuple(accepted), "wrong": tuple(wrong)}


def _usable(line: Line, problems: Problems) -> bool:
    """Complains of a form that nobody could type, or that accepts too much."""
    words = ""
    if len(line.text) > MOST_CHARACTERS:
        words = f"an accepted answer has at most {MOST_CHARACTERS} characters"
    elif line.text.count("(") > MOST_OPTIONAL or line.text.count("(") != line.text.count(")"):
        words = f"brackets hold what may be left out, '(s)': each is closed, and there are {MOST_OPTIONAL} at most"
    elif not forms(line.text) or not forms(re.sub(r"\([^()]*\)", "", line.text)):
        words = "nothing of this answer has to be typed; write a word outside brackets"
    if words:
        problems.error("Q127", line.number, line.column, words)
    return not words


def match(id: str, prompt: Part, page: Page) -> dict[str, Any]:
    """What a ``Match`` has beside the rest of a question; takes its table out of the prompt."""
    problems = page.problems
    rows = table(prompt)
    if len(rows) < 3:
        words = "a match has a table of two columns below its prompt, with a head and two rows or more"
        problems.error("Q129", *prompt.place, words)
        return {}
    pairs: list[Pair] = []
    targets: dict[str, str] = {}
    seen: dict[str, int] = {}
    for row in rows[2:]:
        written = cells(row)
        if len(written) not in (2, 3) or not written[1].text:
            words = "a row has what is matched, what belongs to it and, if wanted, what is said of a wrong match"
            problems.error("Q129", row.number, row.column, words)
            continue
        left, right = written[0], written[1]
        target = option_id(id, f"\0{right.text}")
        if "<math" in targets.setdefault(target, phrase(Passage((right,)), page)):
            words = "this is offered in a menu, which shows plain text; write it without maths"
            problems.error("Q129", right.number, right.column, words)
        if not left.text:
            continue
        if seen.setdefault(left.text, left.number) != left.number:
            problems.error("Q106", left.number, left.column, f"this row equals the one in line {seen[left.text]}")
        said = block(Passage((written[2],)), page) if len(written) == 3 and written[2].text else ""
        pairs.append(Pair(option_id(id, left.text), phrase(Passage((left,)), page), target, said))
    if not problems.errors and (len(pairs) < 2 or len(targets) < 2):
        words = "a match needs two rows and two answers to choose from, or more"
        problems.error("Q129", *prompt.place, words)
    # In the order of their ids, which says nothing of the rows.
    return {"pairs": tuple(pairs), "targets": tuple(sorted(targets.items()))}


def table(prompt: Part) -> list[Line]:
    """The lines of the last table of the prompt, which are taken out of it."""
    rules = [n for n, line in enumerate(prompt.lines) if n and "|" in line.text and _RULE.fullmatch(line.text)]
    if not rules:
        return []
    start = rules[-1] - 1
    end = start
    while end < len(prompt.lines) and "|" in prompt.lines[end].text:
        end += 1
    taken = prompt.lines[start:end]
    del prompt.lines[start:end]
    return taken


def cells(row: Line) -> list[Line]:
    bounds = [-1, *(found.start() for found in _BAR.finditer(row.text)), len(row.text)]
    cells = [Line(row.text[a + 1 : b], row.number, row.column + a + 1).strip() for a, b in pairwise(bounds)]
    if row.text.lstrip().startswith("|"):
        cells = cells[1:]
    if row.text.rstrip().endswith("|"):
        cells = cells[:-1]
    return [Line(cell.text.replace("\\|", "|"), cell.number, cell.column) for cell in cells]


def output(directive: Directive, prompt: Part, page: Page) -> tuple[str, tuple[int, int]]:
    """The program of an ``Output``, with marks where values go, and the place of its first line."""
    code = program(prompt.lines)
    if not code:
        words = "this asks what a program prints; write it in a block '```python' below the prompt"
        page.problems.error("Q128", directive.line, directive.column, words)
        return "", (directive.line, directive.column)
    passage = Passage(tuple(code))
    return Reader(passage, page).filled(passage.text, in_code=True), (code[0].number, code[0].column)


def printed(
    question: Output, code: str, place: tuple[int, int], directive: Directive, problems: Problems
) -> tuple[str, ...]:
    """What every variant prints, as the lab reads it; with the reasons among the problems where it does not."""
    found = []
    try:
        shape = catalogue.input_shape(directive.value("input") or "3x32x32")
    except LabError as error:
        problems.error("D109", *directive.place("input"), f"{error.message}; {error.mend}")
        return ()
    for values in question.variables.all():
        words, line, column = "", place[0], place[1]
        try:
            said = "\n".join(language.printed(question.variables.fill(code, values), shape))
            if not "".join(lines(said)):
                words = "this prints nothing; end it with a print(…)"
            elif wrong := _UNFAITHFUL.search(said):
                shown = wrong.group()
                words = f"this prints what only PyTorch itself could say ('{shown}'); print numbers, texts or shapes"
        except LabError as error:
            words = f"{error.message}; {error.mend}" if error.mend else error.message
            line, column = place[0] + (error.line or 1) - 1, place[1] + (error.column or 1) - 1
        if words:
            problems.error("Q128", line, column, words + when(values))
            return ()
        found.append(said)
    return tuple(found)
