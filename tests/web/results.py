"""Results as the experiments give them, small enough to check by hand, and runs that carry them."""

import json
import math
from typing import Any

from app.lab import catalogue
from app.runs import Run

STACK = """net = nn.Sequential(
    nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(),
    nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(),
    nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(),
)
"""
SHAPE = "3x32x32"


def layer(name: str, kind: str, line: int | None, size: int | None, jump: int = 1, **more: Any) -> dict[str, Any]:
    """An entry of ``parameters`` and of ``receptive-field`` at once; sides are square."""
    windowed = kind in ("Conv2d", "MaxPool2d")
    found: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "line": line,
        "output": [64, 32, 32],
        "params": 0,
        "macs": 0,
        "activations": 65536,
        "tied": False,
        "size": None if size is None else [size, size],
        "jump": None if size is None else [jump, jump],
        "start": None if size is None else [(1 - size) // 2] * 2,
        "kernel": [3, 3] if windowed else None,
        "stride": [1, 1] if windowed else None,
        "dilation": [1, 1] if windowed else None,
        "padding": [1, 1] if windowed else None,
        "aligned": True,
    }
    return {**found, **more}


LAYERS = [
    layer("0", "Conv2d", 2, 3, params=1792, macs=1_769_472),
    layer("1", "ReLU", 2, 3),
    layer("2", "Conv2d", 3, 5, params=36_928, macs=37_748_736),
    layer("3", "ReLU", 3, 5),
    layer("4", "Conv2d", 4, 7, params=36_928, macs=37_748_736),
    layer("5", "ReLU", 4, 7),
]
PARAMETERS: dict[str, Any] = {
    "total": {"params": 75_648, "macs": 77_266_944, "activations": 393_216, "depth": 3, "params_with_unused": 75_660},
    "layers": LAYERS,
    "unused": {"spare": 12},
    "notes": [[2, "pretrained= is now weights= <i>"]],
    "printed": ["<script>alert(1)</script>"],
    "device": "CPU",
    "versions": {},
}
FIELD: dict[str, Any] = {"layers": LAYERS, "output": LAYERS[-1], "last": LAYERS[-1]}


def series(depth: int, skip: bool, decades: float, zeros: int = 0) -> dict[str, Any]:
    """Norms that change by ``decades`` powers of ten over all but the last; the first ``zeros`` underflowed."""
    norms = [0.3 * 10 ** (decades * (1 - k / (depth - 2))) for k in range(depth - 1)] + [0.9]
    norms[:zeros] = [0.0] * zeros
    return {
        "name": f"{'residual' if skip else 'plain'}-{depth}",
        "depth": depth,
        "skip": "on" if skip else "off",
        "decades": None if zeros else decades,
        "weights": norms,
        "activations": [math.sqrt(norm) for norm in norms],
    }


FLOW: dict[str, Any] = {"series": [series(20, False, -6.7), series(20, True, -0.5), series(56, False, -19, zeros=12)]}


def trained(one: dict[str, Any], *steps: int, seeds: int = 1) -> dict[str, Any]:
    """The same series with a frame after each of ``steps``; each seed's first norm is ten times that before."""
    first, *rest = one["weights"]
    measured = [
        {
            "seed": seed,
            "decades": one["decades"] + seed,
            "weights": [10**seed * first, *rest],
            "activations": one["activations"],
        }
        for seed in range(seeds)
    ]
    frames = [{"step": step, "decades": one["decades"], "seeds": measured} for step in steps]
    return {**one, "frames": frames}


def run(experiment: str, result: dict[str, Any] | None, status: str = "done", code: str = STACK, **more: Any) -> Run:
    """A run of ``code``, or of what the experiment builds, that ended at 1003 s."""
    takes = catalogue.EXPERIMENTS[experiment].takes_network
    spec = catalogue.spec(experiment, code=code if takes else None, input=SHAPE if takes else None)
    known: dict[str, Any] = {"created": 1000.0, "finished": 1003.0, "device": "CPU", "seconds": 0.4, **more}
    return Run(spec.id, spec, status, result_text=json.dumps(result) if result else None, **known)  # type: ignore[arg-type]
