"""The experiments, by name. Each is imported when it is first run, so that counting never waits for torch."""

import sys
from importlib import import_module

from app.lab.messages import Json, Reporter, RunSpec

#: Where each stands; those that need torch at once first, the others when they come to it.
MODULES = {
    "parameters": "app.lab.experiments.parameters",
    "receptive-field": "app.lab.experiments.field",
    "gradient-flow": "app.lab.experiments.gradient_flow",
    "degradation": "app.lab.experiments.degradation",
    "landscape": "app.lab.experiments.landscape",
    "lesion": "app.lab.experiments.lesion",
    "feature-maps": "app.lab.experiments.feature_maps",
    "trace": "app.lab.experiments.trace",
    "measures": "app.lab.experiments.measures",
}
#: Those that begin without torch.
_LATER = frozenset({"parameters", "receptive-field", "trace", "measures"})


def run(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """Run a spec to its end. The result holds ``device`` and ``versions`` beside what was measured.

    Raises LabError for what the student can mend and Cancelled when the reporter says that nobody waits.
    """
    if spec.experiment not in _LATER:
        announce(reporter)
    result: dict[str, Json] = import_module(MODULES[spec.experiment]).measure(spec, reporter)
    return result


def announce(reporter: Reporter) -> None:
    """Say that torch is being loaded, where it is not there yet: it takes seconds."""
    if "torch" not in sys.modules:
        reporter.progress("loading torch", 0, 1)
