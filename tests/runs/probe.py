"""An experiment that does what a test asks of it, in a real worker: preloaded there, registered here."""

import os
import time
from typing import cast

from app.lab.catalogue import EXPERIMENTS, Kind, Option
from app.lab.experiments import MODULES
from app.lab.messages import Json, LabError, Reporter, RunSpec

PROBE = Kind(
    name="probe",
    title="Probe",
    takes_network=False,
    options={"do": Option("str", "echo", ""), "text": Option("str", "", ""), "steps": Option("int", 1, "")},
    needs_torch=False,
)
cast(dict[str, Kind], EXPERIMENTS)["probe"] = PROBE
MODULES["probe"] = "tests.runs.probe"


def ask(do: str = "echo", text: str = "", steps: int = 1) -> RunSpec:
    return RunSpec("probe", options={"do": do, "text": text, "steps": steps})


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    do, text = spec.options["do"], str(spec.options["text"])
    if do == "refuse":
        raise LabError("line 1: no", line=1, column=3, mend="yes")
    if do == "break":
        raise ZeroDivisionError(text)
    if do == "hold":  # never asks whether it should stop
        time.sleep(60)
    if do == "die":
        os._exit(9)
    if do == "environment":
        return {"device": "CPU", "versions": {}, "names": cast(Json, sorted(os.environ))}
    for step in range(cast(int, spec.options["steps"])):
        reporter.check()
        reporter.progress("step", step, cast(int, spec.options["steps"]))
        reporter.partial({"reached": step})
        if do == "slow":
            time.sleep(0.02)
    with open(text, "a") if do == "count" else open(os.devnull, "a") as file:
        file.write(f"{os.getpid()}\n")
    return {"device": "CPU", "versions": {}, "text": text, "pid": os.getpid()}
