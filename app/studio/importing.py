"""A bank's file beside a course: what would come over, what is there already, and how it joins a lesson's text."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.content.reading import Reading
from app.studio.banks import recognise, write
from app.studio.banks.item import Loss
from app.studio.banks.write import Written

_ID = re.compile(r"^:{3,}\{question\}\s+(\S+)\s*$|^`{3,}\{question\}\s+(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Proposal:
    """One question that can be taken, with what of it was lost."""

    written: Written
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a file holds, for one course."""

    #: One of ``recognise.FORMATS``; empty where none was recognised.
    format: str
    proposals: tuple[Proposal, ...]
    left_out: tuple[Loss, ...]
    media: Mapping[str, bytes]

    @property
    def new(self) -> tuple[Proposal, ...]:
        return tuple(one for one in self.proposals if not one.written.there)

    @property
    def changed(self) -> int:
        return sum(bool(one.losses) for one in self.new)

    @property
    def there(self) -> int:
        return len(self.proposals) - len(self.new)


def questions_of(reading: Reading) -> frozenset[str]:
    """The ids of all questions of a working copy, and of those that it retired."""
    retired = reading.outline.retired if reading.outline is not None else ()
    return frozenset((*retired, *(question.id for draft in reading.drafts.values() for question in draft.questions)))


def report(data: bytes, name: str, format: str, skill: str, there: Collection[str]) -> Report:
    """Reads a file. Nothing in it raises: what cannot be read is said in ``left_out``."""
    found, known = recognise.read(data, name, format)
    kept, refused = write.written(found.items, skill, there)
    losses = [one for one in found.losses if not one.left_out]
    proposals = []
    for one in kept:
        place = (one.item.file, one.item.line, one.item.title)
        proposals.append(Proposal(one, tuple(loss for loss in losses if (loss.file, loss.line, loss.title) == place)))
    told = {id(loss) for proposal in proposals for loss in proposal.losses}
    taken = {(loss.file, loss.line) for loss in refused}
    rest = [loss for loss in losses if id(loss) not in told and (loss.file, loss.line) not in taken]
    left_out = [*(one for one in found.losses if one.left_out), *refused, *rest]
    return Report(known, tuple(proposals), tuple(sorted(left_out, key=lambda one: (one.file, one.line))), found.media)


def joined(text: str, taken: Collection[Written]) -> str:
    """A lesson's text with questions at its end; one that it has already is not put there again."""
    there = {found[1] or found[2] for found in _ID.finditer(text)}
    new = [one.markdown for one in taken if one.id not in there]
    return "\n\n".join([text.rstrip("\n"), *(one.rstrip("\n") for one in new)]) + "\n" if new else text


def begun(title: str, summary: str, skill: str) -> str:
    """The text of a new lesson, up to its questions."""
    skills = f"\nskills: [{skill}]" if skill else ""
    return f"---\ntitle: {_quoted(title)}\nsummary: {_quoted(summary)}{skills}\n---\n\n## {_heading(title)}\n"


def _quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _heading(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>$#{}|~&])", r"\\\1", " ".join(text.split()))
