"""A figure of a page as a file of its own: the same drawing, with the rules of the style sheet that it needs.

Drawings are coloured by class. Here the light theme's values are put in for the sheet's variables, so that any program
that reads SVG can show the file.
"""

import html
import re
from collections.abc import Mapping
from functools import lru_cache

_DRAWING = re.compile(r'<svg class="fig(?: [\w -]*)?".*?</svg>', re.DOTALL)
_SIDES = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')
_NARROW = re.compile(r'^<svg class="[^"]*\b(?:fig--narrow|ghost)\b')
_ASIDE = re.compile(r"@(?:media|container|supports|font-face|keyframes)[^{]*\{")
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_SAID = re.compile(r' data-says="([^"]*)"')
_CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
_VARIABLE = re.compile(r"(--[\w-]+):([^;}]+)")
_USE = re.compile(r"var\((--[\w-]+)\)")
_LIGHT = re.compile(r"light-dark\(([^,()]+),[^()]*\)")
#: Room between two drawings, and for the line of provenance below the last.
GAP, FOOT, MARGIN = 24.0, 40.0, 16.0
#: A letter of its words, and the room for a line of them above a drawing.
LETTER, HEAD = 7.3, 20.0


def drawing(page: str, sheet: str, title: str, source: str) -> str | None:
    """The wide drawings of a rendered ``page``, one below another, as one SVG document; None where there are none.

    Words that stand beside a drawing on the page (its ``data-says``) stand above it here. ``sheet`` is the site's style
    sheet; ``title`` names the file and ``source`` says where its numbers come from.
    """
    parts = [part for part in _DRAWING.findall(page) if not _NARROW.match(part) and _SIDES.search(part)]
    if not parts:
        return None
    sides = [[float(side) for side in _sides(part)] for part in parts]
    words = [found[1] if (found := _SAID.search(part)) else "" for part in parts]
    longest = max(len(html.unescape(line)) for line in (*words, source)) * LETTER
    width = max(longest, *(side[2] for side in sides)) + 2 * MARGIN
    placed, y = [], MARGIN
    for part, said, (_, _, w, h) in zip(parts, words, sides, strict=True):
        if said:
            placed.append(_line(said, y + 12))
            y += HEAD
        placed.append(part.replace("<svg ", f'<svg x="{MARGIN:g}" y="{y:g}" width="{w:g}" height="{h:g}" ', 1))
        y += h + GAP
    height = y + FOOT
    rules = _rules(sheet, frozenset(name for part in parts for name in _classes(part)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}">\n<title>{html.escape(title)}</title>\n<style>{rules}</style>\n'
        f'<rect width="100%" height="100%" fill="{_values(sheet)["--surface"]}"/>\n'
        + "\n".join(placed)
        + f"\n{_line(html.escape(source), height - MARGIN)}\n</svg>\n"
    )


def _line(words: str, y: float) -> str:
    return f'<text x="{MARGIN:g}" y="{y:g}" font-family="monospace" font-size="12">{words}</text>'


def _sides(part: str) -> tuple[str, ...]:
    found = _SIDES.search(part)
    assert found
    return found.groups()


def _classes(part: str) -> list[str]:
    return [name for value in re.findall(r'class="([^"]*)"', part) for name in value.split()]


@lru_cache(maxsize=4)
def _values(sheet: str) -> dict[str, str]:
    """The variables of the light theme, without variables in them."""
    found = {name: _LIGHT.sub(r"\1", value).strip() for name, value in reversed(_VARIABLE.findall(sheet))}
    for _ in range(3):
        found = {name: _resolved(value, found) for name, value in found.items()}
    return found


def _resolved(text: str, values: Mapping[str, str]) -> str:
    return _USE.sub(lambda use: values.get(use[1], ""), text)


@lru_cache(maxsize=64)
def _rules(sheet: str, classes: frozenset[str]) -> str:
    """The rules that name nothing but these classes, in their order."""
    kept = []
    for selector, body in _RULE.findall(_without_asides(sheet)):
        names = set(_CLASS.findall(selector))
        if names and names <= classes and ":" not in selector.replace(":is(", ""):
            light = _LIGHT.sub(r"\1", _resolved(body, _values(sheet)))
            kept.append(f"{selector.strip()}{{{light.strip()}}}")
    return "".join(kept)


def _without_asides(sheet: str) -> str:
    """The sheet without what holds only for some windows."""
    out, at = [], 0
    while match := _ASIDE.search(sheet, at):
        out.append(sheet[at : match.start()])
        depth, at = 1, match.end()
        while depth and at < len(sheet):
            depth += {"{": 1, "}": -1}.get(sheet[at], 0)
            at += 1
    return "".join([*out, sheet[at:]])
