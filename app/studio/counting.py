"""Answers counted when somebody looks, and figures kept until the next answer is counted."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping

from sqlalchemy import Connection

from app.content.course import Course
from app.db import Database
from app.studio import gathering, items
from app.studio.gathering import Gathered
from app.studio.items import Item, Scope

#: Seconds that a page waits for answers to be counted; what takes longer goes on behind it.
PATIENCE = 1.5
#: Courses' figures that are kept.
KEPT = 16


class Counting:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._kept: OrderedDict[object, Mapping[str, Item]] = OrderedDict()

    async def settle(self, course: Course, now: float) -> bool:
        """Count what was answered since; whether all is, or some will be in a moment."""
        task = self._tasks.get(course.slug)
        if task is None or task.done():
            task = self._tasks[course.slug] = asyncio.create_task(self._gather(course, now))
        done, _waiting = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            task.result()
        return bool(done)

    async def _gather(self, course: Course, now: float) -> None:
        more = True
        while more:
            step: Gathered = await self._db.read(lambda conn: gathering.look(conn, course, now))
            if step.upto:
                await self._db.write(lambda conn, step=step: gathering.keep(conn, course.slug, step))  # type: ignore[misc]
            more = step.more

    async def items(self, course: Course, scope: Scope) -> Mapping[str, Item]:
        """Every question's figures, by id."""

        def read(conn: Connection) -> Mapping[str, Item]:
            key = (course.slug, course.hash, scope, gathering.version(conn, course.slug))
            if key not in self._kept:
                self._kept[key] = items.of(conn, course, scope)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]

        return await self._db.read(read)
