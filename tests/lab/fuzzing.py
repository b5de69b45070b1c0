"""How far the tests with made-up programs go: a little with the other tests, and without end under ``make fuzz``.

With the other tests the programs are the same each time. ``FUZZ`` makes it so many, drawn from the seed ``FUZZ_SEED``,
which stands in the tests' names, so that what is found can be found again.
"""

import os
from collections.abc import Callable

from hypothesis import HealthCheck, seed, settings

#: Made-up programs for each test.
CASES = int(os.environ.get("FUZZ", "320"))
#: Their parts, which can run beside one another.
SHARDS = max(4, CASES // 2_000)
SEEDS = [int(os.environ.get("FUZZ_SEED", "0")) + shard for shard in range(SHARDS)]


def seeds(cases: int, shard: int) -> range:
    """One part of so many seeds of ``random.Random``."""
    return range(shard * cases, shard * cases + -(-cases // SHARDS))


def try_all(check: Callable[[], None], shard: int) -> None:
    """Run a test made by ``given`` on one part of the cases."""
    unhurried = settings(
        max_examples=-(-CASES // SHARDS),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    seed(shard)(unhurried(check))()
