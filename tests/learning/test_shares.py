"""Shares, their gallery, names and ancestry, on both databases."""

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from app.db import Database
from app.lab.catalogue import spec
from app.learning import ancestry, gallery, keeping, learners, merging, pen_names, shares
from app.learning.gallery import Asked
from app.learning.shares import Measured, New, Share

NET = "net = nn.Conv2d(3, {}, 3)\n"


def net(width: int) -> New:
    return New("run", spec("parameters", code=NET.format(width)), f"Net {width}", course="a-course")


def keep(database: Database, learner: str, new: New, now: float = 1.0) -> Share:
    return database.write_now(lambda conn: keeping.create(conn, learner, new, now))[0]


def publish(database: Database, learner: str, width: int, now: float, **figures: float) -> Share:
    one = keep(database, learner, replace(net(width), visibility="gallery"), now)
    database.write_now(lambda conn: keeping.measured(conn, one.id, Measured(**figures), 1))  # type: ignore[arg-type]
    return one


def found(database: Database, asked: Asked, most: int = 50) -> list[str]:
    return [one.title for one in database.read_now(lambda conn: gallery.page(conn, asked, most))]


def test_many_who_send_the_same_at_once_keep_it_once(database: Database) -> None:
    database.write_now(lambda conn: learners.ensure(conn, "ann", 0.0))
    kept: list[tuple[Share, bool]] = []

    def send() -> None:
        kept.append(database.write_now(lambda conn: keeping.create(conn, "ann", net(4), 1.0)))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.token for one, _ in kept}) == 1
    assert sum(fresh for _, fresh in kept) == 1
    assert keep(database, "bob", net(4)).token != kept[0][0].token


def test_an_address_cannot_be_guessed(database: Database) -> None:
    tokens = {keep(database, "ann", net(width)).token for width in range(1, 9)}
    assert len(tokens) == 8
    assert {len(token) for token in tokens} == {22}, "16 random bytes in base64"


@pytest.mark.parametrize("visibility", shares.VISIBILITIES)
def test_the_rule(database: Database, visibility: shares.Visibility) -> None:
    one = keep(database, "ann", replace(net(4), visibility=visibility))

    def seen(viewer: str) -> bool:
        return database.read_now(lambda conn: shares.find(conn, one.token, viewer)) is not None

    assert seen("ann")
    assert seen("bob") is (visibility != "private")
    assert found(database, Asked()) == (["Net 4"] if visibility == "gallery" else [])
    database.write_now(lambda conn: keeping.remove(conn, "ann", one.token, 2.0))
    assert not seen("ann")
    assert not seen("bob")
    assert found(database, Asked()) == []
    database.write_now(lambda conn: keeping.restore(conn, "ann", one.token, 3.0))
    assert seen("ann")
    assert not seen("bob"), "what was deleted comes back as private"


def test_what_was_deleted_goes_for_good_after_a_while(database: Database) -> None:
    one, other = keep(database, "ann", net(4)), keep(database, "ann", net(5))
    child = keep(database, "bob", replace(net(6), parent=one.id))
    database.write_now(lambda conn: keeping.remove(conn, "ann", one.token, 10.0))
    late = 11.0 + shares.UNDO
    assert not database.write_now(lambda conn: keeping.restore(conn, "ann", one.token, late))
    database.write_now(lambda conn: keeping.remove(conn, "ann", other.token, late))
    left = database.read_now(lambda conn: shares.mine(conn, "ann", 10, late))
    assert [each.token for each in left] == [other.token]
    grown = database.read_now(lambda conn: shares.find(conn, child.token, "bob"))
    assert grown is not None
    assert grown.parent is None


def test_a_guests_shares_and_name_go_with_the_guest(database: Database) -> None:
    def write(conn: Connection) -> None:
        learners.ensure(conn, "guest", 0.0)
        learners.create_account(conn, "account", "Ann Real", "ann@example.org", "hash", 0.0)
        pen_names.choose(conn, "guest", "Ann of the Net", 0.0)

    database.write_now(write)
    by_guest, twice = keep(database, "guest", replace(net(4), visibility="link")), keep(database, "guest", net(5))
    keep(database, "account", net(5))
    database.write_now(lambda conn: merging.merge_into(conn, "guest", "account", 5.0))
    left = database.read_now(lambda conn: shares.mine(conn, "account", 10, 5.0))
    assert len(left) == 3
    assert {by_guest.token, twice.token} <= {one.token for one in left}, "their addresses stay good"
    assert {one.name for one in left} == {"Ann of the Net"}
    assert database.read_now(lambda conn: shares.mine(conn, "guest", 10, 5.0)) == []
    with pytest.raises(learners.Merged):
        keep(database, "guest", net(6))


def test_a_name_is_nobody_elses_however_it_is_written(database: Database) -> None:
    def choose(learner: str, name: str) -> str:
        return database.write_now(lambda conn: pen_names.choose(conn, learner, name, 1.0))

    assert choose("ann", "  Zoë   K. ") == "Zoë K."
    assert choose("ann", "Zoë K") == "Zoë K"
    for taken in ("zoe k", "ZOË-K", "Ｚｏｅ Ｋ"):
        with pytest.raises(pen_names.UnfitName, match="Somebody"):
            choose("bob", taken)
    for unfit in ("", "x", "Instructor", "a private model", "x" * 31, "<b>hi</b>", "ann@example.org", "…"):
        with pytest.raises(pen_names.UnfitName):
            choose("bob", unfit)


def test_the_gallery_is_filtered_sorted_and_paged(database: Database) -> None:
    database.write_now(lambda conn: pen_names.choose(conn, "ann", "Ann Onym", 0.0))
    for width in range(1, 8):
        figures = {"params": 100 * width, "macs": 1000 - width, "accuracy": width / 10} if width != 4 else {}
        publish(database, "ann", width, float(width), **figures)
    keep(database, "ann", replace(net(8), visibility="link"))
    names = [f"Net {width}" for width in (7, 6, 5, 4, 3, 2, 1)]
    assert found(database, Asked()) == found(database, Asked(course="a-course")) == names
    assert found(database, Asked(course="another")) == []
    assert found(database, Asked(params=200)) == ["Net 2", "Net 1"]
    assert found(database, Asked(accuracy=0.6)) == ["Net 7", "Net 6"]
    assert found(database, Asked(experiment="trace")) == []
    assert found(database, Asked(words="ONYM net 3")) == ["Net 3"]
    assert found(database, Asked(words="%")) == found(database, Asked(words="_")) == []
    assert found(database, Asked(sort="params")) == [f"Net {width}" for width in (1, 2, 3, 5, 6, 7)]
    assert found(database, Asked(sort="macs", course="a-course"))[0] == "Net 7"
    for sort in gallery.SORTS:
        assert through(database, Asked(sort=sort)) == found(database, Asked(sort=sort))


def through(database: Database, asked: Asked) -> list[str]:
    """Page after page."""
    page = database.read_now(lambda conn: gallery.page(conn, asked, 2))
    if not page:
        return []
    after = gallery.read_cursor(gallery.cursor(page[-1], asked.sort), asked.sort)
    return [one.title for one in page] + through(database, replace(asked, after=after))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=60), st.sampled_from(gallery.SORTS))
def test_any_text_is_a_cursor_or_none(text: str, sort: gallery.Sort) -> None:
    made = gallery.read_cursor(text, sort)
    assert made is None or gallery.read_cursor(f"{made[0]!r}:{made[1]}", sort) == made


def test_the_line_is_bounded_and_shows_what_may_be_come_upon(database: Database) -> None:
    parent: int | None = None
    for width in range(1, 20):
        visibility: shares.Visibility = "gallery" if width % 2 else "link"
        one = keep(database, f"l{width}", replace(net(width), visibility=visibility, parent=parent))
        parent = one.id
    line = database.read_now(lambda conn: ancestry.of(conn, one, "somebody"))
    assert len(line) == ancestry.MOST
    assert [bool(each.url) for each in line[:4]] == [False, True, False, True]
    assert [each.title for each in line[:4]] == ["", "Net 17", "", "Net 15"]
    mine = database.read_now(lambda conn: ancestry.of(conn, one, "l18"))
    assert mine[0].title == "Net 18"


def test_one_keeps_a_bounded_number(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    keep(database, "ann", net(1))
    gone = keep(database, "ann", net(2))
    with pytest.raises(keeping.TooMany):
        keep(database, "ann", net(3))
    database.write_now(lambda conn: keeping.remove(conn, "ann", gone.token, 1.0))
    keep(database, "ann", net(3))


def test_titles_and_descriptions_are_cleaned_and_cut(database: Database) -> None:
    dirty = replace(net(4), title=" a\u202e\n b\x00\u200b " + "x" * 200, description="l1\r\nl2\x07\t" + "y" * 3000)
    one = keep(database, "ann", dirty)
    assert one.title.startswith("a b xx")
    assert len(one.title) == keeping.LONGEST_TITLE
    assert one.title == one.title.strip()
    assert one.description.startswith("l1\nl2    y")
    assert len(one.description) == keeping.LONGEST_DESCRIPTION


def test_a_search_that_finds_nothing_ends(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in range(1, 6):
        publish(database, "ann", width, float(width))
    monkeypatch.setattr(gallery, "MOST_SEARCHED", 2)
    assert found(database, Asked(words="net")) == ["Net 5", "Net 4"]
    assert found(database, Asked(words="net 1", course="a-course")) == []
    assert len(found(database, Asked())) == 5
