"""Runs the benchmarks, prints the table and writes it with the machine's name: ``python -m benchmarks [NAME…]``."""

import json
import os
import platform
import sys
import time
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import Row

NAMES = ("lab", "pages", "first_view", "start", "answers", "growth", "search", "studio", "analytics")


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def main(names: list[str]) -> None:
    rows: list[Row] = []
    for name in names or NAMES:
        print(f"… {name}", file=sys.stderr, flush=True)
        rows += import_module(f"benchmarks.{name}").measure()
    table = Table("What", "Ours", "Peer or limit", "Theirs", "Ratio", "Goal", "Met")
    for row in rows:
        table.add_row(
            row.what,
            f"{row.ours:,.4g} {row.unit}",
            row.peer or "–",
            f"{row.theirs:,.4g} {row.unit}" if row.theirs is not None else "–",
            f"{row.ratio:.3g}" if row.ratio is not None else "–",
            f"{row.sense} {row.goal:g}" + ("" if row.theirs is not None else f" {row.unit}"),
            "yes" if row.met else "NO",
        )
    Console(width=180).print(table)
    day = time.strftime("%Y-%m-%d", time.gmtime())
    machine = f"{processor()}, {os.cpu_count()} shared cores"
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    file = results / f"{day}-cpu{'-' + '-'.join(names) if names else ''}.json"
    file.write_text(
        json.dumps(
            {
                "day": day,
                "machine": machine,
                "python": platform.python_version(),
                "rows": [{**vars(row), "ratio": row.ratio, "met": row.met} for row in rows],
            },
            indent=1,
        )
        + "\n"
    )
    print(f"{sum(row.met for row in rows)} of {len(rows)} goals met; written to {file.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main(sys.argv[1:])
