import re

import pytest

from app.web.drawings import levels, pyramid
from tests.web.results import LAYERS, layer

VGG = [
    layer("features.0", "Conv2d", 1, 3),
    layer("features.2", "Conv2d", 2, 5),
    layer("features.4", "MaxPool2d", 3, 6, 2, kernel=[2, 2]),
    layer("features.5", "Conv2d", 4, 10, 2),
    layer("features.7", "Conv2d", 5, 14, 2),
    layer("features.9", "MaxPool2d", 6, 16, 4, kernel=[2, 2]),
    layer("features.10", "Conv2d", 7, 24, 4),
    layer("classifier", "Linear", 9, None),
]


def corners(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


def test_levels_are_the_layers_that_see_more() -> None:
    assert [(level.name, level.size) for level in levels.levels(LAYERS)] == [
        ("input", (1, 1)),
        ("0", (3, 3)),
        ("2", (5, 5)),
        ("4", (7, 7)),
    ]


def test_what_sees_the_whole_input_is_no_level() -> None:
    assert [level.name for level in levels.levels(VGG)][-1] == "features.10"


def test_a_side_branch_that_the_output_does_not_see_in_whole_units_is_left_out() -> None:
    layers = [layer("stem", "Conv2d", 1, 7, 2), layer("side", "Conv2d", 2, 8, 4), layer("main", "Conv2d", 3, 11, 2)]
    assert [level.name for level in levels.levels(layers)] == ["input", "stem", "main"]


def test_a_short_stack_is_drawn_layer_by_layer_beside_one_large_kernel() -> None:
    drawn = pyramid.pyramids(LAYERS)
    assert [one.title for one in drawn] == ["1 layer", "2 layers", "3 layers"]
    assert [one.single.title if one.single else None for one in drawn] == [None, "one 5×5", "one 7×7"]
    assert [label.seen for label in drawn[-1].labels] == ["7×7", "5×5", "3×3", "1×1"]
    assert drawn[-1].stack.title == "three 3×3"
    assert len({one.window for one in drawn}) == 1


def test_ways_to_the_output_are_counted() -> None:
    assert [one.ways for one in pyramid.pyramids(LAYERS)] == [(1, 1), (9, 1), (49, 1)]


def test_a_dilated_stack_has_holes_where_no_way_leads() -> None:
    layers = [layer("0", "Conv2d", 1, 3), layer("1", "Conv2d", 2, 7, dilation=[2, 2])]
    layers[0]["size"], layers[1]["size"] = [5, 5], [9, 9]
    layers[0]["dilation"] = [2, 2]
    (_, both) = pyramid.pyramids(layers)
    cells = sum(shade.path.count("M") for shade in both.stack.planes[0].shades)
    assert cells == 25
    assert both.single is None


def test_a_deep_network_keeps_its_ends_and_the_layers_before_the_jump_grows() -> None:
    (one,) = pyramid.pyramids(VGG)
    assert [label.name for label in one.labels] == ["input", "features.2", "features.5", "features.7", "output"]
    assert one.ways is None
    assert one.labels[0].seen == "24×24"


def test_the_planes_of_a_deep_stack_are_not_called_all_of_its_layers() -> None:
    """Four planes of 3×3 kernels are drawn of twenty; that is not “four 3×3”."""
    deep = [layer(str(2 * n), "Conv2d", n + 1, 2 * n + 3) for n in range(20)]
    (one,) = pyramid.pyramids(deep)
    assert len(one.stack.planes) == 5
    assert one.stack.title == "your network"


def test_every_plane_shows_the_same_piece_of_the_image() -> None:
    (one,) = pyramid.pyramids(VGG)
    widths = set()
    for plane in one.stack.planes:
        xs = [x for x, _ in corners(plane.outline)]
        widths.add(round(max(xs) - min(xs), 1))
    assert widths == {2 * pyramid.HALF_WIDTH}


def test_regions_lie_on_the_grid_and_inside_their_plane() -> None:
    for one in (*pyramid.pyramids(VGG), *pyramid.pyramids(LAYERS)):
        for plane in one.stack.planes:
            outer, inner = corners(plane.outline), corners(plane.region)
            assert min(y for _, y in outer) <= min(y for _, y in inner)
            assert max(y for _, y in inner) <= max(y for _, y in outer)
            assert plane.grid.count("M") <= 4 * pyramid.MOST_CELLS


def test_nothing_is_drawn_where_nothing_grows() -> None:
    assert pyramid.pyramids([layer("0", "Linear", 1, None)]) == ()


@pytest.mark.parametrize("kind", ["add", "cat"])
def test_ways_are_not_counted_where_paths_meet(kind: str) -> None:
    (one,) = pyramid.pyramids([*LAYERS, layer("join", kind, 5, 7)])
    assert one.ways is None


def test_the_text_says_what_the_picture_shows() -> None:
    assert "7×7" in pyramid.pyramids(LAYERS)[-1].text
