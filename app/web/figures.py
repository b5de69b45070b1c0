"""What a finished or growing result looks like: which template draws it, the figures read off it, and a summary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.runs import Run
from app.web.drawings import (
    field_figure,
    flow_figure,
    landscape_figure,
    lesion_figure,
    loaded_figure,
    measures_figure,
    race_figure,
    trace_figure,
    weight_figure,
)
from app.web.drawings.read import Read
from app.web.drawings.sketch import Sketch

#: By experiment: the template, the view it is a function of, and the member of a result that makes one drawable.
_DRAWN: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Any], str]] = {
    "parameters": ("runs/_parameters.html", weight_figure.weights, "total"),
    "receptive-field": ("runs/_receptive_field.html", field_figure.field, "layers"),
    "gradient-flow": ("runs/_gradient_flow.html", flow_figure.flow, "series"),
    "degradation": ("runs/_degradation.html", race_figure.race, "series"),
    "landscape": ("runs/_landscape.html", landscape_figure.landscape, "nets"),
    "lesion": ("runs/_lesion.html", lesion_figure.lesions, "nets"),
    "feature-maps": ("runs/_feature_maps.html", loaded_figure.either, "layers"),
    "measures": ("runs/_measures.html", measures_figure.measures, "measures"),
    "trace": ("runs/_trace.html", trace_figure.trace, "steps"),
}

#: What is taken away where the page shows a table, or what only a script can leaf through.
_FILES = {"parameters": "runs/_parameters_bars.html", "receptive-field": "runs/_field_drawings.html"}


@dataclass(frozen=True)
class Figure:
    """``template`` is a function of ``view``, of ``run`` and of what the ids of the code's lines begin with."""

    template: str
    run: Run
    view: Any

    @property
    def file(self) -> str:
        """The template of the drawing that can be taken away."""
        return _FILES.get(self.run.spec.experiment, self.template)

    @property
    def reads(self) -> tuple[Read, ...]:
        reads: tuple[Read, ...] = self.view.reads
        return reads

    @property
    def beside(self) -> str:
        """The template of what stands under the code; empty where nothing does."""
        return "runs/_growth.html" if getattr(self.view, "trace", None) else ""

    @property
    def summary(self) -> str:
        """The result in a sentence."""
        said = ", ".join(f"{read.label} {read.value}" for read in self.reads)
        return " ".join((f"{said}.", *self.view.compared)) if getattr(self.view, "compared", ()) else said


def drawable(run: Run | None) -> bool:
    """Whether there is enough of a result to draw."""
    return run is not None and bool(run.result and run.result.get(_DRAWN[run.spec.experiment][2]))


def figure(run: Run, sketch: Sketch | None = None) -> Figure:
    """The figure of a run that is drawable, over what was drawn of it beforehand."""
    template, draw, _ = _DRAWN[run.spec.experiment]
    if sketch and run.spec.experiment == "degradation" and sketch.fits(run.spec.options):
        return Figure(template, run, race_figure.race(run.result or {}, sketch))
    return Figure(template, run, draw(run.result or {}))
