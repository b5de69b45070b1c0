"""How many of a bank's questions come over intact: what students are shown against what the bank says.

``python -m tests.studio.banks.intact FOLDER`` measures every file of a folder.
"""

import re
import sys
from pathlib import Path

from app.content.choices import Choice, Multiple
from app.content.match import Match
from app.content.number import Number
from app.content.order import Order
from app.content.questions import Question
from app.content.text import Text
from app.studio.banks import recognise, write
from tests.studio.banks.plain_readers import READERS, Asked, bare


def shown(question: Question) -> Asked:
    """What a question of ours asks, offers and wants, as the page has it."""
    stem = bare(question.shown(0).prompt_html)
    match question:
        case Choice() | Multiple():
            right = frozenset(bare(one.html) for one in question.options if one.correct)
            return Asked(stem, right, frozenset(bare(one.html) for one in question.options))
        case Order():
            steps = [one for one in question.items if not one.distractor]
            return Asked(stem, frozenset(f"{n}{bare(one.html)}" for n, one in enumerate(steps, 1)))
        case Match():
            targets = dict(question.targets)
            return Asked(stem, frozenset(bare(one.html) + bare(targets[one.target]) for one in question.pairs))
        case Number():
            return Asked(stem, frozenset([bare(question.value)]))
        case Text():
            return Asked(stem, frozenset(bare(one) for one in question.accepted))
        case _:
            raise TypeError(question.kind)


def same(asked: Asked, found: Asked) -> bool:
    """The whole stem, each option, and the same key; maths is compared by its letters and digits in any order."""

    def loose(text: str) -> str:
        return "".join(sorted(re.sub(r"[^\w]", "", text)))

    def each(given: frozenset[str]) -> list[str]:
        return sorted(map(loose, given))

    stem = loose(asked.stem) in loose(found.stem) or not _missing(loose(asked.stem), loose(found.stem))
    return (
        stem
        and each(asked.right) == each(found.right)
        and (not asked.offered or each(asked.offered) == each(found.offered))
    )


def _missing(small: str, large: str) -> str:
    left = list(large)
    for character in small:
        if character in left:
            left.remove(character)
        else:
            return character
    return ""


def measure(data: bytes) -> tuple[str, int, int, list[Asked]]:
    """The format, how many questions of the bank our kinds can take, how many came over intact, and the others."""
    imported, format = recognise.read(data)
    kept, _refused = write.written(imported.items, "skill")
    found = [shown(one.question) for one in kept]
    try:
        asked = READERS[format](data)
    except Exception:
        return format, 0, 0, []
    lost = [one for one in dict.fromkeys(asked) if not any(same(one, other) for other in found)]
    return format, len(dict.fromkeys(asked)), len(dict.fromkeys(asked)) - len(lost), lost


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).rglob("*.*")):
        if path.is_file():
            format, supported, intact, lost = measure(path.read_bytes())
            print(f"{path.name:32} {format:8} {intact:3} of {supported:3}")
            for one in lost:
                print("    ", one)
