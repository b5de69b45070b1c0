"""A course in a folder of its own, and instructors who write and publish it through the studio's own functions."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.content.library import Library
from app.db import Database
from app.learning import learners
from app.studio import drafts, publishing, revisions, workshop
from app.studio.publications import Publication
from app.studio.revisions import Revision

COURSE = "stacking"
YAML = """title: Stacking
summary: Layers on layers.
lessons: [first, second]
skills:
  - {id: seeing, title: Seeing, concept: What a window sees.}
"""
LESSON = """---
title: The {name} lesson
summary: For a test.
skills: [seeing]
---
## What it says

A first paragraph.

Another paragraph.

:::{{question}} {name}-one
:kind: choice

Which is right?

- [x] This
  > So it is.
- [ ] That
  > It is not.

! This is.
:::

## How it ends

The last paragraph.
"""
FILES = {"course.yaml": YAML, **{f"{name}.md": LESSON.format(name=name) for name in ("first", "second")}}


def lay_out(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """The folder of courses, with the course in it."""
    (folder / COURSE).mkdir(parents=True)
    for name, text in files.items():
        (folder / COURSE / name).write_text(text)
    return folder


@dataclass
class Desk:
    """One process's view of the course."""

    db: Database
    folder: Path
    git: bool = False
    now: float = 1_000_000.0
    library: Library = field(init=False)

    def __post_init__(self) -> None:
        self.library = Library(self.folder, reload=True)

    def path(self, file: str) -> Path:
        return self.folder / COURSE / file

    def disk(self, file: str) -> str | None:
        return workshop.text_on_disk(self.folder / COURSE, file)

    def instructor(self, name: str = "Ada Lovelace", email: str = "") -> str:
        id = uuid.uuid4().hex
        email = email or f"{id}@example.org"
        self.db.write_now(lambda conn: learners.create_account(conn, id, name, email, "x", 1.0, "instructor"))
        return id

    def write(self, who: str, file: str, text: str | None) -> None:
        """A draft over what is on disk, or over one's draft."""
        self.now += 1
        held = self.draft(who, file)
        base, version = self.disk(file), held.version if held else 0
        self.db.write_now(lambda c: drafts.save(c, who, COURSE, file, text, base, version, self.now))

    def draft(self, who: str, file: str) -> drafts.Draft | None:
        return self.db.read_now(lambda conn: drafts.one(conn, who, COURSE, file))

    def open(self, who: str) -> dict[str, drafts.Draft]:
        return self.db.read_now(lambda conn: drafts.own(conn, who, COURSE))

    def publish(self, who: str, *files: str, key: str = "", note: str = "") -> Publication:
        self.now += 1
        return publishing.publish(
            self.db, self.library, course=COURSE, learner_id=who, files=files or tuple(self.open(who)),
            key=key or uuid.uuid4().hex, note=note, now=self.now, git=self.git,
        )  # fmt: skip

    def history(self, file: str) -> list[Revision]:
        """Oldest first."""
        return self.db.read_now(lambda conn: revisions.of(conn, COURSE, file, limit=1000))[::-1]

    def texts(self, file: str) -> list[str | None]:
        return [self.db.read_now(lambda conn, r=r: revisions.text_of(conn, r)) for r in self.history(file)]  # type: ignore[misc]
