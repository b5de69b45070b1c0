"""A run as the web and a program see it: what was asked, how far it is, and what came of it."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from app.lab.messages import Json, RunSpec

Status = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: frozenset[Status] = frozenset({"done", "failed", "cancelled"})


@dataclass(frozen=True)
class Run:
    """One run at one moment; a later moment is another ``Run`` of the same id."""

    #: ``spec.id``: equal questions are one run.
    id: str
    spec: RunSpec
    status: Status
    #: UTC epoch seconds of the first request, and of the end.
    created: float
    finished: float | None = None
    #: What it ran on, in words, such as ``CPU`` or ``NVIDIA H100``.
    device: str | None = None
    #: How long the worker took, waiting left out.
    seconds: float | None = None
    #: Whether this answer came out of the store.
    cached: bool = False
    #: The result's JSON text; while it runs, of what is known so far.
    result_text: str | None = None
    #: Why it failed: ``LabError.as_json()``.
    error: dict[str, Json] | None = None
    #: Where it stands in the queue, from 1; None once it runs.
    place: int | None = None
    #: Seconds until it may begin, by what those ahead have left and how long such runs took; None where unknown.
    starts_in: float | None = None
    #: How often a worker began it.
    tries: int = 0
    #: ``{"step": name, "done": n, "of": n}`` while it runs.
    progress: dict[str, Json] | None = None
    #: Seconds that it may still take, judged by how far it is; None where nothing can be said.
    remaining: float | None = None
    #: What a student should know about its way so far, such as that a worker was lost.
    note: str = ""

    @property
    def seed(self) -> int:
        return self.spec.seed

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @cached_property
    def result(self) -> dict[str, Any] | None:
        """The result, or what is known so far, in the experiment's own shape."""
        return None if self.result_text is None else json.loads(self.result_text)

    def as_json(self) -> dict[str, Any]:
        """The API's shape. ``result`` is None until the run is done; ``partial`` is what is known before."""
        done = self.status == "done"
        return {
            "id": self.id,
            "experiment": self.spec.experiment,
            "status": self.status,
            "device": self.device,
            "seconds": self.seconds,
            "seed": self.seed,
            "cached": self.cached,
            "result": self.result if done else None,
            "partial": None if done else self.result,
            "error": self.error,
            "place": self.place,
            "starts_in": self.starts_in,
            "progress": self.progress,
            "remaining": self.remaining,
            "note": self.note,
            "tries": self.tries,
            "created": self.created,
            "finished": self.finished,
        }


@dataclass(frozen=True)
class Event:
    """One thing that happened to a run; numbers grow within a run, and a later event holds all that an earlier did."""

    number: int
    kind: Literal["state", "progress", "partial"]
    run: Run
