"""What goes out comes back: every question of our lessons, through each format and its reader."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.reading import read_course
from app.content.text import forms
from app.studio.banks import gift, moodle, recognise, to_gift, to_moodle, to_qti, write
from app.studio.banks.hypertext_out import html
from app.studio.banks.item import BankItem, Import, Option, Pair, Wrong
from app.studio.banks.taken import taken
from app.studio.banks.tolerances import bounds
from tests.content.courses import FOLDER

ROOT = Path(__file__).parents[3]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"a picture" * 20
COURSES = (ROOT / "lessons" / "cnn-architectures", FOLDER / "small-course")
FORMATS = ("gift", "moodle", "qti")


@cache
def items_of(course: Path) -> tuple[BankItem, ...]:
    return taken(read_course(course, {})).items


@cache
def through(items: tuple[BankItem, ...], format: str) -> Import:
    media = {"block.png": PICTURE}
    if format == "gift":
        return gift.read(to_gift.write(items, media, "A course")[0].encode())
    if format == "moodle":
        return moodle.read(to_moodle.write(items, media, "A course")[0])
    return recognise.read(to_qti.write(items, media, "A course")[0], "questions.zip")[0]


@cache
def said(markdown: str) -> str:
    """What a text says, however it is written: as HTML, its pictures without their names."""
    shown = re.sub(r'src="[^"]*"', 'src="a picture"', html(markdown))
    shown = re.sub(r"</?p>|<br />| class=\"[^\"]*\"", " ", shown).replace("\\displaystyle", "")
    return re.sub(r"[\s\u00a0\u202f{}]+", " ", shown).replace(" ", "")


@dataclass(frozen=True)
class Meant:
    """What must not be lost on the way."""

    name: str
    kind: str
    prompt: str
    options: tuple[tuple[str, bool, str], ...]
    pairs: tuple[tuple[str, str], ...]
    accepted: frozenset[str]
    bounds: tuple[Decimal, ...]
    wrong: tuple[tuple[str, str], ...]
    explanation: str


def alike(back: BankItem, one: BankItem, format: str) -> bool:
    """Whether an item says what it said. Its reader makes one text of all that is said after a typed answer of QTI."""
    found, wanted = meant(back, ""), meant(one, format)
    if format == "qti" and one.kind in ("number", "text"):
        assert all(text in found.explanation for text in (wanted.explanation, *(text for _, text in wanted.wrong)))
        shown = found.prompt.replace("_____", "").removesuffix(one.unit)
        found = replace(found, prompt=shown, wrong=wanted.wrong, explanation=wanted.explanation)
    assert found == wanted
    return True


def meant(one: BankItem, format: str) -> Meant:
    low_high = (
        tuple(round(Decimal(bound), 9) for bound in bounds(one.value, one.tolerance)) if one.kind == "number" else ()
    )
    if one.kind == "number":
        # What is no nearer than a hair is the same number.
        wrong = tuple((f"{float(w.value):.6g}", said(w.feedback)) for w in one.wrong if said(w.feedback))
    else:
        wrong = tuple(
            (form, said(w.feedback)) for w in one.wrong if said(w.feedback) for form in sorted(forms(w.value))
        )
    unit = f" ({one.unit})" if one.unit and format == "gift" else ""
    options = one.options
    if one.kind == "order" and format == "moodle":
        options = tuple(option for option in options if option.correct)
    return Meant(
        one.name,
        one.kind,
        said(one.prompt) + said(unit),
        tuple((said(o.text), o.correct, "" if one.kind == "order" else said(o.feedback)) for o in options),
        tuple((said(pair.left), pair.right) for pair in one.pairs),
        frozenset().union(*map(forms, one.accepted)) if one.accepted else frozenset(),
        low_high,
        tuple(sorted(wrong)),
        said(one.explanation),
    )


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("course", COURSES, ids=lambda path: path.name)
def test_the_questions_of_a_course_come_back(course: Path, format: str) -> None:
    items = items_of(course)
    assert len(items) > 3
    sent = [one for one in items if format != "gift" or one.kind != "order"]
    back = {one.name: one for one in through(items, format).items}
    assert list(back) == [one.name for one in sent]
    assert all(alike(back[one.name], one, format) for one in sent)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("course", COURSES, ids=lambda path: path.name)
def test_what_comes_back_can_be_asked_here(course: Path, format: str, tmp_path: Path) -> None:
    """Export, import, a lesson: nothing is wrong with it, and its questions are those that went out."""
    items = tuple(one for one in items_of(course) if format != "gift" or one.kind != "order")
    made = tmp_path / "course"
    made.mkdir()
    (made / "course.yaml").write_text(
        "title: T\nsummary: S\nskills: [{id: s-0, title: S, concept: S}]\nlessons: [back]\n"
    )
    found = through(items, format)
    (made / "media").mkdir()
    for name, data in found.media.items():
        (made / "media" / name).write_bytes(data)
    asked = [write.directive(one, write.identity(one), "s-0") for one in found.items]
    (made / "back.md").write_text("---\ntitle: T\nsummary: S\nskills: [s-0]\n---\n\n" + "\n".join(asked))
    reading = read_course(made, {})
    assert [str(one) for one in reading.diagnostics if one.severity == "error"] == []
    assert [one.id for one in reading.drafts["back"].questions] == [one.title for one in items]


WORDS = st.text(alphabet="abc XYZ .,:;=~#{}\\%/>-<&\"'*_[]()!?^|0123456789äé×😀", min_size=1, max_size=24)


def escaped(text: str) -> str:
    """Plain text as Markdown that shows it."""
    text = " ".join(text.split()) or "x"
    return re.sub(r"([\\`*_{}\[\]()#+.!|<>~$&:=%-])", r"\\\1", text)


TEXTS = st.one_of(
    WORDS.map(escaped),
    st.just("A *stack* of `{a: 1}` and **two**"),
    st.just(r"$\frac{1}{2} = \{x\}$ of it"),
    st.just("![A block](media/block.png) shows it"),
    st.just("See [there](https://pytorch.org/docs?a=1&b=2#c)"),
    st.just("```python\nnet = nn.ReLU()  # a ~ b {c}\nx = 1\n```"),
    st.just("- one\n- two"),
)
SAID = st.one_of(st.just(""), TEXTS)
TYPED = st.from_regex(r"[A-Za-z0-9äé*=~#{}:\\%>-]{1,8}( [A-Za-z0-9]{1,6})?", fullmatch=True)


@st.composite
def items(draw: st.DrawFn) -> BankItem:
    kind = draw(st.sampled_from(["choice", "multiple", "number", "text", "match"]))
    one = BankItem(kind, draw(TEXTS), title="t", name="an-id", explanation=draw(SAID))  # type: ignore[arg-type]
    made = dict(one.__dict__)
    if kind in ("choice", "multiple"):
        texts = draw(st.lists(TEXTS, min_size=2, max_size=5, unique_by=said))
        right = draw(st.integers(0, len(texts) - 1))
        made["options"] = tuple(
            Option(
                text, n == right or (kind == "multiple" and draw(st.booleans())), draw(st.one_of(st.just(""), TEXTS))
            )
            for n, text in enumerate(texts)
        )
        made["partial"] = "net"
    elif kind == "number":
        made["value"] = str(draw(st.integers(-1000, 100_000)))
        made["tolerance"] = draw(st.sampled_from(["", "± 0.5", "± 1 %"]))
        made["wrong"] = (Wrong(str(int(made["value"]) + 5_000), draw(TEXTS)),)
    elif kind == "text":
        key, *wrong = draw(st.lists(TYPED, min_size=2, max_size=3, unique_by=lambda text: str(forms(text))))
        made["accepted"] = (key,)
        made["wrong"] = tuple(Wrong(one, draw(TEXTS)) for one in wrong)
    else:
        left = draw(st.lists(WORDS.map(escaped), min_size=2, max_size=4, unique_by=said))
        made["pairs"] = tuple(Pair(text, f"answer {n}") for n, text in enumerate(left))
    return BankItem(**made)


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=40, deadline=None)
@given(one=items())
def test_whatever_is_said_comes_back(format: str, one: BankItem) -> None:
    if one.kind == "text" and not all(map(forms, [*one.accepted, *(w.value for w in one.wrong)])):
        return
    found = through((one,), format)
    assert [str(loss.words) for loss in found.losses if loss.left_out] == []
    assert alike(found.items[0], one, format)
    assert all(data == PICTURE for data in found.media.values())


def test_losses_are_told_in_the_file() -> None:
    order = BankItem("order", "Which first?", title="o", name="o", options=(Option("a", True), Option("b", True)))
    text, losses = to_gift.write((order,), {}, "A -- course")
    assert [one.left_out for one in losses] == [True]
    assert "// - :0 o: GIFT has no questions of order" in text
    data, losses = to_moodle.write(
        (order, BankItem("multiple", "x", partial="off", options=order.options)), {}, "A -- course"
    )
    assert b"A - - course" in data
    assert len(losses) == 1


def test_no_line_of_gift_is_empty_within_a_question() -> None:
    for course in COURSES:
        text = to_gift.write(items_of(course), {}, "x")[0]
        for block in text.split("\n\n")[2:]:
            assert block.count("{") - block.count("\\{") == 1
            assert all(line.strip() for line in block.strip().splitlines())
