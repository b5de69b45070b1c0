"""What can be taken away of a run: its JSON, its tables and its drawing. And two runs beside each other."""

import csv
import difflib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from app.lab import zoo
from app.lab.catalogue import EXPERIMENTS
from app.runs import Run
from app.web import pages
from app.web.api_runs import ID, Known, stored
from app.web.drawings.read import Read
from app.web.drawings.table import Cell, Table
from app.web.figures import Figure, drawable, figure
from app.web.lab_view import tidy
from app.web.panes import settings
from app.web.problems import Problem
from app.web.standalone import drawing
from app.words import SOURCE, _, speaking

router = APIRouter(prefix="/runs/{run_id}", include_in_schema=False)

#: Longer codes are shown one after the other: the time to match lines grows faster than their number.
MOST_LINES = 2_000
_AMOUNT = re.compile(r"(\d[\d\s,]*(?:\.\d+)?)(?:\s*(%|[kMG]B?|K|B|px))?")
_SCALES = {"k": 1e3, "K": 1e3, "kB": 1e3, "M": 1e6, "MB": 1e6, "G": 1e9, "GB": 1e9}


async def drawn(run: Known) -> Run:
    """A run that has something to show. Raises Problem (404)."""
    if not drawable(run):
        raise Problem(404, _("There is nothing to take away yet"), _("This run has no result."))
    return run


Drawn = Annotated[Run, Depends(drawn)]


@router.get("/result.json")
async def as_json(run: Drawn) -> Response:
    """What was asked and what came of it."""
    text = json.dumps({**run.spec.as_json(), **run.as_json()}, indent=1)
    return _file(text, run, "json", "application/json")


@router.get("/result.csv")
async def as_csv(run: Drawn) -> Response:
    """The tables behind the figure, one below another (RFC 4180), each headed by its caption."""
    text = io.StringIO()
    writer = csv.writer(text)
    # A file's columns have one name, whoever took it away.
    with speaking(SOURCE):
        found = tables(run)
    for number, table in enumerate(found):
        if number:
            writer.writerow([])
        writer.writerows([[table.caption], table.columns, *([_plain(cell) for cell in row] for row in table.rows)])
    return _file(text.getvalue(), run, "csv", "text/csv; charset=utf-8")


@router.get("/figure.svg")
async def as_svg(request: Request, run: Drawn) -> Response:
    """The figure as it stands on the page, in the light theme."""
    shown = figure(run)
    page = pages.render(request, shown.file, figure=shown, at="")
    styles = request.app.state.assets.current
    sheet = "".join(styles[name].body.decode() for name in ("app.css", "results.css"))
    source = f"Receptive, run {run.id}: {run.spec.experiment}, seed {run.seed}, {run.device or 'CPU'}"
    text = drawing(page, sheet, EXPERIMENTS[run.spec.experiment].title, source)
    if text is None:
        raise Problem(404, _("There is no drawing"), _("This result is a table; take it away as CSV."))
    return _file(text, run, "svg", "image/svg+xml")


def tables(run: Run) -> Sequence[Table]:
    """The tables of a run that is drawable."""
    found: Sequence[Table] = figure(run).view.tables
    return found


def _plain(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula; names and printed texts are the student's."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _file(text: str, run: Run, kind: str, type: str) -> Response:
    name = f"receptive-{run.spec.experiment}-{run.id[:6]}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(text, media_type=type, headers=headers)


@dataclass(frozen=True)
class Side:
    """One of two runs: what ``runs/pair.html`` shows of it."""

    run: Run
    at: str
    figure: Figure
    settings: Sequence[str]


@dataclass(frozen=True)
class Row:
    """A figure as both runs have it; None where one has none."""

    label: str
    first: Read | None
    second: Read | None

    @property
    def differs(self) -> bool:
        return self.first is not None and self.second is not None and self.first.value != self.second.value

    @property
    def change(self) -> str:
        """The second as a multiple of the first, where both are amounts above nothing; empty elsewhere."""
        one, two = (_amount(read.value) if read else None for read in (self.first, self.second))
        if not one or not two or one == two:
            return ""
        return (
            _("%(n)s times", n=f"{two / one:.3g}") if max(one, two) >= 1.005 * min(one, two) else _("almost the same")
        )


@dataclass(frozen=True)
class Line:
    """A line of two codes: in both, or only in one."""

    mark: Literal["both", "first", "second"]
    text: str


@router.get("/with")
async def find_other(run: Known, other: str = "") -> Response:
    """From a form: ``other`` is a run's id or the address of its page. Raises Problem (422)."""
    found = ID.findall(other.replace(run.id, "", 1) if other.count(run.id) > 1 else other)
    if not found:
        raise Problem(
            422,
            _("That names no run"),
            _(
                "Open the other run, and copy the whole address of its page. Six digits name a run only on the device "
                "where it was looked at."
            ),
        )
    return RedirectResponse(f"/runs/{run.id}/with/{found[-1]}", 303)


@router.get("/with/{other_id}")
async def pair(request: Request, run: Drawn, other_id: str) -> Response:
    """Two runs of one experiment side by side."""
    other = await stored(request, other_id)
    if other is None or not drawable(other):
        raise Problem(404, _("There is no such run"), _("The second of these runs has no result."))
    if other.spec.experiment != run.spec.experiment:
        raise Problem(422, _("These are two kinds of run"), _("Only runs of one experiment can be compared."))
    sides = [Side(one, at, figure(one), settings(one)) for one, at in ((run, "first"), (other, "second"))]
    labels = dict.fromkeys(read.label for side in sides for read in side.figure.reads)
    values = [{read.label: read for read in side.figure.reads} for side in sides]
    rows = [Row(label, *(value.get(label) for value in values)) for label in labels]
    kind = EXPERIMENTS[run.spec.experiment]
    return pages.page(
        request, "runs/pair.html", kind=kind, sides=sides, rows=rows, code=_compared(run, other), at="lab"
    )


def _amount(words: str) -> float | None:
    """``11 689 512``, ``1.81 G``, ``42 %`` as a number; None for what is no single amount above nothing."""
    found = _AMOUNT.fullmatch(words)
    return float(re.sub(r"[\s,]", "", found[1])) * _SCALES.get(found[2], 1.0) or None if found else None


def _compared(first: Run, second: Run) -> Sequence[Line]:
    """The codes, line by line; empty where they are the same."""
    one, two = (_code(run).rstrip("\n").split("\n") for run in (first, second))
    if one == two:
        return ()
    lines: list[Line] = []
    at = (0, 0)
    for i, j, size in _shared(one, two):
        lines += [Line("first", text) for text in one[at[0] : i]] + [Line("second", text) for text in two[at[1] : j]]
        lines += [Line("both", text) for text in one[i : i + size]]
        at = (i + size, j + size)
    return lines


def _shared(one: list[str], two: list[str]) -> Sequence[tuple[int, int, int]]:
    """Where lines are the same: (from, from, how many), the last of none at the ends of both."""
    if max(len(one), len(two)) > MOST_LINES:
        return [(len(one), len(two), 0)]
    return difflib.SequenceMatcher(None, one, two).get_matching_blocks()


def _code(run: Run) -> str:
    return tidy(run.spec.code or (zoo.source(run.spec.network) if run.spec.network else ""))
