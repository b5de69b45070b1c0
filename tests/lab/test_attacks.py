"""Nothing gets out, nothing hangs, nothing eats the memory; and changed programs break with words."""

# ruff: noqa: PT017 - ending without an error is as good

import json
import sys
import time
import tracemalloc

import pytest

from app.lab import counting, equivalence, language, limits, receptive_field, support
from app.lab.messages import LabError
from app.lab.network import Network
from tests.lab.attacks import BOMBS, ESCAPES
from tests.lab.fuzzing import CASES, SEEDS, seeds
from tests.lab.mutations import mutated
from tests.lab.programs import PROGRAMS

INPUT = (3, 32, 32)
#: Seconds of this process. Each takes less than a third of it on an idle core.
LONGEST = 1.0
#: Bytes at the worst moment of one reading.
LARGEST = 50 << 20
#: What ``read`` says where it has no better words: the language should never need it.
SPEECHLESS = "the lab cannot read this"


def refused(code: str) -> LabError:
    with pytest.raises(LabError) as caught:
        language.read(code, INPUT)
    assert caught.value.message
    assert SPEECHLESS not in caught.value.message
    return caught.value


@pytest.mark.parametrize("name", ESCAPES)
def test_there_is_no_way_out(name: str) -> None:
    loaded = set(sys.modules)
    refused(ESCAPES[name])
    assert set(sys.modules) == loaded


@pytest.mark.parametrize("name", BOMBS)
def test_every_program_ends_soon(name: str) -> None:
    # A busy machine is given a second and a third chance.
    for _ in range(3):
        start = time.process_time()
        try:
            told = everything(language.read(BOMBS[name], INPUT))
        except LabError as error:
            assert SPEECHLESS not in error.message
            told = f"{error.message} {error.mend}"
            assert len(told) < 1_000
        assert len(told.encode()) < 10 << 20
        if (took := time.process_time() - start) < LONGEST:
            break
    assert took < LONGEST


def everything(network: Network) -> str:
    """What is worked out of a network without torch, as it is sent and kept."""
    field = receptive_field.trace(network)
    views = support.views(network, field["layers"])  # type: ignore[arg-type]
    found = [counting.count(network), field, views, equivalence.fingerprint(network)]
    return json.dumps(found, allow_nan=False, ensure_ascii=False)


@pytest.mark.parametrize("name", BOMBS)
def test_no_program_fills_the_memory(name: str) -> None:
    tracemalloc.start()
    try:
        language.read(BOMBS[name], INPUT)
    except LabError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < LARGEST


def test_a_full_stack_is_no_crash() -> None:
    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        else:
            refused("def f(n):\n    return [f(n + 1) for i in range(2)]\nf(0)")

    deep(sys.getrecursionlimit() - 150)


def test_what_was_refused_leaves_no_trace() -> None:
    """One program cannot change the tables that the next one sees."""
    before = language.read("net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())", INPUT)
    for code in (*ESCAPES.values(), "nn.x = 1", "models.vgg16 = 1", "def relu(x):\n    return x\nnet = relu"):
        try:
            language.read(code, INPUT)
        except LabError:
            continue
    assert language.read("net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())", INPUT) == before


@pytest.mark.parametrize("shard", SEEDS)
def test_changed_programs_break_with_words(shard: int) -> None:
    programs = list(PROGRAMS.values())
    for seed in seeds(2 * CASES, shard):
        code, input = programs[seed % len(programs)]
        try:
            network = language.read(mutated(code, seed), input)
        except LabError as error:
            assert SPEECHLESS not in error.message, (seed, error.message)
            assert error.line is None or 1 <= error.line <= mutated(code, seed).count("\n") + 1
            assert error.column is None or error.column >= 1
        else:
            everything(network)


@pytest.mark.parametrize("shard", SEEDS)
def test_changed_attacks_are_attacks_that_end(shard: int) -> None:
    attacks = list(BOMBS.values())
    for seed in seeds(CASES // 3, shard):
        start = time.process_time()
        try:
            language.read(mutated(attacks[seed % len(attacks)], seed), INPUT)
        except LabError as error:
            assert SPEECHLESS not in error.message, (seed, error.message)
        assert time.process_time() - start < LONGEST


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("#" * (limits.SOURCE + 1), "characters"),
        ("while True:\n    pass", "steps"),
        ("[0] * 10**9", "elements"),
        ("'a' * 10**9", "characters of text"),
        ("print('a' * 30000)", "prints"),
        ("2**100", "64 bits"),
        ("def f():\n    f()\nf()", "nested"),
        ("x = " + "(" * 100, "brackets"),
        ("net = nn.Linear(10**6, 10**6)", "parameters"),
        ("net = nn.Upsample(size=60000)", "too large"),
        ("net = nn.Upsample(size=100000)", "at most 65,536"),
        ("while True:\n    nn.ReLU()", "layers"),
        ("net = lambda x: [F.relu(x) for i in range(10**6)][-1]", "operations"),
    ],
)
def test_each_limit_says_which_it_is(code: str, words: str) -> None:
    assert words in refused(code).message


@pytest.mark.parametrize(
    "input", [(0, 1, 1), (3, 32), (3, -1, 3), (3, 5000, 3), (64, 4096, 4096), (3, 3.0, 3), (True, 1, 1), ()]
)
def test_an_input_has_bounds(input: tuple[int, int, int]) -> None:
    with pytest.raises(LabError):
        language.read("net = nn.ReLU()", input)
