"""The words of a text as an index holds them: folded, in pieces, and stemmed.

``ResNet-50`` is found by ``resnet50`` and by ``resnet 50``, ``nn.Conv2d`` by ``conv2d``, ``BatchNorm2d`` by ``norm``,
``3×3`` by ``3x3``, ``résumé`` by ``resume`` and ``normalisation`` by ``normalize``. Both databases are given these
words, so both find the same.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pysqlite3 import dbapi2

#: Characters of a word that count.
LONGEST = 40

#: Sizes such as 3×3 and 110 592, or pieces that are joined by a sign.
_COMPOUND = re.compile(
    r"\d+(?:[ \xa0\u202f]?[xX×][ \xa0\u202f]?\d+)+(?![^\W_])"
    r"|\d{1,3}(?:[\xa0\u202f]\d{3})+(?!\d)"
    r"|[^\W_]+(?:[-‐‑–._/][^\W_]+)*"
)
_PIECE = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"[A-Z]?[a-z]{3,}")
_TAILED = re.compile(r"([^\W\d_]{3,})(\d+)(d?)")
_SIZE = re.compile(r"\d+(?:[ \xa0\u202f]?[xX×][ \xa0\u202f]?\d+)+")


class _Fold(dict[int, str]):
    """Each character as the one that it is searched by: without accents."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFKD", chr(code))[0]
        self[code] = base
        return base


_FOLD = _Fold({0xA0: "\xa0", 0x202F: "\u202f"})


def folded(text: str) -> str:
    """``text`` without accents, character for character, so that a place in one is the same place in the other."""
    return text.translate(_FOLD)


def tokens(text: str) -> Iterator[str]:
    """Every word of a text, lower case; of a word with several parts, the parts too."""
    for match in _COMPOUND.finditer(folded(unicodedata.normalize("NFC", text))):
        found = match.group()
        if _SIZE.fullmatch(found):
            yield _size(found)
            continue
        pieces = _PIECE.findall(found)
        if len(pieces) > 1:
            yield "".join(pieces).lower()[:LONGEST]
        for piece in pieces:
            parts = [piece.lower()[:LONGEST]]
            if tailed := _TAILED.fullmatch(piece):
                parts += [tailed[1].lower(), *(() if tailed[3] else (tailed[2],))]
            if len(humps := _CAMEL.findall(piece)) > 1:
                parts += [hump.lower() for hump in humps if len(hump) > 3]
            yield from dict.fromkeys(parts)


def _size(found: str) -> str:
    """``3 × 3`` as ``3x3``."""
    return "".join(found.split()).lower().replace("×", "x")[:LONGEST]


def asked(text: str) -> list[str]:
    """The words of what somebody typed, each once, in its order."""
    found: dict[str, None] = {}
    for match in _COMPOUND.finditer(folded(unicodedata.normalize("NFC", text))):
        whole = match.group()
        pieces = [_size(whole)] if _SIZE.fullmatch(whole) else _PIECE.findall(whole)
        found.update(dict.fromkeys(piece.lower()[:LONGEST] for piece in pieces))
    return list(found)


def indexed(text: str) -> str:
    """The words of a text and their stems, one space between: what an index is given."""
    words = list(tokens(text))
    stem_of = stems(words)
    return " ".join(part for word in words for part in dict.fromkeys((word, stem_of[word])))


@lru_cache(4096)
def stem(word: str) -> str:
    """One word's stem."""
    return stems((word,))[word]


def stems(words: Iterable[str]) -> dict[str, str]:
    """Stems by Porter's algorithm, which SQLite brings; ``-ize`` is ``-ise``. Words are such as ``tokens`` gives."""
    wanted = list(dict.fromkeys(words))
    british = [re.sub(r"(?<=\w{3})iz(?=[aei])", "is", word) for word in wanted]
    with _lock:
        _memory.executemany("INSERT INTO word (rowid, said) VALUES (?, ?)", enumerate(british, 1))
        found = dict(_memory.execute("SELECT doc, term FROM stem"))
        _memory.execute("INSERT INTO word (word) VALUES ('delete-all')")
        _memory.commit()
    return {word: found.get(number, word) for number, word in enumerate(wanted, 1)}


_lock = threading.Lock()
_memory = dbapi2.connect(":memory:", check_same_thread=False)
_memory.execute("CREATE VIRTUAL TABLE word USING fts5 (said, content='', tokenize='porter ascii')")
_memory.execute("CREATE VIRTUAL TABLE stem USING fts5vocab (word, instance)")
