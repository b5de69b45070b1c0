"""The watch table, without a run."""

import re
from typing import Any

from app.web.drawings.trace_figure import HIGH, WIDE, trace


def step(name: str, inputs: list[int], **more: Any) -> dict[str, Any]:
    known = {"kind": "ReLU", "line": 3, "shape": [2, 4], "mean": 0.5, "std": 0.25, "min": 0.0, "max": 1.0, "zeros": 0.5}
    return {"name": name, "inputs": inputs, "histogram": [4, 0, 2, 1], **known, **more}


def drawn(*steps: dict[str, Any]) -> Any:
    return trace({"input": step("", []), "steps": list(steps)})


def test_the_image_comes_first_and_what_is_read_is_named_where_it_is_not_the_one_before() -> None:
    rows = drawn(step("a", [-1]), step("b", [0]), step("c", [1, 0]), step("d", [-1])).rows
    assert [row.name for row in rows] == ["image", "a", "b", "c", "d"]
    assert [row.reads for row in rows] == ["", "", "", "of b, a", "of image"]


def test_bars_fill_the_drawing_and_none_leaves_it() -> None:
    path = drawn(step("a", [-1])).rows[1].path
    starts = [float(x) for x in re.findall(r"M([\d.]+) ", path)]
    heights = [-float(v) for v in re.findall(r"v(-[\d.]+)h", path)]
    assert starts == [0, WIDE / 2, 3 * WIDE / 4]
    assert heights == [HIGH, HIGH / 2, HIGH / 4]


def test_what_has_no_numbers_says_so() -> None:
    broken = step("a", [-1], mean=None, std=None, min=None, max=None, histogram=None)
    same = step("b", [0], histogram=None)
    rows = drawn(broken, same).rows
    assert rows[1].numbers == ("no number",) * 4
    assert rows[1].text == "Some values are not finite."
    assert rows[2].text == "All values are one."
    assert (rows[1].path, rows[2].path) == ("", "")


def test_the_extremes_are_read_off_with_their_lines() -> None:
    reads = drawn(step("a", [-1], std=0.1, line=1), step("b", [0], std=9.0, line=2, zeros=0.75)).reads
    assert [(read.value, read.line) for read in reads] == [("2×4", 2), ("9", 2), ("0.1", 1), ("75 %", 2)]
