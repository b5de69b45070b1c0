"""The kinds ``text``, ``match`` and ``output``: what counts of an answer, what it scores, and what is said of it."""

import contextlib
import html
import io
import re
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.content.library import Library
from app.content.match import Match
from app.content.output import Output
from app.content.questions import AnswerError
from app.content.text import MOST_CHARACTERS, Text, forms, plain
from app.lab import zoo
from app.lab.language import printed
from tests.content.courses import problems, question

TEXT = """:kind: text

What is a path around some layers called?

= skip connection(s)
= short(-)cut
~ residual block(s) > That *has* such a path.
~ pool
  > A pool shrinks a map.

! So.
"""


def text() -> Text:
    made = question(TEXT)
    assert isinstance(made, Text)
    return made


@pytest.mark.parametrize(
    "typed",
    [
        "skip connection",
        "Skip  Connections",
        " a skip-connection. ",
        "“SKIP CONNECTION”",
        "the shortcut",
        "short-cut",
        "short cut",
    ],
)
def test_a_word_is_right_however_it_is_typed(typed: str) -> None:
    grade = text().grade(text().read([typed]), 0)
    assert (grade.correct, grade.score, grade.feedback) == (True, 1.0, ())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("residual blocks", "<p>That <em>has</em> such a path.</p>"),
        ("Pool!", "<p>A pool shrinks a map.</p>"),
        ("skip conection", "<p>Almost. Look at how it is spelt.</p>"),
        ("a convolution", "<p>Not this one.</p>"),
        ("skip", "<p>Not this one.</p>"),
        ("skip connection or pool", "<p>Not this one.</p>"),
    ],
)
def test_a_wrong_word_is_told_what_it_is(typed: str, said: str) -> None:
    grade = text().grade(text().read(typed), 0)
    assert (grade.correct, grade.score) == (False, 0.0)
    assert [one.html for one in grade.feedback] == [said]


@pytest.mark.parametrize("raw", ["", "  ", "?!", "x" * (MOST_CHARACTERS + 1), 3, True, ["a", "b"], {}])
def test_what_is_no_word_is_refused(raw: object) -> None:
    with pytest.raises(AnswerError):
        text().read(raw)


@given(st.text(max_size=60))
def test_what_counts_of_a_text_counts_once(typed: str) -> None:
    once = plain(typed)
    assert plain(once) == once or once.startswith(("a ", "an ", "the "))
    assert plain(f"  {typed.upper()} ") == plain(f"  {typed.upper()}")
    assert "  " not in once


@given(st.lists(st.sampled_from(["skip", " ", "(s)", "(connection)", "-"]), max_size=6))
def test_brackets_may_be_left_out(pieces: list[str]) -> None:
    written = "".join(pieces)
    optional = [number for number, piece in enumerate(pieces) if piece.startswith("(")]
    expected = set()
    for kept in product((True, False), repeat=len(optional)):
        gone = {number for number, keep in zip(optional, kept, strict=True) if not keep}
        expected.add(plain("".join(piece.strip("()") for number, piece in enumerate(pieces) if number not in gone)))
    assert forms(written) == expected - {""}


MATCH = """:kind: match

Match them:

| Layer | Does | |
|:---|---|---|
| conv | weighs | It *weighs*. |
| `a \\| b` | joins |
| pool | compares | |
| ReLU | compares | Only with 0. |
| | forgets | |

! So.
"""


def match() -> Match:
    made = question(MATCH)
    assert isinstance(made, Match)
    return made


def test_a_table_becomes_rows_and_what_they_may_be_matched_with() -> None:
    shown = match().shown(3)
    assert shown.prompt_html == "<p>Match them:</p>"
    assert [option.html for option in shown.options] == ["conv", "<code>a | b</code>", "pool", "ReLU"]
    assert sorted(target.html for target in shown.targets) == ["compares", "forgets", "joins", "weighs"]
    orders = {tuple(target.html for target in match().shown(seed).targets) for seed in range(200)}
    assert len(orders) == 24


def test_every_matching_scores_by_its_right_rows() -> None:
    asked = match()
    right = {pair.id: pair.target for pair in asked.pairs}
    targets = [id for id, _ in asked.targets]
    for chosen in product((None, *targets), repeat=4):
        pairs = [f"{pair.id}:{target}" for pair, target in zip(asked.pairs, chosen, strict=True) if target]
        if not pairs:
            continue
        grade = asked.grade(asked.read(list(reversed(pairs))), 0)
        count = sum(right[pair.id] == target for pair, target in zip(asked.pairs, chosen, strict=True))
        assert (grade.correct, grade.score) == (count == 4, count / 4)
        assert {one.option for one in grade.feedback} == {None, *(pair.split(":")[0] for pair in pairs)}


def test_a_wrong_row_says_what_its_author_says_of_it() -> None:
    asked = match()
    conv, _, _, relu = asked.pairs
    grade = asked.grade(asked.read([f"{conv.id}:{relu.target}", f"{relu.id}:{relu.target}"]), 0)
    said = {one.option: (one.correct, one.html) for one in grade.feedback}
    assert said == {
        conv.id: (False, "<p>It <em>weighs</em>.</p>"),
        relu.id: (True, ""),
        None: (False, "<p>1 of 4 rows are right.</p>"),
    }


def test_a_matching_that_cannot_be_is_refused() -> None:
    asked = match()
    first, second = asked.pairs[:2]
    pair = f"{first.id}:{first.target}"
    for raw in (
        [],
        "",
        [pair, pair],
        [pair, f"{first.id}:{second.target}"],
        [first.id],
        [f"{first.target}:{first.id}"],
        3,
    ):
        with pytest.raises(AnswerError):
            asked.read(raw)


OUTPUT = """:kind: output
:input: 3x8x8
:vars: C in [4, 8]

What does this print?

```python
print("not this one")
```

or this?

```python
net = nn.Conv2d(3, {C}, 3)
print(net(torch.zeros(1, 3, 8, 8)).shape)
for n in range(2):
    print("layer", n)
```

! So.
"""


def output() -> Output:
    made = question(OUTPUT)
    assert isinstance(made, Output)
    return made


def test_the_lab_knows_what_each_variant_prints() -> None:
    asked = output()
    assert asked.printed == tuple(f"torch.Size([1, {c}, 6, 6])\nlayer 0\nlayer 1" for c in (4, 8))
    for seed in range(4):
        assert f"3, {asked.draw(seed)['C']}, 3" in re.sub("<[^>]*>", "", asked.shown(seed).prompt_html)
        assert str(asked.draw(seed)["C"]) in str(asked.key(seed))


@pytest.mark.parametrize(
    ("typed", "score", "said"),
    [
        ("torch.Size([1, 4, 6, 6])\nlayer 0\nlayer 1", 1, None),
        ("torch.Size([1,4,6,6])  \r\nlayer  0\r\nlayer 1\r\n\r\n", 1, None),
        ("torch.Size([1, 4, 8, 8])\nlayer 0\nlayer 1", 2 / 3, "Line 1 is the first that is not as printed."),
        ("torch.Size([1, 4, 6, 6])\nlayer 0", 2 / 3, "It prints more than this."),
        ("torch.Size([1, 4, 6, 6])\nlayer 0\nlayer 1\nlayer 2", 3 / 4, "It prints less than this."),
        ("nothing", 0, "Line 1 is the first that is not as printed."),
    ],
)
def test_printed_lines_are_compared_one_by_one(typed: str, score: float, said: str | None) -> None:
    grade = output().grade(output().read([typed]), 0)
    assert (grade.correct, grade.score) == (score == 1, score)
    assert [one.html for one in grade.feedback] == ([f"<p>{said}</p>"] if said else [])


@given(st.text(max_size=80))
def test_any_text_is_compared_or_refused(typed: str) -> None:
    asked = output()
    try:
        answer = asked.read(typed)
    except AnswerError:
        return
    assert asked.read(answer) == answer
    assert 0 <= asked.grade(answer, 1).score <= 1


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        ("x = 1", 1, "prints nothing"),
        ("print(torch.zeros(2))", 1, "only PyTorch itself could say"),
        ("y = 1\nprint(z)", 2, "z"),
        ("print(1", 1, "never closed"),
        ("print({k} // ({k} - 2))", 1, "when k = 2"),
    ],
)
def test_a_program_that_cannot_be_asked_about_is_told_at_its_line(code: str, line: int, words: str) -> None:
    body = f":::{{question}} what\n:kind: output\n:vars: k in [1, 2]\n\nWhat?\n\n```python\n{code}\n```\n\n! So.\n:::\n"
    (found,) = [one for one in problems(body) if one.severity == "error"]
    # Five lines of front matter stand before it, and seven of the question.
    assert (found.code, found.line) == ("Q128", 5 + 7 + line)
    assert words in found.message


@pytest.mark.parametrize(
    ("body", "code", "line", "words"),
    [
        (":kind: text\n:vars: C in [1, 2]\n\nWhat?\n\n= {C} channels\n\n! So.", "Q127", 12, "same in every variant"),
        (":kind: text\n\nWhat?\n\n= pool\n~ a Pool > No.\n\n! So.", "Q118", 12, "accepted as right"),
        (":kind: text\n\nWhat?\n\n= po(ol\n\n! So.", "Q127", 11, "closed"),
        (":kind: match\n\nWhat?\n\n|a|b|\n|-|-|\n|c|$x$|\n|d|e|\n\n! So.", "Q129", 13, "without maths"),
        (":kind: match\n\nWhat?\n\n|a|b|\n|-|-|\n|c|x|\n|c|e|\n\n! So.", "Q106", 14, "equals the one in line 13"),
        (":kind: match\n\nWhat?\n\n|a|b|\n|-|-|\n|c|x|\n|d|x|\n\n! So.", "Q129", 8, "two answers"),
        (":kind: match\n\nWhat?\n\n|a|b|\n|-|-|\n|c|x|y|z|\n|d|e|\n\n! So.", "Q129", 13, "a row has"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_place(body: str, code: str, line: int, words: str) -> None:
    found = [one for one in problems(f":::{{question}} what\n{body}\n:::\n") if one.severity == "error"]
    assert [(one.code, one.line) for one in found] == [(code, line)]
    assert words in found[0].message


LESSONS = Library(Path(__file__).parents[2] / "lessons").courses()
PROGRAMS = [q for course in LESSONS for lesson in course.lessons for q in lesson.questions if isinstance(q, Output)]


class Models(ModuleType):
    """``torchvision.models`` as the zoo has it: the same networks (see tests/lab/test_zoo.py), built by PyTorch."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in zoo.names():
            raise AttributeError(name)

        def build(weights: object = None) -> Any:
            made: dict[str, Any] = {}
            exec(zoo.source(name), made)
            return made["net"]

        return build


@pytest.mark.parametrize("asked", PROGRAMS, ids=lambda asked: asked.id)
def test_pytorch_prints_what_the_lab_says(asked: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.models", Models("torchvision.models"))
    for seed in range(asked.variables.count):
        blocks = re.findall(r"<pre[^>]*>(.*?)</pre>", asked.shown(seed).prompt_html, re.DOTALL)
        code = html.unescape(re.sub("<[^>]*>", "", blocks[-1]))
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(code, {"torch": torch, "nn": torch.nn, "F": torch.nn.functional})
        assert said.getvalue().rstrip("\n") == asked.key(seed)


def test_what_a_program_prints_needs_no_network() -> None:
    assert printed("print(2 * 3)\nprint('a', end=' ')\nprint('b')", (3, 8, 8)) == ("6", "a b")
