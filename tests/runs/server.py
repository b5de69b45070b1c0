"""A server without pages, to be stopped and killed: starts the lab, asks for one run, says so, and goes on."""

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

from app.runs.cluster import Cluster
from tests.runs.conftest import lab, migrated, running, settings
from tests.runs.probe import ask


async def main(folder: str, do: str, text: str, steps: int) -> None:
    Cluster.preload = ("tests.runs.probe",)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    chosen = settings(Path(folder))
    db = migrated(chosen)
    async with lab(db, chosen) as runs:
        run = await runs.submit(ask(do, text, steps), "ada", time.time())
        await running(runs, run.id)
        print(json.dumps(run.id), flush=True)
        await stop.wait()
    db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
