"""A run as a program that plain PyTorch runs by itself: one file, or a notebook for Jupyter and Colab."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter
from starlette.responses import Response

from app.lab import export
from app.lab.messages import LabError
from app.runs import Run
from app.web.problems import Problem
from app.web.states import capital, sentence
from app.web.take_away import Drawn
from app.words import _

router = APIRouter(prefix="/runs/{run_id}", include_in_schema=False)

#: One at a time, beside the pages: a student's program is read again, for half a second at worst (``app.lab.limits``).
_WRITING = ThreadPoolExecutor(1, "export")


@router.get("/network.py")
async def as_python(run: Drawn) -> Response:
    """The network and how it was measured, to be run by Python."""
    return await _file(run, export.as_python, "py", "text/x-python; charset=utf-8")


@router.get("/network.ipynb")
async def as_notebook(run: Drawn) -> Response:
    """The same as a notebook, without outputs."""
    return await _file(run, export.as_notebook, "ipynb", "application/x-ipynb+json")


async def _file(run: Run, write: Callable[[export.Program], str], kind: str, type: str) -> Response:
    """Raises Problem (404) for a run that is not over, and for one that this version of the lab cannot read again."""
    result = run.result
    if run.status != "done" or result is None:
        raise Problem(404, _("There is nothing to take away yet"), _("This run has no result."))
    try:
        text = await asyncio.get_running_loop().run_in_executor(
            _WRITING, lambda: write(export.program(run.spec, result))
        )
    except LabError as error:
        raise Problem(404, _("This run cannot be written as a program"), sentence(capital(error.message))) from None
    name = f"network_{run.id[:6]}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(text, media_type=type, headers=headers)
