"""Rendered HTML as the text that a reader sees, on one line: for an index and for what is quoted of it."""

import re
import unicodedata
from html.parser import HTMLParser

#: Elements inside a line of text: nothing comes between what stands around them.
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b code em i kbd mark q s small span strong sub sup u var "
        "math mi mn mo mrow mspace mstyle msub msup msubsup mfrac msqrt mtext",
    )
)
#: What is written between the parts of a formula.
_BETWEEN = {"msub": ("_",), "msup": ("^",), "mfrac": ("/",), "msubsup": ("_", "^")}
_VOID = frozenset(("br", "hr", "img", "input", "wbr", "col", "source"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        #: Open elements, each with how many children it has had.
        self.open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if self.open:
            parent, had = self.open[-1]
            marks = _BETWEEN.get(parent, ())
            if 0 < had <= len(marks):
                self.said.append(marks[had - 1])
            self.open[-1] = parent, had + 1
        if tag == "msqrt":
            self.said.append("√")
        elif tag not in _INLINE:
            self.said.append(" ")
        if tag not in _VOID:
            self.open.append((tag, 0))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.said.append(" ")
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def plain(html: str) -> str:
    """The text of safe HTML, white space made single (but what holds a number together), accents composed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return unicodedata.normalize("NFC", re.sub(r"[ \t\n\r\f]+", " ", "".join(reader.said)).strip())
