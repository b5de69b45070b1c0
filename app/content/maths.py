"""LaTeX to MathML with classes in place of style attributes, which a strict Content-Security-Policy would drop."""

import re

from math_core import LatexError, LatexToMathML

#: Characters that one formula may have, and how deep its braces may nest: the converter recurses in native code.
MOST_CHARACTERS, DEEPEST = 1_500, 50

_CONVERTER = LatexToMathML(fancy_error=False, max_expansions=20)

_REFUSED = {
    re.compile(r"\\(?:[gex]?def|let|global|(?:re)?newcommand|providecommand)(?![A-Za-z])"): "defines a command",
    re.compile(r"\\(?:label|eq?ref|tag)(?![A-Za-z])"): "numbers an equation; write its number in the text",
    re.compile(r"\\begin\s*\{(?:align|gather|equation|multline)\}"): "numbers its lines; put a * after the name",
}

_CLASS_OF = {
    "text-align:right": "m-right",
    "text-align:left": "m-left",
    "justify-items:end": "",
    "justify-items:start": "",
    "padding-left:0": "m-l0",
    "padding-right:0": "m-r0",
    "padding-top:0": "m-t0",
    "padding-bottom:0": "m-b0",
    "padding-left:1em": "m-l1",
    "padding-left:0.1em": "m-l01",
    "padding-right:0.1em": "m-r01",
    "padding-top:0.1667em": "m-t017",
    "border-top:0.05em solid currentcolor": "m-rule-top",
    "border-right:0.05em solid currentcolor": "m-rule-right",
    "border-left:0.05em solid currentcolor": "m-rule-left",
    "border-top:0.05em dashed currentcolor": "m-dash-top",
    "border-right:0.05em dashed currentcolor": "m-dash-right",
    "border-left:0.05em dashed currentcolor": "m-dash-left",
    "margin-left:-0.16666667em": "m-back3",
    "margin-left:-0.22222222em": "m-back4",
    "margin-left:-0.2777778em": "m-back5",
    "math-shift:compact": "m-compact",
    "width:100%": "m-wide",
    "width:50%": "m-half",
    "width:7.5%": "m-indent",
    "font-variant-caps:small-caps": "m-smallcaps",
}

#: What stylesheets must know: every class that a formula may carry.
CLASSES = frozenset(_CLASS_OF.values()) - {""}

_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_STYLE = re.compile(r' style="([^"]*)"')
_MARK_LETTER = re.compile("<mi>([\ue000-\ue7ff])</mi>")


class MathsError(ValueError):
    """Maths that cannot be shown, in words for its author. ``offset`` counts characters from 0."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def mathml(latex: str, block: bool) -> str:
    """A ``<math>`` element. Raises MathsError."""
    _bound(latex)
    for pattern, why in _REFUSED.items():
        if found := pattern.search(latex):
            raise MathsError(f"'{found.group()}' {why}", found.start())
    try:
        html = _CONVERTER.convert_with_local_state(latex, displaystyle=block)
    except LatexError as error:
        offset, _, words = str(error).partition(": ")
        if not offset.isdigit():
            raise MathsError(str(error)) from None
        raise MathsError(words.rstrip(".") or "unreadable", int(offset)) from None
    if "<menclose" in html:
        raise MathsError("boxes and strikes are not available in maths")
    return _MARK_LETTER.sub(r"<mn>\1</mn>", _TAG.sub(_classed, html))


def _bound(latex: str) -> None:
    if len(latex) > MOST_CHARACTERS:
        raise MathsError(f"a formula may have {MOST_CHARACTERS:,} characters; split it")
    depth = 0
    for offset, character in enumerate(latex):
        depth += (character == "{") - (character == "}")
        if depth > DEEPEST:
            raise MathsError("braces are nested too deep", offset)
    if latex.count("\\left") > DEEPEST or latex.count("\\begin") > DEEPEST:
        raise MathsError("brackets are nested too deep")


def _classed(tag: re.Match[str]) -> str:
    """A tag with its style attribute turned into classes."""
    text = tag.group()
    style = _STYLE.search(text)
    if style is None:
        return text
    names: list[str] = []
    for declaration in style.group(1).split(";"):
        if not declaration.strip():
            continue
        name, _, value = declaration.partition(":")
        if name.strip() == "color":
            raise MathsError("maths has no colours here: a colour has one meaning on these pages")
        class_of = _CLASS_OF.get(f"{name.strip()}:{value.strip()}")
        if class_of is None:
            raise MathsError(f"this command needs '{declaration.strip()}', which is not available in maths")
        names.append(class_of)
    classes = " ".join(name for name in names if name)
    return text.replace(style.group(), f' class="{classes}"' if classes else "", 1)
