"""Mends of YAML: quotes, lists, names of fields, and what is listed in them."""

import re

from ruamel.yaml import YAML

from app.content.diagnostics import Edit, Mend
from app.content.mending.place import Maker, Place, apply, change, slug

_PAIR = re.compile(r"(\s*(?:- )?[\w-]+:\s+)(\S.*?)\s*")


def _reads(place: Place, *edits: Edit) -> bool:
    """Whether the fields are YAML once the edits are made."""
    first, last = place.front()
    try:
        text = apply("\n".join(place.lines), edits)
        changed = Place(place.found, place.name, text.split("\n"), place.around)
        first, last = changed.front()
        return isinstance(YAML(typ="safe", pure=True).load("\n".join(changed.lines[first - 1 : last])), dict)
    except Exception:
        return False


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quote(place: Place) -> Mend | None:
    """Quotes around the value in the problem's line, or in the one above it, where that is YAML."""
    for number in (place.line, place.line - 1):
        match = _PAIR.fullmatch(place.of(number))
        if match:
            edit = place.replace(match[2], quoted(match[2]), number, len(match[1]) + 1)
            if _reads(place, edit):
                return change("Put quotes around it", edit)
    return None


def twice(place: Place) -> Mend | None:
    """Takes out the second of two fields."""
    last = place.line
    indent = len(place.text) - len(place.text.lstrip())
    while last < place.front()[1] and re.match(
        rf" {{{indent + 1}}}|\s*- " if indent == 0 else rf" {{{indent + 1}}}", place.of(last + 1)
    ):
        last += 1
    name = place.rest.partition(":")[0]
    earlier = [n for n in range(place.front()[0], place.line) if place.of(n)[place.column - 1 :].startswith(f"{name}:")]
    same = bool(earlier) and place.of(earlier[-1]) == place.text and last == place.line
    edit = place.without(place.line, last)
    return change(f"Take out the second '{name}'", edit, safe=same) if earlier and _reads(place, edit) else None


def rename(place: Place) -> Mend | None:
    match = re.match(r"[\w-]+", place.rest)
    if place.meant is None or match is None:
        return None
    edit = place.replace(match[0], place.meant)
    return change(f"Write '{place.meant}'", edit) if _reads(place, edit) else None


def missing(place: Place) -> Mend | None:
    """The field, with a value made of what stands beside it."""
    name = place.message.split("'")[1]
    if place.rest.startswith("{"):
        end = place.rest.find("}")
        beside = re.search(r"\b(?:id|name|title):\s*[\"']?([^,}\"']+)", place.rest)
        told = beside[1].strip() if beside else ""
        value = slug(told) if name == "id" else quoted(told.replace("-", " ").capitalize())
        at = place.column + end
        start = place.column + len(place.rest[:end].rstrip())
        edit = Edit(place.line, start, place.line, at, f", {name}: {value}" if end > 1 else f"{name}: {value}")
        return change(f"Add '{name}'", edit, safe=False) if told and _reads(place, edit) else None
    if place.column > 1:
        return None
    told = place.name.partition(".")[0].replace("-", " ").capitalize()
    edit = place.below(place.front()[0] - 1, f"{name}: {quoted(told)}")
    return change(f"Add '{name}'", edit, safe=False) if _reads(place, edit) else None


def reshape(place: Place) -> Mend | None:
    """The value as a list, as text, as a number or as a name, whichever is asked for."""
    flow = place.text[: place.column - 1].count("{") > place.text[: place.column - 1].count("}")
    flow |= place.text[: place.column - 1].count("[") > place.text[: place.column - 1].count("]")
    match = re.match(r"[^,\]}]+" if flow else r".+", place.rest)
    value = match[0].rstrip() if match else ""
    if not value or value[0] in "[{|>&*!-":
        return None
    bare = value.strip("\"'")
    number = re.search(r"\d+", bare)
    for asked, new, safe in (
        ("should be a list", f"[{value}]", True),
        ("put quotes around it", quoted(value), True),
        ("a whole number", number[0] if number else "", True),
        ("lower-case letters", slug(bare), False),
    ):
        if asked in place.message and new and new != value:
            edit = place.replace(value, new)
            return change(f"Write {new}", edit, safe=safe) if _reads(place, edit) else None
    return None


def unlist(place: Place, item: str, safe: bool) -> Mend | None:
    """Takes an item out of its list."""
    rest, before = place.rest, place.text[: place.column - 1]
    if not rest.startswith(item):
        return None
    start, end = place.column, place.column + len(item)
    if re.fullmatch(r"\s*-\s+", before):
        edit = place.without(place.line, place.line)
    elif after := re.match(r"\s*,\s*", rest[len(item) :]):
        edit = Edit(place.line, start, place.line, end + len(after[0]), "")
    elif comma := re.search(r"\s*,\s*$", before):
        edit = Edit(place.line, start - len(comma[0]), place.line, end, "")
    elif before.rstrip().endswith("["):
        edit = Edit(place.line, start, place.line, end, "")
    else:
        return None
    return change(f"Take '{item}' out", edit, safe=safe) if _reads(place, edit) else None


def listed(place: Place, field: str, item: str, label: str, safe: bool, file: str = "") -> Mend | None:
    """Adds an item to a list of the fields, which begins with it where it is not there."""
    first, last = place.front()
    for number in range(first, last + 1):
        match = re.match(rf"{field}:\s*", place.of(number))
        if not match:
            continue
        rest = place.of(number)[match.end() :]
        if flow := re.match(r"\[(.*)\]", rest):
            gap = ", " if flow[1].strip() else ""
            at = match.end() + 1 + len(flow[1].rstrip()) + 1
            edit = Edit(number, at, number, at, f"{gap}{item}")
        elif not rest.strip() and (block := re.match(r"(\s*-\s+)", place.of(number + 1))):
            end = number + 1
            while end < last and re.match(r"\s+\S|\s*-\s", place.of(end + 1)):
                end += 1
            edit = place.below(end, f"{block[1]}{item}")
        else:
            return None
        break
    else:
        if last < first:
            return None
        edit = place.below(last, f"{field}: [{item}]")
    return change(label, edit, safe=safe, file=file) if _reads(place, edit) else None


def _word(place: Place) -> str:
    match = re.match(r"[\w.-]+", place.rest)
    return match[0] if match else ""


def cycle(place: Place) -> Mend | None:
    return unlist(place, _word(place), safe=False)


def repeated(place: Place) -> Mend | None:
    if "among the lessons" in place.message:
        return unlist(place, _word(place), safe=True)
    match = re.search(r"\bid:\s*[\"']?([a-z0-9-]+)", place.rest)
    if not match:
        return None
    taken = "\n".join(place.lines)
    new = next(name for n in range(2, 999) if (name := f"{match[1]}-{n}") not in taken)
    return change(f"Name it '{new}'", place.replace(match[1], new, column=place.column + match.start(1)), safe=False)


def named(place: Place) -> Mend | None:
    """A skill or author that is meant, or without it."""
    word = _word(place)
    if place.meant is None:
        return unlist(place, word, safe=False)
    return change(f"Write '{place.meant}'", place.replace(word, place.meant)) if word else None


def lesson(place: Place) -> Mend | None:
    """The lesson that is meant; the lesson's file; or without it."""
    word = _word(place)
    if place.message.startswith("there is no file"):
        if near := place.meant:
            return change(f"Write '{near}'", place.replace(word, near))
        title = word.replace("-", " ").capitalize()
        text = f"---\ntitle: {title}\nsummary: {title}\n---\n\nText.\n"
        return change(f"Make the file {word}.md", Edit(1, 1, 1, 1, text), safe=False, file=f"{word}.md")
    if place.meant:
        return change(f"Write '{place.meant}'", place.replace(word, place.meant))
    return change("Take this line out", place.without(place.line, place.line), safe=False)


def unlisted(place: Place) -> Mend | None:
    """The lesson's name in course.yaml."""
    text = place.around.text("course.yaml")
    if text is None:
        return None
    name = place.name.removesuffix(".md")
    there = Place(place.found, "course.yaml", text.split("\n"), place.around)
    return listed(there, "lessons", name, f"Add '{name}' to the lessons in course.yaml", safe=False, file="course.yaml")


def following(place: Place) -> Mend | None:
    if re.match(r"next:", place.text):
        return change("Take this 'next' out", place.without(place.line, place.line), safe=False)
    return None


MENDS: dict[str, Maker] = {
    "F106": unlisted,
    "Y101": quote,
    "Y102": twice,
    "Y103": quote,
    "Y104": rename,
    "Y105": missing,
    "Y106": reshape,
    "C101": named,
    "C102": cycle,
    "C103": repeated,
    "C105": lesson,
    "C106": following,
    "C108": named,
}
