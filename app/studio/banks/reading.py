"""What every reader of a bank begins with: bytes as text, XML as a tree that knows its lines, archives as files.

Everything here is somebody else's file: sizes, depths and counts are bounded, nothing outside the file is ever opened,
and what is wrong raises ``Unreadable`` with words for the instructor.
"""

import io
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.content.source import UNSHOWABLE
from app.words import _

#: Bytes that a bank may have; of an archive, all its files together once unpacked.
MOST_BYTES, MOST_UNPACKED = 20_000_000, 60_000_000
#: Files in an archive, how many times their packed size they may have, and elements in one another and in all.
MOST_FILES, MOST_RATIO, DEEPEST, MOST_NODES = 2_000, 200, 100, 500_000

_ENCODINGS = re.compile(
    r"(?:utf-?(?:8|16|16-?[lb]e|32)|us-ascii|ascii|iso-?8859-\d{1,2}|latin-?\d{1,2}|windows-?\d{3,4}|cp\d{3,4}"
    r"|mac-?roman|koi8-[ru]|gb(?:k|2312|18030)|big5|euc-(?:jp|kr)|shift[-_]jis)",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,400}\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_UNQUOTED = re.compile(r"(<[A-Za-z][^<>]{0,300}?\s[A-Za-z_:-]+=)([\w./:#%-]+)(?=[\s/>])")
#: Characters of an element that is looked over for what is wrong with it.
_LONGEST_MENDED = 200_000
_BARE = re.compile(r"&(?!#?\w{1,31};)")


class Unreadable(ValueError):
    """Why nothing of a file can be read, in words for the instructor. ``line`` is from 1; 0 where there is none."""

    def __init__(self, words: str, line: int = 0) -> None:
        super().__init__(words)
        self.line = line


def text_of(data: bytes) -> str:
    """The text of a file in the encoding that it names, or is in; lines end with a newline."""
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file has more than %(most)s MB; cut it in two.", most=MOST_BYTES // 1_000_000))
    declared = _DECLARED.match(data)
    named = declared[1].decode() if declared else ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (data[:1] and data[1:2] == b"\0" == data[3:4]):
        tries = ["utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le"]
    else:
        tries = ["utf-8-sig", named if _ENCODINGS.fullmatch(named) else "", "cp1252", "latin-1"]
        if tries[1] and not data.startswith(b"\xef\xbb\xbf") and not re.fullmatch("utf-?8", named, re.IGNORECASE):
            tries.insert(0, tries.pop(1))
    for encoding in filter(None, tries):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return UNSHOWABLE.sub("", re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text))
    raise Unreadable(_("The file is no text in any encoding that is known here; save it as UTF-8."))


@dataclass
class Node:
    """An element: its local name as written, its attributes by local name, and what stands in it, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)
    line: int = 0

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def elements(self) -> "list[Node]":
        return [child for child in self.children if isinstance(child, Node)]

    def all(self, *tags: str) -> "list[Node]":
        """Its children with one of these names."""
        return [child for child in self.elements if child.tag in tags]

    def first(self, *tags: str) -> "Node | None":
        return next(iter(self.all(*tags)), None)

    def walk(self) -> "Iterator[Node]":
        """Itself and everything in it, in the order of the file."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.elements))

    def find(self, *tags: str) -> "Node | None":
        """The first with one of these names, at any depth."""
        return next((node for node in self.walk() if node.tag in tags), None)

    @property
    def text(self) -> str:
        """All text in it, at any depth."""
        found: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                found.append(one)
            else:
                waiting.extend(reversed(one.children))
        return "".join(found)

    def child_text(self, *path: str) -> str:
        """The text of the first child at a path, without spaces around it; empty where there is none."""
        node: Node | None = self
        for tag in path:
            node = node.first(tag) if node is not None else None
        return node.text.strip() if node is not None else ""


class _Target:
    """Builds the tree; ``parser`` is set once it is there, and says the line."""

    def __init__(self) -> None:
        self.open: list[Node] = [Node("")]
        self.count = 0
        self.lines: Callable[[], int] = lambda: 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) > DEEPEST or self.count > MOST_NODES:
            raise Unreadable(_("The file has too many elements, or too many in one another."), self.lines())
        node = Node(_local(tag), {_local(name): value for name, value in attributes.items()}, [], self.lines())
        self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def close(self) -> Node:
        return self.open[0].elements[0]


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def xml(text: str, line: int = 1) -> Node:
    """The root element of XML, whose first line is line ``line`` of the file."""
    text = _DECLARATION.sub(lambda found: "\n" * found.group().count("\n"), text, count=1).lstrip(" \t")
    before = len(text) - len(text.lstrip("\n"))
    text = _ENTITY.sub(_character, text.lstrip("\n"))
    target = _Target()
    try:
        parser: Any = DefusedXMLParser(target=target, forbid_dtd=False, forbid_entities=True, forbid_external=True)
        target.lines = lambda: parser.parser.CurrentLineNumber + before + line - 1
        parser.feed(text)
        root = parser.close()
    except ParseError as error:
        at = error.position[0] + before + line - 1
        raise Unreadable(_("This is no well-formed XML: %(why)s.", why=str(error).partition(":")[0]), at) from None
    except DefusedXmlException:
        words = _(
            "The file defines entities of its own or reads other files, which is not done here; take its DOCTYPE out."
        )
        raise Unreadable(words, line) from None
    except (ValueError, IndexError, RecursionError, AssertionError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(_("This is no well-formed XML."), line) from None
    assert isinstance(root, Node)
    return root


def _character(found: re.Match[str]) -> str:
    """An entity of HTML, which XML does not know, as its character."""
    name = found[1]
    return found.group() if name in _XML_OWN else html5.get(f"{name};", found.group())


def mended(text: str, line: int) -> Node:
    """``xml``, and where that fails, once more: a ``&`` that begins no entity is one, and values get their quotes."""
    try:
        return xml(text, line)
    except Unreadable as first:
        if len(text) > _LONGEST_MENDED:
            raise
        head, mark, body = _BARE.sub("&amp;", text).partition("<![CDATA[")
        for _again in range(4):
            head = _UNQUOTED.sub(r'\1"\2"', head)
        try:
            return xml(head + mark + body, line)
        except Unreadable:
            raise first from None


def pieces(text: str, tag: str) -> Iterator[tuple[str, int]]:
    """Each element of a name that is not in another of it, as its source and the line where it begins."""
    line, at = 1, 0
    for found in re.finditer(rf"<{tag}(?=[\s>])(?:(?!<{tag}[\s>]).)*?</{tag}\s*>", text, re.DOTALL):
        line += text.count("\n", at, found.start())
        at = found.start()
        yield found.group(), line


def whole_or_pieces(text: str, tag: str) -> Node | list[tuple[Node | Unreadable, int]]:
    """The root element; of a file that is no XML as a whole, each element of a name that is by itself, with its line.

    Raises Unreadable where there is neither, and where the file defines entities.
    """
    try:
        return xml(text)
    except Unreadable as error:
        found = list(pieces(text, tag))
        if not found or "DOCTYPE" in str(error):
            raise
    read: list[tuple[Node | Unreadable, int]] = []
    for source, line in found:
        try:
            read.append((mended(source, line), line))
        except Unreadable as reason:
            read.append((reason, line))
    return read


def files_of(data: bytes) -> dict[str, bytes]:
    """The files of a zip archive by their path, which never leaves it."""
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file has more than %(most)s MB; cut it in two.", most=MOST_BYTES // 1_000_000))
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise Unreadable(_("The archive holds more than %(most)s files.", most=MOST_FILES))
            left = MOST_UNPACKED
            for entry in entries:
                path = PurePosixPath(entry.filename.replace("\\", "/"))
                if (
                    path.is_absolute()
                    or ".." in path.parts
                    or ":" in entry.filename
                    or stat.S_ISLNK(entry.external_attr >> 16)
                ):
                    raise Unreadable(_("The archive holds a path that leads out of it: %(path)s", path=str(path)[:80]))
                if entry.flag_bits & 1:
                    raise Unreadable(_("The archive is locked with a password; unpack it and pack it without."))
                if entry.file_size > MOST_RATIO * max(entry.compress_size, 1_000):
                    raise Unreadable(_("A file of the archive unpacks to far more than it should."))
                with archive.open(entry) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    words = _("The archive unpacks to more than %(most)s MB.", most=MOST_UNPACKED // 1_000_000)
                    raise Unreadable(words)
                found[path.as_posix()] = content
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
        RuntimeError,
        zipfile.LargeZipFile,
    ) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(_("The archive is broken.")) from None
    except Exception:  # zlib.error, lzma.LZMAError: each method of packing has its own.
        raise Unreadable(_("The archive is broken.")) from None
    return found
