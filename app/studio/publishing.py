"""One instructor's drafts of a course become its files: checked together, kept as revisions, then written.

What is published is one transaction (``plan``); the files follow it (``finish``), and whatever ends the process in
between, the next start or the next publication goes on with them. Nothing that stands on disk is written over unless
it is the very text that a draft was begun from.
"""

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.content.library import Library
from app.db import Busy, Database
from app.studio import committing, drafts, publications, revisions, workshop, writing
from app.studio.drafts import Draft, named, storable
from app.studio.proposals import Proposal, propose
from app.studio.publications import Publication

_log = logging.getLogger(__name__)

#: How often a publication is checked anew because somebody else published meanwhile, and the seconds in between, each
#: time so many more.
_TRIES, _PAUSE = 8, 0.03


class Refused(Exception):
    """What was to be published cannot be, as ``proposal`` says."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(proposal.course)
        self.proposal = proposal


class NotWritable(Exception):
    """The course's folder takes no files; the reason in words."""


class Moved(Exception):
    """Somebody else published between the check and the writing down."""


def publish(
    db: Database,
    library: Library,
    *,
    course: str,
    learner_id: str,
    files: Iterable[str],
    key: str,
    note: str,
    now: float,
    git: bool = False,
) -> Publication:
    """Publish a learner's drafts of ``files``, once for a ``key``. Blocks, so it wants a thread of its own.

    Raises KeyError (no such course), Refused, NotWritable, and Busy where others go on publishing in between.
    """
    folder = library.folders()[course]
    wanted = tuple(files)
    with writing.alone(library.folder):
        made = db.read_now(lambda conn: publications.get(conn, course, key))
        if made is not None:
            return finish(db, library, made, now, git)
        for number_of_try in range(_TRIES):
            time.sleep(_PAUSE * number_of_try)
            resume(db, library, now, git, course)
            number, waiting, own = db.read_now(lambda conn: _standing(conn, course, learner_id))
            if waiting.intersection(wanted):
                continue  # Another host is at it, or cannot write it: what is on disk is not what was published last.
            proposal = propose(library, course, own, wanted)
            if not proposal.ready:
                raise Refused(proposal)
            try:
                writing.try_out(folder)
            except OSError as error:
                raise NotWritable(error.strerror or str(error)) from error
            try:
                planned = db.write_now(_planning(proposal, number, key, learner_id, note, now))
            except (Moved, IntegrityError):
                continue
            return finish(db, library, planned, now, git)
    raise Busy


def _standing(conn: Connection, course: str, learner_id: str) -> tuple[int, set[str], dict[str, Draft]]:
    """How often the course was published, the files of it that are still to be written, and a learner's drafts."""
    planned = [one for one in publications.unfinished(conn, course) if one.state == "planned"]
    files = {revision.file for one in planned for revision in revisions.of_publication(conn, one.id)}
    return publications.count(conn, course), files, drafts.own(conn, learner_id, course)


def _planning(
    proposal: Proposal, number: int, key: str, learner_id: str, note: str, now: float
) -> Callable[[Connection], Publication]:
    course = proposal.course

    def plan(conn: Connection) -> Publication:
        if publications.count(conn, course) != number:
            raise Moved
        publications.plan(conn, key, course, number + 1, learner_id, note, now)
        for file in proposal.chosen:
            known = revisions.seen(conn, course, file, proposal.disk[file], now)
            if (known.sha256 if known else None) != named(storable(proposal.disk[file])):
                raise Moved
            text = proposal.text(file)
            added = revisions.add(
                conn, course, file, text, now,
                origin="studio", after=known, author=learner_id, note=note, publication=key,
            )  # fmt: skip
            if added is None or added.publication != key:
                raise Moved
        made = publications.get(conn, course, key)
        assert made is not None
        return made

    return plan


def resume(db: Database, library: Library, now: float, git: bool = False, course: str | None = None) -> None:
    """Go on with what was planned and not written, or written and not committed: of one course, or of all."""
    waiting = db.read_now(lambda conn: publications.unfinished(conn, course))
    if not waiting:
        return
    with writing.alone(library.folder):
        for one in waiting:
            try:
                finish(db, library, one, now, git)
            except Exception:
                _log.exception("publication %s of %s could not be finished", one.id, one.course)


def finish(db: Database, library: Library, one: Publication, now: float, git: bool = False) -> Publication:
    """Write what was planned, and commit it, each where it has not been done. See the publication's ``trouble``."""
    folder = library.folders().get(one.course)
    if one.state == "planned" and folder is not None:
        _write(db, library, folder, one, now)
        one = _again(db, one)
    if one.state == "written" and folder is not None:
        _commit(db, folder, one, git)
        one = _again(db, one)
    return one


def _again(db: Database, one: Publication) -> Publication:
    return db.read_now(lambda conn: publications.get(conn, one.course, one.id)) or one


def _write(db: Database, library: Library, folder: Path, one: Publication, now: float) -> None:
    planned = db.read_now(lambda conn: _texts(conn, one))
    left: list[str] = []
    try:
        with library.changing():
            writing.tidy(folder)
            for file, before, text in sorted(planned, key=_order):
                on_disk = storable(workshop.text_on_disk(folder, file))
                if on_disk == before != text:
                    writing.replace(folder / file, text)
                elif on_disk != text:
                    left.append(file)
    except OSError as error:
        why = error.strerror or str(error)
        db.write_now(lambda conn: publications.troubled(conn, one.id, why))
        return

    def end(conn: Connection) -> None:
        if publications.written(conn, one.id, left):
            for file, _, text in planned:
                if file in left:
                    revisions.seen(conn, one.course, file, workshop.text_on_disk(folder, file), now)
                else:
                    _settle(conn, one, file, text, now)

    db.write_now(end)


def _texts(conn: Connection, one: Publication) -> list[tuple[str, str | None, str | None]]:
    """File, its text before and its text now."""
    found = revisions.of_publication(conn, one.id)
    return [(r.file, revisions.text_of(conn, revisions.before(conn, r)), revisions.text_of(conn, r)) for r in found]


def _order(change: tuple[str, str | None, str | None]) -> tuple[bool, int, str]:
    """What others refer to comes first, what refers to others after it, and what goes away goes last."""
    file, _, text = change
    rank = {workshop.GLOSSARY: 0, workshop.REFERENCES: 0, workshop.COURSE: 2}.get(file, 1)
    return text is None, rank, file


def _settle(conn: Connection, one: Publication, file: str, text: str | None, now: float) -> None:
    """End the draft that was published. One that was gone on with meanwhile goes on from what is published."""
    held = drafts.one(conn, one.author, one.course, file)
    if held is None or held.state != "open":
        return
    if held.text == drafts.with_newlines(text):
        drafts.published(conn, one.author, one.course, [file], now)
    else:
        drafts.save(conn, one.author, one.course, file, held.text, text, held.version, now, rebase=True)


def _commit(db: Database, folder: Path, one: Publication, git: bool) -> None:
    made, trouble = None, ""
    if git:
        texts = db.read_now(lambda conn: _texts(conn, one))
        names = [file for file, _, _ in texts if file not in one.left]
        try:
            made = committing.commit(folder, [*names, *_media(folder, texts)], one)
        except committing.GitFailed as error:
            trouble = str(error)
    db.write_now(lambda conn: publications.done(conn, one.id, made, trouble))


def _media(folder: Path, texts: list[tuple[str, str | None, str | None]]) -> list[str]:
    """Pictures that a published text names: an upload lies there since it was pasted, and goes with its text."""
    try:
        there = sorted(path.relative_to(folder).as_posix() for path in (folder / "media").rglob("*") if path.is_file())
    except OSError:
        return []
    return [name for name in there if any(name in text for _, _, text in texts if text)]
