"""What an instructor writes is kept; a later save never takes the place of one it has not seen."""

import time
import uuid

import pytest

from app.db import Database
from app.learning import learners
from app.studio import drafts
from app.studio.drafts import Newer

COURSE, FILE = "stacking", "first.md"


@pytest.fixture
def writer(database: Database) -> str:
    return person(database)


def person(database: Database) -> str:
    id = uuid.uuid4().hex
    email = f"{id}@example.org"
    make = learners.create_account
    return database.write_now(lambda conn: make(conn, id, "Ada", email, "x", time.time(), "instructor")).id


def save(
    database: Database, who: str, text: str | None, version: int, base: str | None = "old", **more: bool
) -> drafts.Draft:
    return database.write_now(lambda conn: drafts.save(conn, who, COURSE, FILE, text, base, version, 5.0, **more))


def own(database: Database, who: str) -> dict[str, drafts.Draft]:
    return database.read_now(lambda conn: drafts.own(conn, who, COURSE))


def test_a_save_is_kept_with_what_it_was_begun_from(database: Database, writer: str) -> None:
    first = save(database, writer, "new", 0)
    assert (first.text, first.base_text, first.version) == ("new", "old", 1)
    # The file has changed on disk since: the draft goes on from what it was begun from.
    second = save(database, writer, "newer", 1, base="theirs")
    assert (second.base_text, second.base_sha, second.version) == ("old", drafts.named("old"), 2)
    assert own(database, writer) == {FILE: second}


def test_a_tab_that_is_behind_is_told_what_stands_there(database: Database, writer: str) -> None:
    save(database, writer, "one tab", 0)
    with pytest.raises(Newer) as refused:
        save(database, writer, "the other", 0)
    assert (refused.value.draft.text, refused.value.draft.version) == ("one tab", 1)
    assert own(database, writer)[FILE].text == "one tab"


def test_looking_is_no_writing(database: Database, writer: str) -> None:
    assert save(database, writer, "old", 0).version == 0
    assert own(database, writer) == {}
    assert save(database, writer, "new", 0).version == 1
    assert save(database, writer, "new", 1).version == 1
    ended = database.write_now(lambda conn: drafts.discard(conn, writer, COURSE, [FILE], 6.0))
    assert ended == [FILE]
    assert save(database, writer, "old", 2).version == 2
    assert own(database, writer) == {}


def test_the_same_save_sent_again_is_one(database: Database, writer: str) -> None:
    assert save(database, writer, "new", 0) == save(database, writer, "new", 0)
    assert save(database, writer, "newer", 1).version == 2
    assert save(database, writer, "newer", 1).version == 2


def test_what_says_nothing_new_is_no_change(database: Database, writer: str) -> None:
    save(database, writer, "old\nlines\n", 0, base="old\r\nlines\r\n")
    assert own(database, writer) == {}
    assert save(database, writer, None, 1).changes


def test_two_instructors_each_have_their_own(database: Database, writer: str) -> None:
    other = person(database)
    save(database, writer, "mine", 0)
    save(database, other, "theirs", 0)
    assert own(database, writer)[FILE].text == "mine"
    found = database.read_now(lambda conn: drafts.writing(conn, [COURSE, "another"]))
    assert {(one.learner_id, one.file, one.name) for one in found} == {(writer, FILE, "Ada"), (other, FILE, "Ada")}
    assert database.read_now(lambda conn: drafts.writing(conn, ["another"])) == []


def test_a_discarded_draft_can_be_taken_back_once(database: Database, writer: str) -> None:
    save(database, writer, "new", 0)
    put_aside = lambda: database.write_now(lambda conn: drafts.discard(conn, writer, COURSE, [FILE, "x.md"], 6.0))  # noqa: E731
    assert put_aside() == [FILE]
    assert put_aside() == []
    assert own(database, writer) == {}
    back = database.write_now(lambda conn: drafts.restore(conn, writer, COURSE, FILE, 7.0))
    assert back is not None
    assert (back.text, back.base_text, back.version, back.state) == ("new", "old", 3, "open")
    assert database.write_now(lambda conn: drafts.restore(conn, writer, COURSE, FILE, 7.0)) is None


def test_writing_after_publishing_begins_from_what_is_published(database: Database, writer: str) -> None:
    save(database, writer, "new", 0)
    database.write_now(lambda conn: drafts.published(conn, writer, COURSE, [FILE], 6.0))
    assert own(database, writer) == {}
    with pytest.raises(Newer) as refused:
        save(database, writer, "a tab left open", 1, base="new")
    assert refused.value.draft.state == "published"
    again = save(database, writer, "more", 2, base="new")
    assert (again.base_text, again.version) == ("new", 3)


def test_a_merge_moves_what_a_draft_rests_on(database: Database, writer: str) -> None:
    save(database, writer, "new", 0)
    assert save(database, writer, "both", 1, base="theirs", rebase=True).base_text == "theirs"


def test_what_cannot_be_stored_is_marked_or_refused(database: Database, writer: str) -> None:
    assert save(database, writer, "a\0b\ud800c\r\n", 0).text == "a\ufffdb\ufffdc\n"
    with pytest.raises(ValueError, match="at most"):
        save(database, writer, "x" * (drafts.LONGEST + 1), 1)
