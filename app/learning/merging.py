"""Signing in: what a guest did becomes the account's, once, with nothing lost and nothing counted twice."""

from typing import Any

from sqlalchemy import Connection, case, delete, exists, insert, literal, select, update

from app.learning import (
    bookmarks,
    comments,
    first_answers,
    keeping,
    lab_use,
    learners,
    moderation,
    notes,
    pen_names,
    plans,
    presence,
    regrades,
    review_sets,
    reviews,
    skill_tests,
    time_spent,
    xp,
)
from app.learning.learners import learner
from app.learning.predictions import prediction
from app.learning.progress import visit_table
from app.learning.records import attempt, question_progress
from app.runs.record import run_interest


def merge_into(conn: Connection, guest_id: str, account_id: str, now: float) -> bool:
    """See ``learners.merge``."""
    for held in sorted((guest_id, account_id)):  # always in this order, so that two merges cannot block each other
        conn.execute(select(learner.c.id).where(learner.c.id == held).with_for_update())
    guest, account = learners.get(conn, guest_id), learners.get(conn, account_id)
    if guest is None or guest.kind != "guest" or guest.merged_into is not None:
        return False
    if account is None or account.kind != "account":
        raise ValueError(f"{account_id} is no account")

    _attempts(conn, guest_id, account_id)
    _question_progress(conn, guest_id, account_id)
    _cards(conn, guest_id, account_id)
    _predictions(conn, guest_id, account_id)
    _visits(conn, guest_id, account_id)
    review_sets.merge(conn, guest_id, account_id, now)
    plans.merge(conn, guest_id, account_id)
    _interest(conn, guest_id, account_id)
    _awards(conn, guest_id, account_id)
    notes.merge(conn, guest_id, account_id)
    bookmarks.merge(conn, guest_id, account_id)
    skill_tests.merge(conn, guest_id, account_id)
    time_spent.merge(conn, guest_id, account_id)
    keeping.merge(conn, guest_id, account_id)
    comments.merge(conn, guest_id, account_id)
    moderation.merge(conn, guest_id, account_id)
    presence.merge(conn, guest_id)
    pen_names.merge(conn, guest_id, account_id)
    first_answers.merge(conn, guest_id, account_id)
    lab_use.merge(conn, guest_id, account_id)
    regrades.merge(conn, guest_id, account_id)
    # Whoever else holds the guest's token has not signed in.
    conn.execute(delete(learners.api_token).where(learners.api_token.c.learner_id == guest_id))
    conn.execute(
        update(learner)
        .where(learner.c.id == guest_id)
        .values(merged_into=account_id, merged=now, session_version=learner.c.session_version + 1)
    )
    return True


def _attempts(conn: Connection, guest: str, account: str) -> None:
    theirs = attempt.alias()
    clash = exists().where(theirs.c.learner_id == account, theirs.c.attempt_key == attempt.c.attempt_key)
    conn.execute(
        update(attempt)
        .where(attempt.c.learner_id == guest)
        .values(
            learner_id=account,
            attempt_key=case((clash, literal(f"{guest}:") + attempt.c.attempt_key), else_=attempt.c.attempt_key),
        )
    )


def _question_progress(conn: Connection, guest: str, account: str) -> None:
    table = question_progress
    mine = {(r["course"], r["question_id"]): dict(r) for r in _rows(conn, table, account)}
    for row in _rows(conn, table, guest):
        other = mine.get((row["course"], row["question_id"]))
        joined = _joined(dict(row), other) if other else dict(row)
        joined["learner_id"] = account
        if other:
            at = (table.c.course == row["course"], table.c.question_id == row["question_id"])
            conn.execute(update(table).where(table.c.learner_id == account, *at).values(joined))
        else:
            conn.execute(insert(table), joined)
    conn.execute(delete(table).where(table.c.learner_id == guest))


def _rows(conn: Connection, table: Any, learner_id: str) -> Any:
    return conn.execute(select(table).where(table.c.learner_id == learner_id)).mappings().all()


def _joined(guest: dict[str, Any], account: dict[str, Any]) -> dict[str, Any]:
    """One question's two rows as one: the draw and its state as last seen, the rest of both."""
    older, newer = sorted((account, guest), key=lambda row: row["updated"])
    first = min(
        (row for row in (guest, account) if row["attempts"]), key=lambda row: row["first_answered"], default=newer
    )
    last = [row["last_attempt"] for row in (older, newer) if row["last_attempt"] is not None]
    return newer | {
        "series": max(guest["series"], account["series"]),
        "attempts": guest["attempts"] + account["attempts"],
        "answered_correctly": guest["answered_correctly"] or account["answered_correctly"],
        "first_try": first["first_try"],
        "first_answered": first["first_answered"],
        "last_attempt": newer["last_attempt"] if newer["last_attempt"] is not None else max(last, default=None),
    }


def _cards(conn: Connection, guest: str, account: str) -> None:
    table = reviews.review_card
    for course in conn.execute(select(table.c.course).where(table.c.learner_id == guest).distinct()).scalars().all():
        mine = reviews.cards(conn, account, course)
        for id, card in reviews.cards(conn, guest, course).items():
            reviews.keep(conn, account, course, reviews.joined(card, mine[id]) if id in mine else card)
    conn.execute(delete(table).where(table.c.learner_id == guest))


def _predictions(conn: Connection, guest: str, account: str) -> None:
    """Of two predictions for a lab, the earlier stands."""
    mine = {(row["course"], row["lab_id"]): row for row in _rows(conn, prediction, account)}
    for row in _rows(conn, prediction, guest):
        other = mine.get((row["course"], row["lab_id"]))
        at = (prediction.c.course == row["course"], prediction.c.lab_id == row["lab_id"])
        if other is None:
            conn.execute(insert(prediction), dict(row) | {"learner_id": account})
        elif row["created"] < other["created"]:
            values = {"value": row["value"], "created": row["created"]}
            conn.execute(update(prediction).where(prediction.c.learner_id == account, *at).values(values))
    conn.execute(delete(prediction).where(prediction.c.learner_id == guest))


def _visits(conn: Connection, guest: str, account: str) -> None:
    mine = {(row["course"], row["lesson"]): row for row in _rows(conn, visit_table, account)}
    for row in _rows(conn, visit_table, guest):
        other = mine.get((row["course"], row["lesson"]))
        at = (visit_table.c.course == row["course"], visit_table.c.lesson == row["lesson"])
        if other is None:
            conn.execute(insert(visit_table), dict(row) | {"learner_id": account})
        else:
            values = {"first": min(row["first"], other["first"]), "last": max(row["last"], other["last"])}
            conn.execute(update(visit_table).where(visit_table.c.learner_id == account, *at).values(values))
    conn.execute(delete(visit_table).where(visit_table.c.learner_id == guest))


def _interest(conn: Connection, guest: str, account: str) -> None:
    """Runs that the guest waits for."""
    table, theirs = run_interest, run_interest.alias()
    both = exists().where(theirs.c.learner_id == account, theirs.c.run_id == table.c.run_id)
    conn.execute(update(table).where(table.c.learner_id == guest, ~both).values(learner_id=account))
    conn.execute(delete(table).where(table.c.learner_id == guest))


def _awards(conn: Connection, guest: str, account: str) -> None:
    """The guest's ledger stays as it was written; what the account lacks of it is written there too."""
    theirs, ledger = xp.xp_award.alias(), xp.xp_award
    had = exists().where(theirs.c.learner_id == account, theirs.c.award_key == ledger.c.award_key)
    columns = ["award_key", "amount", "reason", "course", "created"]
    copied = (
        select(literal(account), *(ledger.c[name] for name in columns))
        .where(ledger.c.learner_id == guest, ~had)
        .order_by(ledger.c.id)
    )
    conn.execute(insert(ledger).from_select(["learner_id", *columns], copied))
    xp.rebuild(conn, account)
    xp.rebuild(conn, guest)
