"""The labs of the lessons computed ahead, so that a student's first sight of each is instant."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator

from app.content.course import Course
from app.db import Unavailable
from app.lab.messages import RunSpec
from app.runs import QueueFull, Run, Runs
from app.web.lab_view import lab_view

log = logging.getLogger(__name__)

#: Whose runs they are; no learner has this id.
NOBODY = "warm"
#: Runs asked for at once, and seconds that one may take, waiting included.
AT_ONCE, LONGEST = 8, 900.0


def labs(courses: Iterable[Course]) -> Iterator[tuple[str, RunSpec]]:
    """Every experiment of every lab as its lesson has it, with what to call it."""
    for course in courses:
        for lesson in course.lessons:
            for lab in lesson.labs:
                view = lab_view(course, lesson, lab)
                for experiment in lab.show:
                    yield f"{course.slug}/{lesson.slug}/{lab.id} {experiment}", view.spec(experiment)


def measures(courses: Iterable[Course]) -> Iterator[tuple[str, RunSpec]]:
    """The runs whose results stand in the text of the lessons, with what to call each."""
    for course in courses:
        for lesson in course.lessons:
            for spec in lesson.measured:
                yield f"{course.slug}/{lesson.slug} {spec.experiment} of the text", spec


async def warm(
    runs: Runs,
    wanted: Iterable[tuple[str, RunSpec]],
    say: Callable[[str, Run], None],
    at_once: int = AT_ONCE,
    own: bool = True,
) -> list[Run]:
    """Compute what is not stored yet; ``say`` hears of each as it is known. The runs in the order of their ends.

    ``own`` says that they go before free play, as when a student asks for them.
    """
    room = asyncio.Semaphore(at_once)
    ended: list[Run] = []

    async def one(name: str, spec: RunSpec) -> None:
        async with room:
            run = await runs.submit(spec, NOBODY, time.time(), own=own)
            run = run if run.ended else await runs.wait(run.id, LONGEST)
            ended.append(run)
            say(name, run)

    await asyncio.gather(*(one(name, spec) for name, spec in wanted))
    return ended


async def in_background(runs: Runs, courses: Iterable[Course]) -> None:
    """Compute one after the other, beside what students ask for; what cannot be had now is left."""

    def say(name: str, run: Run) -> None:
        if run.status == "failed":
            log.warning("%s could not be computed ahead: %s", name, run.error)

    try:
        await warm(runs, [*measures(courses), *labs(courses)], say, at_once=1, own=False)
    except (QueueFull, Unavailable) as error:
        log.warning("what the lessons show is computed when it is asked for: %s", error or "the queue is full")
