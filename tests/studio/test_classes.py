"""Classes on both databases: joining, leaving, removing, and what is told of it."""

import time
import uuid

import pytest

from app.db import Database
from app.learning import learners, own_data
from app.learning.learners import Learner
from app.studio import classes
from app.studio.classes import UNDO, Class


def account(database: Database, name: str = "Ada") -> Learner:
    id = uuid.uuid4().hex
    return database.write_now(
        lambda conn: learners.create_account(conn, id, name, f"{name.lower()}-{id}@example.org", "x", time.time())
    )


def made(database: Database, course: str = "a-course", emails: bool = False, id: str = "") -> Class:
    found = database.write_now(
        lambda conn: classes.make(conn, id or uuid.uuid4().hex, course, "Autumn", emails, 1000.0)
    )
    assert found is not None
    return found


def join(database: Database, group: Class, who: Learner, now: float) -> str:
    return database.write_now(lambda conn: classes.join(conn, group, who.id, now))


def of(database: Database, who: Learner) -> list[classes.Membership]:
    return database.read_now(lambda conn: classes.of_learner(conn, who.id))


def names(database: Database, group: Class) -> list[str]:
    return [one.name for one in database.read_now(lambda conn: classes.members(conn, group, 50))]


def code(database: Database, group: Class, of: Learner) -> str:
    found = database.read_now(lambda conn: classes.membership(conn, group.id, of.id))
    assert found is not None
    return found.member.code


def test_a_class_is_made_once_and_belongs_to_its_course(database: Database) -> None:
    group = made(database)
    again = made(database, id=group.id)
    assert again == group
    assert database.write_now(lambda conn: classes.make(conn, group.id, "another", "Mine", False, 1.0)) is None
    assert database.read_now(lambda conn: classes.find(conn, "another", group.id)) is None
    assert database.read_now(lambda conn: classes.of_course(conn, "another")) == []
    assert database.read_now(lambda conn: classes.of_course(conn, "a-course")) == [(group, 0)]


def test_joining_twice_counts_once_and_leaving_is_taken_back(database: Database) -> None:
    group, ada, ben = made(database), account(database), account(database, "Ben")
    for who in (ben, ada):
        assert join(database, group, who, 1.0) == "joined"
        assert join(database, group, who, 2.0) == "already"
    assert names(database, group) == ["Ada", "Ben"]
    assert database.read_now(lambda conn: classes.count(conn, group.id)) == 2
    left = code(database, group, ada)
    assert database.write_now(lambda conn: classes.leave(conn, group.id, ada.id, 10.0))
    assert not database.write_now(lambda conn: classes.leave(conn, group.id, ada.id, 11.0))
    assert names(database, group) == ["Ben"]
    assert database.read_now(lambda conn: classes.member(conn, group, left)) is None
    assert not database.write_now(lambda conn: classes.bring_back(conn, group.id, left, 12.0)), "only they themselves"
    assert not database.write_now(lambda conn: classes.return_to(conn, group.id, ada.id, 11.0 + UNDO))
    assert database.write_now(lambda conn: classes.return_to(conn, group.id, ada.id, 12.0))
    assert database.write_now(lambda conn: classes.return_to(conn, group.id, ada.id, 12.0)), "twice is once"
    assert names(database, group) == ["Ada", "Ben"]
    assert code(database, group, ada) == left


def test_who_was_removed_comes_back_by_a_new_link_or_an_instructor(database: Database) -> None:
    group, ada = made(database), account(database)
    database.write_now(lambda conn: classes.join(conn, group, ada.id, 1000.0))
    its = code(database, group, ada)
    assert database.write_now(lambda conn: classes.remove(conn, group.id, its, 2000.0))
    assert names(database, group) == []
    assert [one.name for one in database.read_now(lambda conn: classes.removed(conn, group, 2001.0))] == ["Ada"]
    assert not database.write_now(lambda conn: classes.return_to(conn, group.id, ada.id, 2001.0))
    assert database.write_now(lambda conn: classes.join(conn, group, ada.id, 2001.0)) == "refused"
    assert database.write_now(lambda conn: classes.bring_back(conn, group.id, its, 2002.0))
    assert names(database, group) == ["Ada"]
    database.write_now(lambda conn: classes.remove(conn, group.id, its, 3000.0))
    assert database.write_now(lambda conn: classes.renew(conn, group.id, group.secret, 4000.0))
    assert not database.write_now(lambda conn: classes.renew(conn, group.id, group.secret, 4001.0)), "once"
    fresh = database.read_now(lambda conn: classes.find(conn, "a-course", group.id))
    assert fresh is not None
    assert fresh.secret != group.secret
    assert database.write_now(lambda conn: classes.join(conn, fresh, ada.id, 5000.0)) == "joined"


def test_a_link_leads_nowhere_while_the_class_is_closed_or_put_away(database: Database) -> None:
    group = made(database)

    def leads() -> bool:
        return database.read_now(lambda conn: classes.by_secret(conn, group.secret)) is not None

    def change(**values: float | None) -> None:
        database.write_now(lambda conn: classes.change(conn, group.id, **values))

    assert leads()
    for what in ("closed", "archived"):
        change(**{what: 1.0})
        assert not leads()
        change(**{what: None})
        assert leads()
    assert len(group.secret) >= 24


@pytest.mark.parametrize("emails", [True, False])
def test_addresses_are_shown_only_where_that_was_said(database: Database, emails: bool) -> None:
    group, ada = made(database, emails=emails), account(database)
    database.write_now(lambda conn: classes.join(conn, group, ada.id, 1.0))
    (one,) = database.read_now(lambda conn: classes.members(conn, group, 50))
    assert one.email == (ada.email if emails else None)


def test_what_was_exported_is_told_to_those_who_were_in_it_then(database: Database) -> None:
    group, ada, ben, staff = made(database), account(database), account(database, "Ben"), account(database, "Dr Who")
    database.write_now(lambda conn: classes.join(conn, group, ada.id, 1.0))
    database.write_now(lambda conn: classes.exported(conn, group.id, "csv", False, staff.id, 5.0))
    database.write_now(lambda conn: classes.join(conn, group, ben.id, 10.0))
    database.write_now(lambda conn: classes.leave(conn, group.id, ada.id, 15.0))
    database.write_now(lambda conn: classes.exported(conn, group.id, "xapi", True, staff.id, 20.0))
    for who, formats in ((ada, ["csv"]), (ben, ["xapi"])):
        (one,) = of(database, who)
        assert [(export.format, export.by) for export in one.exports] == [(f, "Dr Who") for f in formats]
    database.write_now(lambda conn: own_data.forget(conn, staff.id))
    (told,) = database.read_now(lambda conn: classes.exports(conn, group.id, 15.0))
    assert told.by == ""


def test_who_leaves_the_site_leaves_its_classes(database: Database) -> None:
    group, ada = made(database), account(database)
    database.write_now(lambda conn: classes.join(conn, group, ada.id, 1.0))
    told = database.read_now(lambda conn: own_data.everything(conn, ada.id))
    assert [row["class_id"] for row in told["class_member"]] == [group.id]
    database.write_now(lambda conn: own_data.forget(conn, ada.id))
    assert names(database, group) == []
    assert database.read_now(lambda conn: classes.of_learner(conn, ada.id)) == []


def test_a_guest_who_signs_in_brings_no_class_along(database: Database) -> None:
    """A guest is in no class (joining needs an account), and an account's classes stay its own."""
    group, ada, guest = made(database), account(database), uuid.uuid4().hex
    database.write_now(lambda conn: learners.ensure(conn, guest, 1.0))
    database.write_now(lambda conn: classes.join(conn, group, ada.id, 1.0))
    before = database.read_now(lambda conn: classes.of_learner(conn, ada.id))
    assert database.write_now(lambda conn: learners.merge(conn, guest, ada.id, 2.0))
    assert database.read_now(lambda conn: classes.of_learner(conn, ada.id)) == before
    with pytest.raises(learners.Merged):
        database.write_now(lambda conn: classes.join(conn, group, guest, 3.0))
