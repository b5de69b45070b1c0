"""One's own data: the whole of it taken away, and deleted so that nothing is left that names anybody."""

import json
import re
import time
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.db import metadata
from app.learning import learners, own_data, xp
from tests.web.conftest import PASSWORD, Site
from tests.web.sample import flat
from tests.web.test_lessons import answer
from tests.web.test_skill_tests import RIGHT, begin, hand_in


def export(student: TestClient) -> dict[str, Any]:
    sent = student.get("/me/export")
    assert sent.status_code == 200
    assert re.fullmatch(r'attachment; filename="receptive-[\d-]{10}\.json"', sent.headers["content-disposition"])
    assert "no-store" in sent.headers["cache-control"]
    found: dict[str, Any] = sent.json()
    return found


def busy(student: TestClient) -> str:
    """Someone who has done a bit of everything; their id."""
    answer(student, "weights", "36864")
    answer(student, "steps", ["i-add", "i-conv", "i-relu"])
    hand_in(student, begin(student), RIGHT)
    student.get("/courses/sample/lessons/first?mine=1")
    student.post("/courses/sample/labs/is-it-deep/predictions", data={"value": "27"})
    student.post("/me/plan/time-zone", data={"zone": "Europe/Berlin"})
    student.post("/me/time", data={"count": "1"})
    student.post("/me/time/reports", data={"page": "a" * 32, "seconds": "60"})
    return str(student.get("/api/v1/me").json()["id"])


def rows_of(site: Site, learner_id: str) -> dict[str, int]:
    """How many rows each table has of a learner."""

    def count(conn: Any) -> dict[str, int]:
        own = [table for table in metadata.sorted_tables if "learner_id" in table.c]
        found = {t.name: len(conn.execute(select(t).where(t.c.learner_id == learner_id)).all()) for t in own}
        return {name: n for name, n in found.items() if n}

    return site.db.read_now(count)


def test_the_file_holds_every_row_and_no_secret(sample_site: Site, student: TestClient) -> None:
    learner_id = busy(student)
    sent = export(student)
    assert sent["id"] == learner_id
    assert {name: len(rows) for name, rows in sent["tables"].items() if rows and name != "learner"} == rows_of(
        sample_site, learner_id
    )
    assert {"attempt", "review_card", "skill_test", "time_spent", "visit", "xp_award"} <= rows_of(
        sample_site, learner_id
    ).keys()
    account = sample_site.account(email="one@example.org")
    secret = sample_site.token(account)
    program = sample_site.program(authorization=f"Bearer {secret}")
    said = json.dumps(export(program))
    assert "one@example.org" in said
    assert account.password_hash is not None
    assert account.password_hash not in said
    assert not [name for name in own_data.SECRETS if f'"{name}"' in said]


def test_every_table_that_names_a_learner_is_known() -> None:
    """One that names learners by another column, or hangs on a row of theirs, has to be thought of in own_data."""
    named = {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.c for fk in c.foreign_keys
             if fk.column.table.name == "learner" and c.name != "learner_id"}  # fmt: skip
    assert named == {"learner.merged_into", "comment.hidden_by"}
    owned = {table.name for table in own_data.owned()}
    hanging = {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.c for fk in c.foreign_keys
               if fk.column.table.name in owned}  # fmt: skip
    assert hanging == {"review_item.set_id", "share.parent", "comment.share_id", "report.share_id", "report.comment_id"}


def test_a_guest_deletes_what_they_did_and_another_loses_nothing(sample_site: Site, student: TestClient) -> None:
    other = sample_site.visitor()
    learner_id, others = busy(student), busy(other)
    theirs, ledger = rows_of(sample_site, others), rows_of(sample_site, learner_id)
    asked = flat(student.get("/me/delete").text)
    assert "cannot be undone" in asked
    assert "Your password" not in asked
    assert student.post("/me/delete", data={}).status_code == 422
    assert rows_of(sample_site, learner_id) == ledger, "not without the tick"
    gone = student.post("/me/delete", data={"sure": "1"})
    assert (gone.status_code, gone.headers["location"]) == (303, "/me/delete?done=1")
    assert "storage" in gone.headers["clear-site-data"]
    assert "Deleted" in flat(student.get(gone.headers["location"]).text)
    left = rows_of(sample_site, learner_id)
    assert left == {name: n for name, n in ledger.items() if name in own_data.LEDGER}
    assert rows_of(sample_site, others) == theirs
    assert sample_site.db.read_now(xp.verify) == []
    fresh = student.get("/api/v1/me").json()
    assert fresh["id"] != learner_id
    assert (fresh["xp"]["total"], fresh["attempts"]) == (0, [])


def test_an_account_is_deleted_by_its_password_alone_and_everywhere(sample_site: Site) -> None:
    owner, phone = sample_site.visitor(), sample_site.visitor()
    account = sample_site.account(email="gone@example.org")
    for browser in (owner, phone):
        browser.post("/sign-in", data={"email": "gone@example.org", "password": PASSWORD})
    busy(owner)
    program = sample_site.program(authorization=f"Bearer {sample_site.token(account)}")
    wrong = owner.post("/me/delete", data={"sure": "1", "password": "not this one"})
    assert wrong.status_code == 422
    assert "Nothing was deleted" in flat(wrong.text)
    assert program.get("/api/v1/me").json()["account"] is True
    assert owner.post("/me/delete", data={"sure": "1", "password": PASSWORD}).status_code == 303
    assert program.get("/api/v1/me").status_code == 401
    assert phone.get("/api/v1/me").json()["account"] is False
    row = sample_site.db.read_now(lambda conn: learners.get(conn, account.id))
    assert row is not None
    assert (row.kind, row.name, row.email, row.password_hash, row.role) == ("guest", "", None, None, "student")
    assert sample_site.visitor().post(
        "/sign-in", data={"email": "gone@example.org", "password": PASSWORD}
    ).status_code == 422  # fmt: skip
    again = sample_site.account(email="gone@example.org")
    assert again.id != account.id, "the address is free"


@pytest.mark.parametrize("told", [["60"], ["60", "60", "30"], ["86400"]], ids=["one", "again-and-late", "too-much"])
def test_time_is_a_page_s_own_sum(sample_site: Site, student: TestClient, told: list[str]) -> None:
    student.post("/me/time", data={"count": "1"})
    for seconds in told:
        assert student.post("/me/time/reports", data={"page": "b" * 32, "seconds": seconds}).status_code == 204
    rows = export(student)["tables"]["time_spent"]
    assert [row["seconds"] for row in rows] == [90 if told == ["86400"] else 60], "never longer than it reports"


def test_time_adds_up_over_pages_and_days_and_can_be_deleted(sample_site: Site, student: TestClient) -> None:
    student.post("/me/time", data={"count": "1"})
    student.post("/me/plan/time-zone", data={"zone": "Pacific/Auckland"})
    noon = 1_800_000_000 - 1_800_000_000 % 86_400 + 43_200
    for page, at in (("c", noon - 7200), ("d", noon), ("c", noon + 600)):
        sample_site.app.state.clock = lambda at=at: at
        student.post("/me/time/reports", data={"page": page * 32, "seconds": "600" if at > noon else "60"})
    rows = {row["page"][0]: (row["day"], row["seconds"]) for row in export(student)["tables"]["time_spent"]}
    assert rows["c"][1] == 600
    assert rows["d"][1] == 60
    assert rows["c"][0] < rows["d"][0], "in Auckland it is past midnight"
    sample_site.app.state.clock = time.time
    page = flat(student.get("/me").text)
    assert "0 h 11 min in all" in page
    student.post("/me/time/delete")
    assert export(student)["tables"]["time_spent"] == []
    assert "Delete what was counted" not in student.get("/me").text


def test_time_is_not_counted_unless_this_browser_was_told_to(student: TestClient) -> None:
    assert "Not counted, unless you want it" in flat(student.get("/me").text)
    student.post("/me/time/reports", data={"page": "e" * 32, "seconds": "60"})
    assert export(student)["tables"]["time_spent"] == []
    student.post("/me/time", data={"count": "1"})
    assert "This browser counts the time" in flat(student.get("/me").text)
    student.post("/me/time", data={})
    student.post("/me/time/reports", data={"page": "e" * 32, "seconds": "60"})
    assert export(student)["tables"]["time_spent"] == []
    for wrong in ({"page": "e", "seconds": "60"}, {"page": "e" * 32, "seconds": "-1"}, {"page": "e" * 32}):
        assert student.post("/me/time/reports", data=wrong).status_code == 422


def test_a_guest_s_time_goes_with_them(sample_site: Site, student: TestClient) -> None:
    student.post("/me/time", data={"count": "1"})
    student.post("/me/time/reports", data={"page": "f" * 32, "seconds": "60"})
    sample_site.account(email="with@example.org")
    student.post("/sign-in", data={"email": "with@example.org", "password": PASSWORD})
    assert [row["seconds"] for row in export(student)["tables"]["time_spent"]] == [60]
