"""What the processes of the lab agree on: their settings, their environment, their patience."""

import re
from collections.abc import Mapping
from typing import Any

from app.lab.messages import LabError

#: Seconds that a run may go on after it was told to stop; then its worker is ended and replaced.
GRACE = 2.0
#: Seconds beyond its time after which a run that came to no step is ended with its process, and how many there are in
#: the place for short runs.
SLACK, SHORT_SLACK = 1.0, 20.0
#: Seconds under which a run is short.
SHORT = 1.0
#: Seconds between two messages about one run: ten a second.
PACE = 0.1
#: Runs that take turns on one GPU.
PLACES = 4

#: Settings of Dask: no more than a queue of small tasks needs.
DASK: Mapping[str, Any] = {
    # The engine decides what is tried again; the scheduler reports a lost worker at once.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.http.routes": [],
    "distributed.scheduler.events-cleanup-delay": "1m",
    # By default a wrong address is found out after 30 s.
    "distributed.comm.timeouts.connect": "10s",
    "distributed.admin.low-level-log-length": 100,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.http.routes": [],
    # A run's memory is its own, not Dask's to spill: past the limit its worker is ended.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    # Dask has every worker give freed memory back at once, which makes training half as slow again.
    "distributed.nanny.pre-spawn-environ": {},
    "logging": {"distributed": "error"},
}


def too_long(limit: float) -> LabError:
    """What is said of a run that has had its time."""
    return LabError(f"stopped after {limit:g} seconds", mend="try a smaller network, input or batch")


_PRIVATE = re.compile(r"^RECEPTIVE_(?!WEIGHTS$)|^PG|SECRET|TOKEN|PASSW|CREDENTIAL|_KEY$|DATABASE|_DSN$")


def for_workers(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for processes that read what students send: nothing in it opens a database or a session."""
    kept = {name: value for name, value in environment.items() if not _PRIVATE.search(name.upper())}
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    quiet = {
        "DASK_LOGGING__DISTRIBUTED": "error",
        # The lab's processes end at once, and multiprocessing cleans up after them with a word about it.
        # Python's remarks on what students write ("invalid decimal literal") are none of the log's.
        "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning,ignore::SyntaxWarning",
    }
    return {**kept, **one_thread, **quiet}
