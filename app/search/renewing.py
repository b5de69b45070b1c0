"""The index kept up with the library: renewed beside whoever searches, by one thread of each process at a time."""

import asyncio
import logging
from collections.abc import Sequence

from app.content.course import Course
from app.db import Database, Unavailable
from app.search.index import Shelf, renew, shelves

#: Seconds that a search waits for an index that is being renewed.
PATIENCE = 2.0

log = logging.getLogger(__name__)


class Renewing:
    """What this process knows the index to hold."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._held: list[Shelf] = []
        self._task: asyncio.Task[None] | None = None

    async def current(self, courses: Sequence[Course], patience: float = PATIENCE) -> bool:
        """Whether the index holds these courses as they are; where it does not, that is begun and waited for."""
        wanted = shelves(courses)
        if wanted == self._held:
            return True
        if self._task is None:
            self._task = asyncio.create_task(self._renew(wanted))
            self._task.add_done_callback(self._ended)
        await asyncio.wait({self._task}, timeout=patience)
        return wanted == self._held

    async def _renew(self, wanted: list[Shelf]) -> None:
        await asyncio.to_thread(renew, self._db, wanted)
        self._held = wanted

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            known = isinstance(error, Unavailable)
            log.warning("what can be found is not renewed: %s", error, exc_info=None if known else error)
