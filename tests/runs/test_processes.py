"""Which process loads what, and what each may know."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.db import Database
from app.runs import host
from app.runs.environment import PLACES, for_workers
from tests.runs.conftest import SOON, lab, migrated, settings
from tests.runs.probe import ask


def modules_after(code: str) -> set[str]:
    listed = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in listed.stdout.split()}


def test_the_server_loads_neither_torch_nor_dask() -> None:
    loaded = modules_after("from app.runs import Runs, Run, Event, QueueFull\nimport app.lab.catalogue, app.lab.zoo")
    assert "sqlalchemy" in loaded
    assert not loaded & {"torch", "numpy", "distributed", "dask"}


def test_a_worker_loads_no_database_and_counts_without_torch() -> None:
    loaded = modules_after("import app.runs.worker, app.lab.experiments.parameters, app.lab.experiments.field")
    assert "distributed" in loaded
    assert not loaded & {"torch", "sqlalchemy", "fastapi", "pydantic_settings"}


def test_the_lab_knows_nothing_of_dask() -> None:
    assert "distributed" not in modules_after(
        "import app.lab.experiments.gradient_flow, app.lab.experiments.effective_field"
    )


def test_secrets_stay_with_the_server() -> None:
    given = {
        **{"PATH": "/bin", "CUDA_VISIBLE_DEVICES": "0", "HOME": "/h", "DASK_X": "1", "KEYBOARD": "us"},
        **{"RECEPTIVE_WEIGHTS": "/w"},
        **{"RECEPTIVE_SECRET": "s", "RECEPTIVE_DATABASE_URL": "s", "PGPASSWORD": "s", "DATABASE_URL": "s"},
        **{"API_TOKEN": "s", "aws_secret_access_key": "s", "SENTRY_DSN": "s", "MAIL_PASSWORD": "s"},
    }
    made = for_workers(given)
    assert "s" not in made.values()
    assert (
        made.items()
        >= {"PATH": "/bin", "CUDA_VISIBLE_DEVICES": "0", "HOME": "/h", "DASK_X": "1", "KEYBOARD": "us"}.items()
    )
    assert made["RECEPTIVE_WEIGHTS"] == "/w", "a folder to read, and no secret"
    assert made["OMP_NUM_THREADS"] == "1"


def test_remarks_on_what_students_write_stay_out_of_the_log() -> None:
    code = "import ast; ast.parse('1 if 2else 3', '<student>')"
    for environment, said in ((dict(os.environ), True), (for_workers(os.environ), False)):
        told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert ("SyntaxWarning" in told.stderr) == said


def test_one_worker_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "2.13.0")
    monkeypatch.setattr("glob.glob", lambda pattern: ["/dev/nvidia0", "/dev/nvidia1"])
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert host._gpus() == ["0", "1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert host._gpus() == ["3"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert host._gpus() == []
    monkeypatch.setattr("importlib.metadata.version", lambda name: "2.13.0+cpu")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert host._gpus() == []


#: A worker that believes in a GPU: it is a resource to the scheduler, whatever torch then finds.
WORKER = """
import sys
from app.runs import host, worker

host._gpus = lambda: ["0"]
worker.main(sys.argv[1])
"""
SCHEDULER = """
import asyncio
from distributed import Scheduler

async def serve():
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False, dashboard_address="127.0.0.1:0") as scheduler:
        print(scheduler.address, flush=True)
        await scheduler.finished()

asyncio.run(serve())
"""


@pytest.mark.anyio
async def test_workers_may_belong_to_a_scheduler_elsewhere(tmp_path: Path) -> None:
    scheduler = subprocess.Popen([sys.executable, "-c", SCHEDULER], stdout=subprocess.PIPE, text=True)
    assert scheduler.stdout
    address = scheduler.stdout.readline().strip()
    worker = subprocess.Popen([sys.executable, "-c", WORKER, address])
    chosen = settings(tmp_path, scheduler=address, lab_workers=2, lab_seconds=30.0)
    db: Database = migrated(chosen)
    try:
        async with lab(db, chosen) as runs:
            from app.lab.catalogue import spec

            run = await runs.submit(spec("parameters", network="cifar_plain20"), "ada", time.time())
            done = await runs.wait(run.id, SOON)
            assert done.status == "done"
            assert done.result is not None
            assert runs.status()["gpus"] == PLACES
            both = [spec("parameters", network="vgg11"), spec("gradient-flow", options={"depths": [8]})]
            for asked in both:
                run = await runs.submit(asked, "ada", time.time())
                assert (await runs.wait(run.id, SOON)).status == "done"
            # A worker of ours that never heard of the experiment says so; nothing hangs.
            broken = await runs.submit(ask(text="elsewhere"), "ada", time.time())
            assert (await runs.wait(broken.id, SOON)).status == "failed"
        worker.terminate()
        assert worker.wait(SOON) == 0
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()
        db.close()
