"""What may be asked for, and what is said of what may not."""

from typing import Any

import pytest

from app.lab.catalogue import EXPERIMENTS, spec
from app.lab.headlines import headline
from app.lab.messages import LabError

CODE = "net = nn.Conv2d(3, 8, 3)"


def problem(*args: object, **keywords: object) -> LabError:
    with pytest.raises(LabError) as caught:
        spec(*args, **keywords)  # type: ignore[arg-type]
    return caught.value


def test_defaults_are_filled_in_so_that_equal_questions_hash_equally() -> None:
    bare = spec("gradient-flow")
    said = spec("gradient-flow", options={"depths": [56, 8, 20, 8], "skip": "on,off", "batch_norm": "false"})
    assert bare.options["depths"] == [8, 20, 56]
    assert bare.id == said.id
    assert spec("gradient-flow", seed=1).id != bare.id


def test_a_form_sends_text_and_a_program_sends_values() -> None:
    form = spec("receptive-field", code=CODE, input="3×32×32", options={"samples": "4", "effective": "on", "layer": ""})
    program = spec("receptive-field", code=CODE, input=[3, 32, 32], options={"samples": 4, "effective": True})
    assert form == program
    assert form.input == (3, 32, 32)


def test_line_ends_of_a_form_do_not_make_another_question() -> None:
    assert spec("parameters", code="a = 1\r\nb = 2").id == spec("parameters", code="a = 1\nb = 2").id


def test_a_network_has_its_own_input_and_code_has_that_of_imagenet() -> None:
    assert spec("parameters", network="cifar_plain20").input == (3, 32, 32)
    assert spec("parameters", code=CODE).input == (3, 224, 224)


def test_the_nearest_name_is_the_mend() -> None:
    assert "'parameters'" in problem("paramters", network="vgg16").mend
    assert "resnet50" in problem("parameters", network="resnet5O").mend
    assert "'depths'" in problem("gradient-flow", options={"depth": [8]}).mend
    assert problem("gradient-flow", options={"depths": [21]}).mend == "did you mean 20?"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"width": 1000}, "width"),
        ({"width": True}, "whole number"),
        ({"width": "wide"}, "whole number"),
        ({"depths": []}, "at least one"),
        ({"depths": {"8": 1}}, "list"),
        ({"batch_norm": "perhaps"}, "true or false"),
        ({"init": "xavier"}, "cannot be"),
        ({"init": 3}, "word"),
    ],
)
def test_an_option_that_no_worker_could_run_is_refused(options: dict[str, object], words: str) -> None:
    assert words in problem("gradient-flow", options=options).message


@pytest.mark.parametrize("word", ["\ud800", "a\x00", "x" * 201])
def test_a_word_is_one_that_a_page_can_show(word: str) -> None:
    assert "is a word" in problem("receptive-field", code=CODE, options={"layer": word}).message


@pytest.mark.parametrize("given", ["3x224", "3x0x9", "0x9x9", "a x b x c", "3x99999x3", [3, 3], [3, None, 3]])
def test_an_input_is_three_sizes_within_bounds(given: object) -> None:
    assert "channels" in problem("parameters", code=CODE, input=given).message


def test_one_network_is_asked_for_where_one_is_taken() -> None:
    assert "no network" in problem("parameters").message
    assert "one network" in problem("parameters", network="vgg16", code=CODE).message
    assert "its own" in problem("gradient-flow", network="vgg16").message
    assert "seed" in problem("gradient-flow", seed=-1).message
    assert "seed" in problem("gradient-flow", seed=True).message


def test_headlines_put_a_figure_in_words() -> None:
    assert headline("parameters", "params", {"total": {"params": 138357544}}) == "138\u202f357\u202f544"
    assert headline("receptive-field", "size", {"output": {"size": [7, 7]}}) == "7×7"
    assert headline("receptive-field", "size", {"output": {"size": None}}) == "the whole input"
    flow = {"series": [{"name": "plain-20", "decades": -6.71}, {"name": "plain-56", "decades": None}]}
    assert headline("gradient-flow", "decades", flow) == "plain-20: −6.7; plain-56: underflow"
    level: dict[str, Any] = {
        "series": [{"name": "a", "decades": -0.04}, {"name": "b", "decades": 0.04}, {"name": "c", "decades": 0.06}]
    }
    assert headline("gradient-flow", "decades", level) == "a: 0.0; b: 0.0; c: +0.1"
    burst = {"series": [{"name": "plain-8", "decades": None, "weights": [None, 0.1]}]}
    assert headline("gradient-flow", "decades", burst) == "plain-8: no number"
    with pytest.raises(KeyError):
        headline("parameters", "size", {})
    assert all(kind.headlines for kind in EXPERIMENTS.values())
