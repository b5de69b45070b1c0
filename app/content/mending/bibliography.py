"""Mends of references.bib and of citations."""

import re

from app.content.diagnostics import Mend
from app.content.mending.place import Maker, Place, change

_NUMBERS = {
    "doi": r"10\.\d{4,9}/[^\s{}\"<>]+",
    "eprint": r"\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}",
    "url": r"[^\s{}\"<>]+\.[^\s{}\"<>]+",
}


def _entry(place: Place, start: int) -> tuple[int, int]:
    """The first and last line of the entry that begins in a line, with the empty one below it."""
    last = start
    while last < len(place.lines) and not place.of(last + 1).startswith("@"):
        last += 1
    return start, last


def kind(place: Place) -> Mend | None:
    match = re.match(r"@(\w+)", place.text)
    if place.meant is None or match is None:
        return _comma(place)
    return change(f"Write '@{place.meant}'", place.replace(match[1], place.meant, column=match.start(1) + 1))


def _comma(place: Place) -> Mend | None:
    """The comma that an entry's line is to end with."""
    above = place.of(place.line - 1).rstrip()
    if "',' or '}'" not in place.message or not above or above.endswith((",", "{")):
        return None
    return change("Add the comma", place.replace("", ",", place.line - 1, len(above) + 1))


def twice(place: Place) -> Mend | None:
    """Takes out an entry that is the same as the first, or else has its key."""
    earlier = re.search(r"the entry in line (\d+)", place.message)
    if not earlier:
        return None
    first, second = _entry(place, int(earlier[1])), _entry(place, place.line)
    same = _said(place, first) == _said(place, second)
    return change("Take the second out", place.without(*second), safe=same)


def _said(place: Place, lines: tuple[int, int]) -> list[str]:
    return " ".join(place.lines[lines[0] - 1 : lines[1]]).split()


def uncited(place: Place) -> Mend:
    return change("Take it out", place.without(*_entry(place, place.line)), safe=False)


def citation(place: Place) -> Mend | None:
    """Semicolons between keys."""
    match = re.match(r"[^\s,;`]+(\s*,\s*)", place.rest)
    if not match or "between semicolons" not in place.message:
        return None
    return change("Put a semicolon between them", place.replace(match[1], "; ", column=place.column + match.start(1)))


def address(place: Place) -> Mend | None:
    name = re.search(r"is no (doi|eprint|url)", place.message)
    value = re.match(r"[{\"]?([^{}\"]+)", place.rest)
    found = re.search(_NUMBERS[name[1]], value[1]) if name and value else None
    if not name or not value or not found:
        return None
    new = "https://" + re.sub(r"^\w+:/*", "", found[0]) if name[1] == "url" else found[0].rstrip(".,")
    if new == value[1]:
        return None
    return change(f"Write {new}", place.replace(value[1], new, column=place.column + value.start(1)))


MENDS: dict[str, Maker] = {"R101": kind, "R103": twice, "R105": uncited, "R106": citation, "R107": address}
