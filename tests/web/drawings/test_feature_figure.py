"""Contact sheets: every cell in its place, and all of a layer on one scale."""

import base64
import struct
import zlib
from typing import Any

import pytest

from app.web.drawings.feature_figure import features, sheet


def cells(picture: str) -> list[list[int]]:
    """The grey values of a PNG as ``heat.mask`` writes it."""
    png = base64.b64decode(picture.partition(",")[2])
    width, height = struct.unpack(">II", png[16:24])
    data = zlib.decompress(png[png.index(b"IDAT") + 4 :])
    return [list(data[y * (width + 1) + 1 : (y + 1) * (width + 1)]) for y in range(height)]


def test_channels_stand_in_rows_with_a_cell_between() -> None:
    one = sheet([[[0.0, 1.0]], [[2.0, 4.0]], [[4.0, 0.0]]], 0.0, 4.0, "three", 100.0)
    assert cells(one.picture) == [[0, 64, 0, 128, 255, 0, 255, 0]]
    assert (one.width, one.height) == (100.0, 12.5)


def test_thirty_two_channels_are_twice_as_wide_as_high() -> None:
    one = sheet([[[1.0, 1.0], [1.0, 1.0]]] * 32, 0.0, 1.0, "many", 320.0)
    grid = cells(one.picture)
    assert (len(grid[0]), len(grid)) == (23, 11)


def result(**more: Any) -> dict[str, Any]:
    layer = {"name": "after group 1", "maps": [[[0.0, 2.0], [1.0, 0.0]]], "changed": None}
    known = {"image": [[0] * 8] * 8, "label": 3, "block": 0, "filters": [[[0.1] * 3] * 3], "layers": [layer]}
    return {"skip": "on", "scores": [0.0] * 3 + [0.9, 0.1] + [0.0] * 5, "without": None, **known, **more}


def test_what_is_read_off_is_what_it_says() -> None:
    assert [(read.value, read.label) for read in features(result()).reads] == [
        ("90 %", "for 3, which it is"), ("3", "is what it says")]  # fmt: skip


def test_of_a_picture_of_ones_own_nothing_is_said_to_be_right() -> None:
    view = features(result(label=None, block=2, without=[0.0] * 9 + [1.0]))
    assert [(read.value, read.label) for read in view.reads] == [
        ("3", "is what it says"), ("90 %", "for 3"),
        ("9", "is what it says without block 2"), ("100 %", "for 9, without block 2")]  # fmt: skip
    assert not any(score.right for score in view.scores)
    assert view.image.text == "The picture: a picture of your own, 8×8 pixels."


def test_a_layer_with_and_without_a_block_is_on_one_scale() -> None:
    layer = {"name": "after group 1", "maps": [[[1.0]]], "changed": [[[2.0]]]}
    view = features(result(block=1, layers=[layer], without=[0.1] * 10))
    assert view.layers[0].changed is not None
    assert (cells(view.layers[0].whole.picture), cells(view.layers[0].changed.picture)) == ([[128]], [[255]])
    assert view.reads[2].value == "10 %"
    assert len(view.tables[0].columns) == 3


def test_a_layer_that_is_silent_is_white() -> None:
    silent = features(result(layers=[{"name": "dead", "maps": [[[0.0]]], "changed": None}]))
    assert cells(silent.layers[0].whole.picture) == [[0]]
    assert sum(score.whole for score in silent.scores) == pytest.approx(100)
