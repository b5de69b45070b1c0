"""Goes over the tokens of a passage: says what is wrong at its place, and makes what is right ready to be written."""

import re
from html import escape

from markdown_it.token import Token

from app.content import highlighting
from app.content.diagnostics import nearest
from app.content.links import LinkError, Target, link, picture
from app.content.markdown import DEEPEST, MOST_INLINE, plain_text, spot
from app.content.maths import MathsError, mathml
from app.content.measures import MARK
from app.content.page import Asked, Page, fold
from app.content.references import cited
from app.content.source import UNSHOWABLE, Passage

ROLES = ("term", "cite", "measure")

#: Where a citation is always to be seen, so that its reference can lead back to it.
_SEEN = ("", "a correction", "an answer", "a claim")

_NAMED = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)
#: The space in "99 %", also after a filled-in value, and in "1 797": no line ends there.
_UNBROKEN = re.compile(r"(?:^|(?<=\d)) (?=%)|(?<=\d) (?=\d{3}(?!\d))")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,80}\]")


class Reader:
    """One passage of one page."""

    def __init__(self, passage: Passage, page: Page) -> None:
        self.passage, self.page = passage, page
        self.level = 2

    def blocks(self, tokens: list[Token]) -> None:
        deep = False
        opening = tokens[0] if tokens else None
        heads: list[str] = []
        for number, token in enumerate(tokens):
            if token.level >= DEEPEST and not deep:
                deep = True
                self.error("L115", token, "lists and quotes are nested too deep")
            match token.type:
                case "inline":
                    self.inline(token)
                    if tokens[number - 1].type == "th_open":
                        heads.append(plain_text(token.children or ()).strip())
                case "heading_open":
                    self.heading(token, tokens[number + 1])
                case "fence" | "code_block":
                    self.code(token)
                case "math_block":
                    self.closed(token)
                    formula = self.maths(token.content, *self.place(token), block=True)
                    frame = '<div class="maths" tabindex="0" role="group" aria-label="Formula">'
                    _ready(token, f"{frame}{formula}</div>\n")
                case "html_block":
                    self.raw(token.content, *self.place(token))
                    _ready(token, "")
                case "colon_fence":
                    self.closed(token)
                    self.astray(token)
                case "table_open":
                    heads = []
                    opening = token
                case "table_close":
                    label = escape("Table: " + ", ".join(filter(None, heads)) if any(heads) else "Table")
                    assert opening is not None
                    _ready(opening, f'<div class="scroll-x" tabindex="0" role="group" aria-label="{label}"><table>\n')
                    _ready(token, "</table></div>\n")
                case "footnote_block_open":
                    _ready(token, '<section class="footnotes" aria-label="Footnotes">\n<ol>\n')
                case "footnote_anchor":
                    name = f"{token.meta['id'] + 1}" + (f":{token.meta['subId']}" if token.meta["subId"] else "")
                    label = "Back to the text"
                    _ready(token, f' <a href="#fnref{name}" class="footnote-back" aria-label="{label}">↩︎</a>')
                case "th_open" | "td_open":
                    if style := str(token.attrs.pop("style", "")):
                        token.attrSet("class", f"align-{style.rpartition(':')[2].strip()}")
                    if token.type == "th_open" and tokens[number + 1].content.strip():
                        token.attrSet("scope", "col")
                    elif token.type == "th_open":
                        # A heading of nothing would be read out as one.
                        token.tag = tokens[number + 2].tag = "td"

    def place(self, token: Token) -> tuple[int, int]:
        if token.map is None:
            return self.passage.start
        index = token.map[0]
        text = self.passage.lines[index].text if index < len(self.passage) else ""
        return self.passage.place(index, len(text) - len(text.lstrip()))

    def error(self, code: str, token: Token, words: str) -> None:
        self.page.problems.error(code, *self.place(token), words)

    def heading(self, token: Token, inside: Token) -> None:
        level = int(token.tag[1])
        if self.page.nested:
            self.error("L114", token, f"a heading cannot stand in {self.page.nested}; make the line bold instead")
            token.tag = "h6"
            return
        if level == 1:
            self.error("L102", token, "the lesson's title is in its front matter; sections start with ##")
            token.tag = "h3"
        elif level > self.level + 1:
            words = f"this heading has {level} #s and the one above it {self.level}; write {'#' * (self.level + 1)}"
            self.page.problems.warning("L103", *self.place(token), words)
        self.level = level
        title = plain_text(inside.children or ()) or inside.content
        token.attrSet("id", self.page.slugs.make(title))

    def closed(self, token: Token) -> None:
        if not token.meta.get("closed", True):
            self.error("L117", token, f"this block is never closed; end it with a line '{token.markup or '$$'}'")

    def astray(self, token: Token) -> None:
        """A directive that is not the lesson's own."""
        if token.level or self.page.nested:
            where = self.page.nested or "a list or quote"
            self.error("D108", token, f"a directive cannot stand in {where}; start it at the margin")
            _ready(token, "")

    def code(self, token: Token) -> None:
        if token.type == "fence":
            last = self.passage.lines[token.map[1] - 1].text if token.map and token.map[1] <= len(self.passage) else ""
            ends = last.rstrip().lstrip(" >").startswith(token.markup) and token.map and token.map[1] - 1 > token.map[0]
            if not ends:
                self.error("L117", token, f"this block is never closed; end it with a line '{token.markup}'")
        language = token.info.strip().split(" ")[0] if token.info else ""
        if language.startswith("{"):
            self.astray(token)
            return
        if language and language not in highlighting.LANGUAGES:
            words = f"code in '{language[:40]}' is shown without colours{nearest(language, highlighting.LANGUAGES)}"
            self.page.problems.warning("L116", *self.place(token), words)
        _ready(token, highlighting.block(self.filled(token.content, in_code=True), language))

    def inline(self, token: Token) -> None:
        if len(token.content) > MOST_INLINE:
            self.error("L115", token, f"this paragraph has more than {MOST_INLINE:,} characters; split it")
            return
        for child in token.children or ():
            line, column = spot(self.passage, token, child.meta.get("at", 0))
            match child.type:
                case "text" | "text_special":
                    self.footnotes(token, child)
                    if found := UNSHOWABLE.search(child.content):
                        words = f"the character U+{ord(found.group()):04X} cannot be shown; leave it out"
                        self.page.problems.error("F104", line, column, words)
                        child.content = UNSHOWABLE.sub("", child.content)
                    child.content = _UNBROKEN.sub("\u00a0", child.content)
                case "html_inline":
                    self.raw(child.content, line, column)
                    _ready(child, "")
                case "math_inline":
                    _ready(child, self.maths(child.content, line, column + 1, block=False))
                case "code_inline":
                    child.content = self.filled(child.content, in_code=True)
                case "role":
                    self.role(child, line, column)
                case "fill":
                    _ready(child, self.fill(child, line, column))
                case "link_open":
                    self.link(child, line, max(1, column - (child.markup != "autolink")))
                case "image":
                    self.image(child, line, column)
                case "footnote_ref" if self.page.nested:
                    line, column = spot(self.passage, token, token.content.find("[^"))
                    self.page.problems.error(
                        "L113", line, column, f"a footnote cannot stand in {self.page.nested}; write it out"
                    )

    def footnotes(self, inline: Token, text: Token) -> None:
        for match in _FOOTNOTE.finditer(text.content):
            written = re.search(rf"(?<!\\){re.escape(match.group())}", inline.content)
            if written is None:
                continue  # its bracket is escaped: these are the signs themselves
            line, column = spot(self.passage, inline, written.start())
            name = match.group()
            words = f"the footnote {name} is not written anywhere; add a line '{name}: …'"
            self.page.problems.error("L113", line, column, words)

    def raw(self, content: str, line: int, column: int) -> None:
        shown = content.strip().splitlines()[0][:40] if content.strip() else ""
        mend = "put it in backticks, or write \\< for a plain <"
        if shown.startswith("<!--"):
            mend = "a comment is a line that starts with %"
        elif shown.lower().startswith("<br"):
            mend = "a line ends with a backslash"
        self.page.problems.error("L104", line, column, f"HTML is not used in lessons: '{shown}'; {mend}")

    def maths(self, latex: str, line: int, column: int, block: bool) -> str:
        self.page.maths.add(True)
        source = self.filled(latex, in_code=False)
        try:
            return mathml(source.strip() if block else source, block)
        except MathsError as error:
            words = f"this maths cannot be read: {error}"
            self.page.problems.error("L108", line, column + (0 if block else error.offset), words)
            return ""

    def filled(self, text: str, in_code: bool) -> str:
        """Code or maths with its ``{C}`` replaced by marks; maths keeps the braces that group."""
        marks = self.page.marks
        if marks is None or "{" not in text:
            return text

        def mark(match: re.Match[str]) -> str:
            character = marks.mark(match.group(1).lstrip("=").strip(), in_code)
            return character if in_code else f"{{{character}}}"

        known = "|".join(re.escape(name) for name in marks.names)
        return re.sub(rf"\{{\s*({known}|=[^{{}}]+)\s*\}}", mark, text)

    def fill(self, token: Token, line: int, column: int) -> str:
        marks = self.page.marks
        assert marks is not None
        if token.info == "name" and token.content not in marks.names:
            words = f"unknown variable '{token.content}'{nearest(token.content, marks.names)}"
            self.page.problems.error("Q115", line, column, words)
            return ""
        marks.places.setdefault(token.content, (line, column))
        return marks.mark(token.content)

    def role(self, token: Token, line: int, column: int) -> None:
        if token.info == "cite":
            self.cite(token, line, column)
            return
        if token.info == "measure":
            self.measure(token, line, column)
            return
        if token.info != "term":
            words = f"unknown role '{token.info[:40]}'{nearest(token.info, ROLES)}"
            self.page.problems.error("L105", line, column, words)
            _ready(token, escape(token.content))
            return
        match = _NAMED.fullmatch(token.content)
        text, name = (match.group(1), match.group(2)) if match and match.group(1) else (token.content, token.content)
        slug = self.page.book.terms.get(fold(name))
        if slug is None:
            words = f"the glossary has no '{name[:60]}'{nearest(fold(name), self.page.book.terms)}"
            self.page.problems.error("L107", line, column, words)
            _ready(token, escape(text))
            return
        self.page.terms.setdefault(slug)
        href = f"/courses/{self.page.book.course}/glossary#term-{slug}"
        _ready(token, f'<a class="term" href="{href}" data-term="{slug}">{escape(text)}</a>')

    def cite(self, token: Token, line: int, column: int) -> None:
        page, markup = self.page, ""
        if not page.here:
            words = "a citation stands in a lesson, which lists its references; write it there"
            page.problems.error("R106", line, column, words)
        else:
            lesson = f"/courses/{page.book.course}/lessons/{page.here}" if page.nested else ""
            try:
                markup = cited(token.content, page.book.sources, lesson, page.cited if page.nested in _SEEN else None)
            except ValueError as error:
                code, words, offset = error.args
                page.problems.error(code, line, column + len("{cite}`") + offset, words)
        token.content = ""
        _ready(token, markup)

    def measure(self, token: Token, line: int, column: int) -> None:
        """Notes what is asked for: the labs that it may name are known once the lesson is read."""
        page = self.page
        if not page.here:
            page.problems.error(
                "M101", line, column, "a measure stands in a lesson, not in the glossary; write it there"
            )
            _ready(token, "")
            return
        asked = Asked(token.content, line, column + len("{measure}`"), bool(page.nested), page.problems)
        page.measures.append(asked)
        _ready(token, f"{MARK}{len(page.measures) - 1}{MARK}")

    def link(self, token: Token, line: int, column: int) -> None:
        try:
            target = link(str(token.attrGet("href") or ""), self.page.book, self.page.here)
        except LinkError as error:
            self.page.problems.error(error.code, line, column, str(error))
            token.attrs.pop("href", None)
            return
        token.attrSet("href", target.href)
        if target.outside:
            token.attrSet("rel", "noopener noreferrer")
        self.used(target, line, column)

    def image(self, token: Token, line: int, column: int) -> None:
        alt = plain_text(token.children or ()).strip()
        if not alt:
            words = "this image has no description; write what it shows between the brackets"
            self.page.problems.warning("L112", line, column, words)
        try:
            target = picture(str(token.attrGet("src") or ""), self.page.book)
        except LinkError as error:
            self.page.problems.error(error.code, line, column, str(error))
            _ready(token, escape(alt))
            return
        title = f' title="{escape(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
        _ready(token, f'<img src="{target.href}" alt="{escape(alt)}"{title} loading="lazy" decoding="async">')
        self.used(target, line, column)

    def used(self, target: Target, line: int, column: int) -> None:
        if target.media is not None:
            self.page.media[target.media[0]] = target.media[1]
        if target.anchor:
            self.page.anchors.append((target, line, column))


def _ready(token: Token, markup: str) -> None:
    """Makes a token stand for finished HTML, keeping what it says as text."""
    token.meta["text"], token.meta["was"] = plain_text([token]), token.type
    token.type, token.content, token.children = "ready", markup, None
