"""Mends of directives: names, ids, options, where they stand; of labs and of walkthroughs."""

import re

from app.content.diagnostics import Edit, Mend
from app.content.directives import KNOWN
from app.content.fields import SLUG
from app.content.mending.names import Name
from app.content.mending.place import Frame, Maker, Place, change, slug


def name(place: Place) -> Mend | None:
    if match := re.match(r"(?::{3,}|`{3,}|~{3,})\s*([a-z]+)\b(?!\})", place.rest):
        if match[1] in KNOWN:
            at = place.column + match.start(1)
            return change(f"Write {{{match[1]}}}", place.replace(match[1], f"{{{match[1]}}}", column=at))
        return None
    return Name(r"([^{}\s]+)\}")(place)


def id(place: Place) -> Mend | None:
    """An id made of what the directive says."""
    frame = place.frame()
    if frame is None:
        return None
    if frame.name == "correction":
        told = next((line.strip() for _, line in place.inside(frame) if line.strip()), "")
        return _behind(place, frame, told[:60] or "What is corrected", safe=False)
    return _behind(place, frame, place.new_id(*_told(place, frame)))


def _told(place: Place, frame: Frame) -> list[str]:
    source = place.option(frame, "source").partition(",")[0]
    prose = [line for _, line in place.inside(frame) if line.strip() and not re.match(r"\s*(require|vars):", line)]
    named = [f"{source} {place.option(frame, 'measure')}"] if source else []
    return [*named, place.option(frame, "title"), *prose[:1], place.option(frame, "show")]


def _behind(place: Place, frame: Frame, words: str, safe: bool = True) -> Mend:
    line = place.of(frame.first).rstrip()
    edit = Edit(frame.first, len(line) + 1, frame.first, len(place.of(frame.first)) + 1, f" {words}")
    return change(f"Name it '{words}'", edit, safe=safe)


def address(place: Place) -> Mend | None:
    """What was meant as an id, as one."""
    given = place.rest.rstrip()
    made = slug(given)[:80].strip("-")
    new = place.new_id(re.sub(r"[^a-z0-9]+", "-", given.casefold()).strip("-") if not made else given)
    return change(f"Name it '{new}'", place.replace(given, new)) if re.fullmatch(SLUG, new) else None


def again(place: Place) -> Mend | None:
    frame, given = place.frame(), place.rest.rstrip()
    if frame is None or not given:
        return None
    new = place.new_id(*_told(place, frame))
    return change(f"Name it '{new}'", place.replace(given, new), safe=False)


def margin(place: Place) -> Mend | None:
    """A directive in a list, moved to the margin."""
    frame, indent = place.frame(), place.column - 1
    if frame is None or place.text[:indent].strip() or frame.first != place.line or not indent:
        return None
    edits = [
        Edit(n, 1, n, 1 + min(indent, len(line) - len(line.lstrip(" "))), "")
        for n in range(frame.first, frame.last + 1)
        if (line := place.of(n)).startswith(" ")
    ]
    return change("Move it to the margin", *edits, safe=False)


def unknown(place: Place) -> Mend | None:
    """The option that is meant, where it is not given yet; or without it."""
    match, frame = re.match(r":([^:]*):", place.rest), place.frame()
    if not match or not frame:
        return None
    if place.meant and not place.option(frame, place.meant):
        return change(f"Write ':{place.meant}:'", place.replace(match[0], f":{place.meant}:"))
    return change("Take this option out", place.without(place.line, place.line), safe=False)


def twice(place: Place) -> Mend | None:
    frame = place.frame()
    first = (
        next(
            (n for n in range(frame.first, place.line) if place.of(n).split(":")[1:2] == place.text.split(":")[1:2]), 0
        )
        if frame
        else 0
    )
    same = bool(first) and place.of(first).strip() == place.text.strip()
    return change("Take the second out", place.without(place.line, place.line), safe=same) if first else None


def astray(place: Place) -> Mend | None:
    """An option that stands in the text, moved up."""
    frame = place.frame()
    match = re.match(r"\s*:([\w-]+):", place.text)
    if frame is None or match is None:
        return None
    end = place.line + (not place.of(place.line - 1).strip() and not place.of(place.line + 1).strip())
    out = place.without(place.line, end)
    if place.option(frame, match[1]):
        return change("Take this option out", out, safe=False)
    return change("Move it up", place.below(frame.head, place.text.strip()), out)


def value(place: Place) -> Mend | None:
    """An input without its channels; a word that is near; what stands beside a name that takes nothing."""
    given = place.rest.rstrip()
    if "channels×height×width" in place.message and re.fullmatch(r"\d+\s*[x×,]\s*\d+", given):
        new = "3x" + re.sub(r"\s*[x×,]\s*", "x", given)
        return change(f"Write {new}", place.replace(given, new), safe=False)
    if choice := re.match(r"'[\w-]+' is (\w[\w ]*), not '", place.message):
        values = choice[1].split(" or ")
        new = next((v for v in values if v[0] == given[:1].casefold()), values[0])
        return change(f"Write '{new}'", place.replace(given, new), safe=False)
    if "after its name" in place.message and given:
        start = len(place.text[: place.column - 1].rstrip()) + 1
        return change("Take it out", Edit(place.line, start, place.line, len(place.text) + 1, ""), safe=False)
    if "without ---" in place.message:
        ends = next((n for n in range(place.line + 1, len(place.lines) + 1) if place.of(n).strip() == "---"), 0)
        rows = range(place.line + 1, ends)
        if not ends or not all(re.match(r"[\w-]+:", place.of(n)) for n in rows):
            return None
        new = "\n".join(
            f":{key.strip()}: {said.strip()}" for key, _, said in (place.of(n).partition(":") for n in rows)
        )
        return change("Write lines ':name: value'", Edit(place.line, 1, ends, len(place.of(ends)) + 1, new))
    return None


def experiment_option(place: Place) -> Mend | None:
    match = re.search(r"cannot be (\S+?); did you mean ('?)(.+?)\2\?$", place.message)
    if not match:
        return None
    wrong = re.search(rf"(?<![\w.-]){re.escape(match[1].strip(chr(39)))}(?![\w.-])", place.rest)
    if not wrong:
        return None
    return change(
        f"Write {match[3]}", place.replace(wrong[0], match[3], column=place.column + wrong.start()), safe=False
    )


def show(place: Place) -> Mend | None:
    frame = place.frame()
    return change("Show parameters", place.add_option(frame, "show", "parameters"), safe=False) if frame else None


def predict(place: Place) -> Mend | None:
    frame = place.frame()
    if frame is None or "add ':predict:" not in place.message:
        return None
    return change("Write what is asked", place.add_option(frame, "predict", "What do you expect?"), safe=False)


def code(place: Place) -> Mend | None:
    frame = place.frame()
    if frame is None:
        return None
    return change("Begin the code", place.below(frame.head, "\nnet = nn.Conv2d(3, 8, 3)"), safe=False)


def claim(place: Place) -> Mend | None:
    frame, match = place.frame(), re.search(r"add a line ':(\w+): (.*)'$", place.message)
    if frame is None or match is None:
        return None
    return change(f"Add ':{match[1]}:'", place.below(frame.head, f":{match[1]}: {match[2]}"), safe=False)


def step(place: Place) -> Mend | None:
    """A step's first line of code, where it names none."""
    if not place.rest.startswith("#"):
        return None
    return change("Begin with line 1", place.below(place.line, ":lines: 1"), safe=False)


MENDS: dict[str, Maker] = {
    "D101": name,
    "D103": unknown,
    "D104": twice,
    "D105": id,
    "D106": address,
    "D107": again,
    "D108": margin,
    "D109": value,
    "D111": astray,
    "M104": claim,
    "B103": experiment_option,
    "B104": show,
    "B106": predict,
    "B107": code,
    "W102": step,
}
