"""What students write for others to read, as HTML: the safest kind of Markdown.

Paragraphs, emphasis, code, lists and quotes. No HTML, link, image, heading or table: nothing that leads away from the
page, loads anything, or looks like a part of the site.
"""

import unicodedata

import nh3
from markdown_it import MarkdownIt

#: How deep lists and quotes may stand in one another.
DEEPEST = 6
TAGS = frozenset(["p", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "br"])

_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST * 2}).disable(
    ["link", "image", "autolink", "reference", "heading", "lheading", "hr", "html_block", "html_inline"]
)
_CLEANER = nh3.Cleaner(tags=set(TAGS), attributes={"ol": {"start"}}, link_rel=None, strip_comments=True)


def html(text: str) -> str:
    """``text`` as safe HTML."""
    return _CLEANER.clean(_PARSER.render(text))


def one_line(text: str, longest: int) -> str:
    """A title or a name: one line, without what cannot be seen or turns the text around, cut to ``longest``."""
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    seen = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    return " ".join(seen.split())[:longest].rstrip()


def lines(text: str, longest: int) -> str:
    """A text of several lines, cleaned as ``one_line`` does, but for its line ends."""
    parts = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    seen = "".join(c for c in parts if c == "\n" or not unicodedata.category(c).startswith("C"))
    return seen.strip("\n").rstrip()[:longest].rstrip()
