"""Mends of questions: kinds, options, keys, feedback, skills."""

import re
from dataclasses import replace

from app.content.diagnostics import Edit, Mend
from app.content.mending.fields import listed
from app.content.mending.names import Name
from app.content.mending.place import Frame, Maker, Place, change

_OPTION = re.compile(r"[-*+] \[([ xX])\](?:\s+(.*))?")
_KIND = re.compile(r":kind:\s*(\S*)")
_MARK = re.compile(
    r"[-*+] \[[ xX]\]|[?!=~](\s|$)|\d{1,3}[.)]\s|x[.)]?\s|require:|vars:|(`{3,}|~{3,})\s*python (starter|solution)"
)


def kind(place: Place) -> Mend | None:
    """The kind that takes the lines that are there."""
    frame = place.frame()
    if frame is None:
        return None
    body = [line for _, line in place.inside(frame)]
    right = sum(bool(re.match(r"[-*+] \[[xX]\]", line)) for line in body)
    keys = [line[1:].strip() for line in body if re.match(r"=\s", line)]
    arithmetic = all(re.fullmatch(r"[\d\s.,+*/%()_±<>a-zA-Z-]*\d[\d\s.,+*/%()_±a-zA-Z-]*", key) for key in keys)
    if any(re.match(r"[-*+] \[", line) for line in body):
        found = "multiple" if right > 1 else "choice"
    elif keys:
        found = "number" if len(keys) == 1 and arithmetic else "text"
    elif any(line.startswith("require:") for line in body):
        found = "architecture"
    elif any(re.match(r"\d{1,3}[.)]\s", line) for line in body):
        found = "order"
    elif any(re.match(r"\|[\s:|-]+\|\s*$", line) for line in body):
        found = "match"
    else:
        return None
    return change(f"Make it '{found}'", place.add_option(frame, "kind", found))


def multiple(place: Place) -> Mend | None:
    frame = place.frame()
    for number in range(frame.first + 1, frame.head + 1) if frame else ():
        if match := _KIND.match(place.of(number)):
            return change(
                "Make it 'multiple'", place.replace(match[1], "multiple", number, match.start(1) + 1), safe=False
            )
    return None


def _part(place: Place, frame: Frame, first: int = 0) -> int:
    """The last line of the option, item or wrong value that begins in the problem's line, or in another."""
    last = first or place.line
    while last + 1 < frame.last and re.match(r" {2,}\S", place.of(last + 1)):
        last += 1
    return last


def equal(place: Place) -> Mend | None:
    """Takes out an option that is written a second time."""
    frame = place.frame()
    if frame is None or " when " in place.message:
        return None
    options = [n for n, line in place.inside(frame) if _OPTION.match(line) or re.match(r"(\d{1,3}|x)[.)]", line)]
    if len(options) < 3 or place.line not in options:
        return None
    mine = _OPTION.match(place.text)
    right = [n for n in options if (match := _OPTION.match(place.of(n))) and match[1] != " "]
    if mine and mine[1] != " " and right == [place.line]:
        return None
    return change("Take this option out", place.without(place.line, _part(place, frame)), safe=False)


def feedback(place: Place) -> Mend | None:
    if place.text.startswith("~"):
        end = len(place.text.rstrip()) + 1
        edit = Edit(place.line, end, place.line, len(place.text) + 1, " > What was computed.")
        return change("Write what is said of it", edit, safe=False)
    frame = place.frame()
    if frame is None:
        return None
    return change("Write what is said of it", place.below(_part(place, frame), "  > Why."), safe=False)


def few(place: Place) -> Mend | None:
    """Room for a second option, or without an empty one."""
    frame = place.frame()
    if frame is None:
        return None
    if "is empty" in place.message:
        return change("Take this option out", place.without(place.line, _part(place, frame)), safe=False)
    options = [n for n, line in place.inside(frame) if _OPTION.match(line)]
    if len(options) != 1:
        return None
    last = _part(place, frame, options[0])
    return change("Write another option", place.below(last, "- [ ] Another option\n  > Why."), safe=False)


def skill(place: Place) -> Mend | None:
    """The first skill that the lesson teaches."""
    frame = place.frame()
    first, last = place.front()
    taught = "\n".join(place.lines[first - 1 : last])
    match = re.search(r"(?m)^skills:\s*(?:\[\s*|\n\s*-\s+)([a-z0-9-]+)", taught)
    if frame is None or match is None or place.option(frame, "skill"):
        return None
    return change(f"Add ':skill: {match[1]}'", place.below(frame.head, f":skill: {match[1]}"), safe=False)


def teaches(place: Place) -> Mend | None:
    """The skill among those that the lesson teaches; questions that showed the only one say so from now on."""
    wanted = re.search(r"neither teaches nor requires '([a-z0-9-]+)'", place.message)
    mend = listed(place, "skills", wanted[1], f"Teach '{wanted[1]}' here", safe=True) if wanted else None
    first, last = place.front()
    taught = re.search(r"(?m)^skills:\s*\[\s*([a-z0-9-]+)\s*\]", "\n".join(place.lines[first - 1 : last]))
    if mend is None or taught is None:
        return replace(mend, safe=False) if mend else None
    silent = [
        there.below(frame.first, f":skill: {taught[1]}")
        for number, line in enumerate(place.lines, 1)
        if re.match(r"(:{3,}|`{3,}|~{3,})\{question\}", line)
        and (there := Place(replace(place.found, line=number), place.name, place.lines, place.around))
        and (frame := there.frame())
        and not there.option(frame, "skill")
    ]
    return replace(mend, edits=(*mend.edits, *silent))


def moved(place: Place) -> Mend | None:
    """Text that belongs to nothing, put below the prompt; an item's number as the others'."""
    frame = place.frame()
    if frame is None:
        return None
    if "is numbered" in place.message and (match := re.match(r"\d+", place.rest)):
        return change("Number it 1", place.replace(match[0], "1"))
    if "belongs to nothing" not in place.message:
        return None
    last = place.line
    while last + 1 < frame.last and place.of(last + 1).strip() and not _MARK.match(place.of(last + 1)):
        last += 1
    above = next((n for n, line in place.inside(frame) if _MARK.match(line)), place.line)
    words = "\n".join(place.lines[place.line - 1 : last])
    gap = last + (not place.of(last + 1).strip() and last + 1 < frame.last)
    if above >= place.line:
        return None
    return change(
        "Move it to the prompt", place.below(above - 1, f"{words}\n"), place.without(place.line, gap), safe=False
    )


def stray(place: Place) -> Mend | None:
    frame = place.frame()
    if frame is None or place.rest.startswith(("`", "~~~")):
        return None
    return change("Take this line out", place.without(place.line, _part(place, frame)), safe=False)


def explanation(place: Place) -> Mend | None:
    frame = place.frame()
    if frame is None:
        return None
    last = frame.last - 1
    while last > frame.head and not place.of(last).strip():
        last -= 1
    return change("Write an explanation", place.below(last, "\n! Why it is so."), safe=False)


def variables(place: Place) -> Mend | None:
    match = re.match(r"([A-Za-z_]\w*)\s*(?:=|:|in|∈)?\s*[\[({]?\s*([\d.\s,−-]+?)\s*[\])}]?\s*(?=;|$)", place.rest)
    if not match or not re.fullmatch(r"[\d.]+(\s*,\s*[\d.]+)*", match[2]) or match[0].strip().count("["):
        return None
    new = f"{match[1]} in [{', '.join(part.strip() for part in match[2].split(','))}]"
    return change(f"Write '{new}'", place.replace(match[0], new))


def variable(place: Place) -> Mend | None:
    if match := re.match(r"\{\s*([^{}]+?)\s*\}", place.rest):
        if place.meant:
            return change(f"Write {{{place.meant}}}", place.replace(match[0], f"{{{place.meant}}}"))
        return change(f"Show {match[0]} as text", place.replace("{", "\\{"), safe=False)
    return Name(r"(\w+)")(place)


def tolerance(place: Place) -> Mend | None:
    match = re.search(r"(±|\+/-)\s*(.*)$", place.text)
    number = re.search(r"\d+(?:\.\d+)?\s*%?", match[2]) if match else None
    if match and number and number[0] != match[2].strip():
        new = f"± {number[0].strip()}"
        return change(f"Write '{new}'", place.replace(match[0], new, column=match.start() + 1), safe=False)
    return None


def right_value(place: Place) -> Mend | None:
    frame = place.frame()
    if frame is None:
        return None
    return change("Take this wrong value out", place.without(place.line, _part(place, frame)), safe=False)


def key(place: Place) -> Mend | None:
    """A number that stands alone is the key; a second key goes."""
    frame = place.frame()
    if frame is None:
        return None
    if place.rest.startswith("="):
        return change("Take this key out", place.without(place.line, place.line), safe=False)
    for number, line in reversed(place.inside(frame)):
        if re.fullmatch(r"[\d.]+(?:\s*[-+*/]+\s*[\d.]+)*", line.strip()):
            return change(f"Make it the key, = {line.strip()}", place.replace(line, f"= {line.strip()}", number, 1))
    return None


def figures(place: Place) -> Mend:
    end = len(place.text.rstrip()) + 1
    return change("To 3 figures", Edit(place.line, end, place.line, len(place.text) + 1, " to 3 figures"), safe=False)


def requirement(place: Place) -> Mend | None:
    if "32" in place.message and "input" in place.message:
        return None
    return Name(r"(?:not\s+)?(?:uses\(|same_as\()?([A-Za-z_]\w*)")(place)


def accepted(place: Place) -> Mend | None:
    """An answer out of its brackets, or with its brackets closed."""
    given = place.rest.rstrip()
    if whole := re.fullmatch(r"\((.+)\)", given):
        return change(f"Write '{whole[1]}'", place.replace(given, whole[1]), safe=False)
    if given.count("(") == given.count(")") + 1:
        return change(f"Write '{given})'", place.replace(given, f"{given})"), safe=False)
    return None


MENDS: dict[str, Maker] = {
    "Q101": kind,
    "Q104": multiple,
    "Q106": equal,
    "Q107": feedback,
    "Q108": few,
    "Q109": skill,
    "Q111": moved,
    "Q112": stray,
    "Q113": explanation,
    "Q114": variables,
    "Q115": variable,
    "Q117": tolerance,
    "Q118": right_value,
    "Q119": key,
    "Q120": figures,
    "Q121": teaches,
    "Q122": requirement,
    "Q127": accepted,
}
