"""The numbers behind a figure: its twin on the page, and its file of comma-separated values."""

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | None
#: Rows that a page shows of one table; a file has them all.
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Table:
    """``rows`` start with the row's heading; None is an empty cell."""

    caption: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
