"""Two instructors, a hand on the disk and crashes, in any order: no text is lost and no number left out."""

import shutil
import tempfile
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.db import Database
from app.studio import drafts, publishing, revisions, writing
from app.studio.merging import merge
from app.studio.publishing import Refused
from tests.studio.desk import COURSE, Desk, lay_out

LESSONS = ("first.md", "second.md")
WHO = st.integers(0, 1)
FILE = st.sampled_from(LESSONS)
#: Paragraphs of a lesson that somebody rewrites.
PART = st.sampled_from(["A first", "Another", "The last"])
_template: list[Path] = []


def fresh(folder: Path) -> Database:
    """A database with the newest tables, made once."""
    if not _template:
        _template.append(Path(tempfile.mkdtemp(prefix="receptive-machine-")) / "empty.db")
        made = Database(f"sqlite:///{_template[0]}")
        made.upgrade()
        made.close()
    shutil.copy(_template[0], folder / "receptive.db")
    return Database(f"sqlite:///{folder / 'receptive.db'}")


class Studio(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="receptive-machine-"))
        self.desk = Desk(fresh(self.root), lay_out(self.root / "lessons"))
        self.people = [self.desk.instructor("Ada"), self.desk.instructor("Bob")]
        self.count = 0
        #: What each last wrote and has not published, by (person, file).
        self.held: dict[tuple[int, str], str] = {}
        #: What must be found in a file's history.
        self.kept: dict[str, set[str]] = {file: set() for file in LESSONS}

    def teardown(self) -> None:
        self.desk.db.close()
        shutil.rmtree(self.root)

    def rewritten(self, text: str, part: str) -> str:
        """The text with one of its paragraphs said anew."""
        self.count += 1
        lines = text.split("\n")
        at = {"A first": "A first", "Another": "Another", "The last": "The last"}[part]
        number = next((n for n, line in enumerate(lines) if line.startswith(at)), len(lines) - 1)
        lines[number] = f"{at} paragraph, version {self.count}."
        return "\n".join(lines)

    def disk(self, file: str) -> str:
        text = self.desk.disk(file)
        assert text is not None
        return text

    @rule(who=WHO, file=FILE, part=PART)
    def write(self, who: int, file: str, part: str) -> None:
        text = self.rewritten(self.held.get((who, file)) or self.disk(file), part)
        self.desk.write(self.people[who], file, text)
        self.held[who, file] = text

    @rule(file=FILE, part=PART)
    def change_on_disk(self, file: str, part: str) -> None:
        """By hand, over something that the studio has seen."""
        self.see(file)
        self.desk.path(file).write_text(self.rewritten(self.disk(file), part))

    def see(self, file: str) -> None:
        text = self.disk(file)
        self.desk.db.write_now(lambda conn: revisions.seen(conn, COURSE, file, text, self.desk.now))
        self.kept[file].add(text)

    @rule(who=WHO, one=st.booleans())
    def publish(self, who: int, one: bool) -> None:
        mine = [file for file in LESSONS if (who, file) in self.held][: 1 if one else None]
        before = {file: self.disk(file) for file in LESSONS}
        try:
            made = self.desk.publish(self.people[who], *mine) if mine else None
        except Refused:
            assert any(held.base_text != self.disk(file) for file, held in self.desk.open(self.people[who]).items())
            return
        if made is not None:
            self.took(who, mine, before)

    def took(self, who: int, mine: list[str], before: dict[str, str]) -> None:
        """What was there before is in the history, and what was published is."""
        for file in mine:
            self.kept[file] |= {before[file], self.held[who, file]}
            if self.disk(file) == self.held[who, file]:
                del self.held[who, file]

    @rule(who=WHO, writes=st.integers(0, 1), by_hand=st.booleans())
    def publish_and_crash(self, who: int, writes: int, by_hand: bool) -> None:
        mine = [file for file in LESSONS if (who, file) in self.held]
        before = {file: self.disk(file) for file in LESSONS}
        left, really = [writes], writing.replace

        def replace(path: Path, text: str | None) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            really(path, text)

        try:
            with mock.patch.object(writing, "replace", replace):
                if mine:
                    self.desk.publish(self.people[who], *mine)
        except Refused:
            return
        except KeyboardInterrupt:
            if by_hand:
                text = self.rewritten(self.disk(mine[-1]), "Another")
                self.desk.path(mine[-1]).write_text(text)
                self.kept[mine[-1]].add(text)
            publishing.resume(self.desk.db, self.desk.library, self.desk.now)
        if mine:
            self.took(who, mine, before)

    @rule(who=WHO, file=FILE)
    def merge(self, who: int, file: str) -> None:
        held = self.desk.open(self.people[who]).get(file)
        if held is None or held.text is None:
            return
        disk = self.disk(file)
        self.see(file)
        found = merge(held.base_text or "", held.text, disk)
        marks = ("<<<<<<<", "=======", ">>>>>>>")
        text = "\n".join(line for line in found.text().split("\n") if not line.startswith(marks))
        who_id, version = self.people[who], held.version
        self.desk.db.write_now(
            lambda c: drafts.save(c, who_id, COURSE, file, text, disk, version, self.desk.now, rebase=True)
        )
        self.held[who, file] = text
        if text == disk:
            del self.held[who, file]

    @rule(who=WHO, file=FILE, back=st.integers(0, 5))
    def restore(self, who: int, file: str, back: int) -> None:
        texts = self.desk.texts(file)
        if (who, file) in self.held or not texts:
            return
        text = texts[-1 - min(back, len(texts) - 1)]
        assert text is not None
        self.desk.write(self.people[who], file, text)
        if text != self.disk(file):
            self.held[who, file] = text

    @invariant()
    def nothing_is_lost(self) -> None:
        for file in LESSONS:
            assert self.kept[file] <= set(self.desk.texts(file))
        for (who, file), text in self.held.items():
            assert self.desk.open(self.people[who])[file].text == text

    @invariant()
    def numbers_have_no_gap(self) -> None:
        for file in LESSONS:
            numbers = [one.number for one in self.desk.history(file)]
            assert numbers == list(range(1, len(numbers) + 1))


TestStudio = Studio.TestCase
TestStudio.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
