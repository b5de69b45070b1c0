"""What Markdown becomes, and what never reaches a page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.cleaning import ATTRIBUTES, TAGS, clean
from app.content.course import Aside, FaqBlock, Prose
from app.content.maths import CLASSES, MathsError, mathml
from tests.content.courses import html, problems, read, small_course

_VOID = {"img", "br", "hr"}


class Seen(HTMLParser):
    """Every tag and attribute of a page's HTML, and whether its tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def assert_safe(text: str) -> None:
    for tag, attributes in Seen(text).tags:
        assert tag in TAGS, tag
        for name, value in attributes.items():
            assert name in ATTRIBUTES.get(tag, ()), (tag, name)
            assert not name.startswith(("on", "hx-", "style")), name
            if name == "href":
                assert value is not None
                assert re.match(r"https://|/(?![/\\])|#", value), value
            if name == "src":
                assert value is not None
                assert re.match(r"/courses/[a-z-]+/media/", value), value


def everything(text: str) -> str:
    """All HTML that a lesson's text gives, with or without errors: prose, questions, answers, notes."""
    parts: list[str] = []
    for section in read(text).sections:
        parts.append(section.title_html)
        for block in section.blocks:
            if isinstance(block, Prose | Aside):
                parts.append(block.html)
            elif isinstance(block, FaqBlock):
                parts.extend(item.html for item in block.items)
    for question in read(text).questions:
        shown = question.shown(1)
        grade = question.grade(question.key(1), 1)
        parts += [shown.prompt_html, *(option.html for option in shown.options), question.explanation(1)]
        parts += [one.html for one in grade.feedback]
        parts += [question.hint(number, 1) for number in range(1, shown.hints + 1)]
    return "\n".join(parts)


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<div hx-get=/courses hx-trigger=load>x</div>",
    "<div data-hx-on:load=alert(1)>x</div>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    '[x](https://evil.example" onclick=alert(1))',
    '[x](https://ok.example "a\\" onclick=alert(1) x=\\"")',
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '<https://a"onclick=alert(1)>',
    "![x](https://evil.example/x.png)",
    "![x](//evil.example/x.png)",
    '![x" onerror="alert(1)](media/block.png)',
    "![x](../../../etc/passwd)",
    "![x](media/../course.yaml)",
    "![x](media/..%2fcourse.yaml)",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```" onclick=alert(1) \nx\n```',
    "```python\n</code></pre><script>alert(1)</script>\n```",
    "$\\text{<script>alert(1)</script>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{\\<img src=x onerror=alert(1)\\>}$",
    "$\\class{x}{y}\\style{color:red}{z}\\color{red}{q}$",
    "$</math><script>alert(1)</script>$",
    "$$\n</math><img src=x onerror=alert(1)>\n$$",
    "{term}`<script>alert(1)</script>`",
    "{term}`x <field>`{term}`<b>x</b> <field>`",
    '{term}`" onmouseover="alert(1) <field>`',
    "{raw}`<script>alert(1)</script>`",
    "| <script>alert(1)</script> |\n| --- |\n| <img src=x onerror=alert(1)> |",
    '| a" onclick="alert(1) |\n| --- |\n| x |',
    "## <script>alert(1)</script>",
    '## x" onclick="alert(1)',
    "### <style>*{display:none}</style>",
    "x[^a]\n\n[^a]: <script>alert(1)</script>",
    ':::{correction} "><script>alert(1)</script>\n<script>alert(1)</script>\n:::',
    ":::{faq}\n### <script>alert(1)</script>\n<iframe src=//evil.example></iframe>\n:::",
    ":::{question} q\n:kind: choice\n\n<script>x</script>\n\n- [x] <b onclick=x>a</b>\n  > <i>\n- [ ] c\n! <u>\n:::",
    ":::{question} q\n:kind: number\n:unit: <script>x</script>\n:vars: C in [1]\n\n{C}<script>{C}</script>\n\n= C\n:::",
    "```{lab} l\n:show: parameters\n:predict: <script>alert(1)</script>\n:title: <script>\n\nnet = nn.ReLU()\n```",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php x ?><base href=//evil.example>",
    "<form action=//evil.example><button formaction=javascript:alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<math><mtext></table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<a id=body name=cookie>",
    "<meta http-equiv=refresh content=0>",
    "&#xE000;&#xE400;",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "a {} b", "- {}", "> {}", "**{}**", "[{}](https://ok.example)"])
def test_no_payload_reaches_a_page(payload: str, frame: str) -> None:
    text = everything(frame.format(payload))
    assert_safe(text)
    assert not re.search(r"<(script|style|iframe|svg|base|form|meta)", text)


_BITS = st.sampled_from(
    [
        *"<>\"'`$\n{}[]()!*_&#\\|% \té",
        *("$$", "\n\n", "~~", "---", "```", ":::", "&#x3c;", "[^a]", "[^a]: ", "1. ", "x. ", "{C}", "{= C + 1}"),
        *("script", "img src=x onerror=1", "style", "math", "mtext", "\\text{", "{term}`field`"),
        *("{question} q", ":kind: choice", ":kind: number", ":vars: C in [1, 2]", "{faq}", "{lab} l", "{correction} c"),
        *("- [x] a", "- [ ] b", "  > c", "? d", "! e", "= C", "~ 2 > f"),
        *("https://x.y", "media/block.png", "javascript:", "data:"),
    ]
)


@given(st.lists(_BITS, max_size=40).map("".join))
def test_whatever_is_typed_stays_safe(text: str) -> None:
    assert_safe(everything(text))


@given(st.text(alphabet="<>/abimgsrtycp=\"' -!&;#xonload:()", max_size=200))
def test_the_last_gate_holds_alone(text: str) -> None:
    once = clean(text)
    assert_safe(once)
    assert clean(once) == once


def test_the_small_course_is_safe_and_without_style() -> None:
    course = small_course()
    text = "\n".join(_course_html())
    assert_safe(text)
    assert " style=" not in text
    assert {"math", "table", "pre", "img", "section", "s", "blockquote"} <= {tag for tag, _ in Seen(text).tags}
    assert len(course.glossary) == 3


def _course_html() -> list[str]:
    course = small_course()
    parts = [term.html + term.code_html for term in course.glossary]
    for lesson in course.lessons:
        for section in lesson.sections:
            parts += [getattr(block, "html", "") for block in section.blocks]
            parts += [item.html for block in section.blocks if isinstance(block, FaqBlock) for item in block.items]
        for question in lesson.questions:
            shown = question.shown(0)
            parts += [shown.prompt_html, *(option.html for option in shown.options), question.explanation(0)]
    return parts


def test_a_term_links_to_its_entry() -> None:
    link = '<a class="term" href="/courses/stacking/glossary#term-field" data-term="field">{}</a>'
    assert html("A {term}`Field` and {term}`its *view* <field>`.") == (
        f"<p>A {link.format('Field')} and {link.format('its *view*')}.</p>"
    )


@pytest.mark.parametrize(
    ("written", "rendered"),
    [
        ("$5 and $10", "$5 and $10"),
        ("US$5 or $ 6 $", "US$5 or $ 6 $"),
        ("\\$x\\$", "$x$"),
        ("`$x$`", "<code>$x$</code>"),
        ("~~a~~", "<s>a</s>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("{C} and {x}", "{C} and {x}"),
        ("a\\\nb", "a<br>\nb"),
        ("% not a comment here? no:\n", ""),
        ("99 % of 1 797", "99&nbsp;% of 1&nbsp;797"),
        ("**99** % of 12 345 678", "<strong>99</strong>&nbsp;% of 12&nbsp;345&nbsp;678"),
        ("a % b, in 2012 12 of 1 7970", "a % b, in 2012 12 of 1 7970"),
    ],
)
def test_small_things_in_a_line(written: str, rendered: str) -> None:
    expected = f"<p>{rendered}</p>" if rendered else ""
    assert html(written + ("\n\nx" if not rendered else "")) == (expected or "<p>x</p>")


def test_an_empty_corner_of_a_table_is_no_heading() -> None:
    corner = html("| | said yes | said no |\n| --- | --- | --- |\n| is yes | 1 | 2 |")
    assert 'aria-label="Table: said yes, said no"' in corner
    assert '<thead>\n<tr>\n<td></td>\n<th scope="col">said yes</th>' in corner


def test_maths_has_classes_in_place_of_styles() -> None:
    for latex in (
        r"\begin{aligned}a&=b\\c&=d\end{aligned}",
        r"\begin{cases}1&x\\2&y\end{cases}",
        r"\begin{array}{l|c}1&2\\\hline 3&4\end{array}",
        r"\begin{align*}a&=b\end{align*}",
        r"a\!b \, \quad \sqrt[3]{x} \frac{\partial L}{\partial x} \left(\sum_{i=1}^n\right) \mathcal{F}",
    ):
        text = mathml(latex, True)
        assert " style=" not in text
        for _, attributes in Seen(clean(text)).tags:
            assert set((attributes.get("class") or "").split()) <= CLASSES


def test_every_class_of_maths_has_a_style() -> None:
    css = (Path(__file__).parents[2] / "static" / "css" / "maths.css").read_text()
    assert {name for name in CLASSES if not re.search(rf"\.{name}\b", css)} == set()


@pytest.mark.parametrize(
    "latex",
    [
        *(r"\frac{1}{2", r"\nonsense", r"\color{red}x", r"\boxed{x}"),
        *(r"\def\a{\a}\a", r"\newcommand{\a}{b}", r"\label{a}"),
        *(r"\begin{align}a\end{align}", r"\hspace{-1em}", "#", "^"),
        *("{" * 60 + "}" * 60, "x" * 2000, r"\sqrt{" * 400, r"\left(" * 60),
    ],
)
def test_maths_that_is_refused(latex: str) -> None:
    with pytest.raises(MathsError) as caught:
        mathml(latex, False)
    assert str(caught.value)


@given(st.text(alphabet="\\{}[]()^_&$#%abfrctext leirgh12 \n", max_size=120))
def test_any_maths_gives_safe_markup_or_a_reason(latex: str) -> None:
    try:
        text = mathml(latex, False)
    except MathsError as error:
        text, at = "", error.offset
    else:
        at = 0
    assert_safe(clean(text))
    assert 0 <= at <= len(latex) + 1


def test_places_of_what_is_wrong_in_a_paragraph() -> None:
    text = "First line,\nthen <b>bold</b>, {trm}`x`\nand $\\frac{1$ and [a](nowhere.md).\n\n> quoted {cite}`y`\n"
    found = problems(f"## A\n\n{text}")
    assert [(one.line, one.column, one.code) for one in found] == [
        (9, 6, "L104"),
        (9, 13, "L104"),
        (9, 19, "L105"),
        (10, 13, "L108"),
        (10, 19, "L109"),
        (12, 17, "R104"),
    ]


def test_places_in_lists_tables_and_questions() -> None:
    text = (
        "- a\n  - b {trm}`x`\n\n| a | b |\n| - | - |\n| c | {trm}`y` |\n\n"
        ":::{question} q\n:kind: choice\n\nWhat {trm}`z`?\n\n"
        "- [x] yes {trm}`w`\n  > no {trm}`v`\n- [ ] b\n  > c\n\n! d {trm}`u`\n:::\n"
    )
    found = [(one.line, one.column) for one in problems(text) if one.code == "L105"]
    assert found == [(7, 7), (11, 7), (16, 6), (18, 11), (19, 8), (23, 5)]
