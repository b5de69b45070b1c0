"""Maths as banks write it, TeX between all kinds of marks and MathML, as TeX that our pages can show."""

import re
from html import unescape

from app.content.maths import MathsError, mathml
from app.studio.banks.reading import Node

#: Formulas by how they are marked; the name of the group says whether it stands by itself.
MARKED = re.compile(
    r"\$\$(?P<block1>(?:[^$\\]|\\.){1,1500}?)\$\$"
    r"|\\\[(?P<block2>.{1,1500}?)\\\]"
    r"|\\\((?P<line1>.{1,1500}?)\\\)"
    r"|<m>(?P<line2>.{1,1500}?)</m>"
    r"|\[tex\](?P<line3>.{1,1500}?)\[/tex\]"
    r"|(?P<block3>\\begin\{(?P<name>equation|align|gather|eqnarray|displaymath)\*?\}.{1,1500}?\\end\{(?P=name)\*?\})"
    r"|(?<![\\$\w])\$(?=[^\s$])(?P<line4>(?:[^$\\\n]|\\.){1,400}?)(?<![\s\\])\$(?![\w$])",
    re.DOTALL,
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
#: What says that the text between two dollars is maths, not prices.
_MATHS = re.compile(
    r"[\\^_{}=+<>|]|^-?\w{1,3}'?$|^\w\([\w, ]{1,9}\)$|^[\d.,]*[*/ ]*[a-zA-Z]$|[*/×·≤≥∈]"
    r"|^\(.{1,40},.{1,40}\)$|^[\w.()]+\s*-\s*[\w.()]+$"
)
_OUTER = re.compile(r"\A\\begin\{(?:equation|displaymath)\*?\}(.*)\\end\{(?:equation|displaymath)\*?\}\Z", re.DOTALL)
_NUMBERED = re.compile(r"\\(begin|end)\{(align|gather|multline|eqnarray)\*?\}")
#: Commands that change nothing that is said.
_IDLE = re.compile(
    r"\\(?:displaystyle|label\{[^{}]*\}|nonumber|notag|allowbreak|hfill|protect|mathchoice)(?![A-Za-z])\s*"
)


def is_maths(between: str) -> bool:
    """Whether what stands between two single dollars is a formula."""
    return bool(_MATHS.search(between.strip()))


def cleaned(source: str, block: bool) -> str | None:
    """TeX that our pages can show; None where they cannot, or where it says nothing."""
    tex = unescape(_TAG.sub(" ", source)).replace("\N{NO-BREAK SPACE}", " ")
    tex = " ".join(tex.split())
    if inner := _OUTER.match(tex):
        tex = inner[1].strip()
    tex = _NUMBERED.sub(lambda m: f"\\{m[1]}{{{'align' if m[2] == 'eqnarray' else m[2]}*}}", tex)
    tex = _IDLE.sub("", tex).strip()
    while tex.endswith("\\\\"):
        tex = tex[:-2].rstrip()
    for candidate in (tex, re.sub(r"(?<!\\)([#%&])", r"\\\1", tex), re.sub(r"(?<!\\)\$", "", tex)):
        if not candidate or "`" in candidate or re.search(r"(?<!\\)(?:\\\\)*\$", candidate):
            continue
        try:
            mathml(candidate, block)
        except MathsError:
            continue
        return candidate
    return None


_MARKS = {"×": r"\times ", "÷": r"\div ", "−": "-", "⁢": "", "⁡": "", "⁣": "", "·": r"\cdot ", "≤": r"\le ", "≥": r"\ge "}
_NAMES = {"sin", "cos", "tan", "log", "ln", "exp", "lim", "min", "max", "arcsin", "arccos", "arctan", "det"}
_SPECIAL = re.compile(r"([#$%&_{}])")


def tex_of(node: Node) -> str:
    """MathML, the part of it that schools use, as TeX."""
    if node.tag == "semantics":
        notes = [one for one in node.all("annotation") if "tex" in one.get("encoding").lower()]
        return notes[0].text.strip() if notes else "".join(map(tex_of, node.elements[:1]))
    parts = [tex_of(child) for child in node.elements]
    text = " ".join(node.text.split())
    match node.tag, len(parts):
        case "mi" | "mn" | "mo" | "ms" | "mtext", _:
            return _leaf(node.tag, text)
        case "mfrac", 2:
            return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
        case "msup", 2:
            return f"{_based(parts[0])}^{{{parts[1]}}}"
        case "msub", 2:
            return f"{_based(parts[0])}_{{{parts[1]}}}"
        case "msubsup" | "munderover", 3:
            return f"{_based(parts[0])}_{{{parts[1]}}}^{{{parts[2]}}}"
        case "munder", 2:
            return rf"\underset{{{parts[1]}}}{{{parts[0]}}}"
        case "mover", 2:
            return (
                rf"\overline{{{parts[0]}}}"
                if parts[1] in {"¯", "‾", "_", r"\_"}
                else rf"\overset{{{parts[1]}}}{{{parts[0]}}}"
            )
        case "msqrt", _:
            return rf"\sqrt{{{''.join(parts)}}}"
        case "mroot", 2:
            return rf"\sqrt[{parts[1]}]{{{parts[0]}}}"
        case "mfenced", _:
            comma = node.get("separators", ",").strip()[:1]
            return (
                rf"\left{node.get('open', '(')[:1] or '.'}{comma.join(parts)}\right{node.get('close', ')')[:1] or '.'}"
            )
        case "mtable", _:
            rows = r" \\ ".join(parts)
            return rf"\begin{{matrix}}{rows}\end{{matrix}}"
        case "mtr", _:
            return " & ".join(parts)
        case "annotation" | "annotation-xml", _:
            return ""
        case _:
            return "".join(parts) or _SPECIAL.sub(r"\\\1", text)


def _based(tex: str) -> str:
    """What a power stands on: braces where it is more than a letter."""
    return tex if len(tex) == 1 else f"{{{tex}}}"


def _leaf(tag: str, text: str) -> str:
    if tag in ("mtext", "ms"):
        said = _SPECIAL.sub(r"\\\1", text)
        return rf"\text{{{said}}}" if text else r"\ "
    if text in _NAMES:
        return rf"\{text} "
    if tag == "mi" and len(text) > 1 and text.isalpha():
        return rf"\mathrm{{{text}}}"
    return "".join(_MARKS.get(c, _SPECIAL.sub(r"\\\1", c)) for c in text)
