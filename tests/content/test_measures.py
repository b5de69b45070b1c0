"""Numbers that the lab computes for the text, and claims held against them."""

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import check
from app.content.course import Claim, ClaimBlock, Lab, Lesson, Prose
from app.content.diagnostics import Diagnostic
from app.content.library import Library
from app.content.measures import NAMES, MeasureError, read, unknown, written
from app.lab import zoo
from app.lab.catalogue import EXPERIMENTS, spec
from app.lab.messages import LabError
from app.lab.readings import OF_NETS, reading
from tests.content import manual

RACE = Lab("a-race", "A race", "race.py", ("degradation",), "", (3, 32, 32), {"degradation": {"depths": [20, 56]}})
STACK = Lab("a-stack", "A stack", "stack.py", ("parameters",), "net = nn.Conv2d(3, 8, 3)\n", (3, 8, 10))
LABS = {"a-race": RACE, "a-stack": STACK}
RUN = spec("degradation", options={"depths": [20, 56]})


def results(**losses: float | None) -> dict[str, Any]:
    series = [
        {"name": name.replace("_", "-"), "final": {"loss": [loss], "accuracy": [0.5]}} for name, loss in losses.items()
    ]
    return {RUN.id: {"series": series}}


def value(text: str, known: Mapping[str, Any] | None = None) -> Any:
    found = read(text, LABS).values((known or {}).get)
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("params(vgg16)", 138_357_544),  # torchvision's documentation of VGG16_Weights
        ("params(resnet50)", 25_557_032),  # and of ResNet50_Weights
        ("depth(resnet152)", 152),
        ("rf(vgg16)", 212),  # Araujo et al. 2019, appendix
        ("params(a-stack)", 3 * 8 * 9 + 8),
        ("macs(a-stack)", 3 * 8 * 9 * 6 * 8),
        ("macs(a-stack, 3x5x5)", 3 * 8 * 9 * 3 * 3),
        ("rf( a-stack )", 3),
        ("params(vgg16) - params(vgg16)", 0),
        ("max(depth(vgg16), depth(vgg19))", 19),
    ],
)
def test_arithmetic_needs_no_run(text: str, expected: int) -> None:
    made = read(text, LABS)
    assert made.specs == ()
    assert made.values(unknown) == (expected,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("params(vgg16)", "138\u202f357\u202f544"),
        ("params(vgg16) to 3 figures", "138\u202f000\u202f000"),
        ("params(vgg16) / 1e6", "138"),
        ("params(vgg16) / 1e6 to 4 figures", "138.4"),
        ("params(resnet50) / params(vgg16)", "0.185"),
        ("0 - depth(vgg16)", "−16"),
    ],
)
def test_numbers_are_written_for_people(text: str, said: str) -> None:
    made = read(text, LABS)
    values = made.values(unknown)
    assert values is not None
    assert made.said(values) == said


@given(st.integers(-(10**15), 10**15) | st.floats(-1e12, 1e12), st.integers(1, 9))
def test_a_rounded_number_is_near(number: int | float, digits: int) -> None:
    said = float(written(number, digits).replace("\u202f", "").replace("−", "-"))
    assert abs(said - number) <= abs(number) * 0.5 * 10.0 ** (1 - digits) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("text", "code", "offset", "words"),
    [
        ("", "M101", 0, "measures nothing"),
        ("12 + 3", "M101", 0, "measures nothing"),
        ("parms(vgg16)", "M101", 0, "did you mean 'params'"),
        ("params(vgg17)", "M102", 7, "did you mean"),
        ("1 + params(vgg16) + x", "M101", 20, "'x' is no number"),
        ("params(vgg16) +", "M101", 0, "not arithmetic"),
        ("params(vgg16) > 3", "M101", 0, "not compared here"),
        ("params(vgg16, 3)", "M102", 7, "channels×height×width"),
        ("params(a-race)", "M102", 7, "has no network"),
        ("loss(a-stack)", "M102", 5, "does not measure 'loss'"),
        ("loss(vgg16)", "M102", 5, "no lab 'vgg16'"),
        ("minima(a-race)", "M102", 7, "does not measure 'minima'"),
        ("params(vgg16) / (depth(vgg16) - 16)", "M103", 0, "division by zero"),
        ("params(vgg16) to 99 figures", "M101", 17, "from 1 to 15"),
        ("().__class__(vgg16)", "M101", 3, "nothing measures '__class__'"),
    ],
)
def test_what_cannot_be_measured_is_told(text: str, code: str, offset: int, words: str) -> None:
    with pytest.raises(MeasureError, match=words.replace("(", r"\(")) as error:
        read(text, LABS)
    assert (error.value.code, error.value.offset) == (code, offset)


PIECES = st.sampled_from([*"()+-*/<>=., 12", "params(", "vgg16", "a-race", "loss(", "plain-20", " to 3 figures"])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    made, offset = None, 0
    try:
        made = read(text, LABS, compared=True)
    except MeasureError as error:
        offset = error.offset
    assert 0 <= offset <= len(text)
    assert made is None or made.figures


def test_a_lab_is_measured_by_the_run_that_its_page_makes() -> None:
    made = read("loss(a-race, plain-56) - loss(a-race, plain-20)", LABS)
    assert made.specs == (RUN, RUN)
    assert value("loss(a-race, plain-56)") is None
    assert value("loss(a-race, plain-56)", results(plain_20=0.1, plain_56=1.2)) == 1.2
    assert 'href="#lab-a-race"' in made.html(unknown)
    assert "not measured yet" in made.html(unknown)
    assert f'href="/runs/{RUN.id}"' in made.html(results(plain_20=0.1, plain_56=1.2).get)


def test_a_network_is_measured_at_the_input_asked_for() -> None:
    (asked,) = read("erf(vgg16, 3x64x64)", LABS).specs
    assert (asked.network, asked.input, asked.options["measure"]) == ("vgg16", (3, 64, 64), ["erf"])


def test_readings_of_every_experiment() -> None:
    assert reading("measures", "erf", {"measures": {"erf": 4.5}}) == 4.5
    assert reading("gradient-flow", "decades", {"series": [{"name": "plain-20", "decades": -6.7}]}) == -6.7
    assert reading("gradient-flow", "decades", {"series": [{"name": "plain-20", "decades": None}]}) is None
    race = {"series": [{"name": "plain-20", "final": {"loss": [3.0, 1.0, 2.0], "accuracy": [None]}}]}
    assert reading("degradation", "loss", race) == 2
    assert reading("degradation", "accuracy", race, "plain-20") is None
    assert reading("landscape", "minima", {"nets": [{"name": "plain-20", "minima": 3}]}, "plain-20") == 3
    assert reading("lesion", "accuracy", {"nets": [{"name": "plain-20", "blocks": [0.5, None, 1.0]}]}) == 0.75
    two = {"nets": [{"name": "plain-20"}, {"name": "plain-56"}]}
    for net in ("", "plain-8"):
        with pytest.raises(LabError) as error:
            reading("landscape", "minima", two, net)
        assert "plain-20, plain-56" in error.value.mend
    assert set(OF_NETS) <= set(EXPERIMENTS)
    assert all(name in EXPERIMENTS[kind].headlines for kind, names in OF_NETS.items() for name in names)


CLAIM = """
```{lab} a-race
:show: degradation
:depths: 20, 56
```

:::{claim} deeper-is-worse
:source: simonyan2015very, Fig. 1
:says: deeper is worse
:measure: loss(a-race, plain-56) > loss(a-race, plain-20)

Deeper nets train worse. Here the loss is {measure}`loss(a-race, plain-56)`.
:::
"""


def course(folder: Path, text: str) -> Path:
    path = manual.course(folder) / "first.md"
    path.write_text(path.read_text() + text)
    return path


def claims(lesson: Lesson) -> list[Claim]:
    return [b.claim for s in lesson.sections for b in s.blocks if isinstance(b, ClaimBlock)]


def test_a_claim_is_judged_once_its_lab_has_run(tmp_path: Path) -> None:
    course(tmp_path, CLAIM)
    known: dict[str, Any] = {}
    library = Library(tmp_path, False, lambda run: known.get(run))
    before = library.courses()[0].lessons[0]
    (claim,) = claims(before)
    assert (claim.verdict, before.measured) == ("open", (RUN,))
    assert claim.html.count("not measured yet") == 1
    known |= results(plain_20=0.1, plain_56=1.2, residual_20=0.1, residual_56=0.1)
    library.ask()
    after = library.courses()[0].lessons[0]
    (claim,) = claims(after)
    assert claim.verdict == "agrees"
    assert "1.2 &gt; 0.1" in claim.measured_html
    assert ">1.2</a>" in claim.html
    assert after.hash != before.hash
    assert library.courses()[0].lessons[0] is after


def told(path: Path, known: Mapping[str, Any] | None = None) -> list[Diagnostic]:
    return check(path.parent, (known or {}).get)


def test_the_lab_contradicts_a_claim(tmp_path: Path) -> None:
    path = course(tmp_path, CLAIM)
    assert told(path) == []
    assert told(path, results(plain_20=0.1, plain_56=1.2)) == []
    (wrong,) = told(path, results(plain_20=1.2, plain_56=0.1))
    assert (wrong.code, "0.1 > 1.2" in wrong.message) == ("M105", True)
    assert path.read_text().split("\n")[wrong.line - 1].startswith(":measure:")
    (wrong,) = told(path, results(plain_20=1.2))
    assert (wrong.code, "no net 'plain-56'" in wrong.message) == ("M103", True)
    (wrong,) = told(path, results(plain_20=1.2, plain_56=None))
    assert wrong.code == "M103"


@pytest.mark.parametrize(
    ("says", "within", "verdict"),
    [
        ("138 million", "0.5 million", "agrees"),
        ("138 million parameters", "3 figures", "agrees"),
        ("1.38 × 10^8", "1 %", "agrees"),
        ("138,357,544", "0", "agrees"),
        ("138 357 543 of them", "0", "differs"),
        ("140 million", "1 %", "differs"),
        ("140 million", "± 2 %", "agrees"),
        ("0.14 billion", "2 figures", "agrees"),
        ("0.14 billion", "3 figures", "differs"),
    ],
)
def test_a_figure_is_held_against_the_lab(says: str, within: str, verdict: str, tmp_path: Path) -> None:
    text = f"\n:::{{claim}} one\n:source: simonyan2015very\n:says: {says}\n:measure: params(vgg16)\n:within: {within}\n"
    text += f":verdict: {verdict}\n\nSo many.\n:::\n"
    path = course(tmp_path, text)
    assert told(path) == []
    (claim,) = claims(Library(tmp_path).courses()[0].lessons[0])
    assert claim.verdict == verdict
    assert bool(claim.missed) == (verdict == "differs")
    other = {"agrees": "differs", "differs": "agrees"}[verdict]
    path.write_text(path.read_text().replace(f":verdict: {verdict}", f":verdict: {other}"))
    assert [one.code for one in told(path)] == ["M105"]


def test_numbers_stand_in_the_text_and_in_questions(tmp_path: Path) -> None:
    text = """
VGG-16 has {measure}`params(vgg16)` and the lab {measure}`params(two-layers)`.

:::{question} how-many
:kind: number

How many times {measure}`depth(vgg16)`?

= 16

! {measure}`params(two-layers)`, see above.
:::
"""
    path = course(tmp_path, text)
    assert told(path) == []
    lesson = Library(tmp_path).courses()[0].lessons[0]
    prose = " ".join(b.html for s in lesson.sections for b in s.blocks if isinstance(b, Prose))
    assert 'href="/lab/parameters?network=vgg16"' in prose
    assert 'href="#lab-two-layers"' in prose
    asked = lesson.questions[-1]
    assert ">16</a>" in asked.shown(0).prompt_html
    assert 'href="/courses/stacking/lessons/first#lab-two-layers"' in asked.explanation(0)
    assert "\uf8fe" not in json.dumps(repr(lesson), ensure_ascii=False)


def test_every_name_is_measured_of_something() -> None:
    for name in NAMES:
        kinds = [kind for kind, names in OF_NETS.items() if name in names]
        lab = replace(RACE, show=tuple(kinds) or ("parameters",), code="net = nn.Conv2d(3, 8, 3)\n")
        assert read(f"{name}(a-race)", {"a-race": lab}).figures
    assert all(read(f"params({name})", {}).figures for name in zoo.names())


def test_pages_look_for_results_by_themselves(tmp_path: Path) -> None:
    course(tmp_path, CLAIM)
    asked = threading.Event()
    known: dict[str, Any] = {}

    def look(run: str) -> Mapping[str, Any] | None:
        if threading.current_thread() is not threading.main_thread():
            asked.set()
        return known.get(run)

    library = Library(tmp_path, False, look)
    assert claims(library.courses()[0].lessons[0])[0].verdict == "open"
    assert asked.wait(10)
    known |= results(plain_20=0.1, plain_56=1.2)
    library.ask()
    assert claims(library.courses()[0].lessons[0])[0].verdict == "agrees"
