"""Maps of a network with weights: colours as they are, kernels about grey, and two lists of classes."""

import base64
import struct
import zlib
from typing import Any

import pytest

from app.lab import pictures
from app.web.drawings.heat import coloured
from app.web.drawings.loaded_figure import either, kernels


def colours(picture: str) -> list[list[tuple[int, ...]]]:
    """The pixels of a PNG as ``heat.coloured`` writes it."""
    png = base64.b64decode(picture.partition(",")[2])
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 2)
    data = zlib.decompress(png[png.index(b"IDAT") + 4 :])
    rows = [data[y * (3 * width + 1) + 1 : (y + 1) * (3 * width + 1)] for y in range(height)]
    return [[tuple(row[at : at + 3]) for at in range(0, len(row), 3)] for row in rows]


def result(**more: Any) -> dict[str, Any]:
    layer = {"name": "layer1.1.relu", "shape": [64, 56, 56], "channels": [7], "maps": [[[2.0]]], "changed": None}
    best = [{"class": 281 + place, "share": 0.5 / (place + 1)} for place in range(5)]
    return {
        **{"name": "resnet18", "file": "resnet18.pth", "picture": pictures.packed(b"\xff\x80\0" * 112 * 112)},
        **{"block": 0, "filters": [[[[1.0]], [[0.0]], [[-1.0]]]], "layers": [layer], "best": best, "without": None},
        **more,
    }


def test_a_picture_is_in_its_own_colours() -> None:
    assert colours(coloured([[(1, 0, 0), (0, 0.5, 2)], [(0, 0, 0), (1, 1, 1)]])) == [
        [(255, 0, 0), (0, 128, 255)], [(0, 0, 0), (255, 255, 255)]]  # fmt: skip
    with pytest.raises(ValueError, match="rows of one length"):
        coloured([[(0, 0, 0)], []])
    view = either(result())
    assert view.image.coloured
    assert {pixel for row in colours(view.image.picture) for pixel in row} == {(255, 128, 0)}


def test_a_kernel_of_zeros_is_grey_and_white_lies_between_kernels() -> None:
    grid = colours(kernels([[[[2.0]], [[0.0]], [[-2.0]]], [[[0.0]], [[0.0]], [[0.0]]]]).picture)
    assert grid == [[(255, 128, 0), (255, 255, 255), (128, 128, 128)]]


def test_classes_with_and_without_a_block_are_two_lists() -> None:
    alone = either(result())
    assert [(read.value, read.label) for read in alone.reads] == [("50.0 %", "for class 281, its first choice")]
    assert (alone.file, alone.others, len(alone.tables)) == ("resnet18.pth", (), 2)
    other = [{"class": 7, "share": 0.25}] * 5
    view = either(result(block=3, without=other))
    assert view.reads[1].label == "for class 7, without block 3"
    assert len(view.tables) == 3
    assert view.tables[2].rows == [["layer1.1.relu", 7, 2.0]]
    assert view.layers[0].shape == "1 of 64 channels of 56×56"
