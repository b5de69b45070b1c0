"""A cluster: a scheduler and two worker hosts, each a process of its own with its own resources."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil
import pytest

from app.lab.catalogue import spec
from app.runs import Event, Run, Runs
from app.runs.environment import PLACES
from tests.runs.conftest import SOON, migrated, running, settings, until
from tests.runs.probe import ask

pytestmark = pytest.mark.anyio

SCHEDULER = """
import asyncio, sys
import dask
from distributed import Scheduler
from app.runs.environment import DASK

async def serve():
    dask.config.set(DASK)
    here = {"host": "127.0.0.1", "port": int(sys.argv[1]), "dashboard": False, "dashboard_address": "127.0.0.1:0"}
    async with Scheduler(**here) as scheduler:
        print(scheduler.address, flush=True)
        await scheduler.finished()

asyncio.run(serve())
"""
#: What `receptive worker` does, with the probe and with the GPUs that are named.
HOST = """
import asyncio, sys
from app.runs import host

if __name__ == "__main__":
    _, address, workers, *gpus = sys.argv
    host._gpus = lambda: gpus
    asyncio.run(host.serve_elsewhere(address, int(workers), 1 << 30, ["tests.runs.probe"]))
"""


@contextmanager
def process(code: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process, gone with its children when the block ends."""
    started = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True)
    family: list[psutil.Process] = []
    try:
        yield started
        family = psutil.Process(started.pid).children(recursive=True) if started.poll() is None else []
    finally:
        started.kill()
        started.wait()
        psutil.wait_procs(family, SOON)
        assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with process(SCHEDULER, "0") as started:
        assert started.stdout
        yield started.stdout.readline().strip()


@pytest.fixture(scope="module")
async def runs(scheduler: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Runs]:
    """A web host whose lab is the cluster; its workers come and go with each test."""
    async with served(tmp_path_factory.mktemp("data"), scheduler, 20.0) as opened:
        yield opened


@asynccontextmanager
async def served(folder: Path, scheduler: str, seconds: float) -> AsyncIterator[Runs]:
    """A web host of its own, whose runs may take so many seconds."""
    chosen = settings(folder, scheduler=scheduler, lab_seconds=seconds)
    db = migrated(chosen)
    opened = Runs(db, chosen)
    await opened.start()
    try:
        yield opened
    finally:
        await opened.stop()
        db.close()


async def finish(runs: Runs, **what: object) -> Run:
    run = await runs.submit(ask(**what), "ada", time.time())  # type: ignore[arg-type]
    return await runs.wait(run.id, SOON)


def host_of(run: Run) -> int:
    assert run.status == "done", run.error
    assert run.result is not None
    return int(run.result["host"])


async def workers(runs: Runs, number: int) -> None:
    await until(lambda: runs.status()["workers"] == number)


async def test_runs_spread_over_the_hosts_and_a_gpu_takes_what_gains_from_it(runs: Runs, scheduler: str) -> None:
    with process(HOST, scheduler, "1") as plain, process(HOST, scheduler, "1", "0") as with_gpu:
        await workers(runs, 3)
        assert runs.status()["gpus"] == PLACES
        # Two at once on processors: one on each host.
        both = await asyncio.gather(*(finish(runs, text=f"spread {n}", steps=20) for n in range(2)))
        assert {host_of(run) for run in both} == {plain.pid, with_gpu.pid}
        # What would gain from the GPU goes to the host that has it, however often, and whatever else is going on.
        busy = [finish(runs, text=f"busy {n}", steps=30) for n in range(2)]
        wanting = [finish(runs, text=f"wanting {n}", steps=3, torch=True) for n in range(4)]
        ended = await asyncio.gather(*wanting, *busy)
        assert {host_of(run) for run in ended[:4]} == {with_gpu.pid}
        assert {host_of(run) for run in ended[4:]} == {plain.pid, with_gpu.pid}
        assert len({run.result["pid"] for run in ended if run.result}) == 3
    await workers(runs, 0)


async def test_a_host_that_dies_under_a_run_is_done_without(runs: Runs, scheduler: str) -> None:
    with process(HOST, scheduler, "1") as plain, process(HOST, scheduler, "0", "0") as with_gpu:
        await workers(runs, 2)
        run = await runs.submit(ask(text="host lost", steps=60, torch=True), "ada", time.time())
        heard: list[Event] = []
        async for event in runs.events(run.id):
            heard.append(event)
            if event.kind == "partial" and with_gpu.poll() is None and event.run.result:
                assert psutil.Process(event.run.result["pid"]).ppid() == with_gpu.pid
                with_gpu.kill()
                with_gpu.wait()
        notes = [event.run.note for event in heard if event.run.status == "queued" and event.run.note]
        assert notes[0] == "the worker was lost; trying again, 2 of 3"
        last = heard[-1].run
        assert (host_of(last), last.tries) == (plain.pid, 2)
        assert runs.status()["gpus"] == 0
        # A host that comes back is made use of at once.
        with process(HOST, scheduler, "0", "0") as again:
            await workers(runs, 2)
            assert host_of(await finish(runs, text="back", torch=True)) == again.pid
    await workers(runs, 0)


async def test_runs_on_one_gpu_take_turns(runs: Runs, scheduler: str) -> None:
    with process(HOST, scheduler, "0", "0"):
        await workers(runs, 1)
        long = await runs.submit(ask(text="long", steps=110, torch=True), "ada", time.time())
        await running(runs, long.id)
        stopped = await runs.submit(ask(text="stopped", steps=110, torch=True), "bob", time.time())
        await running(runs, stopped.id)
        short = await finish(runs, text="short", steps=5, torch=True)
        assert short.status == "done"
        assert not (await runs.get(long.id) or short).ended
        # One that is stopped between two steps disturbs nobody.
        await runs.cancel(stopped.id, "bob")
        await until(lambda: runs.status()["running"] == 1)
        ended = await runs.wait(long.id, SOON)
        assert (ended.status, ended.tries) == ("done", 1)
        assert ended.result is not None
        assert short.result is not None
        assert ended.result["pid"] == short.result["pid"]


async def test_a_run_on_a_gpu_has_its_own_time(scheduler: str, tmp_path: Path) -> None:
    """One computes for 2 of the 4 seconds that a run may take, and waits for its turn as long."""
    async with served(tmp_path, scheduler, 4.0) as runs:
        with process(HOST, scheduler, "0", "0"):
            await own_time(runs)


async def own_time(runs: Runs) -> None:
    await workers(runs, 1)
    started = time.monotonic()
    own, late = await asyncio.gather(
        finish(runs, text="own", steps=90, torch=True), finish(runs, text="late", steps=400, torch=True)
    )
    assert (own.status, own.tries) == ("done", 1)
    assert 1.8 < (own.seconds or 0) < 4
    assert time.monotonic() - started > 5.5
    assert late.error is not None
    assert late.error["message"] == "stopped after 4 seconds"
    after = await finish(runs, text="after", torch=True)
    assert own.result is not None
    assert after.result is not None
    assert own.result["pid"] == after.result["pid"]


async def test_one_that_takes_its_gpu_with_it_is_not_the_others_fault(
    runs: Runs, scheduler: str, tmp_path: Path
) -> None:
    with process(HOST, scheduler, "1", "0") as host:
        await workers(runs, 2)
        innocent = await runs.submit(ask(text="innocent", steps=100, torch=True), "ada", time.time())
        await running(runs, innocent.id)
        holds = tmp_path / "holds"
        guilty = await runs.submit(ask(do="hold", text=str(holds), torch=True), "bob", time.time())
        await until(holds.exists)
        await runs.cancel(guilty.id, "bob")
        ended = await runs.wait(innocent.id, SOON)
        # Beside others nobody knows whose fault it was, so it begins again by itself.
        assert (ended.status, ended.tries, host_of(ended)) == ("done", 2, host.pid)
        await workers(runs, 2)
        assert (await finish(runs, text="as before", torch=True)).status == "done"


async def test_a_run_in_company_gives_the_same_numbers(tmp_path: Path, scheduler: str) -> None:
    options = {"depths": [8, 14], "skip": ["off", "on"], "steps": 3, "batch_norm": True}
    asked = [spec("gradient-flow", options=options, seed=seed) for seed in (1, 2, 3)]

    async def all_of_them(runs: Runs, fresh: bool) -> list[dict[str, object] | None]:
        begun = [await runs.submit(one, "ada", time.time(), fresh) for one in asked]
        return [(await runs.wait(run.id, 60)).result for run in begun]

    async with served(tmp_path, scheduler, 60.0) as runs:
        with process(HOST, scheduler, "0", "0"):
            await workers(runs, 1)
            together = await all_of_them(runs, fresh=False)
        await workers(runs, 0)
        with process(HOST, scheduler, "1"):
            await workers(runs, 1)
            alone = await all_of_them(runs, fresh=True)
        assert None not in together
        assert together == alone


async def test_what_is_asked_before_any_worker_came_begins_when_one_does(runs: Runs, scheduler: str) -> None:
    await workers(runs, 0)
    run = await runs.submit(ask(text="early", torch=True), "ada", time.time())
    assert (run.status, run.place) == ("queued", 1)
    with process(HOST, scheduler, "1") as plain:
        assert host_of(await runs.wait(run.id, SOON)) == plain.pid


async def test_two_web_hosts_share_the_workers(scheduler: str, tmp_path: Path) -> None:
    chosen = settings(tmp_path, scheduler=scheduler)
    dbs = [migrated(chosen), migrated(chosen)]
    both = [Runs(db, chosen) for db in dbs]
    try:
        for one in both:
            await one.start()
        with process(HOST, scheduler, "2") as host:
            for one in both:
                await workers(one, 2)
            asked = [finish(both[n % 2], text=f"shared {n // 2}", steps=5) for n in range(12)]
            ended = await asyncio.gather(*asked)
            assert {host_of(run) for run in ended} == {host.pid}
            assert {run.tries for run in ended} == {1}
            # Six questions, each asked at both hosts, and answered alike.
            answers = {(run.id, run.result_text) for run in ended}
            assert len(answers) == 6
    finally:
        for one, db in zip(both, dbs, strict=True):
            await one.stop()
            db.close()


def test_a_host_that_finds_no_scheduler_says_so_in_a_line() -> None:
    command = [sys.executable, "-c", "from app.cli import main; main()", "worker", "tcp://127.0.0.1:9"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].startswith("the lab lost its scheduler: OSError")
    assert "Traceback" not in told.stderr


def test_a_host_with_nothing_to_lend_says_so() -> None:
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "worker",
        "tcp://127.0.0.1:9",
        "--workers",
        "0",
    ]
    told = subprocess.run(command, capture_output=True, text=True, timeout=SOON, check=False)
    assert told.returncode != 0
    assert "no GPU here" in told.stderr
