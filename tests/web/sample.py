"""A small course with every kind of question and every kind of block, built without files."""

import re
from dataclasses import dataclass
from pathlib import Path

from app.content.choices import Choice, Multiple, Option
from app.content.course import (
    Aside,
    Author,
    Course,
    FaqBlock,
    FaqItem,
    Lesson,
    Prose,
    QuestionBlock,
    Section,
    SetAside,
    Skill,
    Term,
)
from app.content.number import Number, Tolerance, Wrong
from app.content.order import Item, Order

#: Words that stand in explanations, verdicts and hints alone: none of them may be in a page before an answer.
SECRETS = ("adds-a-ring", "kernels-do-not-add", "why-five", "first-hint", "counted-biases", "why-sum", "steps-in-order")

STACKED = Choice(
    id="stacked",
    skill="stacks",
    line=1,
    prompt_html="<p>Two stacked 3×3 layers have the same receptive field as one layer of what size?</p>",
    explanation_html="<p>1 + (3 − 1) + (3 − 1) = 5. why-five</p>",
    hints_html=("<p>Draw it in one dimension. first-hint</p>", "<p>What does the second layer add?</p>"),
    options=(
        Option("o-six", "6×6", False, "<p>6 adds the kernels, 3 + 3. kernels-do-not-add</p>"),
        Option("o-five", "5×5", True, "<p>Each further layer adds-a-ring of cells.</p>"),
        Option("o-nine", "9×9", False, "<p>9 is 3 × 3.</p>"),
    ),
)
REASONS = Multiple(
    id="reasons",
    skill="stacks",
    line=2,
    prompt_html="<p>What does a stack of three 3×3 layers gain over one 7×7?</p>",
    explanation_html="<p>Fewer weights and more non-linearity.</p>",
    options=(
        Option("o-fewer", "fewer weights", True, "<p>27C² against 49C².</p>"),
        Option("o-relu", "more non-linearities", True, "<p>Three in place of one.</p>"),
        Option("o-wider", "a wider view", False, "<p>Both see 7×7.</p>"),
    ),
)
WEIGHTS = Number(
    id="weights",
    skill="weights",
    line=3,
    prompt_html="<p>How many weights has a 3×3 layer from 64 to 64 channels, without biases?</p>",
    explanation_html="<p>3·3·64·64</p>",
    value="36864",
    tolerance=Tolerance("absolute", "0"),
    unit="weights",
    wrong=(Wrong("36928", "<p>You counted-biases too.</p>"),),
)
STEPS = Order(
    id="steps",
    skill="block",
    line=4,
    prompt_html="<p>Put a residual block in order.</p>",
    explanation_html="<p>The ReLU comes after the sum. why-sum</p>",
    items=(
        Item("i-conv", "convolve and normalise"),
        Item("i-add", "add the input"),
        Item("i-relu", "ReLU"),
        Item("i-drop", "dropout", distractor=True, feedback_html="<p>steps-in-order have no dropout.</p>"),
    ),
)
CONVOLUTION = Term(
    "convolution",
    "Convolution",
    "<p>A small kernel that slides over all input channels.</p>",
    '<pre class="code"><code><span class="n">nn</span>.<span class="nf">Conv2d</span>(3, 64, 3)</code></pre>',
    "A small kernel that slides over all input channels.",
)
TERM = '<a class="term" href="/courses/sample/glossary#term-convolution" data-term="convolution">convolution</a>'

FIRST = Lesson(
    course="sample",
    slug="first",
    title="What a stack can see",
    summary="Why small kernels stand in for a large one.",
    skills=("stacks", "weights"),
    requires=("cells",),
    minutes=12,
    authors=("team",),
    sections=(
        Section(0, "", "", "", (Prose("<p>Before the first heading.</p>"),)),
        Section(
            1,
            "seeing",
            "Seeing",
            "Seeing",
            (
                Prose(f"<p>A 3×3 {TERM} looks at nine cells, <em>no more</em>. <strong>Measured.</strong></p>"),
                Aside("Corrected", "<p>You may have read “49 weights against 27”. That counts one channel.</p>"),
                QuestionBlock(STACKED),
                QuestionBlock(REASONS),
                Prose("<p>And on.</p>"),
            ),
        ),
        Section(
            2,
            "counting",
            "Counting",
            "Counting",
            (
                QuestionBlock(WEIGHTS),
                SetAside("broken", "question", "no correct option"),
                FaqBlock((FaqItem("is-it-deep", "Is deeper better?", "<p>Up to a point.</p>"),)),
            ),
        ),
    ),
    terms=(CONVOLUTION,),
    hash="1" * 64,
)
SECOND = Lesson(
    course="sample",
    slug="second",
    title="The residual block",
    summary="Add the input.",
    skills=("block",),
    requires=("stacks",),
    minutes=9,
    authors=(),
    sections=(Section(1, "adding", "Adding", "Adding", (QuestionBlock(STEPS),)),),
    terms=(),
    hash="2" * 64,
)
COURSE = Course(
    slug="sample",
    title="Sample networks",
    summary="Every claim measured.",
    ticker=("vision", "stacks", "skips"),
    authors=(Author("team", "The Sample course team", "Writes and checks", "We compute every figure."),),
    skills=(
        Skill("cells", "Cells", "What one unit looks at.", (), "Cells"),
        Skill("weights", "Weights", "How many numbers a layer learns.", ("cells",), "Cells"),
        Skill("stacks", "3×3 stacks", "Small kernels, one after another.", ("cells",), "Depth"),
        Skill("block", "Residual block", "Add the input to the output.", ("stacks", "weights"), "Skips"),
    ),
    lessons=(FIRST, SECOND),
    glossary=(CONVOLUTION,),
    folder=Path("lessons/sample"),
    hash="3" * 64,
)


def flat(html: str) -> str:
    """HTML with its white space evened out, so that a test says what stands there and not how its source is set."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html))


@dataclass
class Shelf:
    """A library of courses that are given, not read."""

    given: tuple[Course, ...] = (COURSE,)

    def courses(self) -> tuple[Course, ...]:
        return self.given

    def course(self, slug: str) -> Course | None:
        return next((course for course in self.given if course.slug == slug), None)

    def diagnostics(self) -> tuple[object, ...]:
        return ()
