"""The name that a learner chose to be seen under: one each, apart from the account's own, nobody else's."""

import unicodedata

from sqlalchemy import Column, Connection, Double, ForeignKey, Table, Text, delete, insert, select, update

from app.content.remarks import one_line
from app.db import metadata
from app.learning import learners
from app.words import _

#: Characters of a name.
SHORTEST, LONGEST = 2, 30
#: What nobody is called: it would be taken for the site or its staff.
RESERVED = frozenset(
    (
        *("admin", "administrator", "aprivatemodel", "assistant", "guest", "instructor", "lecturer", "moderator"),
        *("nobody", "professor", "receptive", "root", "staff", "student", "system", "teacher", "tutor", "you"),
    )
)

pen_name = Table(
    "pen_name",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("name", Text, nullable=False),
    # The name as far as people tell names apart.
    Column("folded", Text, nullable=False, unique=True),
    Column("chosen", Double, nullable=False),
)


class UnfitName(ValueError):
    """This name cannot be chosen; the message says why."""


def of(conn: Connection, learner_id: str) -> str:
    """The name that was chosen; empty where none was."""
    return conn.execute(select(pen_name.c.name).where(pen_name.c.learner_id == learner_id)).scalar() or ""


def read(typed: str) -> str:
    """A name as it is kept. Raises UnfitName."""
    name = one_line(unicodedata.normalize("NFKC", typed), LONGEST + 1)
    if not SHORTEST <= len(name) <= LONGEST:
        raise UnfitName(_("A name has %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST))
    if not all(c.isalnum() or c in " .-_'’" or unicodedata.category(c).startswith("M") for c in name):
        raise UnfitName(_("A name is made of letters, digits, spaces, dots, hyphens and apostrophes."))
    if folded(name) in RESERVED or not folded(name):
        raise UnfitName(_("This name would be taken for the site or its staff. Choose another."))
    return name


def folded(name: str) -> str:
    """Without case, accents, spaces and signs."""
    apart = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in apart if c.isalnum())


def choose(conn: Connection, learner_id: str, typed: str, now: float) -> str:
    """Be called so from now on, everywhere. Raises UnfitName, also where another has this name, and Merged."""
    learners.ensure(conn, learner_id, now)
    name = read(typed)
    taken = select(pen_name.c.learner_id).where(pen_name.c.folded == folded(name))
    if (conn.execute(taken).scalar() or learner_id) != learner_id:
        raise UnfitName(_("Somebody here has this name already. Choose another."))
    values = {"name": name, "folded": folded(name), "chosen": now}
    if not conn.execute(update(pen_name).where(pen_name.c.learner_id == learner_id).values(values)).rowcount:
        conn.execute(insert(pen_name), {"learner_id": learner_id, **values})
    return name


def merge(conn: Connection, guest: str, account: str) -> None:
    """An account that has no name gets the guest's."""
    if of(conn, account):
        conn.execute(delete(pen_name).where(pen_name.c.learner_id == guest))
    else:
        conn.execute(update(pen_name).where(pen_name.c.learner_id == guest).values(learner_id=account))
