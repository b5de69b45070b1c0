"""Where an author's addresses lead: other lessons, terms, media and the wide web, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.content.diagnostics import nearest
from app.content.references import Source

#: Bytes that one picture or download may have.
MOST_MEDIA_BYTES = 8_000_000

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".svg"})
DOWNLOADS = PICTURES | {".pdf", ".csv", ".txt", ".py"}

_MEDIA = re.compile(r"(?:\./)?media/([A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*)")
_LESSON = re.compile(r"(?:\./)?([A-Za-z0-9_-]+)(?:\.md)?")
_FRAGMENT = re.compile(r"[A-Za-z0-9_-]*")
_OUTSIDE = re.compile(r"https://[^/?#\s\"<>\\@]+(?:[/?#][^\s\"<>\\]*)?")
_OURS = re.compile(r"/courses/([a-z0-9-]+)(?:/(lessons|skills)/([a-z0-9-]+))?")
_PAGES = frozenset({"/", "/help", "/accessibility", "/me"})


class LinkError(ValueError):
    """An address that will not do: its code and words for the author."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Book:
    """What every page of one course may refer to."""

    course: str
    folder: Path
    lessons: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    #: Folded title or slug -> slug.
    terms: dict[str, str] = field(default_factory=dict)
    #: What can be cited, by key.
    sources: Mapping[str, Source] = field(default_factory=dict)
    #: A lesson's old name -> the one that it has now.
    renamed: Mapping[str, str] = field(default_factory=dict)

    def media(self, name: str) -> Path:
        """A file of the media folder. Raises LinkError where it is not there, or not in it, or too large."""
        root = (self.folder / "media").resolve()
        try:
            path = (root / name).resolve()
            inside = path.is_file() and path.is_relative_to(root)
            size = path.stat().st_size if inside else 0
        except OSError:
            inside, size = False, 0
        if not inside:
            known = (p.relative_to(root).as_posix() for p in sorted(root.rglob("*"))[:500]) if root.is_dir() else ()
            raise LinkError("L109", f"there is no 'media/{name}'{nearest(name, known)}")
        if size > MOST_MEDIA_BYTES:
            raise LinkError("L109", f"'media/{name}' has more than {MOST_MEDIA_BYTES:,} bytes")
        return path


@dataclass(frozen=True)
class Target:
    href: str
    outside: bool = False
    #: The lesson and the anchor that must exist there, to be checked once every lesson is read.
    lesson: str = ""
    anchor: str = ""
    #: A name for the page's hash to remember: the file and what is in it.
    media: tuple[str, str] | None = None


def link(href: str, book: Book, here: str) -> Target:
    """Where a link leads. ``here`` is the lesson's slug, empty in the glossary. Raises LinkError."""
    if href.startswith("#") and here:
        return Target(href, lesson=here, anchor=_anchor(href[1:]))
    if href.startswith(("https:", "http:", "//")) or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", href):
        if not _OUTSIDE.fullmatch(href):
            raise LinkError("L110", f"'{href[:80]}' cannot be linked to; links out of the course start with https://")
        return Target(href, outside=True)
    try:
        parts = urlsplit(href)
    except ValueError:
        raise LinkError("L109", f"'{href[:80]}' leads nowhere") from None
    if href.startswith("/"):
        return _ours(href, parts.path, parts.fragment, book)
    if match := _MEDIA.fullmatch(unquote(parts.path)):
        return _media(match.group(1), book, DOWNLOADS)
    if parts.path in ("glossary.md", "./glossary.md", "glossary"):
        return _glossary(parts.fragment, book)
    match = _LESSON.fullmatch(parts.path)
    name = match.group(1) if match else parts.path
    name = book.renamed.get(name, name)
    if name not in book.lessons or parts.query:
        known = (*(f"{slug}.md" for slug in book.lessons), "glossary.md")
        raise LinkError("L109", f"'{href[:80]}' leads nowhere{nearest(parts.path, known)}")
    anchor = _anchor(parts.fragment)
    href = f"/courses/{book.course}/lessons/{name}" + (f"#{anchor}" if anchor else "")
    return Target(href, lesson=name, anchor=anchor)


def picture(src: str, book: Book) -> Target:
    """Where an image is. Raises LinkError."""
    match = _MEDIA.fullmatch(unquote(src))
    if not match:
        raise LinkError("L111", f"'{src[:80]}' is not a file of the course's media folder, such as 'media/block.svg'")
    try:
        return _media(match.group(1), book, PICTURES)
    except LinkError as error:
        raise LinkError("L111", str(error)) from None


def _media(name: str, book: Book, kinds: frozenset[str]) -> Target:
    path = book.media(name)
    if path.suffix.lower() not in kinds:
        raise LinkError("L109", f"'media/{name}' is none of {', '.join(sorted(kinds))}")
    digest = sha256(path.read_bytes()).hexdigest()
    return Target(f"/courses/{book.course}/media/{name}", media=(name, digest))


def _glossary(fragment: str, book: Book) -> Target:
    anchor = _anchor(fragment)
    slug = anchor.removeprefix("term-")
    if anchor and slug not in book.terms.values():
        raise LinkError("L109", f"the glossary has no '{slug}'{nearest(slug, book.terms.values())}")
    return Target(f"/courses/{book.course}/glossary" + (f"#term-{slug}" if anchor else ""))


def _ours(href: str, path: str, fragment: str, book: Book) -> Target:
    if path in _PAGES:
        return Target(path + (f"#{_anchor(fragment)}" if fragment else ""))
    match = _OURS.fullmatch(path)
    if match and match.group(1) == book.course:
        noun, name = match.group(2), match.group(3)
        if noun is None:
            return Target(path)
        if noun == "skills" and name in book.skills:
            return Target(path)
        name = book.renamed.get(name, name)
        if noun == "lessons" and name in book.lessons:
            anchor = _anchor(fragment)
            return Target(
                f"/courses/{book.course}/lessons/{name}" + (f"#{anchor}" if anchor else ""), lesson=name, anchor=anchor
            )
    raise LinkError("L109", f"'{href[:80]}' leads nowhere; link to a lesson by its file, such as 'next-lesson.md'")


def _anchor(fragment: str) -> str:
    if not _FRAGMENT.fullmatch(fragment):
        raise LinkError("L109", f"'#{fragment[:80]}' is no place in a lesson")
    return fragment
