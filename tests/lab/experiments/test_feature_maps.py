"""Feature maps: the values of the net itself, and a lesion that is one."""

from typing import Any

import pytest
import torch

from app.lab import pictures
from app.lab.catalogue import spec
from app.lab.experiments import digits, feature_maps, lesion, run
from app.lab.experiments.landscape import plane
from app.lab.experiments.stack import Stack
from app.lab.headlines import headline
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports


def shown(**options: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(spec("feature-maps", options={"steps": 0, **options}), Reports())
    return found


def test_maps_and_scores_are_those_of_the_whole_net() -> None:
    result = shown(digit=7, example=2, depth=14)
    sevens = (digits.stored()[1] == 7).nonzero().flatten()
    place = int(sevens[2])
    assert result["label"] == 7
    assert result["image"] == digits.stored()[0][place].tolist()
    net = plane(14, "on", 0, torch.device("cpu")).net
    batch = digits.load()[0][[place, *[one for one in range(256) if one != place][:255]]]
    kept: list[torch.Tensor] = []
    assert isinstance(net, Stack)
    with torch.no_grad():
        scores = net.train()(batch)[0].softmax(0)
    assert result["scores"] == pytest.approx(scores.tolist(), rel=1e-3)
    assert sum(result["scores"]) == pytest.approx(1, abs=1e-3)
    net.norms[0].register_forward_hook(lambda _, __, out: kept.append(out[0].relu()))
    with torch.no_grad():
        net(batch)
    torch.testing.assert_close(torch.tensor(result["layers"][0]["maps"]), kept[0], rtol=1e-3, atol=1e-3)
    assert [len(layer["maps"]) for layer in result["layers"]] == [8, 8, 16, 32]
    assert [len(layer["maps"][0]) for layer in result["layers"]] == [8, 8, 4, 2]


def test_ones_own_picture_is_shown_in_place_of_a_digit() -> None:
    # A bundled digit that is typed is what that digit is, but for what the rest of the batch holds.
    own = shown(image=pictures.SAMPLES[7], without=1)
    place = int((digits.stored()[1] == 7).nonzero()[0])
    assert own["label"] is None
    assert own["image"] == digits.stored()[0][place].tolist()
    batch = digits.load()[0][[place, *range(255)]]
    net = plane(8, "on", 0, torch.device("cpu")).net
    assert isinstance(net, Stack)
    seen: list[torch.Tensor] = []
    net.norms[0].register_forward_hook(lambda _, __, out: seen.append(out[0].relu()))
    with torch.no_grad():
        scores = net.train()(batch)[0].softmax(0)
    assert own["scores"] == pytest.approx(scores.tolist(), rel=1e-3)
    torch.testing.assert_close(torch.tensor(own["layers"][0]["maps"]), seen[0], rtol=1e-3, atol=1e-3)
    best = max(own["without"])
    said = f"{100 * best:.0f} % for {own['without'].index(best)}"
    assert headline("feature-maps", "score", own) == said


def test_what_is_drawn_is_recognised() -> None:
    for digit in (0, 4):
        scores = shown(image=pictures.SAMPLES[digit], steps=60)["scores"]
        assert scores.index(max(scores)) == digit


def test_without_a_block_it_is_the_net_with_that_lesion() -> None:
    result = shown(without=2, depth=14)
    net = plane(14, "on", 0, torch.device("cpu")).net
    assert isinstance(net, Stack)
    place = int((digits.stored()[1] == 3).nonzero().flatten()[0])
    batch = digits.load()[0][[place, *[one for one in range(256) if one != place][:255]]]
    net.order = [0, 2, 3, 4, 5]
    with torch.no_grad():
        scores = net.train()(batch)[0].softmax(0)
    assert result["without"] == pytest.approx(scores.tolist(), rel=1e-3)
    assert all(layer["changed"] is not None for layer in result["layers"])
    # What comes before the block is as it was.
    assert result["layers"][0]["changed"] == result["layers"][0]["maps"]
    assert result["layers"][1]["changed"] != result["layers"][1]["maps"]


def test_looking_leaves_the_net_as_it_was() -> None:
    net = plane(8, "on", 0, torch.device("cpu")).net
    assert isinstance(net, Stack)
    before = lesion.accuracy(net)
    feature_maps._look(net, digits.load()[0][:16], 1)
    assert (list(net.order), net.zeroed) == ([0, 1, 2], frozenset())
    assert lesion.accuracy(net) == before


def test_a_trained_net_knows_the_digit() -> None:
    result = shown(steps=60)
    assert result["scores"][3] > 0.8
    assert headline("feature-maps", "score", result).endswith(" %")


@pytest.mark.parametrize(
    ("options", "words"),
    [({"without": 9, "depth": 8}, "has 3 blocks"), ({"without": 2, "depth": 8, "skip": "off"}, "cannot do without")],
)
def test_a_block_that_cannot_be_left_out_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(LabError, match=words):
        shown(**options)


def test_it_stops_between_steps() -> None:
    with pytest.raises(Cancelled):
        run(spec("feature-maps"), Reports(stop_after=3))
