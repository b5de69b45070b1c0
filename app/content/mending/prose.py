"""Mends of text: characters, headings, blocks, links, pictures, maths."""

import re

from app.content.diagnostics import Edit, Mend
from app.content.maths import MathsError, mathml
from app.content.mending.html import raw
from app.content.mending.names import Name
from app.content.mending.place import Maker, Place, change
from app.content.source import UNSHOWABLE

_LINK = r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^\s()<>]+)>?"


def mark(_: Place) -> Mend:
    """Before the first character: places count without the mark."""
    return change("Take the byte-order mark out", Edit(1, 0, 1, 1, ""))


def character(place: Place) -> Mend | None:
    """Every one of them in the line."""
    entity = re.match(r"&#?\w{1,10};", place.rest)
    if entity:
        return change(f"Take {entity[0]} out", place.replace(entity[0], ""))
    if not UNSHOWABLE.match(place.rest):
        return None
    edits = [
        place.replace(one.group(), "", number, one.start() + 1)
        for number, line in enumerate(place.lines, 1)
        for one in UNSHOWABLE.finditer(line)
    ]
    return change("Take what cannot be shown out", *edits)


def front_matter(place: Place) -> Mend | None:
    if "never closed" in place.message:
        last = place.line
        while re.match(r"[\w-]+:(\s|$)|\s+\S|- ", place.of(last + 1)):
            last += 1
        return change("End it with a line ---", place.below(last, "---")) if last > place.line else None
    heading = next((line.lstrip("# ").strip() for line in place.lines if re.match(r"#{1,3} \S", line)), "")
    title = heading or place.name.removesuffix(".md").replace("-", " ").capitalize()
    title = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = f"---\ntitle: {title}\nsummary: {title}\n---\n\n"
    return change("Begin with title and summary", Edit(1, 1, 1, 1, text), safe=False)


def section(place: Place) -> Mend | None:
    """A level-1 heading as a section's."""
    if match := re.match(r"#(?=[ \t]|$)", place.rest):
        return change("Make it a section, ##", place.replace(match[0], "##"))
    for number in range(place.line + 1, min(place.line + 5, len(place.lines) + 1)):
        if re.fullmatch(r" {0,3}=+\s*", line := place.of(number)):
            return change("Make it a section, ##", place.replace(line, line.replace("=", "-"), number, 1))
    return None


def level(place: Place) -> Mend | None:
    wanted, match = re.search(r"; write (#+)$", place.message), re.match(r"#+", place.rest)
    return change(f"Write {wanted[1]}", place.replace(match[0], wanted[1])) if wanted and match else None


def bold(place: Place) -> Mend | None:
    """A heading where none can stand as a line of bold."""
    match = re.fullmatch(r"#+\s+(\S.*?)\s*#*\s*", place.rest)
    if not match or match[1].startswith("*"):
        return None
    below = place.of(place.line + 1)
    parted = not below.strip() or below.lstrip()[:3] in (":::", "```", "~~~")
    new = f"**{match[1]}**" + ("" if parted else "\n")
    above = "\n" if place.line > 1 and _prose(place.of(place.line - 1)) else ""
    return change("Make it bold", place.replace(place.rest, above + new))


def _prose(line: str) -> bool:
    return bool(line.strip()) and not re.match(r"\s*(:[\w-]+:|[:`~]{3,}|#)", line)


def maths(place: Place) -> Mend | None:
    """Closes braces, where that can be read."""
    for match in re.finditer(r"(?<![\\$])\$(?!\$)((?:\\.|[^$\\])+)\$", place.text):
        if not match.start() < place.column <= match.end():
            continue
        bare = re.sub(r"\\.", "", match[1])
        new = match[1].rstrip() + "}" * (bare.count("{") - bare.count("}"))
        try:
            mathml(new, False)
        except MathsError:
            return None
        return change(f"Write ${new}$", place.replace(match[1], new, column=match.start(1) + 1), safe=False)
    return None


def link(place: Place) -> Mend | None:
    """The place that is meant, or the words alone."""
    match = re.match(_LINK, place.rest)
    if match is None:
        return None
    href, at = match[1], place.column + match.start(1)
    if near := place.meant:
        if "has no place '#" in place.message or place.message.startswith("the glossary has no"):
            new = f"{href.partition('#')[0]}#{near}"
        elif "there is no 'media/" in place.message:
            new = f"media/{near}"
        else:
            new = near + (f"#{href.partition('#')[2]}" if "#" in href else "")
        return change(f"Write {new}", place.replace(href, new, column=at))
    return None if place.rest.startswith("!") else _unlinked(place)


def _unlinked(place: Place) -> Mend | None:
    whole = re.match(r"\[([^\[\]]*)\]\([^()]*\)", place.rest)
    if not whole or not whole[1]:
        return None
    return change("Keep the words alone", place.replace(whole[0], whole[1]), safe=False)


def outside(place: Place) -> Mend | None:
    if match := re.match(r"(?:\[[^\]]*\]\(\s*|<)?(http:)//\S", place.rest, re.I):
        return change("Write https:", place.replace(match[1], "https:", column=place.column + match.start(1)))
    return _unlinked(place)


def description(place: Place) -> Mend | None:
    match = re.match(r"!\[\s*\]", place.rest)
    return change("Write a description", place.replace(match[0], "![What it shows]"), safe=False) if match else None


def footnote(place: Place) -> Mend | None:
    match = re.match(r"\[\^[^\]\s]+\]", place.rest)
    if not match:
        return None
    if "cannot stand in" in place.message:
        return change("Take the footnote out", place.replace(match[0], ""), safe=False)
    gap = "\n" if place.of(len(place.lines)).strip() else ""
    edit = place.below(len(place.lines), f"{gap}{match[0]}: What it says.")
    return change(f"Write the footnote {match[0]}", edit, safe=False)


def paragraph(place: Place) -> Mend | None:
    """Empty lines, where the lines of a paragraph are many."""
    edits, size, number = [], 0, place.line
    while number < len(place.lines) and place.of(number).strip():
        size += len(place.of(number)) + 1
        if size + len(place.of(number + 1)) > 3_900 and place.of(number + 1).strip():
            edits.append(place.below(number, ""))
            size = 0
        number += 1
    return change("Make paragraphs of it", *edits) if edits else None


def unclosed(place: Place) -> Mend | None:
    """The line that ends the block: before what cannot be in it, or at the end of the file."""
    wanted = re.search(r"end it with a line '(.+)'$", place.message)
    if not wanted:
        return None
    last = len(place.lines)
    if wanted[1].startswith(":"):
        starts = (n for n in range(place.line + 1, last + 1) if re.match(r"## |:::\s*\{", place.of(n)))
        last = next(starts, last + 1) - 1
    while last > place.line and not place.of(last).strip():
        last -= 1
    return change(f"End it with {wanted[1]}", place.below(last, wanted[1]), safe=False)


def language(place: Place) -> Mend | None:
    pattern = r"(?:`{3,}|~{3,})\s*([^\s`]+)"
    match = re.match(pattern, place.rest)
    if place.meant or not match:
        return Name(pattern)(place)
    return change("Write 'text'", place.replace(match[1], "text", column=place.column + match.start(1)))


def entry(place: Place) -> Mend | None:
    """Takes out a repeated or empty entry of the glossary."""
    if not place.rest.startswith("## "):
        return None
    last = place.line
    while last < len(place.lines) and not place.of(last + 1).startswith("## "):
        last += 1
    return change("Take this entry out", place.without(place.line, last), safe=False)


def text(place: Place) -> Mend:
    return change("Begin a section", place.below(len(place.lines), "\n## First section\n\nText.\n"), safe=False)


MENDS: dict[str, Maker] = {
    "F102": mark,
    "F104": character,
    "L101": front_matter,
    "L102": section,
    "L103": level,
    "L104": raw,
    "L108": maths,
    "L109": link,
    "L110": outside,
    "L111": link,
    "L112": description,
    "L113": footnote,
    "L114": bold,
    "L115": paragraph,
    "L116": language,
    "L117": unclosed,
    "L118": entry,
    "L119": text,
}
