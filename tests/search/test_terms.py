"""The words of a text: what is typed in one way finds what is written in another."""

import pytest

from app.search.marking import finder
from app.search.plain import plain
from app.search.terms import asked, indexed, stem


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("ResNet-50", "resnet50"),
        ("ResNet-50", "resnet 50"),
        ("models.resnet50(weights=None)", "ResNet-50"),
        ("nn.Conv2d(3, 64, 3)", "conv2d"),
        ("nn.Conv2d(3, 64, 3)", "nn.Conv2d"),
        ("nn.Conv2d(3, 64, 3)", "conv"),
        ("nn.BatchNorm2d(64)", "norm"),
        ("CrossEntropyLoss", "entropy"),
        ("residual_block(x)", "residual block"),
        ("three 3×3 layers", "3x3"),
        ("three 3 × 3 layers", "3×3"),
        ("110\u202f592 weights", "110592"),
        ("110\u202f592 weights", "110 592"),
        ("a résumé", "resume"),
        ("resume", "re\u0301sume\u0301"),
        ("normalisation", "normalize"),
        ("trained", "training"),
        ("convolutional", "convolutions"),
        ("the network’s layers", "network"),
    ],
)
def test_what_is_typed_is_among_what_is_indexed(written: str, typed: str) -> None:
    held = set(indexed(written).split())
    assert all(word in held or stem(word) in held for word in asked(typed)), (held, asked(typed))


def test_a_word_that_is_none_of_them_is_not() -> None:
    assert not {"pool", "conv3d", "res"} & set(indexed("nn.Conv2d ResNet-50").split())


@pytest.mark.parametrize("typed", ["", " ", "-", "\"'*^:()", "\x00", "\ud800", "🙂", "___"])
def test_what_has_no_word_asks_for_nothing(typed: str) -> None:
    assert asked(typed) == []


def test_text_is_what_a_reader_sees() -> None:
    html = (
        "<p>Weights: <math><msup><mi>C</mi><mn>2</mn></msup><mo>⋅</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"
        " &lt;b&gt;<br>in <em>re</em>sidual</p><table><tr><td>1</td><td>2</td></tr></table>"
    )
    assert plain(html) == "Weights: C^2⋅1/2 <b> in residual 1 2"


def test_a_quote_is_where_the_words_stand_and_marks_them() -> None:
    text = f"{'Before. ' * 60}A résumé of normalised 3 × 3 kernels, and resnet-50. {'After. ' * 60}"
    quote = finder(asked("resume normalize 3x3 resnet50")).quoted(text)
    assert [part for part, hit in quote if hit] == ["résumé", "normalised", "3 × 3", "resnet-50"]
    said = "".join(part for part, _ in quote)
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert said[2:-2] in text
    assert len(said) < 270


@pytest.mark.parametrize("text", ["", "a", "é" * 500, "x " * 300, "\u0301" * 300, "kernel" * 100])
def test_a_quote_is_of_the_text_whatever_it_is(text: str) -> None:
    for words in ([], ["kernel"], ["x"], ["\u0301"]):
        assert "".join(part for part, _ in finder(words).quoted(text)).strip("… ") in text
