"""The parts of a page, told apart by marks that stand around them while it is made.

A piece is an element of the page that knows its lines in the source, and is replaced only where its HTML changed: a lab
that was run goes on showing what came of it while another paragraph is written.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from html import escape
from typing import Any

#: Stand around parts; authors cannot type them.
_BEGIN, _END = "\uf8f0", "\uf8f1"
_MARKS = re.compile(f"{_BEGIN}([^{_BEGIN}]*){_BEGIN}|{_END}")
_TAG = re.compile(r"\s*<[a-z][a-z0-9-]*")
#: Parts beside the lesson's own text, which stay where they are.
_BESIDE = ("toc", "toc-fold")
#: Within which a part that stays where it is stands.
STAYS = "@"


@dataclass(frozen=True)
class Piece:
    """``within`` is the piece that it stands in directly, nothing for the page; ``lines`` are of the source, from 1."""

    id: str
    within: str
    lines: tuple[int, ...]
    #: Names what it holds.
    hash: str
    #: Its element alone, without its name, and with it.
    bare: str
    html: str

    def as_json(self, have: Collection[str] = ()) -> dict[str, Any]:
        """Without the HTML that a browser has already."""
        return {
            "id": self.id,
            "within": self.within,
            "line": self.lines[0],
            "lines": list(self.lines),
            "hash": self.hash,
            "html": None if self.hash in have else self.html,
        }


def begin(id: str, lines: tuple[int, ...]) -> str:
    """What stands before a part."""
    return f"{_BEGIN}{id} {' '.join(map(str, lines))}{_BEGIN}"


#: What stands behind one.
END = _END


@dataclass
class _Open:
    """A part whose end is not reached: ``own`` is its HTML without the parts within, ``all`` with them."""

    id: str
    lines: tuple[int, ...] = ()
    #: Its place among the pieces.
    at: int = 0
    own: list[str] = field(default_factory=list)
    all: list[str] = field(default_factory=list)


def told_apart(html: str) -> tuple[list[Piece], str]:
    """The pieces, and the whole with each piece's element named in it."""
    found: list[Piece | None] = []
    page = _Open("")
    parts = [page]
    for text, mark in _split(html):
        parts[-1].own.append(text)
        parts[-1].all.append(text)
        if mark:
            id, _space, lines = mark.partition(" ")
            parts.append(_Open(id, tuple(map(int, lines.split())), len(found)))
            found.append(None)
        elif mark is not None:
            part = parts.pop()
            piece = _piece(part, STAYS if part.id in _BESIDE else parts[-1].id)
            found[part.at] = piece
            parts[-1].all.append(_named(piece, "".join(part.all)))
    return [one for one in found if one is not None], "".join(page.all)


def _split(html: str) -> Iterator[tuple[str, str | None]]:
    """Text and the mark behind it: what a part is called, nothing where one ends, None at the end of all."""
    at = 0
    for match in _MARKS.finditer(html):
        yield html[at : match.start()], match[1] or ""
        at = match.end()
    yield html[at:], None


def _piece(part: _Open, within: str) -> Piece:
    html = "".join(part.own).strip()
    name = blake2b(html.encode(), digest_size=8).hexdigest()
    piece = Piece(part.id, within, part.lines, name, html, html)
    return replace(piece, html=_named(piece, html))


def _named(piece: Piece, html: str) -> str:
    """The HTML with its element named."""
    tag = _TAG.match(html)
    end = tag.end() if tag else 0
    lines = " ".join(map(str, piece.lines))
    name = f' data-piece="{escape(piece.id)}" data-hash="{piece.hash}" data-lines="{lines}"'
    return f"{html[:end]}{name}{html[end:]}" if tag else html
