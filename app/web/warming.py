"""The labs of the lessons computed ahead, so that a student's first sight of each is instant."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator

from app.content.course import Course
from app.lab.messages import RunSpec
from app.runs import Run, Runs
from app.web.lab_view import lab_view

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


async def warm(runs: Runs, wanted: Iterable[tuple[str, RunSpec]], say: Callable[[str, Run], None]) -> list[Run]:
    """Compute what is not stored yet; ``say`` hears of each as it is known. The runs in the order of their ends."""
    room = asyncio.Semaphore(AT_ONCE)
    ended: list[Run] = []

    async def one(name: str, spec: RunSpec) -> None:
        async with room:
            run = await runs.submit(spec, NOBODY, time.time(), own=True)
            run = run if run.ended else await runs.wait(run.id, LONGEST)
            ended.append(run)
            say(name, run)

    await asyncio.gather(*(one(name, spec) for name, spec in wanted))
    return ended
