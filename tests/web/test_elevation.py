"""The elevation drawing: its numbers are counted from the networks."""

import itertools

import pytest

from app.web.elevation import CELL, drawing


def test_the_networks_that_a_course_names_are_drawn_and_counted() -> None:
    drawn = drawing(["computer vision", "VGG", "resnet"])
    assert drawn is not None
    vgg, resnet = drawn.elevations
    assert (vgg.name, vgg.depth, vgg.params, vgg.full, len(vgg.arcs)) == ("VGG-16", 16, 138_357_544, 123_642_856, 0)
    assert (resnet.name, resnet.depth, resnet.params, len(resnet.arcs)) == ("ResNet-34", 34, 21_797_672, 16)
    assert (vgg.colour, resnet.colour) == ("red", "blue")


def test_bars_are_to_scale() -> None:
    drawn = drawing(["vgg"])
    assert drawn is not None
    (vgg,) = drawn.elevations
    assert vgg.bars[0].height == pytest.approx(224 * CELL)
    assert vgg.bars[12].height == pytest.approx(14 * CELL)
    assert [bar.full for bar in vgg.bars] == [False] * 13 + [True] * 3
    assert vgg.bars[13].height == pytest.approx(64 * CELL)  # 4096 units fill a square of 64 a side
    edges = [(bar.x, bar.x + bar.width) for bar in vgg.bars]
    assert all(left[1] < right[0] for left, right in itertools.pairwise(edges))


def test_a_course_on_something_else_has_none() -> None:
    assert drawing(["recipes"]) is None
