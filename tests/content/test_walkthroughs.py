"""Walkthroughs: what is read of the code and the steps, and what the lab's trace puts in."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import check
from app.content.course import Walkthrough
from app.content.library import Library
from app.lab.catalogue import spec
from tests.content import manual
from tests.content.courses import problems, read, small_course

BLOCK = """:::{walkthrough} a-block
:title: A block
:input: 4x6x6

```python
def net(x):
    y = nn.Conv2d(4, 4, 3, padding=1)(x)
    return F.relu(x + y)
```

### First
:lines: 2
:watch: input, add

It *weighs* $x$.

### Then
:lines: 1, 2-3

It adds.
:::
"""


def made(text: str = BLOCK) -> Walkthrough:
    found = read(text)
    assert [one for one in found.diagnostics if one.severity == "error"] == []
    (block,) = [block for section in found.sections for block in section.blocks if hasattr(block, "walkthrough")]
    return block.walkthrough


def names(walk: Walkthrough, places: tuple[int, ...]) -> list[str]:
    return [walk.operations[place].name for place in places]


def test_code_and_steps_are_read_in_place() -> None:
    walk = made(BLOCK)
    assert (walk.title, walk.file, walk.input) == ("A block", "model_architecture.py", (4, 6, 6))
    assert walk.code.startswith("def net(x):\n    y = nn.Conv2d")
    assert [one.label for one in walk.operations] == ["x", "3×3 convolution", "+", "ReLU"]
    assert [one.params for one in walk.operations] == [0, 4 * 4 * 9 + 4, 0, 0]
    assert [one.line for one in walk.operations] == [None, 2, 3, 3]
    first, then = walk.steps
    assert (first.title, first.lines, names(walk, first.watch)) == ("First", (2,), ["input", "add"])
    assert first.lit == first.watch
    assert "<em>weighs</em>" in first.html
    assert "<math" in first.html
    assert (then.lines, then.watch) == ((1, 2, 3), ())
    assert [walk.operations[place].line for place in then.lit] == [2, 3, 3]
    assert walk.spec == spec("trace", code=walk.code, input=(4, 6, 6))


def test_what_joins_two_ways_is_named_by_its_sign_or_in_words() -> None:
    walk = made(BLOCK.replace("F.relu(x + y)", "torch.cat([x - y, x * y], dim=1)").replace("input, add", "input, sub"))
    assert [one.label for one in walk.operations] == ["x", "3×3 convolution", "−", "×", "side by side"]


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("```python\n", "```text\n", "W101", 6),
        ("It adds.\n", "", "W101", 22),
        (":lines: 2\n", "", "W102", 16),
        (":lines: 1, 2-3", ":lines: 1, 2-4", "W102", 23),
        (":lines: 1, 2-3", ":lines: 3-2", "W102", 23),
        (":lines: 1, 2-3", ":lines: all", "W102", 23),
        ("input, add", "input, ad", "W103", 18),
        ("3, padding=1)(x)", "3)(x)", "W104", 13),
        (":input: 4x6x6", ":input: 4", "D109", 8),
        (":title:", ":titel:", "D103", 7),
        (":watch:", ":wtach:", "D103", 18),
        ("It adds.", "#### No", "L114", 25),
    ],
)
def test_what_is_wrong_is_told_at_its_place(before: str, after: str, code: str, line: int) -> None:
    text = BLOCK
    assert before in text
    found = [one for one in problems(text.replace(before, after, 1)) if one.severity == "error"]
    assert (code, line) in [(one.code, one.line) for one in found]


@given(st.text(st.sampled_from("0123456789-–, "), max_size=20))
def test_any_lines_are_read_or_refused(given_: str) -> None:
    found = problems(BLOCK.replace(":lines: 1, 2-3", f":lines: {given_.strip() or '0'}"))
    assert {one.code for one in found} <= {"W102"}


def test_more_than_can_be_drawn_is_refused() -> None:
    text = BLOCK.replace("F.relu(x + y)", "nn.Sequential(*[nn.ReLU()] * 40)(x + y)")
    (found,) = problems(text)
    assert found.code == "W104"
    many = BLOCK.replace(":::\n", "### More\n:lines: 1\n\nAnd more.\n\n" * 19 + ":::\n", 2)
    assert "W101" in {one.code for one in problems(many)}


def result(walk: Walkthrough) -> dict[str, Any]:
    row = {"mean": 0.5, "std": 1.0, "min": -1.0, "max": 2.0, "histogram": [1, 2, 3]}
    flat = {**row, "histogram": None}
    return {"input": row, "steps": [flat] * (len(walk.operations) - 1)}


def test_the_trace_is_put_in_once_it_has_run(tmp_path: Path) -> None:
    path = manual.course(tmp_path) / "first.md"
    text = path.read_text()
    path.write_text(text + "\n" + BLOCK)
    assert check(tmp_path) == []
    library = Library(tmp_path)
    (before,) = library.courses()[0].lessons[0].walkthroughs
    assert before.seen == ()
    assert library.courses()[0].lessons[0].measured == (before.spec,)
    course = Library(tmp_path, False, {before.spec.id: result(before)}.get).courses()[0]
    (walk,) = course.lessons[0].walkthroughs
    assert (walk.seen[0].mean, walk.seen[0].counts, walk.seen[1].counts) == (0.5, (1, 2, 3), ())
    assert course.walkthrough_by_id["a-block"][1] is walk
    # One that another lesson has too is set aside there.
    second = path.parent / "second.md"
    second.write_text(second.read_text() + "\n" + BLOCK)
    assert [one.code for one in check(tmp_path)] == ["D107"]
    assert len(Library(tmp_path).courses()[0].lessons[1].walkthroughs) == 0


def test_the_fixtures_walkthrough_says_what_its_author_wrote() -> None:
    (walk,) = small_course().lesson_by_slug["stacks"].walkthroughs
    words = [html.unescape(re.sub("<[^>]*>", "", step.html)) for step in walk.steps]
    assert words[0] == "One convolution, three channels to three."
    assert 'class="term"' in walk.steps[1].html
