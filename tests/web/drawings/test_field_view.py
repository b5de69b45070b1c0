"""What units see of the image: boxes by hand, pictures decoded."""

import base64
import zlib
from typing import Any

import pytest

from app.lab.catalogue import spec
from app.lab.experiments import run
from app.web.drawings import field_view, heat
from app.web.drawings.field_figure import field
from tests.lab.experiments.reports import Reports

HOLES = "net = nn.Sequential(*[nn.Conv2d(1, 1, 3, padding=2, dilation=2) for _ in range(2)])"


def result(code: str, input: str, **options: object) -> dict[str, Any]:
    return run(spec("receptive-field", code=code, input=input, options={"effective": False, **options}), Reports())


def pixels(uri: str, width: int) -> list[str]:
    """The rows of a picture of one bit a pixel, as text."""
    data = base64.b64decode(uri.partition(",")[2])
    start = data.index(b"IDAT") + 4
    raw = zlib.decompress(data[start : start + int.from_bytes(data[start - 8 : start - 4], "big")])
    room = 1 + -(-width // 8)
    lines = [raw[i + 1 : i + room] for i in range(0, len(raw), room)]
    return ["".join(f"{byte:08b}" for byte in line)[:width] for line in lines]


def test_holes_are_a_picture_and_a_full_field_is_none() -> None:
    found = field_view.views(result(HOLES, "1x17x17"))
    assert found is not None
    first, last = found.layers
    assert pixels(last.holes, 9) == ["101010101" if row % 2 == 0 else "0" * 9 for row in range(9)]
    assert pixels(first.holes, 5) == ["10101", "00000"] * 2 + ["10101"]
    assert "25 of those 81" in last.says
    assert last.box == (4, 4, 9, 9)
    assert last.corner == (0, 0, 5, 5)
    assert found.first == 1
    assert found.text == last.says
    full = field_view.views(result("net = nn.Conv2d(1, 1, 3)", "1x9x9"))
    assert full is not None
    assert full.layers[0].holes == ""
    assert "every one" in full.layers[0].says


def test_the_border_cuts_fields_off() -> None:
    found = field_view.views(result("net = nn.Conv2d(1, 1, 7, 2, 3)", "1x8x6"))
    assert found is not None
    (view,) = found.layers
    # Unit (2, 1) of 4×3 spans rows 1 to 8 and columns −1 to 6.
    assert view.box == (0, 1, 6, 7)
    assert view.corner == (0, 0, 4, 4)
    assert "7×7 pixels, of which 7×6 lie in the image" in view.says
    assert view.data == {"size": "7 7", "jump": "2 2", "start": "-3 -3", "grid": "4 3", "unit": "2 1"}


def test_each_measured_layer_has_its_heat() -> None:
    code = "net = nn.Sequential(*[nn.Conv2d(1, 1, 3, padding=1) for _ in range(4)])"
    found = field_view.views(result(code, "1x17x17", effective=True, samples=1, along=2))
    assert found is not None
    assert [view.felt is not None for view in found.layers] == [False, True, False, True]
    assert found.layers[3].felt is not None
    assert found.layers[3].felt.box == (4, 4, 9, 9)


def test_a_network_without_places_and_an_older_result_have_no_views() -> None:
    assert field_view.views(result("net = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))", "1x4x4")) is None
    older = result(HOLES, "1x17x17")
    del older["views"], older["along"]
    assert field(older).views is None
    assert field(older).pyramids


def test_the_table_says_how_many_pixels_are_reached() -> None:
    (table,) = field(result(HOLES, "1x17x17")).tables
    at = table.columns.index("pixels reached")
    assert [row[at] for row in table.rows] == [9, 25]


@pytest.mark.parametrize(("rows", "width"), [([], 3), ([1], 0)])
def test_a_picture_needs_pixels(rows: list[int], width: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        heat.bits(rows, width)


def test_a_picture_of_bits_is_wider_than_a_byte() -> None:
    rows = [0b1, 0b10000000001, 0]
    assert pixels(heat.bits(rows, 11), 11) == ["10000000000", "10000000001", "0" * 11]
    assert heat.bits(rows, 11).startswith("data:image/png;base64,")
