"""The experiments by themselves: a page for each, where everything can be set, and where networks of the zoo begin."""

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from app.lab import zoo
from app.lab.catalogue import EXPERIMENTS
from app.lab.messages import LabError
from app.web import labs, limits, pages
from app.web.api_runs import stored
from app.web.drawings import sketch
from app.web.lab_view import LabView, tidy
from app.web.problems import Problem
from app.web.states import capital, sentence
from app.words import _

router = APIRouter(prefix="/lab", include_in_schema=False)


@router.get("")
async def index(request: Request) -> Response:
    """Every experiment, in a sentence."""
    return pages.page(request, "labs/index.html", kinds=EXPERIMENTS.values(), at="lab")


@router.get("/{experiment}")
async def show(request: Request, experiment: str, fragment: str = "") -> Response:
    """The lab as its address sets it (``?network=`` or ``?from=`` a run, and options).

    The last result of that is there, but for a race, which one draws first.
    """
    view = await labs.named(request, f"/{experiment}")
    query = request.query_params
    try:
        if origin := query.get("from"):
            return labs.alone(request, await _from_run(request, view, origin))
        if view.editable and (network := query.get("network")):
            view = _from_zoo(view, network)
        view = labs.measured(labs.typed(view, query), query)
        if view.lab.draw:
            view = _begun(view, query)
        if view.lab.draw and fragment == "board":
            view = labs.with_run(request, view, None, experiment)
            return pages.fragment(request, "labs/_settings.html", view=view, pane=view.pane)
        return labs.alone(request, await labs.as_left(request, view))
    except LabError as error:
        words = (sentence(capital(part)) for part in (error.message, error.mend) if part)
        raise Problem(422, detail=" ".join(words)) from None


@router.post("/{experiment}/runs", dependencies=[limits.runs])
async def run(request: Request, experiment: str) -> Response:
    """Run what stands in the editor, or show what came of it before."""
    return await labs.run_in(request, await labs.named(request, f"/{experiment}"))


def _begun(view: LabView, query: QueryParams) -> LabView:
    """The lab with what was drawn already of the nets that are still chosen. Raises LabError where it cannot be run."""
    race = view.spec(view.answering)
    try:
        return replace(view, sketch=sketch.read(query.multi_items(), race.options))
    except LabError:
        return view


def _from_zoo(view: LabView, network: str) -> LabView:
    """The lab with a network of the zoo, which Reset then brings back. Raises LabError."""
    code = tidy(zoo.source(network))
    lab = replace(view.lab, code=code)
    return replace(view, lab=lab, code=code, input=zoo.default_input(network), network=network)


async def _from_run(request: Request, view: LabView, run_id: str) -> LabView:
    """The lab as a run had it, with what came of it; of another experiment's run, the network.

    Raises Problem (404).
    """
    run = await stored(request, run_id)
    if run is None or (run.spec.experiment != view.lab.id and not (view.editable and run.spec.input)):
        raise Problem(404, detail=_("There is no such run of this experiment."))
    spec = run.spec
    code = spec.code or (zoo.source(spec.network) if spec.network else "")
    values = {spec.experiment: spec.options} if spec.experiment == view.lab.id else view.values
    shape = spec.input or view.input
    view = replace(view, code=tidy(code), input=shape, values=values, seed=spec.seed, network=spec.network or "")
    if spec.experiment != view.lab.id:
        return await labs.as_left(request, view)
    return labs.with_run(request, view, run, spec.experiment)
