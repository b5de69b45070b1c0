"""Mechanical mends: what a button beside a problem would change, worked out from its code, its words and its place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from types import MappingProxyType

from app.content.diagnostics import Diagnostic, Edit
from app.content.mending import bibliography, directives, fields, names, prose, questions
from app.content.mending.place import Around, Maker, Place, apply
from app.content.reading import Reading

__all__ = ["Around", "apply", "mended", "of"]

MAKERS: dict[str, Maker] = {
    code: maker
    for module in (names, fields, prose, directives, questions, bibliography)
    for code, maker in module.MENDS.items()
}

#: Problems that get a mend at one look, and those of them whose mend is tried out by reading YAML: what a text full of
#: problems costs is bounded, and the next look mends on.
MOST, MOST_FIELDS = 200, 12
#: What is wrong reaches to the end of a word, unless a line begins there.
_WORD = re.compile(r"[\w.×-]+|\S")


#: What an id names; all share one space when a new one is made.
_NAMED = ("question", "lab", "walkthrough", "claim")


def of(reading: Reading, over: Mapping[str, str | None] = MappingProxyType({})) -> tuple[Diagnostic, ...]:
    """The problems of a course as it was read, with their mends. ``over`` is what it was read over its files."""

    def text(name: str) -> str | None:
        if name in over:
            return over[name]
        try:
            return (reading.folder / name).read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None

    skills = tuple(skill.id for skill in reading.outline.skills) if reading.outline else ()
    places = (steps for draft in reading.drafts.values() for steps in draft.places)
    ids = frozenset(str(steps[1]) for steps in places if len(steps) == 2 and steps[0] in _NAMED)
    return mended(reading.diagnostics, Around(skills, ids, text))


def mended(found: Iterable[Diagnostic], around: Around) -> tuple[Diagnostic, ...]:
    """The same problems, each with its mend where there is one, and with the end of what is wrong.

    The edits are of the text as it is kept: where it begins with a byte-order mark, that is its first character.
    """
    texts: dict[str, tuple[list[str], int]] = {}
    done = []
    left = {True: MOST_FIELDS, False: MOST}
    for one in found:
        name = PurePath(one.path).name
        if name not in texts:
            text = around.text(name) or ""
            lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
            texts[name] = lines, text.startswith("\ufeff")
        lines, shift = texts[name]
        of_fields = one.code in fields.MENDS
        left[of_fields] -= one.code in MAKERS
        done.append(_mended(Place(one, name, lines, around), shift, left[of_fields] >= 0))
    return tuple(done)


def _mended(place: Place, shift: int, may: bool) -> Diagnostic:
    maker = MAKERS.get(place.found.code) if may else None
    mend = maker(place) if maker else None
    if mend is not None and shift and not mend.file:
        mend = replace(mend, edits=tuple(_shifted(edit) for edit in mend.edits))
    word = _WORD.match(place.rest)
    return replace(place.found, end_column=place.column + len(word[0]) if word else None, mend=mend)


def _shifted(edit: Edit) -> Edit:
    column = edit.column + (edit.line == 1)
    return replace(edit, column=column, end_column=edit.end_column + (edit.end_line == 1))
