"""The experiments, by name. Each is imported when it is first run, so that counting never waits for torch."""

from importlib import import_module

from app.lab.messages import Json, Reporter, RunSpec

MODULES = {
    "parameters": "app.lab.experiments.parameters",
    "receptive-field": "app.lab.experiments.effective_field",
    "gradient-flow": "app.lab.experiments.gradient_flow",
}


def run(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """Run a spec to its end. The result holds ``device`` and ``versions`` beside what was measured.

    Raises LabError for what the student can mend and Cancelled when the reporter says that nobody waits.
    """
    result: dict[str, Json] = import_module(MODULES[spec.experiment]).measure(spec, reporter)
    return result
