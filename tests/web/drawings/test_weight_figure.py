"""Where weights sit: strips to scale, line by line, and two networks beside each other."""

import json
from typing import Any

import pytest

from app.lab import counting, language, zoo
from app.web import (
    lab_view,  # noqa: F401 - it gives the templates their filters
    pages,
)
from app.web.drawings.strips import percent
from app.web.drawings.table import MOST_ROWS
from app.web.drawings.weight_figure import MOST_BARS, Weights, memory, pair, short, weights
from app.web.figures import figure
from tests.web.results import layer, run

CODE = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=1) for _ in range(2)])
        self.b = nn.Conv2d(3, 3, 3, padding=1)
        self.b.weight = self.a[0].weight
        self.n = nn.BatchNorm2d(3)
        self.w = nn.Parameter(torch.randn(3, 3, 3, 3))
        self.spare = nn.Linear(9, 9)

    def forward(self, x):
        return F.conv2d(self.n(self.b(self.a(x))), self.w)


net = Net()
"""


def of(name: str) -> Weights:
    return weights(counting.count(zoo.network(name)))


def of_code() -> Weights:
    result: Any = json.loads(json.dumps(counting.count(language.read(CODE, (3, 8, 8)))))
    return weights(result)


def layers(count: int) -> dict[str, Any]:
    rows = [layer(str(n), "Conv2d", 1, 3, params=1, macs=2) for n in range(count)]
    total = {"params": count, "macs": 2 * count, "activations": 65536 * count, "depth": count}
    return {"total": total, "layers": rows}


@pytest.mark.parametrize("count", [18, 19, 111, 5000])
def test_neighbours_are_gathered_where_names_are_flat(count: int) -> None:
    bars = weights(layers(count)).bars
    assert len(bars) <= MOST_BARS
    assert sum(bar.params for bar in bars) == count
    assert sum(bar.macs_share for bar in bars) == pytest.approx(100)
    assert [bar.name for bar in bars][:1] == ["Conv2d 0" if count == 18 else f"0 to {-(-count // MOST_BARS) - 1}"]


@pytest.mark.parametrize(("count", "rows"), [(MOST_ROWS, MOST_ROWS), (MOST_ROWS + 1, MOST_ROWS)])
def test_a_page_shows_so_many_rows_and_says_where_the_others_are(count: int, rows: int) -> None:
    shown = figure(run("parameters", layers(count)))
    page = pages.templates.get_template(shown.template).render(figure=shown, at="")
    assert page.partition("<details")[2].count("<tr>") == rows + 1
    assert ("The first 1\u202f000 of 1\u202f001 rows" in page) == (count > rows)
    assert len(shown.view.tables[0].rows) == count


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (999_499_999, "999 M"),
        (999_500_000, "1 G"),
        (999_999, "999\u202f999"),
        (10**12 - 1, "1 T"),
        (1_810_000_000, "1.81 G"),
    ],
)
def test_a_number_that_rounds_up_takes_the_next_letter(number: int, words: str) -> None:
    assert short(number) == words


def test_memory_that_rounds_up_takes_the_next_unit() -> None:
    assert [memory(count) for count in (249, 250, 249_990, 249_999_999)] == ["996 B", "1 kB", "1 MB", "1 GB"]


def test_three_layers_hold_most_of_vgg16() -> None:
    view = of("vgg16")
    assert view.headline == (
        "89 % of the weights sit in 3 linear layers: 123\u202f642\u202f856. They do 0.8 % of the multiply-adds."
    )
    params, macs = view.wide.strips
    assert [segment.family for segment in params.segments] == ["linear", "convolution"]
    assert params.segments[0].width == pytest.approx(600 * 123_642_856 / 138_357_544)
    assert macs.segments[0].width == pytest.approx(600 * 123_633_664 / 15_470_264_320)
    for strip in (params, macs):
        assert sum(segment.width for segment in strip.segments) == pytest.approx(600)


def test_words_stay_under_their_segments() -> None:
    for name in ("vgg16", "resnet50", "cifar_plain20"):
        view = of(name)
        for strips in (view.wide, view.narrow):
            for segment in [segment for strip in strips.strips for segment in strip.segments]:
                assert 7.6 * len(segment.text) <= segment.width


def test_lines_add_up() -> None:
    view = of_code()
    assert [(line.line, line.layers, line.params) for line in view.lines] == [
        (4, "2 Conv2d", 168),
        (5, "Conv2d", 3),
        (7, "BatchNorm2d", 6),
        (12, "Conv2d", 81),
    ]
    assert sum(line.params for line in view.lines) == view.total["params"]
    assert sum(line.macs for line in view.lines) == view.total["macs"]
    assert [table.caption for table in view.tables] == ["Layer by layer", "Line by line"]
    assert of("vgg11").lines == ()


def test_what_a_reader_may_wonder_about_is_said() -> None:
    tied, functional, buffers, unused = of_code().remarks
    assert tied.startswith("b uses weights")
    assert functional.startswith("conv2d: called as a function")
    assert buffers.startswith("7 numbers")
    assert "spare (90)" in unused
    assert of("vgg16").remarks == ()


def test_a_pair_is_on_one_scale() -> None:
    first, second = of("vgg16"), of("resnet50")
    both = pair(first, second)
    lengths = [sum(segment.width for segment in strip.segments) for strip in both.wide.strips]
    assert lengths[0] == pytest.approx(600)
    assert lengths[1] == pytest.approx(600 * 25_557_032 / 138_357_544)
    assert lengths[3] == pytest.approx(600 * 4_089_184_256 / 15_470_264_320)
    assert max(percent for bars in both.bars for _, percent in bars) == 100
    assert sum(percent for _, percent in both.bars[1]) == pytest.approx(100 * 25_557_032 / 102_764_544)
    assert both.text == first.against(second).text


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 9, "0 %"), (1, 1, "100 %"), (9999, 10000, "over 99 %"), (8, 1000, "0.8 %"), (1, 3, "33 %")],
)
def test_shares_are_never_rounded_to_nothing_or_all(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


def test_a_network_without_weights() -> None:
    view = weights(counting.count(language.read("net = nn.ReLU()", (3, 8, 8))))
    assert view.headline == ""
    assert view.lines == ()
    assert pair(view, view).bars == ([], [])
