"""Which addresses of courses can be given away."""

from sqlalchemy import Connection, exists, select

from app.learning.staff import course_staff
from app.studio import revisions
from app.studio.classes import study_class


def left_behind(conn: Connection, course: str) -> bool:
    """Whether a course of this address has classes, staff or revisions, though its folder may be gone.

    Whoever takes the address over would get all of them.
    """
    found = (exists().where(table.c.course == course) for table in (study_class, course_staff))
    return any(conn.execute(select(one)).scalar_one() for one in found) or bool(revisions.files(conn, course))
