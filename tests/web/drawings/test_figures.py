import base64
import zlib

import pytest

from app.web.drawings import field_figure, flow_figure, heat, weight_figure
from app.web.drawings.paths import number, quantity
from tests.web.results import FIELD, FLOW, LAYERS, PARAMETERS, layer, trained


def test_weights_are_read_off_with_the_line_that_holds_most() -> None:
    reads = {read.label: (read.value, read.line) for read in weight_figure.weights(PARAMETERS).reads}
    assert reads["parameters"] == ("75\u202f648", 3)
    assert reads["multiply-adds (“FLOPs”)"] == ("77.3 M", 3)
    assert reads["activations, one image"] == ("1.57 MB", 2)
    assert reads["weighted layers deep"] == ("3", 4)


def test_shares_add_up_to_the_whole() -> None:
    bars = weight_figure.weights(PARAMETERS).bars
    assert len(bars) == 3
    assert sum(bar.params_share for bar in bars) == pytest.approx(100)
    assert sum(bar.macs_share for bar in bars) == pytest.approx(100)


def test_many_layers_are_gathered_by_their_module() -> None:
    layers = [layer(f"layer{k % 4 + 1}.{k}.conv", "Conv2d", 1, 3, params=1, macs=2) for k in range(60)]
    bars = weight_figure.weights({"total": {"params": 60, "macs": 120, "activations": 1}, "layers": layers}).bars
    assert [(bar.name, bar.params) for bar in bars] == [(f"layer{k}", 15) for k in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("value", "words"), [(999, "999"), (12_345_678, "12.3 M"), (15_470_264_320, "15.5 G"), (3 * 10**12, "3 T")]
)
def test_large_numbers_are_short(value: int, words: str) -> None:
    assert weight_figure.short(value) == words


def test_a_field_is_read_off_where_it_is_last_known() -> None:
    layers = [*LAYERS, layer("pool", "AdaptiveAvgPool2d", 6, None)]
    view = field_figure.field({"layers": layers, "output": layers[-1], "last": LAYERS[-1]})
    assert [(read.value, read.label, read.line) for read in view.reads[:2]] == [
        ("the whole input", "seen by the output", 6),
        ("7×7", "receptive field of layer 5", 4),
    ]
    assert view.whole == "AdaptiveAvgPool2d pool"
    assert [one["name"] for one in view.trace] == ["0", "2", "4"]


def test_a_field_without_a_measurement_has_no_heat() -> None:
    assert field_figure.field(FIELD).heat is None


def test_pairs_in_words() -> None:
    assert field_figure.pair([7, 7]) == "7×7"
    assert field_figure.pair([-3, -3]) == "−3, −3"
    assert field_figure.pair([0.5, 0.5]) == "0.5×0.5"
    assert field_figure.pair(None) == "whole input"


def test_a_mask_is_the_png_of_its_rows() -> None:
    data = base64.b64decode(heat.mask([[0.0, 0.5], [1.0, 2.0]]).partition(",")[2])
    assert data.startswith(b"\x89PNG")
    start = data.index(b"IDAT") + 4
    length = int.from_bytes(data[start - 8 : start - 4], "big")
    assert zlib.decompress(data[start : start + length]) == bytes([0, 0, 128, 0, 255, 255])


@pytest.mark.parametrize("rows", [[], [[]], [[1.0], [1.0, 2.0]]])
def test_a_mask_needs_even_rows(rows: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="rows"):
        heat.mask(rows)


def test_plain_is_red_and_residual_is_blue() -> None:
    view = flow_figure.flow(FLOW)
    assert [(read.label, read.value, read.tone) for read in view.reads] == [
        ("powers of ten, plain-20", "−6.7", "red"),
        ("powers of ten, residual-20", "−0.5", "blue"),
        ("powers of ten, plain-56", "underflow", "red"),
    ]
    assert view.underflow


def test_the_table_holds_what_the_chart_draws() -> None:
    view = flow_figure.flow(FLOW)
    assert [one.name for one in view.measures] == ["weights", "activations"]
    weights, _ = view.tables
    assert weights.columns == ("layer", "plain-20", "residual-20", "plain-56")
    assert len(weights.rows) == 56
    assert (weights.rows[0][0], weights.rows[0][3]) == (1, 0)
    assert weights.rows[30][1] is None


def test_a_result_from_before_there_were_frames_is_one_frame() -> None:
    view = flow_figure.flow(FLOW)
    assert [moment.words for moment in view.moments] == [""]
    assert [len(one.wide.frames) for one in view.measures] == [1, 1]
    assert (view.course, view.seeds) == (None, 1)


def test_moments_of_training_are_frames_of_the_charts_and_lines_of_the_tables() -> None:
    plain, residual, _ = FLOW["series"]
    view = flow_figure.flow({"series": [trained(plain, 0, 1, 5), trained(residual, 0, 1)]})
    assert [moment.words for moment in view.moments] == ["at initialisation", "after 1 step", "after 5 steps"]
    weights = view.measures[0]
    assert [[curve.name for curve in frame] for frame in weights.wide.frames] == [
        ["plain-20", "residual-20"],
        ["plain-20", "residual-20"],
        ["plain-20"],
    ]
    course, table, _ = view.tables
    assert course.columns == ("stack", "0", "1", "5")
    assert course.rows == [["plain-20", -6.7, -6.7, -6.7], ["residual-20", -0.5, -0.5, None]]
    assert view.course
    assert view.course.rows[1] == ["residual-20", "−0.5", "−0.5", None]
    assert table.columns == ("layer", "step", "plain-20", "residual-20")
    assert [row[:2] for row in table.rows[::20]] == [[1, 0], [1, 1], [1, 5]]
    assert table.rows[-1][3] is None
    assert "after 5 steps" in view.text


def test_several_seeds_are_a_band_a_median_and_a_range() -> None:
    plain = FLOW["series"][0]
    view = flow_figure.flow({"series": [trained({**plain, "decades": -5.7}, 0, seeds=3)]})
    assert view.seeds == 3
    course, weights, _ = view.tables
    assert course.rows == [["plain-20", -5.7, -5.7, -3.7]]
    assert course.columns == ("stack", "median", "lowest", "highest")
    assert weights.columns == ("layer", "plain-20", "plain-20, lowest", "plain-20, highest")
    low = 0.3 * 10**-6.7
    assert weights.rows[0] == [1, *(pytest.approx(low * 10**s, rel=1e-3) for s in (1, 0, 2))]
    (curve,) = view.measures[0].wide.frames[0]
    assert curve.band
    assert curve.value == quantity(10**-5.7)


def test_the_first_series_can_be_drawn_before_the_others_are_known() -> None:
    assert flow_figure.flow({"series": FLOW["series"][:1]}).names == ("plain-20",)
    assert flow_figure.flow({"series": []}).measures == ()


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (0.98, "0.98"), (5.2e-9, "5.2e−9"), (13.42, "13.4"), (123456.0, "1.2e5")]
)
def test_quantities(value: float, words: str) -> None:
    assert quantity(value) == words


def test_coordinates_are_short() -> None:
    assert [number(v) for v in (1.0, 1.26, -0.01, 10)] == ["1", "1.3", "0", "10"]


def test_a_norm_that_is_no_number_breaks_the_line_and_is_named() -> None:
    bad = {**FLOW["series"][0], "weights": [None, 0.1, 0.2, 0.3]}
    view = flow_figure.flow({"series": [bad]})
    (weights, _) = view.measures
    assert weights.wide.frames[0][0].value == "no number"
    assert view.tables[0].rows[0] == [1, "no number"]


EFFECTIVE = {
    "layer": "4",
    "unit": [16, 16],
    "asked": 8,
    "samples": 3,
    "zero": False,
    "field": [13, 13, 7, 7],
    "cell": 1,
    "map": [[0.1] * 7] * 7,
    "std": [1.66, 1.6],
    "core": {"pixels": 25, "share": 25 / 49},
    "inside": 1.0,
    "support": {"box": [12, 12, 9, 9], "pixels": 25},
}


def test_a_measured_field_is_told_with_its_limits() -> None:
    view = field_figure.field({**FIELD, "effective": EFFECTIVE})
    said = " ".join(view.felt)
    assert "over 3 random inputs, from the unit in the middle of layer 4" in said
    assert "8 were asked for" in said
    assert "25 of 49 pixels (51 %)" in said
    assert "25 of 81 pixels: the others are holes" in said
    assert view.heat
    assert view.heat.width == view.heat.height == field_figure.MAP
    assert view.reads[-1].value == "1.7×1.6"


def test_a_field_without_any_gradient_says_so() -> None:
    nothing = {**EFFECTIVE, "zero": True, "map": None, "cell": None, "std": None, "core": None, "inside": None}
    view = field_figure.field({**FIELD, "effective": nothing})
    assert view.heat is None
    assert "no gradient at all" in view.felt[-1]
