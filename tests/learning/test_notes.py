"""Notes and bookmarks: kept once, private, bounded, and taken along at sign-in."""

from typing import Any

import pytest

from app.db import Database
from app.learning import bookmarks, learners, notes
from app.learning.notes import RECALL, Note
from tests.learning.doing import Student

AT = ("c", "l", "s")
SAID = {"quote": "nine cells", "before": "looks at", "after": "and no more", "start": 12, "body": ""}


def keep(database: Database, who: str, id: str, now: float = 1.0, **said: Any) -> Note:
    return database.write_now(lambda conn: notes.keep(conn, who, id, AT, {**SAID, **said}, now))


def of(database: Database, who: str, now: float = 2.0) -> list[Note]:
    return database.read_now(lambda conn: notes.of_lesson(conn, who, "c", "l", now))


def test_a_note_is_kept_once_as_it_was_sent_first(database: Database) -> None:
    first = keep(database, "one", "a", body="mine")
    assert keep(database, "one", "a", 5.0, body="again") == first
    assert of(database, "one") == [first]
    assert (first.quote, first.before, first.after, first.start) == ("nine cells", "looks at", "and no more", 12)


def test_notes_stand_in_the_order_of_the_text(database: Database) -> None:
    for id, start in (("a", 30), ("b", 10), ("c", 20)):
        keep(database, "one", id, start=start)
    assert [note.id for note in of(database, "one")] == ["b", "c", "a"]


def test_nobody_reads_or_changes_what_is_not_theirs(database: Database) -> None:
    keep(database, "one", "a", body="mine")
    keep(database, "two", "a", body="also mine")
    assert [note.body for note in of(database, "one")] == ["mine"]
    database.write_now(lambda conn: notes.change(conn, "two", "a", "changed", 3.0))
    assert database.write_now(lambda conn: notes.change(conn, "three", "a", "changed", 3.0)) is None
    assert database.write_now(lambda conn: notes.remove(conn, "three", "a", 3.0)) is None
    assert [note.body for note in of(database, "one")] == ["mine"]
    assert [(note.body, note.changed) for note in of(database, "two")] == [("changed", 3.0)]


def test_a_deletion_can_be_taken_back_for_a_while(database: Database) -> None:
    keep(database, "one", "a")
    database.write_now(lambda conn: notes.remove(conn, "one", "a", 10.0))
    database.write_now(lambda conn: notes.remove(conn, "one", "a", 200.0))
    assert [note.deleted for note in of(database, "one", 11.0)] == [10.0]
    assert of(database, "one", 10.0 + RECALL) == []
    database.write_now(lambda conn: notes.restore(conn, "one", "a"))
    assert [note.deleted for note in of(database, "one", 10.0 + RECALL)] == [None]
    database.write_now(lambda conn: notes.remove(conn, "one", "a", 20.0))
    keep(database, "one", "b", 21.0 + RECALL)
    assert database.write_now(lambda conn: notes.restore(conn, "one", "a")) is None


def test_there_is_an_end_to_them(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST", 2)
    monkeypatch.setattr(bookmarks, "MOST", 2)
    for id in "ab":
        keep(database, "one", id)
        database.write_now(lambda conn, id=id: bookmarks.keep(conn, "one", ("c", id, ""), id, 1.0))  # type: ignore[misc]
    with pytest.raises(notes.TooMany):
        keep(database, "one", "c")
    assert keep(database, "one", "a").id == "a"
    keep(database, "two", "c")
    with pytest.raises(bookmarks.TooMany):
        database.write_now(lambda conn: bookmarks.keep(conn, "one", ("c", "c", ""), "c", 1.0))
    assert len(of(database, "one")) == len(database.read_now(lambda conn: bookmarks.of_learner(conn, "one"))) == 2


def test_a_place_is_marked_once(database: Database) -> None:
    def marks() -> list[tuple[str, str, float]]:
        held = database.read_now(lambda conn: bookmarks.of_learner(conn, "one"))
        return [(one.lesson, one.section, one.created) for one in held]

    for now in (1.0, 2.0):
        database.write_now(lambda conn, now=now: bookmarks.keep(conn, "one", AT, "S", now))  # type: ignore[misc]
    database.write_now(lambda conn: bookmarks.keep(conn, "one", ("c", "l", ""), "L", 3.0))
    assert marks() == [("l", "", 3.0), ("l", "s", 1.0)]
    assert set(database.read_now(lambda conn: bookmarks.of_lesson(conn, "one", "c", "l"))) == {"", "s"}
    assert [one.section for one in database.read_now(lambda conn: bookmarks.of_learner(conn, "one", 1))] == [""]
    for _ in range(2):
        database.write_now(lambda conn: bookmarks.remove(conn, "one", AT))
    assert marks() == [("l", "", 3.0)]


def test_what_a_guest_noted_and_marked_is_the_accounts(database: Database) -> None:
    guest, account = Student(database, "guest"), Student(database, "account").signs_up()
    keep(database, "guest", "a", body="the guest's")
    keep(database, "account", "a", body="the account's")
    keep(database, "guest", "b", body="further")
    for who, now in (("guest", 1.0), ("account", 5.0)):
        database.write_now(lambda conn, who=who, now=now: bookmarks.keep(conn, who, AT, "S", now))  # type: ignore[misc]
    database.write_now(lambda conn: bookmarks.keep(conn, "guest", ("c", "l", ""), "L", 3.0))
    assert guest.signs_in_to(account, now=6.0)
    assert {note.body for note in of(database, "account")} == {"the guest's", "the account's", "further"}
    assert of(database, "guest") == []
    held = database.read_now(lambda conn: bookmarks.of_lesson(conn, "account", "c", "l"))
    assert {section: one.created for section, one in held.items()} == {"s": 1.0, "": 3.0}
    assert database.read_now(lambda conn: bookmarks.of_learner(conn, "guest")) == []
    with pytest.raises(learners.Merged):
        keep(database, "guest", "late")
