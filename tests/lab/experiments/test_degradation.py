"""The race: what must hold of any run of it, in a few steps. ``docs/lab/degradation.md`` has the long ones."""

import functools
import math
from typing import Any

import pytest
import torch.nn.functional as F

from app.lab.catalogue import spec
from app.lab.experiments import degradation, digits, run
from app.lab.headlines import headline
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports


@functools.cache
def race(**options: Any) -> dict[str, Any]:
    asked = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
    return run(spec("degradation", options=asked), Reports())


def finals(result: dict[str, Any], name: str = "loss") -> dict[str, float]:
    return {one["name"]: one["final"][name][0] for one in result["series"]}


def test_the_deeper_plain_net_trains_worse_and_the_residual_ones_do_not() -> None:
    """Bands as wide as seeds and threads need; He et al. 2016, figure 6, has the order."""
    found = finals(race(depths=(8, 32), steps=60, width=4))
    assert found["plain-32"] > 5 * found["plain-8"]
    assert found["residual-32"] < found["plain-8"] < found["plain-32"]


def test_bare_plain_nets_stand_still() -> None:
    result = race(depths=(20,), arena="bare", steps=60)
    found = finals(result)
    assert found["plain-20"] == pytest.approx(math.log(10), abs=0.02)
    assert found["residual-20"] < 1.5
    assert result["chance"]["loss"] == pytest.approx(F.cross_entropy(
        digits.load()[0].new_zeros(1, 10), digits.load()[1][:1]).item(), rel=1e-5)  # fmt: skip


def test_a_curve_is_the_mean_of_its_steps() -> None:
    result = race(depths=(8,), skip=("on",), steps=301, width=2)
    assert result["every"] == 3
    (one,) = result["series"]
    assert len(one["loss"][0]) == 101
    fine = race(depths=(8,), skip=("on",), steps=60, width=2)["series"][0]["loss"][0]
    # The same seed and recipe: the first sixty steps are the same sixty.
    assert one["loss"][0][:20] == pytest.approx([sum(fine[k : k + 3]) / 3 for k in range(0, 60, 3)], rel=1e-3)


def test_each_seed_is_a_net_of_its_own() -> None:
    (one,) = race(depths=(8,), skip=("off",), steps=20, width=2, seeds=3)["series"]
    assert len(one["loss"]) == len(one["final"]["loss"]) == 3
    assert len({tuple(curve) for curve in one["loss"]}) == 3
    options = {"depths": [8], "skip": ["off"], "steps": 20, "width": 2}
    other: Any = run(spec("degradation", seed=2, options=options), Reports())
    (alone,) = other["series"]
    assert alone["loss"][0] == one["loss"][2]


def test_all_nets_stand_at_the_same_step_whenever_one_looks() -> None:
    reports = Reports()
    run(spec("degradation", options={"depths": [8, 14], "steps": 20, "width": 2}), reports)
    assert [partial["steps"] for partial in reports.partials] == [5, 10, 15]
    known: list[Any] = list(reports.partials)
    for partial in known:
        assert {len(one["loss"][0]) for one in partial["series"]} == {partial["steps"]}
    assert reports.steps[-1] == ("racing", 20, 20)


def test_it_stops_between_steps() -> None:
    with pytest.raises(Cancelled):
        run(spec("degradation"), Reports(stop_after=3))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"depths": [8, 14, 20, 26], "steps": 20}, "8 nets"),
        ({"depths": [152], "steps": 1500}, "times as long"),
        ({"depths": [56], "skip": ["off"], "seeds": 5, "width": 16, "steps": 300}, "times as long"),
    ],
)
def test_too_long_a_race_is_refused_before_it_begins(options: dict[str, Any], words: str) -> None:
    reports = Reports()
    with pytest.raises(LabError, match=words):
        run(spec("degradation", options=options), reports)
    assert not reports.partials


def test_a_net_that_diverged_has_gaps_and_no_final_loss() -> None:
    assert degradation._curve([1.0, None, 2.0, 4.0], 2) == [None, 3.0]
    series = {"name": "plain-20", "final": {"loss": [0.5, None], "accuracy": [0.25, 0.75]}}
    assert headline("degradation", "loss", {"series": [series]}) == "plain-20: no number"
    assert headline("degradation", "accuracy", {"series": [series]}) == "plain-20: 50 %"
