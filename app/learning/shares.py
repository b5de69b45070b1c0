"""What learners keep and share: a run, a network, or a challenge's solution, with what was measured of it.

A share is a row of its own beside the run, which is named by its content and belongs to nobody. It holds the whole
spec, so it outlives the run and the lab's version. ``may_see`` is the one rule of who may see it; everything that is
not its owner's finds it by ``find`` or in the gallery (app.learning.gallery).
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    or_,
    select,
    text,
)

from app.db import Serial, metadata
from app.lab.messages import RunSpec
from app.learning.pen_names import pen_name

Kind = Literal["run", "network", "solution"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Its owner alone; whoever has its address; everyone, in its course's gallery.
Visibility = Literal["private", "link", "gallery"]
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)

#: What names a share in addresses: 128 random bits.
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
#: Seconds for which a deleted share can be brought back.
UNDO = 14 * 86_400.0

_PUBLIC = text("published IS NOT NULL")

share = Table(
    "share",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    Column("kind", Text, nullable=False),
    # JSON of a RunSpec, and a hash of what makes two shares of one learner equal.
    Column("spec", Text, nullable=False),
    Column("spec_key", Text, nullable=False),
    Column("experiment", Text, nullable=False),
    # Where it belongs; null where it does not.
    Column("course", Text),
    Column("lab", Text),
    Column("question", Text),
    # JSON of a solution: how it fared when it was sent.
    Column("outcome", Text),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    # What is searched: title and description without case.
    Column("words", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("parent", Serial, ForeignKey("share.id", ondelete="SET NULL"), index=True),
    # What was measured, and by which version of the lab; null where it was not.
    Column("lab_version", Integer),
    Column("params", BigInteger),
    Column("macs", BigInteger),
    Column("depth", Integer),
    Column("rf", Integer),
    Column("accuracy", Double),
    # JSON: what else a card shows of the result.
    Column("facts", Text),
    Column("created", Double, nullable=False),
    Column("changed", Double, nullable=False),
    # Since when it is in the gallery; null while it is not.
    Column("published", Double),
    Column("deleted", Double),
    # When an instructor hid it; its owner cannot show it until it is released.
    Column("held", Double),
    CheckConstraint(f"kind IN {KINDS}", "kind"),
    CheckConstraint(f"visibility IN {VISIBILITIES}", "visibility"),
    CheckConstraint("published IS NULL OR (visibility = 'gallery' AND deleted IS NULL)", "published"),
    Index(None, "learner_id", "id"),
    Index("share_equal", "learner_id", "spec_key"),
    Index(
        "share_deleted",
        "deleted",
        sqlite_where=text("deleted IS NOT NULL"),
        postgresql_where=text("deleted IS NOT NULL"),
    ),
)
for _measure in ("published", "params", "macs", "accuracy"):
    for _place in ((), ("course",)):
        Index(
            f"share_gallery_{'_'.join((*_place, _measure))}",
            *(share.c[name] for name in (*_place, _measure, "id")),
            sqlite_where=_PUBLIC,
            postgresql_where=_PUBLIC,
        )
Index(
    "share_solutions",
    share.c.course,
    share.c.question,
    share.c.published,
    sqlite_where=_PUBLIC,
    postgresql_where=_PUBLIC,
)


@dataclass(frozen=True)
class Measured:
    """What the lab found, for cards, filters and plots; None where it was not measured."""

    params: int | None = None
    #: Multiply-adds for one image.
    macs: int | None = None
    #: Layers with weights, one after another.
    depth: int | None = None
    #: The longer side of the last unit's receptive field, in pixels.
    rf: int | None = None
    #: From 0 to 1, over the last steps of a short training on the bundled digits.
    accuracy: float | None = None
    #: ``{"reads": [[label, value]], "layers": [[kind, channels, side]], "skips": is any layer passed by}``.
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Share:
    id: int
    token: str
    learner_id: str
    kind: Kind
    spec: RunSpec
    title: str
    description: str
    visibility: Visibility
    measured: Measured
    #: The version of the lab that measured it; None before.
    lab_version: int | None
    created: float
    changed: float
    course: str | None = None
    lab: str | None = None
    question: str | None = None
    #: Of a solution: ``{"correct", "score", "said": [[met, html]]}``.
    outcome: Mapping[str, Any] | None = None
    parent: int | None = None
    published: float | None = None
    deleted: float | None = None
    #: When an instructor hid it; None where none did.
    held: float | None = None
    #: The name that its owner chose; empty where none was.
    name: str = ""

    @property
    def url(self) -> str:
        return f"/nexus/s/{self.token}"

    @property
    def reads(self) -> Sequence[Sequence[str]]:
        """What its own experiment found, as (label, value), where the common figures say nothing."""
        return () if self.measured.params is not None else self.measured.facts.get("reads") or ()

    @property
    def public(self) -> bool:
        """Whether it stands in the gallery."""
        return self.published is not None


@dataclass(frozen=True)
class New:
    """What is to be kept."""

    kind: Kind
    spec: RunSpec
    title: str
    description: str = ""
    visibility: Visibility = "private"
    course: str | None = None
    lab: str | None = None
    question: str | None = None
    outcome: Mapping[str, Any] | None = None
    parent: int | None = None

    @property
    def key(self) -> str:
        """The same for what is the same, whatever it is called and whoever sees it."""
        told = [self.kind, self.course if self.question else None, self.question, self.spec.as_json()]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def may_see(one: Share, viewer_id: str) -> bool:
    """The rule: its owner, and others unless it is private. What is deleted nobody sees, but its owner to undo that."""
    return one.deleted is None and (one.learner_id == viewer_id or one.visibility != "private")


#: A share with its owner's chosen name.
ROWS = select(share, pen_name.c.name).select_from(
    share.outerjoin(pen_name, pen_name.c.learner_id == share.c.learner_id)
)


def find(conn: Connection, token: str, viewer_id: str) -> Share | None:
    """The share of this address, if this viewer may see it. Not every text may be asked of a database."""
    if not TOKEN.fullmatch(token):
        return None
    row = conn.execute(ROWS.where(share.c.token == token)).mappings().first()
    found = None if row is None else of_row(row)
    return found if found is not None and may_see(found, viewer_id) else None


def mine(conn: Connection, learner_id: str, most: int, now: float, before: int | None = None) -> list[Share]:
    """A learner's own, newest first, deleted ones that can be brought back among them; from before an id."""
    kept = or_(share.c.deleted.is_(None), share.c.deleted >= now - UNDO)
    asked = ROWS.where(share.c.learner_id == learner_id, kept)
    if before is not None:
        asked = asked.where(share.c.id < before)
    return [of_row(row) for row in conn.execute(asked.order_by(share.c.id.desc()).limit(most)).mappings()]


def same(conn: Connection, learner_id: str, new: New) -> Share | None:
    """The share of the same thing that this learner keeps already."""
    asked = ROWS.where(share.c.learner_id == learner_id, share.c.spec_key == new.key, share.c.deleted.is_(None))
    row = conn.execute(asked.order_by(share.c.id)).mappings().first()
    return None if row is None else of_row(row)


def of_row(row: RowMapping) -> Share:
    figures = {name: row[name] for name in ("params", "macs", "depth", "rf", "accuracy")}
    same_names = ("id", "token", "learner_id", "kind", "title", "description", "visibility", "lab_version", "created")
    more = ("changed", "course", "lab", "question", "parent", "published", "deleted", "held")
    return Share(
        **{name: row[name] for name in (*same_names, *more)},
        spec=RunSpec.from_json(json.loads(row["spec"])),
        outcome=None if row["outcome"] is None else json.loads(row["outcome"]),
        measured=Measured(**figures, facts=json.loads(row["facts"]) if row["facts"] else {}),
        name=row["name"] or "",
    )
