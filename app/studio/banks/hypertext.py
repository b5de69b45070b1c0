"""HTML as a tree, however it was written: what browsers forgive is forgiven, what is no tag of HTML is text."""

import re
from html import escape
from html.parser import HTMLParser

from app.content.source import UNSHOWABLE
from app.studio.banks.reading import Node


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements in one another; what stands deeper is read as if it stood here.
_DEEPEST = 40

BLOCKS = _names(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th "
    "thead tr ul caption prompt"
)
PHRASES = _names(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr q s samp "
    "small span strike strong sub sup time tt u var wbr"
)
#: What cannot come over: it runs, plays, or asks by itself.
DROPPED = _names(
    "script style iframe object embed video audio svg canvas applet noscript template button input select "
    "textarea map area frame frameset head title source track"
)
_MATHS = _names(
    "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr "
    "mtd mfenced mstyle mpadded mphantom menclose merror semantics annotation annotation-xml"
)
#: Dropped without a word: they say nothing to a reader.
_SILENT = _names("col colgroup link meta param base o:p")
_VOID = _names("area base br col embed frame hr img input link meta param source track wbr mspace")
#: What an opening tag ends, where that is still open.
_ENDS = {
    **dict.fromkeys(BLOCKS - _names("tbody td tfoot th thead tr li dd dt"), frozenset({"p"})),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
}
#: What an opening tag does not look beyond for what it ends.
_WALLS = _names("table ul ol dl blockquote")


#: What lessons cannot hold, but for the marks that ``Markup`` puts into a text.
_HIDDEN = re.compile(rf"(?![\U000f0000-\U000ffffd]){UNSHOWABLE.pattern}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in BLOCKS | PHRASES | DROPPED | _MATHS | _SILENT:
            # '<stdio.h>' and 'List<int>' are text, of people who write of programs.
            self.open[-1].children.append(self.get_starttag_text() or "")
            return
        for index in range(len(self.open) - 1, 0, -1):
            if self.open[index].tag in _ENDS.get(tag, ()):
                del self.open[index:]
            elif self.open[index].tag in _WALLS:
                break
        node = Node(tag, {name: value or "" for name, value in attributes})
        self.open[-1].children.append(node)
        if tag not in _VOID and len(self.open) < _DEEPEST:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag == "br":
            self.open[-1].children.append(Node("br"))
        elif tag not in BLOCKS | PHRASES | DROPPED | _MATHS | _SILENT:
            self.open[-1].children.append(f"</{tag}>")
        for index in range(len(self.open) - 1, 0, -1):
            if self.open[index].tag == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(_HIDDEN.sub("", data))

    def unknown_decl(self, data: str) -> None:
        """A CDATA section: its text."""
        if data.startswith("CDATA["):
            self.open[-1].children.append(data[6:])


def tree(source: str) -> Node:
    """The elements of a piece of HTML, in a root without a name."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.open[0]


def written(node: Node) -> str:
    """What stands in an element, as HTML."""
    parts: list[str] = []
    waiting: list[Node | str] = list(reversed(node.children))
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            # What closes an element was put here ready; all other text stands in nodes.
            parts.append(one if one.startswith("</\0") else escape(one, quote=False))
            continue
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in one.attributes.items())
        parts.append(f"<{one.tag}{attributes}>")
        if one.tag.lower() not in _VOID:
            waiting.append(f"</\0{one.tag}>")
            waiting.extend(reversed(one.children))
    return "".join(parts).replace("</\0", "</")
