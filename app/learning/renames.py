"""What a learner left in a lesson, after the lesson was renamed."""

from sqlalchemy import Connection, bindparam, delete, exists, select, union, update

from app.content.course import Course
from app.db import Prepared
from app.learning.bookmarks import bookmark
from app.learning.notes import note
from app.learning.progress import visit_table

#: Each with what beside learner, course and lesson makes a row one of its kind.
_TABLES = ((visit_table, ()), (bookmark, ("section",)))
#: The lessons of a course in which a learner left anything. Asked with every lesson that is opened, so once for all.
_LEFT = Prepared(
    union(
        *(
            select(table.c.lesson).where(
                table.c.learner_id == bindparam("learner"), table.c.course == bindparam("course")
            )
            for table in (visit_table, bookmark, note)
        )
    )
)


def follow(conn: Connection, learner_id: str, course: Course) -> None:
    """Have a learner's visits, bookmarks and notes under a lesson's old names stand under the one that it has now."""
    if not course.old_names:
        return
    left = {row.lesson for row in _LEFT.rows(conn, {"learner": learner_id, "course": course.slug})}
    for new, olds in course.old_names.items():
        if left.isdisjoint(olds):
            continue
        here = (note.c.learner_id == learner_id, note.c.course == course.slug, note.c.lesson.in_(olds))
        conn.execute(update(note).where(*here).values(lesson=new))
        for table, further in _TABLES:
            its = table.alias()
            mine = (table.c.learner_id == learner_id, table.c.course == course.slug, table.c.lesson.in_(olds))
            same = [its.c[name] == table.c[name] for name in ("learner_id", "course", *further)]
            there = exists(select(1).select_from(its).where(*same, its.c.lesson == new))
            for old in olds:
                conn.execute(update(table).where(*mine, table.c.lesson == old, ~there).values(lesson=new))
            conn.execute(delete(table).where(*mine))
