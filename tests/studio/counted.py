"""Answers counted, as a page of the studio has them counted."""

from app.content.course import Course
from app.db import Database
from app.studio import gathering


def count(db: Database, course: Course, now: float) -> None:
    more = True
    while more:
        step = db.read_now(lambda conn: gathering.look(conn, course, now))
        db.write_now(lambda conn, step=step: gathering.keep(conn, course.slug, step))  # type: ignore[misc]
        more = step.more
