"""A course out of an archive: a new one in a folder of its own, or drafts over one that is there."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from app.studio import drafts, writing
from app.studio.archives import Packed, on_disk
from app.studio.workshop import text_on_disk


@dataclass(frozen=True)
class Brought:
    """What came over an existing course."""

    #: Files whose text differs, and those that are not in the archive: drafts now.
    changed: tuple[str, ...]
    #: Pictures that are new, and those that are here with other bytes, which stay as they are.
    added: tuple[str, ...]
    kept: tuple[str, ...]


class Taken(Exception):
    """There is a course of this name."""


class Unpublished(Exception):
    """``files`` hold what an instructor has written and not published."""

    def __init__(self, files: list[str]) -> None:
        super().__init__(", ".join(files))
        self.files = files


def make(lessons: Path, slug: str, files: Mapping[str, bytes]) -> Path:
    """A new course's folder, there with all of its files or not at all. Raises Taken, OSError."""
    folder = lessons / slug
    with writing.alone(lessons):
        if folder.exists():
            raise Taken(slug)
        made = Path(tempfile.mkdtemp(prefix=".", suffix=".being-made", dir=lessons))
        try:
            for name, data in files.items():
                put(made / name, data)
            made.chmod(0o755)
            os.rename(made, folder)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    return folder


def put(path: Path, data: bytes) -> None:
    """A new file, durable when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def over(folder: Path, archive: Packed) -> Brought:
    """Adds the pictures of an archive to a course that is there, and says which files it would change."""
    here = on_disk(folder)
    added = [name for name in archive.media if name not in here]
    kept = [name for name, data in archive.media.items() if here.get(name, data) != data]
    with writing.alone(folder):
        for name in added:
            if not (folder / name).exists():
                put(folder / name, archive.media[name])
    texts = [name for name, data in archive.texts.items() if here.get(name) != data]
    gone = [name for name in here if not name.startswith("media/") and name not in archive.texts]
    return Brought(tuple(sorted([*texts, *gone])), tuple(sorted(added)), tuple(sorted(kept)))


def unpublished(conn: Connection, folder: Path, course: str, learner_id: str, archive: Packed) -> list[str]:
    """Files in which the instructor has written something that is neither published nor in the archive."""

    def changed(file: str) -> bool:
        path = folder / file
        return archive.texts.get(file) != (path.read_bytes() if path.is_file() else None)

    own = drafts.own(conn, learner_id, course)
    return [file for file, held in own.items() if held.text != _text(archive, file) and changed(file)]


def draft(
    conn: Connection, folder: Path, course: str, learner_id: str, archive: Packed, brought: Brought, now: float
) -> None:
    """Keeps what an archive changes as one instructor's drafts. Raises Unpublished where some would be written over."""
    if lost := unpublished(conn, folder, course, learner_id, archive):
        raise Unpublished(lost)
    for file in brought.changed:
        held = drafts.one(conn, learner_id, course, file)
        text, base = _text(archive, file), text_on_disk(folder, file)
        drafts.save(conn, learner_id, course, file, text, base, held.version if held else 0, now)


def _text(archive: Packed, file: str) -> str | None:
    """As a draft has it."""
    data = archive.texts.get(file)
    return None if data is None else drafts.with_newlines(drafts.storable(data.decode().removeprefix("\ufeff")))
