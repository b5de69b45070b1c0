"""Since when a question stands in its file as it does now, from the file's revisions."""

import re
from itertools import pairwise

from sqlalchemy import Connection, bindparam, select

from app.db import Prepared
from app.studio.revisions import studio_revision

#: Revisions looked through, the newest first.
MOST = 200
_TEXTS = Prepared(
    select(studio_revision.c.text, studio_revision.c.created)
    .where(studio_revision.c.course == bindparam("course"), studio_revision.c.file == bindparam("file"))
    .order_by(studio_revision.c.number.desc())
    .limit(MOST)
)


def last(conn: Connection, course: str, file: str, question: str) -> float | None:
    """When the question was last changed (UTC epoch seconds); None where it never was, as far as is known."""
    rows = _TEXTS.rows(conn, {"course": course, "file": file})
    if not rows:
        return None
    now = block(rows[0].text or "", question)
    for newer, older in pairwise(rows):
        if block(older.text or "", question) != now:
            return float(newer.created)
    return None


def block(text: str, question: str) -> str:
    """The lines of a question's directive, without spaces at their ends; empty where it is not there."""
    opened = re.search(rf"^(:{{3,}})\{{question\}}\s+{re.escape(question)}\s*$", text, re.MULTILINE)
    if not opened:
        return ""
    lines = text[opened.start() :].splitlines()
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == opened.group(1)), len(lines) - 1)
    return "\n".join(line.rstrip() for line in lines[: end + 1])
