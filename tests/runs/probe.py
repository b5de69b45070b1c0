"""An experiment that does what a test asks of it, in a real worker: preloaded there, registered here."""

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

from app.lab.catalogue import EXPERIMENTS, Kind
from app.lab.experiments import MODULES
from app.lab.messages import Json, LabError, Reporter, RunSpec
from app.lab.options import Option

PROBE = Kind(
    name="probe",
    title="Probe",
    summary="Does what a test asks.",
    takes_network=False,
    options={"do": Option("str", "echo", ""), "text": Option("str", "", ""), "steps": Option("int", 1, "")},
    needs_torch=False,
)
#: The same for one that would gain from a GPU.
TORCH = replace(PROBE, name="probe-torch", needs_torch=True)


def register() -> None:
    for kind in (PROBE, TORCH):
        cast(dict[str, Kind], EXPERIMENTS)[kind.name] = kind
        MODULES[kind.name] = "tests.runs.probe"


def unregister() -> None:
    for kind in (PROBE, TORCH):
        del cast(dict[str, Kind], EXPERIMENTS)[kind.name], MODULES[kind.name]


def dask_setup(worker: object) -> None:
    """Dask's hook for a preloaded module, in a worker."""
    register()


def ask(do: str = "echo", text: str = "", steps: int = 1, torch: bool = False) -> RunSpec:
    kind = TORCH if torch else PROBE
    return RunSpec(kind.name, options={"do": do, "text": text, "steps": steps})


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    do, text, steps = spec.options["do"], cast(str, spec.options["text"]), cast(int, spec.options["steps"])
    if do == "count":
        with open(text, "a") as file:
            file.write(f"{os.getpid()}\n")
    if do == "refuse":
        raise LabError("no", line=1, column=3, mend="yes")
    if do == "break":
        raise ZeroDivisionError(text)
    if do == "hold":  # never asks whether it should stop
        if "/" in text:
            Path(text).touch()
        time.sleep(60)
    if do == "die":
        os._exit(9)
    if do == "fill":
        bytearray(4 << 30)
    if do == "seeded" and spec.seed == 2:
        steps *= 50
    for step in range(steps):
        reporter.check()
        reporter.progress("step", step, steps)
        reporter.partial({"reached": step, "pid": os.getpid()})
        if steps > 1:
            time.sleep(0.02)
    known: dict[str, Json] = {"text": text, "names": cast(Json, sorted(os.environ))}
    # A worker's parent is the host that keeps it.
    return {"device": "CPU", "versions": {}, "pid": os.getpid(), "host": os.getppid(), **known}
