"""What the editor offers to put into a file: each a piece that is right as it stands, with places to fill in.

``#{1:words}`` is such a place, in the order of its number. ``<skill>``, ``<term>``, ``<cite>`` and ``<lesson>`` are
filled in with what the course has. Labels and helps are said with ``_``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.words import N_

File = Literal["lesson", "glossary", "course", "references"]


@dataclass(frozen=True)
class Snippet:
    #: A word to type for it.
    name: str
    file: File
    group: str
    label: str
    help: str
    text: str
    #: A heading of docs/lesson-format.md that says more.
    see: str = ""
    #: Whether it stands within a line.
    inline: bool = False

    def filled(self, names: Mapping[str, str]) -> str:
        text = self.text
        for name, value in names.items():
            text = text.replace(f"<{name}>", value)
        return text


_TEXT, _ASK, _MEASURE, _ASIDE = N_("Text"), N_("Ask"), N_("Measure"), N_("Explain beside")

_QUESTION = ":::{question} #{1:name-of-this-question}\n:kind: KIND\n:skill: <skill>\n\n"
_END = "\n? #{90:A hint.}\n! #{91:Why that is so, shown after an answer.}\n:::\n"


def _question(kind: str, body: str, label: str, help: str, name: str = "", options: str = "") -> Snippet:
    head = _QUESTION.replace("KIND", kind).replace("<skill>\n", f"<skill>\n{options}")
    return Snippet(name or kind, "lesson", _ASK, label, help, f"{head}{body}{_END}", "question")


SNIPPETS: tuple[Snippet, ...] = (
    Snippet(
        *("start", "lesson", _TEXT, N_("Start of a lesson"), N_("Title, summary and skills, between two lines ---.")),
        "---\ntitle: #{1:Title of the lesson}\nsummary: #{2:What it is about, in a sentence.}\nskills: [<skill>]\n"
        "minutes: #{3:10}\n---\n\n#{4:Begin with what a student will be able to do.}\n",
        "front-matter",
    ),
    Snippet(
        *("section", "lesson", _TEXT, N_("Section"), N_("A numbered heading that the lesson’s contents list.")),
        "## #{1:Heading}\n\n#{2:Text.}\n",
        "text",
    ),
    Snippet(
        *("maths", "lesson", _TEXT, N_("Formula in the line"), N_("LaTeX between two dollar signs.")),
        *("$#{1:n^2}$", "text", True),
    ),
    Snippet(
        *("formula", "lesson", _TEXT, N_("Formula on its own"), N_("LaTeX between two lines $$.")),
        "$$\n#{1:y = w x + b}\n$$\n",
        "text",
    ),
    Snippet(
        *("table", "lesson", _TEXT, N_("Table"), N_("Columns between bars; a colon in the second line aligns right.")),
        "| #{1:Layer} | #{2:Weights} |\n| :--- | ---: |\n| #{3:Convolution} | #{4:9} |\n",
        "text",
    ),
    Snippet(
        *("code", "lesson", _TEXT, N_("Code to read"), N_("Coloured Python. For code that students run, take a lab.")),
        "```python\n#{1:net = nn.ReLU()}\n```\n",
        "text",
    ),
    Snippet(
        *("term", "lesson", _TEXT, N_("Word of the glossary"), N_("Its definition shows on hover and focus.")),
        *("{term}`#{1:<term>}`", "links-images-terms", True),
    ),
    Snippet(
        *("cite", "lesson", _TEXT, N_("Citation"), N_("A work of references.bib; the lesson’s end lists it.")),
        *("{cite}`#{1:<cite>}`", "citations", True),
    ),
    Snippet(
        *("link", "lesson", _TEXT, N_("Link to a lesson"), N_("By the lesson’s file; the web by https://…")),
        *("[#{1:words}](#{2:<lesson>.md})", "links-images-terms", True),
    ),
    _question(
        "choice",
        "#{2:What is asked?}\n\n- [x] #{3:The right option}\n  > #{4:Why it is right.}\n- [ ] #{5:A wrong option}\n"
        "  > #{6:What whoever chose it computed.}\n- [ ] #{7:Another wrong option}\n  > #{8:What is wrong about it.}\n",
        N_("Question: one right option"),
        N_("Students choose; each option says why it is right or wrong."),
    ),
    _question(
        "multiple",
        "#{2:Which of these hold?}\n\n- [x] #{3:A right option}\n  > #{4:Why it is right.}\n"
        "- [x] #{5:Another right one}\n  > #{6:Why it is right.}\n"
        "- [ ] #{7:A wrong option}\n  > #{8:What is wrong about it.}\n",
        N_("Question: several right options"),
        N_("Any number of options may be right."),
    ),
    _question(
        "number",
        "#{2:How many?}\n\n= #{3:9 * 64}\n~ #{4:9} > #{5:What whoever answers 9 forgot.}\n",
        N_("Question: a number"),
        N_("= is the key, ~ a wrong value that you expect and what you say of it."),
    ),
    _question(
        "number",
        "#{2:How wide is what a 2×2 pool makes of} {n}×{n}?\n\n= #{3:n // 2}\n~ #{4:n * n // 4} > "
        "#{5:That is the area, not the side.}\n",
        N_("Question: a number that varies"),
        N_("Each student draws other values; {n} is filled in everywhere."),
        "vars",
        ":vars: n in [28, 32, 56]\n",
    ),
    _question(
        "text",
        "#{2:What is it called?}\n\n= #{3:skip connection(s)}\n= #{4:shortcut}\n"
        "~ #{5:pooling} > #{6:What that is instead.}\n",
        N_("Question: a word"),
        N_("= are accepted answers; what stands in brackets may be left out."),
    ),
    _question(
        "match",
        "#{2:What belongs together?}\n\n| #{3:Layer} | #{4:What it does} |\n| --- | --- |\n"
        "| #{5:Convolution} | #{6:weighs and adds up} |\n| #{7:Max pool} | #{8:keeps the largest value} |\n",
        N_("Question: pairs"),
        N_("A table: what is matched, and what belongs to it."),
    ),
    _question(
        "order",
        "#{2:Put this in order.}\n\n1. #{3:Convolution}\n2. #{4:ReLU}\n3. #{5:Pool}\nx. #{6:Softmax}\n"
        "  > #{7:Why it does not belong here.}\n",
        N_("Question: an order"),
        N_("Items in their right order; x. is one that does not belong."),
    ),
    _question(
        "output",
        "#{2:What does this print?}\n\n```python\n#{3:print(3 * 3 * 64)}\n```\n",
        N_("Question: what code prints"),
        N_("The lab runs the program, and what it prints is the key."),
    ),
    _question(
        "architecture",
        "#{2:Halve height and width without a parameter.}\n\nrequire: #{3:shape == 8x8x8}\nrequire: #{4:params == 0}\n"
        "  > #{5:What has parameters, and what has none.}\n\n```python solution\n#{6:net = nn.MaxPool2d(2)}\n```\n",
        N_("Question: a network to build"),
        N_("The lab measures the student’s network against each requirement."),
        options=":input: 8x16x16\n",
    ),
    Snippet(
        *(
            "lab",
            "lesson",
            _MEASURE,
            N_("Lab"),
            N_("Code that students change and run, with what it measures."),
        ),
        "```{lab} #{1:name-of-this-lab}\n:show: #{2:parameters, receptive-field}\n:input: #{3:3x32x32}\n"
        ":predict: #{4:How many parameters has it?}\n:reveals: params\n\n"
        "#{5:net = nn.Conv2d(3, 64, 3, padding=1)}\n```\n",
        "lab",
    ),
    Snippet(
        *("race", "lesson", _MEASURE, N_("Lab: a race of nets"), N_("Plain and residual nets learn side by side.")),
        "```{lab} #{1:name-of-this-race}\n:show: degradation\n:depths: #{2:20}\n:skip: off, on\n:draw: loss\n```\n",
        "lab",
    ),
    Snippet(
        *("walkthrough", "lesson", _MEASURE, N_("Walkthrough"), N_("Code explained step by step, lines lit.")),
        ":::{walkthrough} #{1:name-of-this-walkthrough}\n:input: 3x8x8\n\n```python\n"
        "#{2:net = nn.Conv2d(3, 8, 3)}\n```\n\n### #{3:The first step}\n:lines: 1\n\n#{4:What this line does.}\n:::\n",
        "walkthrough",
    ),
    Snippet(
        *("measure", "lesson", _MEASURE, N_("Measured number"), N_("The lab computes it; nobody types it.")),
        *("{measure}`#{1:params(vgg16)}`", "measures", True),
    ),
    Snippet(
        *("claim", "lesson", _MEASURE, N_("Claim"), N_("What a paper says beside what the lab measures.")),
        ":::{claim} #{1:name-of-this-claim}\n:source: <cite>\n:says: #{2:138 million parameters}\n"
        ":measure: #{3:params(vgg16)}\n:within: #{4:0.5 million}\n\n#{5:What the source states.}\n:::\n",
        "claim",
    ),
    Snippet(
        *("correction", "lesson", _ASIDE, N_("Correction"), N_("A note in the margin: often read, and what is true.")),
        ":::{correction} #{1:What is often said}\n#{2:What is true instead.}\n:::\n",
        "correction",
    ),
    Snippet(
        *("faq", "lesson", _ASIDE, N_("Often asked"), N_("Questions with answers that unfold.")),
        ":::{faq}\n### #{1:Why?}\n\n#{2:Because.}\n:::\n",
        "faq",
    ),
    Snippet(
        *("entry", "glossary", _TEXT, N_("Glossary entry"), N_("A heading, a definition and, if wanted, some code.")),
        "## #{1:Max pool}\n\n#{2:A layer that keeps the largest value of each window.}\n\n"
        "```python\n#{3:nn.MaxPool2d(2)}\n```\n",
        "links-images-terms",
    ),
    Snippet(
        *("skill", "course", _TEXT, N_("Skill"), N_("What students can hold after the course, and what it builds on.")),
        '  - {id: #{1:name-of-the-skill}, title: #{2:Its title}, concept: "#{3:What it is, in a sentence.}"}\n',
        "courseyaml",
    ),
    Snippet(
        *("author", "course", _TEXT, N_("Author"), N_("Who wrote the course.")),
        "  - {id: #{1:a-name}, name: #{2:Name}, role: #{3:What they did}}\n",
        "courseyaml",
    ),
    Snippet(
        *("article", "references", _TEXT, N_("Article"), N_("A work to cite, by its key.")),
        "@article{#{1:he2016deep},\n  author  = {#{2:He, Kaiming and Zhang, Xiangyu}},\n  title   = {#{3:Title}},\n"
        "  journal = {#{4:Journal}},\n  year    = {#{5:2016}},\n}\n",
        "citations",
    ),
)
