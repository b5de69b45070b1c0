"""Texts of banks, in HTML, Markdown or plain, into our Markdown. What cannot come over is noted, and left out."""

import re
from collections.abc import Callable
from html import unescape
from itertools import pairwise

from markdown_it import MarkdownIt

from app.studio.banks import formulas
from app.studio.banks.hypertext import BLOCKS, DROPPED, tree
from app.studio.banks.pictures import Pictures
from app.studio.banks.reading import Node
from app.words import _

#: Characters that one text of a question may have, pictures within it apart.
MOST_CHARACTERS = 40_000

_FIRST, _LAST = 0xF0000, 0xFFFFD
_KEPT = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_BREAK = "\x01"
_SPACES = re.compile(r"[ \t\n\r\f\v\u200b]+")
_SPECIAL = re.compile(r"[\\`*\[\]<$~{]|__+|(?<!\w)_|_(?!\w)|&(?=#?\w{1,31};)")
#: What means something at the start of a line: to Markdown, or as a mark of our questions.
_AT_START = re.compile(
    r"^(\s*)(?:(#{1,6})(?=\s|$)|([-+>%=?!])(?=\s|$|[-=])|(%|:::+|>)|(\d{1,9}|x)([.)])(?=\s|$)|(vars|require)(:))",
    re.MULTILINE,
)
_EDGE = re.compile(
    rf"^((?:\\.|[^\w\\{chr(_FIRST)}-{chr(_LAST)}])*)(.*?)((?:\\.|[^\w\\{chr(_FIRST)}-{chr(_LAST)}])*)$", re.DOTALL
)
_SUPER = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUB = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_LANGUAGES = re.compile(r"(?:language|lang|brush|highlight)[-: ]+([\w+#]{1,20})")
_HAS_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|em|strong|u|code|pre|ul|ol|li|table|img|sub|sup|a|h[1-6]|font|tt)\b[^<>]*/?>|&(?:[a-z]{2,8}|#\d{2,5});",
    re.IGNORECASE,
)

_ENDS_BLOCK = re.compile(rf"<(?:/?(?:{'|'.join(BLOCKS)})\b[^<>]*|br\s*/?)>\s*$", re.IGNORECASE)
_BEGINS_BLOCK = re.compile(rf"\s*<(?:/?(?:{'|'.join(BLOCKS)})\b|br\b)", re.IGNORECASE)

_MARKDOWN = MarkdownIt("commonmark", {"html": True, "maxNesting": 30}).enable(["table", "strikethrough"])


class Markup:
    """The texts of one question. ``losses`` are what did not come over, each once, in words for the instructor."""

    def __init__(self, pictures: Pictures, fills: bool = False) -> None:
        self.pictures = pictures
        #: Whether ``{x}`` is filled in with a variable's value, not text.
        self.fills = fills
        self.losses: dict[str, None] = {}
        #: What is Markdown already, and what it was in the source, by the character that stands for it.
        self._kept: list[tuple[str, str]] = []

    def lost(self, words: str) -> None:
        self.losses.setdefault(words)

    def html(self, source: str) -> str:
        """HTML as blocks of Markdown."""
        root = tree(self._protected(self._bounded(source)))
        return self._restored("\n\n".join(self._blocks(root)))

    def plain(self, source: str) -> str:
        """Text without markup, whose line ends count."""
        lines = self._protected(self._bounded(source)).replace("\t", "    ").split("\n")
        root = Node("")
        for number, line in enumerate(lines):
            root.children += ([Node("br")] if number else []) + [line]
        return self._restored("\n\n".join(self._blocks(root)))

    def moodle(self, source: str) -> str:
        """Moodle's own format: HTML where there is any, and line ends count."""
        if not _HAS_TAG.search(source):
            return self.plain(source)
        if source.lower().count("<pre") > 200:
            return self.html(source)
        parts = re.split(r"(<pre\b.*?</pre\s*>)", source, flags=re.DOTALL | re.IGNORECASE)
        for number in range(0, len(parts), 2):
            lines = parts[number].strip("\n").split("\n")
            breaks = ("" if _ENDS_BLOCK.search(a) or _BEGINS_BLOCK.match(b) else "<br>" for a, b in pairwise(lines))
            parts[number] = "".join(f"{line}{end}\n" for line, end in zip(lines, (*breaks, ""), strict=True))
        return self.html("".join(parts))

    def markdown(self, source: str) -> str:
        """Other people's Markdown: read as what it shows, so that what ours does not have is noticed."""
        protected = self._protected(self._bounded(source), _code_of_markdown(source))
        root = tree(str(_MARKDOWN.render(protected)))
        return self._restored("\n\n".join(self._blocks(root)))

    def words(self, source: str) -> str:
        """HTML as one line of plain text: a title, or what is offered in a menu. A formula is its TeX."""
        plain = " ".join(tree(self._bounded(source)).text.split())

        def formula(found: re.Match[str]) -> str:
            tex = next(text for name, text in found.groupdict().items() if text is not None and name != "name")
            return " ".join(tex.split()) if not found[0].startswith("$") or formulas.is_maths(tex) else found[0]

        return formulas.MARKED.sub(formula, plain)

    def menu(self, source: str) -> str:
        """HTML as plain text for a menu, which shows no formulas."""
        if any(
            not found[0].startswith("$") or formulas.is_maths(found[0].strip("$"))
            for found in formulas.MARKED.finditer(tree(source).text)
        ):
            self.lost(_("A formula stands in a menu as its TeX: swap the sides, or say it in words."))
        return self.words(source)

    def _bounded(self, source: str) -> str:
        source = self.pictures.embedded(source)
        if len(source) > MOST_CHARACTERS:
            self.lost(_("A text of more than %(most)s characters was cut off.", most=MOST_CHARACTERS))
        # What stands for something kept is never the source's own.
        return _KEPT.sub("", source[:MOST_CHARACTERS])

    def keep(self, markdown: str, source: str = "") -> str:
        """One character that stands for a piece of Markdown until all is written."""
        if len(self._kept) > _LAST - _FIRST:
            return ""
        self._kept.append((markdown, source))
        return chr(_FIRST + len(self._kept) - 1)

    def _protected(self, source: str, code: "Callable[[int], bool]" = lambda _: False) -> str:
        """The source with each formula kept aside. ``code`` says of an offset whether program text stands there."""

        def formula(found: re.Match[str]) -> str:
            named = found.lastgroup or ""
            tex = next(text for name, text in found.groupdict().items() if text is not None and name != "name")
            single = found.group().startswith("$") and not found.group().startswith("$$")
            if code(found.start()) or (single and not formulas.is_maths(tex)):
                return found.group()
            block = named.startswith(("block", "name"))
            return self._formula(tex, found.group(), block)

        return formulas.MARKED.sub(formula, source)

    def _formula(self, tex: str, source: str, block: bool) -> str:
        """A formula that is kept aside; as code, which is a loss, where our pages cannot show it."""
        shown = formulas.cleaned(tex, block)
        if shown is None:
            plain = " ".join(unescape(tex).split())
            if not plain:
                return ""
            self.lost(_("The formula %(formula)s cannot be shown; it stands there as code.", formula=plain[:80]))
            return self.keep(_code(plain), source)
        return self.keep(f"\x02{shown}\x02" if block else f"${shown}$", source)

    def _restored(self, text: str, raw: bool = False) -> str:
        for _round in range(4):  # A link may hold a picture, a cell of a table a formula.
            if not _KEPT.search(text):
                break
            text = _KEPT.sub(lambda found: self._kept_as(found.group(), raw), text)
        text = (
            re.sub(r"^([ >]*)\x02([^\x02]*)\x02$", r"\1$$\n\1\2\n\1$$", text, flags=re.MULTILINE) if not raw else text
        )
        text = re.sub(r"\x02([^\x02]*)\x02(\d?)", lambda m: f"${m[1]}$" + (f" {m[2]}" if m[2] else ""), text)
        return text if raw else text.strip("\n").rstrip()

    def _kept_as(self, character: str, raw: bool) -> str:
        markdown, source = (
            self._kept[ord(character) - _FIRST] if ord(character) - _FIRST < len(self._kept) else ("", "")
        )
        return source if raw and source else markdown

    def _blocks(self, node: Node, depth: int = 0) -> list[str]:
        """What stands in an element, as paragraphs and other blocks."""
        found: list[str] = []
        run: list[Node | str] = []

        def end() -> None:
            text = self._inline(Node("", {}, list(run)))
            run.clear()
            for paragraph in re.split(rf"(?:\s*{_BREAK}\s*){{2,}}", text):
                if lines := [line.strip() for line in paragraph.split(_BREAK) if line.strip()]:
                    found.append("\\\n".join(_AT_START.sub(_escaped_start, line) for line in lines))

        for child in node.children:
            if isinstance(child, str) or child.tag not in BLOCKS | DROPPED:
                if isinstance(child, Node) and any(one.tag in BLOCKS for one in child.walk()):
                    end()
                    found += self._blocks(child, depth + 1)
                else:
                    run.append(child)
            else:
                end()
                found += self._block(child, depth)
        end()
        return found

    def _block(self, node: Node, depth: int) -> list[str]:
        match node.tag:
            case "pre":
                return self._program(node)
            case "ul" | "ol" if node.all("li"):
                return ["\n".join(self._list(node, depth))]
            case "table":
                return self._table(node, depth)
            case "blockquote" if depth < 4:
                return [
                    "\n".join(
                        f"> {line}".rstrip() for block in self._blocks(node, depth + 1) for line in (block.split("\n"))
                    )
                ]
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                said = self._inline(node).replace(_BREAK, " ").strip()
                return [_AT_START.sub(_escaped_start, _marked(said, "**"))] if said else []
            case "hr":
                return ["***"]
            case tag if tag in DROPPED:
                self._dropped(node)
                return []
            case _:
                return self._blocks(node, depth + 1)

    def _dropped(self, node: Node) -> None:
        if node.tag not in {"style", "template", "noscript", "head", "title", "map", "area", "source", "track"}:
            self.lost(_("A part <%(tag)s> was left out: lessons hold text and pictures.", tag=node.tag))

    def _program(self, node: Node) -> list[str]:
        inner = next((one for one in node.walk() if one.tag == "code"), node)
        named = _LANGUAGES.search(f"{node.get('class')} {inner.get('class')}")
        language = named[1].lower() if named else ""
        text = self._restored(_text_with_breaks(node), raw=True).strip("\n").rstrip()
        if not text.strip():
            return []
        ticks = max((len(run) for run in re.findall("`+", text)), default=0)
        fence = "`" * max(3, ticks + 1)
        return [f"{fence}{language if language in _COLOURED else ''}\n{text}\n{fence}"]

    def _list(self, node: Node, depth: int) -> list[str]:
        lines: list[str] = []
        for number, item in enumerate(node.all("li"), 1):
            mark = f"{number}. " if node.tag == "ol" else "- "
            blocks = self._blocks(item, depth + 1) if depth < 8 else [self._inline(item).replace(_BREAK, " ")]
            text = "\n\n".join(blocks)
            text = re.sub(r"\n\n(?=\s*(?:[-]|\d+\.) )", "\n", text)
            inner = text.split("\n") if text else [""]
            lines += [f"{mark}{inner[0]}".rstrip(), *(f"{' ' * len(mark)}{line}".rstrip() for line in inner[1:])]
        return lines

    def _table(self, node: Node, depth: int) -> list[str]:
        rows = [row for row in node.walk() if row.tag == "tr"]
        cells = [row.all("td", "th") for row in rows if row.all("td", "th")]
        if not cells or max(map(len, cells)) < 2 or any(one.tag == "table" for row in rows for one in row.walk()):
            return (
                [block for row in rows for cell in row.elements for block in self._blocks(cell, depth + 1)]
                if depth < 8
                else []
            )
        if any(cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for row in cells for cell in row):
            self.lost(_("A table has merged cells, which stand here as single ones: look at it."))
        width = max(map(len, cells))
        lines = []
        for row in cells:
            said = [self._inline(cell).replace(_BREAK, " ").replace("|", "\\|").strip() for cell in row]
            said += [""] * (width - len(row))
            lines.append("| " + " | ".join(said) + " |")
        lines.insert(1, "| " + " | ".join(["---"] * width) + " |")
        if len(lines) == 2:
            lines.insert(0, "| " + " | ".join([" "] * width) + " |")
            lines[1], lines[2] = lines[2], lines[1]
        return ["\n".join(lines)]

    def _inline(self, node: Node, depth: int = 0) -> str:
        """What stands in an element, as one line; a break is ``_BREAK``."""
        parts: list[str] = []
        for child in node.children:
            if isinstance(child, str):
                parts.append(self._escaped(child))
            elif depth < 40:
                parts.append(self._phrase(child, depth))
        text = _SPACES.sub(" ", "".join(parts))
        return re.sub(rf" ?{_BREAK} ?", _BREAK, text)

    def _phrase(self, node: Node, depth: int) -> str:
        match node.tag:
            case "br":
                return _BREAK
            case "b" | "strong":
                return _marked(self._inline(node, depth + 1), "**")
            case "i" | "em" | "u" | "ins" | "dfn" | "var" | "cite":
                return _marked(self._inline(node, depth + 1), "*")
            case "s" | "strike" | "del":
                return _marked(self._inline(node, depth + 1), "~~")
            case "code" | "tt" | "kbd" | "samp" | "pre":
                text = self._restored(_text_with_breaks(node), raw=True)
                return self.keep(_code(" ".join(text.split()))) if text.strip() else ""
            case "sup" | "sub":
                return self._raised(node, depth)
            case "q":
                return f"“{self._inline(node, depth + 1)}”"
            case "img":
                return self._picture(node)
            case "a":
                return self._link(node, depth)
            case "math":
                tex = formulas.tex_of(node)
                return self._formula(tex, "", node.get("display") == "block") if tex.strip() else ""
            case tag if tag in DROPPED:
                self._dropped(node)
                return ""
            case _:
                return self._inline(node, depth + 1)

    def _raised(self, node: Node, depth: int) -> str:
        text = "".join(self._restored(node.text, raw=True).split())
        written = text.translate(_SUPER if node.tag == "sup" else _SUB)
        if all(one not in text for one in written) or not text:
            return written
        mark = "^" if node.tag == "sup" else "_"
        if text.isascii() and text.replace("-", "").replace("+", "").isalnum():
            return self.keep(f"${mark}{{\\text{{{text}}}}}$")
        self.lost(_("Raised or lowered text stands in the line: %(text)s", text=text[:40]))
        return self._inline(node, depth + 1)

    def _picture(self, node: Node) -> str:
        if tex := node.get("data-equation-content") or _tex_of_picture(node):
            return self._formula(unescape(tex), "", False)
        alt = " ".join(self._restored(node.get("alt"), raw=True).split())
        try:
            name = self.pictures.named(node.get("src"))
        except ValueError as error:
            self.lost(str(error))
            return self._escaped(alt)
        if not alt:
            self.lost(_("A picture has no description; write what it shows between the brackets of ![](…)."))
        return self.keep(f"![{self._escaped(alt)}](media/{name})")

    def _link(self, node: Node, depth: int) -> str:
        said, href = self._inline(node, depth + 1).replace(_BREAK, " "), node.get("href").strip()
        if not said.strip():
            return said
        if href.startswith("http://"):
            href = "https://" + href[7:]
            self.lost(_("A link leads to http://, which lessons do not: it is written with https://; try it."))
        if re.fullmatch(r"https://[^/?#\s\"<>\\@]+(?:[/?#][^\s\"<>\\()]*)?", href):
            return self.keep(f"[{said.strip()}]({self._restored(href, raw=True)})")
        if href:
            self.lost(_("A link was left out, its words stayed: %(address)s", address=href[:80]))
        return said

    def _escaped(self, text: str) -> str:
        text = _SPECIAL.sub(self._escape, text)
        return text.replace(_BREAK, " ").replace("\x02", " ")

    def _escape(self, found: re.Match[str]) -> str:
        text = found.group()
        if text == "{" and (self.fills or not found.string[found.end() : found.end() + 1].isalpha()):
            return text
        return "".join(f"\\{character}" for character in text)


_COLOURED = frozenset(["python", "py", "pycon", "console", "bash", "sh", "json", "yaml", "toml", "diff", "text", "txt"])


def _escaped_start(found: re.Match[str]) -> str:
    text = found.group()
    if found[6] or found[8]:
        return f"{text[:-1]}\\{text[-1]}"
    return f"{found[1]}\\{text[len(found[1]) :]}"


def _marked(said: str, mark: str) -> str:
    """Words between two marks, which stand at the words' edges: what is no letter there goes before or behind them."""
    pieces = []
    for piece in said.split(_BREAK):
        found = _EDGE.match(piece)
        before, middle, after = found.groups() if found else ("", piece, "")
        pieces.append(f"{before}{mark}{middle}{mark}{after}" if re.search(r"\w", middle) else piece)
    return _BREAK.join(pieces)


def _code(text: str) -> str:
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    mark = "`" * (ticks + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{space}{text}{space}{mark}"


def _text_with_breaks(node: Node) -> str:
    """Program text: its line ends, and those that are written as elements."""
    if node.tag == "br":
        return "\n"
    return "".join(
        child
        if isinstance(child, str)
        else _text_with_breaks(child) + ("\n" if child.tag in ("div", "p", "li") else "")
        for child in node.children
    )


def _tex_of_picture(node: Node) -> str:
    """The TeX that a picture of a formula was made of, where its address or class says so."""
    if "equation_image" in node.get("class") or "/equation_images/" in node.get("src"):
        return node.get("alt") or node.get("title")
    if re.search(r"latex\.codecogs\.com|/(?:mathtex|mimetex)\.cgi|/filter/tex/", node.get("src")):
        return node.get("alt") or node.get("title")
    return ""


def _code_of_markdown(source: str) -> Callable[[int], bool]:
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
