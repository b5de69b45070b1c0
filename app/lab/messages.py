"""What crosses between the web process and a lab worker: plain, frozen, JSON-able records.

Nothing here needs torch, so the web process can name, check and hash a run without loading it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

#: Part of every run's hash: raise it when an experiment's meaning or result shape changes.
LAB_VERSION = 2


class LabError(Exception):
    """A run that cannot be done as asked, in words for the one who asked.

    ``line`` and ``column`` (both from 1) name the place in the student's code, where there is one; ``mend`` says
    what to try.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None, mend: str = "") -> None:
        super().__init__(message)
        # A student's literal may hold half a character ('\ud800'), which neither a page nor a line to a worker can.
        self.message, self.mend = (text.encode(errors="replace").decode() for text in (message, mend))
        self.line, self.column = line, column

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.line, self.column, self.mend)

    def as_json(self) -> dict[str, Json]:
        return {"message": self.message, "line": self.line, "column": self.column, "mend": self.mend}


@dataclass(frozen=True)
class RunSpec:
    """One run, wholly: the same spec gives the same numbers on the same kind of device.

    Exactly one of ``network`` (a zoo name) and ``code`` (student PyTorch) is given, except for experiments that
    build their own networks (``gradient-flow``), which take neither. ``input`` is (channels, height, width).
    ``options`` holds every option that has a say, defaults filled in, so that equal questions hash equally.
    """

    experiment: str
    network: str | None = None
    code: str | None = None
    input: tuple[int, int, int] | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    seed: int = 0

    def as_json(self) -> dict[str, Json]:
        return {
            "experiment": self.experiment,
            "network": self.network,
            "code": self.code,
            "input": list(self.input) if self.input else None,
            "options": dict(self.options),
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunSpec":
        shape = data.get("input")
        return cls(
            experiment=data["experiment"],
            network=data.get("network"),
            code=data.get("code"),
            input=(shape[0], shape[1], shape[2]) if shape else None,
            options=dict(data.get("options") or {}),
            seed=data.get("seed", 0),
        )

    @property
    def id(self) -> str:
        """32 hex digits that name this run everywhere: SHA-256 of its canonical JSON and the lab's version."""
        text = json.dumps([LAB_VERSION, self.as_json()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class Reporter(Protocol):
    """How an experiment speaks while it runs."""

    def progress(self, step: str, done: int, of: int) -> None:
        """Name the step under way, such as ``loading torch`` or ``plain-20``; cheap, sent at most 10 times a second."""

    def partial(self, result: dict[str, Json]) -> None:
        """What is known so far, in the result's own shape."""

    def check(self) -> None:
        """Call at every step boundary; raises Cancelled when nobody waits for this run any more."""


class Cancelled(Exception):
    """Raised by ``Reporter.check`` in an experiment that should stop."""
