"""Who runs in a degradation race, known before any net is built: torch-free, so that pages and lessons can say it."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

#: Nets that may run at once.
MOST_NETS = 6


@dataclass(frozen=True)
class Entry:
    """One net: its weighted layers (6n + 2), and whether it has shortcuts."""

    depth: int
    residual: bool

    @property
    def name(self) -> str:
        return f"{'residual' if self.residual else 'plain'}-{self.depth}"


def entries(options: Mapping[str, object]) -> list[Entry]:
    """The nets of a race with these options (all of them, checked), shallow ones first."""
    depths, skips = cast(list[int], options["depths"]), cast(list[str], options["skip"])
    return [Entry(depth, skip == "on") for depth, skip in itertools.product(depths, skips)]
