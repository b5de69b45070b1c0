"""A find as it is quoted: the stretch of its text with most of the words asked for, and where they stand in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.search.terms import folded, stem

#: Characters of a stretch, and of what comes before its first find.
LENGTH, BEFORE = 200, 60
#: Finds of one text that are looked at.
_MOST = 400

#: Where a word may be written in two: the sign of a size, and between letters and a number.
_JOINTS = re.compile(r"(?<=\d)x(?=\d)|(?<=[^\W\d_])(?=\d)")
_SIZE, _SIGN = r"[ \xa0\u202f]?[x×][ \xa0\u202f]?", "[-‐‑–._/]?"

#: Text, and whether it is what was asked for.
Marked = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Finder:
    """Finds the words asked for, whatever their endings, accents and signs."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def places(self, text: str) -> list[tuple[int, int, int]]:
        """Start, end and the number of the word."""
        found = []
        for match in self.pattern.finditer(folded(text)):
            said = re.sub(r"[\W_]", "", match.group().replace("×", "x")).lower()
            for number, word in enumerate(self.words):
                begun = len(word) > 2 or 0 < number == len(self.words) - 1 or said == word
                if (begun and said.startswith(word)) or stem(said) == stem(word):
                    found.append((*match.span(), number))
                    break
            if len(found) >= _MOST:
                break
        return found

    def marked(self, text: str) -> Marked:
        """The whole of a short text."""
        return _cut(text, [(start, end) for start, end, _ in self.places(text)], 0, len(text))

    def quoted(self, text: str) -> Marked:
        """The stretch of a text with the most of the words; its beginning where it has none of them."""
        places = self.places(text)
        start = max((place[0] for place in places), key=lambda at: (_within(places, at), -at), default=0)
        start = _word_from(text, max(0, start - BEFORE)) if start > BEFORE else 0
        end = _word_to(text, start + LENGTH)
        inside = [(a, b) for a, b, _ in places if start <= a and b <= end]
        marked = _cut(text, inside, start, end)
        return (*((("… ", False),) if start else ()), *marked, *(((" …", False),) if end < len(text) else ()))


def finder(words: Sequence[str]) -> Finder:
    """For words as ``terms.asked`` gives them."""
    pieces = "|".join(sorted(map(_loosely, words), key=len, reverse=True))
    return Finder(tuple(words), re.compile(rf"(?<![^\W_])(?:{pieces})[^\W_]*" if words else r"(?!)", re.IGNORECASE))


def _loosely(word: str) -> str:
    """How a word may begin: where its stem does, with a sign or a space where two kinds of letter meet."""
    root = stem(word)
    shared = next((n for n, (a, b) in enumerate(zip(word, root, strict=False)) if a != b), min(len(word), len(root)))
    begin = word[: max(shared, 3)]
    return _JOINTS.sub(lambda joint: _SIZE if joint.group() else _SIGN, begin)


def _within(places: list[tuple[int, int, int]], at: int) -> int:
    return len({number for start, end, number in places if at <= start and end <= at + LENGTH - BEFORE})


def _word_from(text: str, at: int) -> int:
    space = text.find(" ", at)
    return space + 1 if 0 <= space < at + BEFORE else at


def _word_to(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - BEFORE, at)
    at = space if space > 0 else at
    # A mark that belongs to the letter before it stays with it.
    while at < len(text) and unicodedata.combining(text[at]):
        at += 1
    return at


def _cut(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> Marked:
    parts: list[tuple[str, bool]] = []
    for a, b in places:
        parts += [(text[start:a], False), (text[a:b], True)]
        start = b
    parts.append((text[start:end], False))
    return tuple(part for part in parts if part[0])
