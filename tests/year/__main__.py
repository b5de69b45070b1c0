"""Plays the year and writes what came of it: docs/year.md and its plots."""

import sys
from pathlib import Path

from tests.year.document import page, plot
from tests.year.play import play

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    years = play()
    for year in years:
        (DOCS / "images" / f"year-{year.name}.svg").write_text(plot(year), encoding="utf-8")
    (DOCS / "year.md").write_text(page(years), encoding="utf-8")
    print(f"written: {DOCS / 'year.md'}", file=sys.stderr)


main()
