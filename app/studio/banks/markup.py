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
from app.studio.banks.signs import (
    AT_START,
    BREAK,
    COLOURED,
    FIRST,
    LAST,
    MOST_CHARACTERS,
    SUB,
    SUPER,
    code,
    code_of_markdown,
    escaped_start,
    marked,
    tex_of_picture,
    text_with_breaks,
)
from app.words import _

_KEPT = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")
_SPACES = re.compile(r"[ \t\n\r\f\v\u200b]+")
_SPECIAL = re.compile(r"[\\`*\[\]<$~{]|__+|(?<!\w)_|_(?!\w)|&(?=#?\w{1,31};)")
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
        protected = self._protected(self._bounded(source), code_of_markdown(source))
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
        if len(self._kept) > LAST - FIRST:
            return ""
        self._kept.append((markdown, source))
        return chr(FIRST + len(self._kept) - 1)

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
            return self.keep(code(plain), source)
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
        markdown, source = self._kept[ord(character) - FIRST] if ord(character) - FIRST < len(self._kept) else ("", "")
        return source if raw and source else markdown

    def _blocks(self, node: Node, depth: int = 0) -> list[str]:
        """What stands in an element, as paragraphs and other blocks."""
        found: list[str] = []
        run: list[Node | str] = []

        def end() -> None:
            text = self._inline(Node("", {}, list(run)))
            run.clear()
            for paragraph in re.split(rf"(?:\s*{BREAK}\s*){{2,}}", text):
                if lines := [line.strip() for line in paragraph.split(BREAK) if line.strip()]:
                    found.append("\\\n".join(AT_START.sub(escaped_start, line) for line in lines))

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
                said = self._inline(node).replace(BREAK, " ").strip()
                return [AT_START.sub(escaped_start, marked(said, "**"))] if said else []
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
        text = self._restored(text_with_breaks(node), raw=True).strip("\n").rstrip()
        if not text.strip():
            return []
        ticks = max((len(run) for run in re.findall("`+", text)), default=0)
        fence = "`" * max(3, ticks + 1)
        return [f"{fence}{language if language in COLOURED else ''}\n{text}\n{fence}"]

    def _list(self, node: Node, depth: int) -> list[str]:
        lines: list[str] = []
        for number, item in enumerate(node.all("li"), 1):
            mark = f"{number}. " if node.tag == "ol" else "- "
            blocks = self._blocks(item, depth + 1) if depth < 8 else [self._inline(item).replace(BREAK, " ")]
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
            said = [self._inline(cell).replace(BREAK, " ").replace("|", "\\|").strip() for cell in row]
            said += [""] * (width - len(row))
            lines.append("| " + " | ".join(said) + " |")
        lines.insert(1, "| " + " | ".join(["---"] * width) + " |")
        if len(lines) == 2:
            lines.insert(0, "| " + " | ".join([" "] * width) + " |")
            lines[1], lines[2] = lines[2], lines[1]
        return ["\n".join(lines)]

    def _inline(self, node: Node, depth: int = 0) -> str:
        """What stands in an element, as one line; a break is ``BREAK``."""
        parts: list[str] = []
        for child in node.children:
            if isinstance(child, str):
                parts.append(self._escaped(child))
            elif depth < 40:
                parts.append(self._phrase(child, depth))
        text = _SPACES.sub(" ", "".join(parts))
        return re.sub(rf" ?{BREAK} ?", BREAK, text)

    def _phrase(self, node: Node, depth: int) -> str:
        match node.tag:
            case "br":
                return BREAK
            case "b" | "strong":
                return marked(self._inline(node, depth + 1), "**")
            case "i" | "em" | "u" | "ins" | "dfn" | "var" | "cite":
                return marked(self._inline(node, depth + 1), "*")
            case "s" | "strike" | "del":
                return marked(self._inline(node, depth + 1), "~~")
            case "code" | "tt" | "kbd" | "samp" | "pre":
                text = self._restored(text_with_breaks(node), raw=True)
                return self.keep(code(" ".join(text.split()))) if text.strip() else ""
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
        written = text.translate(SUPER if node.tag == "sup" else SUB)
        if all(one not in text for one in written) or not text:
            return written
        mark = "^" if node.tag == "sup" else "_"
        if text.isascii() and text.replace("-", "").replace("+", "").isalnum():
            return self.keep(f"${mark}{{\\text{{{text}}}}}$")
        self.lost(_("Raised or lowered text stands in the line: %(text)s", text=text[:40]))
        return self._inline(node, depth + 1)

    def _picture(self, node: Node) -> str:
        if tex := node.get("data-equation-content") or tex_of_picture(node):
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
        said, href = self._inline(node, depth + 1).replace(BREAK, " "), node.get("href").strip()
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
        return text.replace(BREAK, " ").replace("\x02", " ")

    def _escape(self, found: re.Match[str]) -> str:
        text = found.group()
        if text == "{" and (self.fills or not found.string[found.end() : found.end() + 1].isalpha()):
            return text
        return "".join(f"\\{character}" for character in text)
