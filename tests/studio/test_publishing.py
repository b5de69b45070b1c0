"""Publishing: once, whole, by whoever was first, over nothing that somebody else wrote."""

import threading
from contextlib import nullcontext
from pathlib import Path

import pytest

from app.content.library import Library
from app.db import Database
from app.studio import publications, publishing, revisions, writing
from app.studio.proposals import propose
from app.studio.publishing import NotWritable, Refused
from tests.studio.desk import COURSE, FILES, Desk, lay_out


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, lay_out(tmp_path / "lessons"))


def edited(file: str, before: str = "A first", after: str = "A changed") -> str:
    assert before in FILES[file]
    return FILES[file].replace(before, after)


def test_a_draft_becomes_the_file_a_revision_and_what_students_read(desk: Desk) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    made = desk.publish(ada, note="Clearer")
    assert (made.state, made.left, made.trouble, made.number) == ("done", (), "", 1)
    assert desk.path("first.md").read_text() == edited("first.md")
    course = desk.library.course(COURSE)
    assert course is not None
    assert "A changed paragraph." in str(course.lesson_by_slug["first"].sections)
    first, second = desk.history("first.md")
    assert (first.number, first.origin, first.author, second.number, second.origin) == (1, "disk", None, 2, "studio")
    assert (second.name, second.note, second.added, second.removed) == ("Ada Lovelace", "Clearer", 1, 1)
    assert desk.texts("first.md") == [FILES["first.md"], edited("first.md")]
    assert not desk.open(ada)
    assert desk.history("second.md") == []


def test_the_same_key_publishes_once(desk: Desk) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    one = desk.publish(ada, key="k")
    assert desk.publish(ada, "first.md", key="k") == one
    assert len(desk.history("first.md")) == 2


def test_what_was_not_ticked_stays_a_draft(desk: Desk) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    desk.write(ada, "second.md", "no front matter")
    desk.publish(ada, "first.md")
    assert list(desk.open(ada)) == ["second.md"]
    assert desk.disk("second.md") == FILES["second.md"]
    with pytest.raises(Refused) as refused:
        desk.publish(ada)
    assert refused.value.proposal.blocking
    assert desk.disk("second.md") == FILES["second.md"]


def test_an_error_that_stood_elsewhere_does_not_block(desk: Desk) -> None:
    ada = desk.instructor()
    desk.path("second.md").write_text("no front matter")
    desk.write(ada, "first.md", edited("first.md"))
    proposal = propose(desk.library, COURSE, desk.open(ada))
    assert proposal.elsewhere
    assert proposal.ready
    desk.publish(ada)
    assert desk.disk("first.md") == edited("first.md")


def test_the_later_of_two_publishers_is_refused_and_loses_nothing(desk: Desk) -> None:
    ada, bob = desk.instructor(), desk.instructor("Bob")
    desk.write(ada, "first.md", edited("first.md"))
    desk.write(bob, "first.md", edited("first.md", "The last", "The very last"))
    desk.publish(ada)
    with pytest.raises(Refused) as refused:
        desk.publish(bob)
    assert refused.value.proposal.stale == ("first.md",)
    assert desk.disk("first.md") == edited("first.md")
    held = desk.draft(bob, "first.md")
    assert held is not None
    assert held.text == edited("first.md", "The last", "The very last")


def test_a_file_that_changed_on_disk_is_kept_and_refuses(desk: Desk) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    desk.path("first.md").write_text("by hand")
    with pytest.raises(Refused):
        desk.publish(ada)
    assert desk.disk("first.md") == "by hand"


def test_marks_of_a_merge_are_not_published(desk: Desk) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md", "The last", "<<<<<<< yours\nThe last"))
    with pytest.raises(Refused) as refused:
        desk.publish(ada)
    assert [one.code for one in refused.value.proposal.blocking] == ["F109"]


def test_a_question_does_not_vanish(desk: Desk) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md", "first-one", "first-two"))
    with pytest.raises(Refused) as refused:
        desk.publish(ada)
    assert refused.value.proposal.vanishing.questions == ("first-one",)


def test_a_new_file_and_a_deletion_go_together(desk: Desk) -> None:
    ada = desk.instructor()
    desk.write(ada, "glossary.md", "## Window\n\nWhat is seen.\n")
    desk.publish(ada)
    assert [(r.number, r.origin) for r in desk.history("glossary.md")] == [(1, "studio")]
    desk.write(ada, "glossary.md", None)
    desk.publish(ada)
    assert not desk.path("glossary.md").exists()
    assert [r.deleted for r in desk.history("glossary.md")] == [False, True]


def test_a_course_that_begins_is_published_whole(database: Database, tmp_path: Path) -> None:
    desk = Desk(database, lay_out(tmp_path / "lessons", {}))
    ada = desk.instructor()
    for file, text in FILES.items():
        desk.write(ada, file, text)
    assert desk.library.course(COURSE) is None
    assert desk.publish(ada).left == ()
    course = desk.library.course(COURSE)
    assert course is not None
    assert [lesson.slug for lesson in course.lessons] == ["first", "second"]


def test_line_ends_stay_as_the_file_has_them(desk: Desk) -> None:
    ada = desk.instructor()
    desk.path("first.md").write_bytes(FILES["first.md"].replace("\n", "\r\n").encode())
    desk.write(ada, "first.md", edited("first.md"))
    desk.publish(ada)
    assert desk.path("first.md").read_bytes() == edited("first.md").replace("\n", "\r\n").encode()


def test_a_folder_that_takes_no_files_is_said_before_anything_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    monkeypatch.setattr(writing, "try_out", refuse)
    with pytest.raises(NotWritable, match="Permission denied"):
        desk.publish(ada)
    assert desk.history("first.md") == []
    assert list(desk.open(ada)) == ["first.md"]


def test_what_a_crash_left_is_finished(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    desk.write(ada, "second.md", edited("second.md"))

    def full(path: Path, text: str | None) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "replace", full)
        made = desk.publish(ada, key="k")
    assert (made.state, made.trouble) == ("planned", "No space left on device")
    # the disk is behind, which is no change of its own
    desk.db.write_now(lambda conn: revisions.seen(conn, COURSE, "first.md", desk.disk("first.md"), 9.0))
    assert len(desk.history("first.md")) == 2
    assert set(desk.open(ada)) == {"first.md", "second.md"}

    publishing.resume(desk.db, desk.library, 10.0)
    assert desk.disk("first.md") == edited("first.md")
    assert desk.disk("second.md") == edited("second.md")
    assert not desk.open(ada)
    assert not desk.db.read_now(publications.unfinished)


def test_a_hand_that_wrote_in_between_is_not_overwritten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "finish", lambda db, library, one, now, git: one)
        desk.publish(ada)
    desk.path("first.md").write_text("by hand")
    publishing.resume(desk.db, desk.library, 10.0)
    assert desk.disk("first.md") == "by hand"
    assert desk.texts("first.md") == [FILES["first.md"], edited("first.md"), "by hand"]
    assert list(desk.open(ada)) == ["first.md"], "what was published is still a draft, to be merged"


def test_what_was_typed_while_it_was_published_stays_a_draft(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "finish", lambda db, library, one, now, git: one)
        desk.publish(ada)
    later = edited("first.md").replace("The last", "The very last")
    desk.write(ada, "first.md", later)
    publishing.resume(desk.db, desk.library, 10.0)
    held = desk.open(ada)["first.md"]
    assert (held.text, held.base_text) == (later, edited("first.md"))
    desk.publish(ada)
    assert desk.disk("first.md") == later


@pytest.mark.parametrize("locks", [True, False])
def test_many_at_once_publish_one_after_the_other(desk: Desk, locks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts of their own, on a file system with locks or without."""
    if not locks:
        monkeypatch.setattr(writing, "alone", lambda _: nullcontext())
    people = [desk.instructor(f"Person {n}") for n in range(6)]
    for person in people[:3]:
        desk.write(person, "first.md", edited("first.md", "A first", f"By {person},"))
    for person in people[3:]:
        desk.write(person, "second.md", edited("second.md", "A first", f"By {person},"))
    published: list[str] = []
    refused: list[str] = []
    together = threading.Barrier(len(people))

    def act(who: str) -> None:
        host = Desk(desk.db, desk.folder)
        together.wait()
        try:
            host.publish(who)
            published.append(who)
        except Refused:
            refused.append(who)

    threads = [threading.Thread(target=act, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(published), len(refused)) == (2, 4)
    for file in ("first.md", "second.md"):
        assert [r.number for r in desk.history(file)] == [1, 2]
        assert desk.texts(file)[-1] == desk.disk(file)
    assert {who for who in people if desk.open(who)} == set(refused)


def test_another_process_sees_what_was_published(desk: Desk) -> None:
    other = Library(desk.folder, reload=True)
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    desk.publish(ada)
    course = next(
        c for c in iter(lambda: other.course(COURSE), None) if c and "A changed" in str(c.lessons[0].sections)
    )
    assert course.lesson_by_slug["first"].title == "The first lesson"


def test_an_unknown_course(desk: Desk) -> None:
    with pytest.raises(KeyError):
        publishing.publish(desk.db, desk.library, course="nowhere", learner_id="x", files=(), key="k", note="", now=1.0)


def test_a_link_goes_on_leading_where_it_led(tmp_path: Path) -> None:
    target, link = tmp_path / "there.md", tmp_path / "here.md"
    target.write_text("before")
    target.chmod(0o640)
    link.symlink_to(target)
    writing.replace(link, "after")
    assert (link.is_symlink(), target.read_text(), target.stat().st_mode & 0o777) == (True, "after", 0o640)
