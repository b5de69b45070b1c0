"""The cells of an exported program, and the two ways to write them down."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.lab.catalogue import EXPERIMENTS
from app.lab.export import texts
from app.lab.export.plan import Plan, plan
from app.lab.messages import RunSpec

#: Characters of a line of the run's table.
_WIDE = 110


@dataclass(frozen=True)
class Cell:
    """A piece of a program, or of what is said around it; ``title`` is a line of ours."""

    kind: Literal["markdown", "code"]
    title: str
    text: str


@dataclass(frozen=True)
class Program:
    cells: Sequence[Cell]


def program(spec: RunSpec, result: Mapping[str, Any]) -> Program:
    """The program that measures again what a finished run measured. Raises LabError for what cannot be read again."""
    made = plan(spec, result)
    return Program((Cell("markdown", "", _introduction(spec, made)), *_network(spec, made), *_measuring(made)))


def as_python(program: Program) -> str:
    """One file, its cells divided as editors know it (``# %%``)."""
    return "\n\n".join(_written(cell) for cell in program.cells).rstrip("\n") + "\n"


def as_notebook(program: Program) -> str:
    """A notebook, nbformat 4.5, without outputs. https://nbformat.readthedocs.io/en/latest/format_description.html"""
    cells = []
    for number, cell in enumerate(program.cells):
        source = cell.text if cell.kind == "markdown" else f"# {cell.title}\n{cell.text}"
        more: dict[str, Any] = {} if cell.kind == "markdown" else {"execution_count": None, "outputs": []}
        lines = source.rstrip("\n").split("\n")
        text = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
        cells.append({"cell_type": cell.kind, "id": f"cell-{number}", "metadata": {}, "source": text, **more})
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "colab": {"provenance": []},
    }
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _written(cell: Cell) -> str:
    if cell.kind == "code":
        return f"# %% {cell.title}\n{cell.text}"
    lines = (line for given in cell.text.split("\n") for line in textwrap.wrap(given, _WIDE) or [""])
    return "# %% [markdown]\n" + texts.commented("\n".join(lines))


def _introduction(spec: RunSpec, made: Plan) -> str:
    kind = EXPERIMENTS[spec.experiment]
    parts = [
        f"# {kind.title}: run `{spec.id}`, seed {spec.seed}",
        kind.summary,
        "Run it whole or cell by cell. It needs PyTorch and nothing else, and downloads nothing. The last section "
        "measures again what the run measured, and prints both.",
    ]
    if made.subject and spec.code:
        parts.append(
            "**This holds a program that somebody gave to the lab.** The lab has read it and never executed it. "
            "Read it before you run it, as you would any program of somebody else’s."
        )
    if made.left_out:
        parts.append("Not measured again here: " + "; ".join(made.left_out) + ".")
    return "\n\n".join(parts) + "\n"


def _network(spec: RunSpec, made: Plan) -> Sequence[Cell]:
    found = made.subject
    if found is None:
        return [Cell("code", "The stacks, as the lab builds them", texts.stacks())] if made.stacks else []
    cells = []
    if found.why:
        reason = f"It {found.why}: so the cell below says the same in PyTorch.\n"
        cells.append(Cell("code", "The program as it was written", texts.commented(reason + found.written)))
        cells.append(Cell("code", "The network that the lab read there", f"{found.before}\n\n{found.text}"))
        return cells
    if found.before:
        cells.append(Cell("code", "Added: what the program below takes for granted", found.before))
    title = "The program, as it was written" if spec.code else "The network, as PyTorch"
    cells.append(Cell("code", title, found.text if found.text.endswith("\n") else f"{found.text}\n"))
    if found.after:
        cells.append(Cell("code", "Added: what the lab took for the network", found.after))
    return cells


def _measuring(made: Plan) -> Sequence[Cell]:
    cells = [
        Cell("code", "What the run was, and what came of it", f"RUN = {_table(made.numbers)}\n"),
        Cell("code", "To show two figures side by side", texts.part(texts.FIRST)),
    ]
    if "digits" in made.parts:
        cells.append(Cell("code", "The digits that the nets learn", f"{texts.part('digits')}\n\n{texts.digits()}"))
    tools = "\n\n".join(texts.part(name) for name in made.parts[:-1] if name != "digits")
    if tools:
        cells.append(Cell("code", "How it is measured", tools))
    cells.append(Cell("code", "Measure, and compare", f"{texts.part(made.parts[-1])}\n\n{texts.part(texts.LAST)}"))
    return cells


def _table(value: Any, depth: int = 0) -> str:
    """A literal of Python: a line where there is room for one, else a line for each thing in it."""
    line = repr(value)
    inner, outer = "    " * (depth + 1), "    " * depth
    if (depth and len(outer) + len(line) < _WIDE) or not isinstance(value, dict | list):
        return line
    if isinstance(value, dict):
        lines = [f"{name!r}: {_table(one, depth + 1)}," for name, one in value.items()]
        return "\n".join(["{", *(f"{inner}{one}" for one in lines), f"{outer}}}"])
    lines = [f"{_table(one, depth + 1)}," for one in value]
    return "\n".join(["[", *(f"{inner}{one}" for one in lines), f"{outer}]"])
