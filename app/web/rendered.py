"""A file as students see it, to be held against another version of it: still, without ids, forms or scripts.

Two versions of a page cannot stand in one document as they are, since ids are given once; so what is shown here says
the same in the same styles, and does nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from markupsafe import Markup

from app.content.course import Course, Prose
from app.studio import workshop
from app.studio.merging import opcodes, shortened
from app.web import pages

#: Unchanged pieces that are shown around a change.
_AROUND = 1
_VOID = frozenset({"br", "hr", "img", "wbr", "input", "col", "source"})
# Quotes are kept together: an attribute may hold what looks like a tag, or like another attribute.
_INSIDE = r'[^<>"]*(?:"[^"]*"[^<>"]*)*'
_TAG = re.compile(rf"<(/?)([a-zA-Z][\w-]*){_INSIDE}?(/?)>")
_OPENING = re.compile(r'<([a-zA-Z][\w-]*)((?:\s+[^\s=<>"/]+(?:="[^"]*")?)*)(\s*/?)>')
_ATTRIBUTE = re.compile(r'\s+([^\s=<>"/]+)(?:="[^"]*")?')
_DEAD = re.compile(
    r"id|name|for|data-.*|hx-.*|on.*|popovertarget|aria-(?:labelledby|describedby|controls|details)", re.IGNORECASE
)
_TOKEN = re.compile(rf"<(math|svg|pre)\b.*?</\1>|<{_INSIDE}>|[^<\s]+\s*|\s+|<", re.DOTALL)

_NOTHING = Markup()
Kind = Literal["same", "gone", "new", "changed", "skipped"]


@dataclass(frozen=True)
class Beside:
    """A piece before and after; nothing on a side where it is not."""

    kind: Kind
    before: Markup = _NOTHING
    after: Markup = _NOTHING
    skipped: int = 0


def pieces(course: Course | None, file: str) -> tuple[str, ...] | None:
    """A file's pieces as safe HTML; None where students see no page of it, or the course cannot be read."""
    if course is None:
        return None
    if file == workshop.GLOSSARY:
        return tuple(_piece("Term", term, course) for term in course.glossary)
    lesson = course.lesson_by_slug.get(workshop.lesson_of(file))
    if lesson is None:
        return None
    found = [_piece("Head", lesson, course)]
    for section in lesson.sections:
        if section.number:
            found.append(_piece("Section", section, course))
        for block in section.blocks:
            if isinstance(block, Prose):
                found += _elements(_dead(block.html))
            else:
                found.append(_piece(type(block).__name__, block, course))
    return tuple(one for one in found if one.strip())


def _piece(kind: str, of: object, course: Course) -> str:
    return _dead(pages.templates.get_template("studio/_piece.html").render(kind=kind, of=of, course=course)).strip()


def _dead(html: str) -> str:
    return _OPENING.sub(lambda tag: f"<{tag[1]}{_ATTRIBUTE.sub(_kept, tag[2])}{tag[3]}>", html)


def _kept(attribute: re.Match[str]) -> str:
    return "" if _DEAD.fullmatch(attribute[1]) else attribute[0]


def _elements(html: str) -> list[str]:
    """The outermost elements of safe HTML."""
    found: list[str] = []
    depth = start = 0
    for tag in _TAG.finditer(html):
        closing, name, closed = tag.groups()
        if closing:
            depth -= 1
        elif not closed and name.lower() not in _VOID:
            depth += 1
        if depth == 0:
            found.append(html[start : tag.end()].strip())
            start = tag.end()
    return [*found, html[start:].strip()]


def beside(before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> list[Beside]:
    """What changed, with a little around it."""
    old, new = before or (), after or ()
    rows: list[Beside] = []
    for what, i, i_end, j, j_end in shortened(old, new, _AROUND):
        if what == "skipped":
            rows.append(Beside("skipped", skipped=i_end - i))
        elif what == "equal":
            rows += [Beside("same", Markup(one), Markup(one)) for one in old[i:i_end]]  # noqa: S704
        else:
            rows += _changed(old[i:i_end], new[j:j_end])
    return rows


def _changed(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Beside]:
    for one, other in zip_longest(old, new, fillvalue=""):
        left, right = _words(one, other) if one and other else (one, other)
        kind: Kind = "changed" if one and other else "gone" if one else "new"
        yield Beside(kind, Markup(left), Markup(right))  # noqa: S704


def _words(one: str, other: str) -> tuple[str, str]:
    """Both with the words marked that only one of them has."""
    old, new = ([match[0] for match in _TOKEN.finditer(html)] for html in (one, other))
    left: list[str] = []
    right: list[str] = []
    for what, i, i_end, j, j_end in opcodes(old, new):
        left += old[i:i_end] if what == "equal" else _marked(old[i:i_end], "del")
        right += new[j:j_end] if what == "equal" else _marked(new[j:j_end], "ins")
    return "".join(left), "".join(right)


def _marked(tokens: list[str], by: str) -> Iterator[str]:
    for token in tokens:
        whole = token.startswith(("<math", "<svg", "<pre"))
        mark = token.strip() and (whole or not token.startswith("<"))
        word = token.rstrip()
        yield f"<{by}>{word}</{by}>{token[len(word) :]}" if mark else token
