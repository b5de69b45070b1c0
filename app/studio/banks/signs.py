"""The signs of Markdown: where they must be escaped, and where marks, code and raised text stand."""

import re
from collections.abc import Callable

from app.studio.banks.reading import Node

#: Characters that one text of a question may have, pictures within it apart.
MOST_CHARACTERS = 40_000
FIRST, LAST = 0xF0000, 0xFFFFD
#: A line break, until all is written.
BREAK = "\x01"
#: What means something at the start of a line: to Markdown, or as a mark of our questions.
AT_START = re.compile(
    r"^(\s*)(?:(#{1,6})(?=\s|$)|([-+>%=?!])(?=\s|$|[-=])|(%|:::+|>)|(\d{1,9}|x)([.)])(?=\s|$)|(vars|require)(:))",
    re.MULTILINE,
)
_EDGE = re.compile(
    rf"^((?:\\.|[^\w\\{chr(FIRST)}-{chr(LAST)}])*)(.*?)((?:\\.|[^\w\\{chr(FIRST)}-{chr(LAST)}])*)$", re.DOTALL
)
SUPER = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
SUB = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")

COLOURED = frozenset(["python", "py", "pycon", "console", "bash", "sh", "json", "yaml", "toml", "diff", "text", "txt"])


def escaped_start(found: re.Match[str]) -> str:
    text = found.group()
    if found[6] or found[8]:
        return f"{text[:-1]}\\{text[-1]}"
    return f"{found[1]}\\{text[len(found[1]) :]}"


def marked(said: str, mark: str) -> str:
    """Words between two marks, which stand at the words' edges: what is no letter there goes before or behind them."""
    pieces = []
    for piece in said.split(BREAK):
        found = _EDGE.match(piece)
        before, middle, after = found.groups() if found else ("", piece, "")
        pieces.append(f"{before}{mark}{middle}{mark}{after}" if re.search(r"\w", middle) else piece)
    return BREAK.join(pieces)


def code(text: str) -> str:
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    mark = "`" * (ticks + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{space}{text}{space}{mark}"


def text_with_breaks(node: Node) -> str:
    """Program text: its line ends, and those that are written as elements."""
    if node.tag == "br":
        return "\n"
    return "".join(
        child if isinstance(child, str) else text_with_breaks(child) + ("\n" if child.tag in ("div", "p", "li") else "")
        for child in node.children
    )


def tex_of_picture(node: Node) -> str:
    """The TeX that a picture of a formula was made of, where its address or class says so."""
    if "equation_image" in node.get("class") or "/equation_images/" in node.get("src"):
        return node.get("alt") or node.get("title")
    if re.search(r"latex\.codecogs\.com|/(?:mathtex|mimetex)\.cgi|/filter/tex/", node.get("src")):
        return node.get("alt") or node.get("title")
    return ""


def code_of_markdown(source: str) -> Callable[[int], bool]:
    """Of an offset in Markdown, whether it is in a block or a span of code."""
    spans = [
        found.span()
        for found in re.finditer(
            r"^ {0,3}(```+|~~~+)[^\n]*\n.*?(?:^ {0,3}\1|\Z)|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)",
            source,
            re.MULTILINE | re.DOTALL,
        )
    ]
    inside = {at for start, end in spans for at in range(start, min(end, start + MOST_CHARACTERS))}
    return inside.__contains__
