"""references.bib: what a course's lessons may cite, and the list at a lesson's end.

A citation is numbered by its place in the lesson, which is known once the whole lesson is read. Until then a mark
stands for the number; ``numbered`` puts the numbers in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TypeVar

from app.content import bibtex
from app.content.bibtex import Entry, Value
from app.content.course import Reference
from app.content.diagnostics import Problems, nearest
from app.content.source import Passage
from app.content.walking import rewritten

T = TypeVar("T")

NAME = "references.bib"
_KINDS = frozenset(
    {"article", "book", "booklet", "conference", "dataset", "inbook", "incollection", "inproceedings", "manual"}
    | {"mastersthesis", "misc", "online", "phdthesis", "proceedings", "report", "software", "techreport", "thesis"}
    | {"unpublished"}
)
_VENUES = ("journal", "journaltitle", "booktitle", "school", "institution", "howpublished", "publisher")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:./+-]{0,79}")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>\\#?]+")
_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}")
_URL = re.compile(r"https://[^/?#\s\"<>\\@]+(?:[/?#][^\s\"<>\\]*)?")
#: Stands around a key until the lesson's citations are counted; authors cannot type it.
MARK = "\uf8ff"
_MARKED = re.compile(f"{MARK}([^{MARK}]*){MARK}")
_USED = re.compile(r'id="(cite-[A-Za-z0-9_-]+-\d+)"')


@dataclass(frozen=True)
class Source:
    """An entry of references.bib as lessons may cite it. ``html`` is safe."""

    key: str
    slug: str
    #: Whom and when, in short: ``He et al. 2016``.
    label: str
    html: str
    line: int
    column: int


def sources(passage: Passage, problems: Problems) -> dict[str, Source]:
    """What can be cited, by key; what is wrong is said and left out."""
    found: dict[str, Source] = {}
    slugs: dict[str, str] = {}
    for entry in bibtex.read(passage, problems):
        made = _source(entry, problems)
        if made is None:
            continue
        first = slugs.setdefault(made.slug.lower(), made.key)
        if made.key in found or first != made.key:
            words = f"'{entry.key}' is the key of the entry in line {found[first].line}; give this one its own"
            problems.error("R103", entry.line, entry.column, words)
            continue
        found[made.key] = made
    return found


def _source(entry: Entry, problems: Problems) -> Source | None:
    if entry.kind not in _KINDS:
        problems.error(
            "R101", entry.line, 1, f"unknown kind of entry '@{entry.kind[:40]}'{nearest(entry.kind, _KINDS)}"
        )
    if not _KEY.fullmatch(entry.key):
        words = f"'{entry.key[:80]}' cannot be a key: use letters, digits and - _ : . / +"
        problems.error("R101", entry.line, entry.column, words)
    text = {name: bibtex.plain(value, problems) for name, value in entry.fields.items() if name in _SHOWN}
    who = entry.fields.get("author") or entry.fields.get("editor")
    people = [_person(name, who, problems) for name in bibtex.names(who)] if who else []
    year = text.get("year") or text.get("date", "")[:4]
    needed = {"author": people, "title": text.get("title"), "year": year}
    for name, value in needed.items():
        if not value:
            words = f"'{entry.key[:80]}' has no {name}; add a line '{name} = {{…}},'"
            problems.error("R102", entry.line, entry.column, words)
    links = _links(entry, text, problems)
    if entry.kind not in _KINDS or not _KEY.fullmatch(entry.key):
        return None
    year, title = year or "no year", text.get("title") or "(no title)"
    people = people or [("(no author)", "")]
    html = f"{escape(_listed(people))} ({escape(year)}). {escape(title.rstrip('.'))}."
    if venue := next((text[name] for name in _VENUES if text.get(name)), ""):
        html += f" <em>{escape(venue)}</em>{escape(_where(text))}."
    html += "".join(f" {link}." for link in links)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", entry.key).strip("-")
    label = f"{_short([last for last, _ in people])} {year}"
    return Source(entry.key, slug, label, html, entry.line, entry.column)


_SHOWN = (*_VENUES, "title", "year", "date", "volume", "number", "pages", "doi", "eprint", "url")


def _person(name: str, whole: Value, problems: Problems) -> tuple[str, str]:
    """Family name and initials: of ``He, Kaiming``, ``Kaiming He`` or ``{The PyTorch team}``, which has none."""

    def said(text: str) -> str:
        return bibtex.plain(replace(whole, text=text), problems)

    if name.startswith("{") and name.endswith("}") and "," not in name and "}" not in name[1:-1]:
        return said(name), ""
    if name == "others":
        return "others", ""
    last, comma, first = name.partition(",")
    if comma:
        junior, second, given = first.partition(",")
        return said(last) + (f" {said(junior)}" if second else ""), _initials(said(given if second else first))
    words = said(name).split()
    at = next((n for n, word in enumerate(words[:-1]) if n and word[0].islower()), len(words) - 1)
    return " ".join(words[at:]), _initials(" ".join(words[:at]))


def _initials(given: str) -> str:
    return " ".join("-".join(f"{part[0]}." for part in word.split("-") if part) for word in given.split())


def _listed(people: list[tuple[str, str]]) -> str:
    written = [f"{last}, {first}" if first else last for last, first in people]
    if written[-1] == "others":
        return ", ".join(written[:-1]) + " et al."
    return " and ".join([", ".join(written[:-1]), written[-1]] if len(written) > 1 else written)


def _short(last: list[str]) -> str:
    if len(last) == 2 and last[1] != "others":
        return f"{last[0]} and {last[1]}"
    return last[0] if len(last) == 1 else f"{last[0]} et al."


def _where(text: Mapping[str, str]) -> str:
    volume, number, pages = (text.get(name, "") for name in ("volume", "number", "pages"))
    issue = f" {volume}({number})" if volume and number else f" {volume or number}" if volume or number else ""
    return issue + (f", {pages.replace('-', '–').replace('––', '–')}" if pages else "")


def _links(entry: Entry, text: Mapping[str, str], problems: Problems) -> list[str]:
    found: list[tuple[str, str]] = []
    for name, pattern, address, shown in (
        ("doi", _DOI, "https://doi.org/{}", "doi:{}"),
        ("eprint", _ARXIV, "https://arxiv.org/abs/{}", "arXiv:{}"),
        ("url", _URL, "{}", "{}"),
    ):
        value = text.get(name, "").removeprefix("https://doi.org/") if name == "doi" else text.get(name, "")
        if not value:
            continue
        if pattern.fullmatch(value):
            found.append(
                (address.format(value), shown.format(value.removeprefix("https://") if name == "url" else value))
            )
        else:
            like = {"doi": "10.1109/5.726791", "eprint": "1512.03385", "url": "https://pytorch.org"}[name]
            place = entry.fields[name].line, entry.fields[name].column
            problems.error("R107", *place, f"'{value[:60]}' is no {name}; write one such as {like}")
    return [f'<a href="{escape(href)}" rel="noopener noreferrer">{escape(words)}</a>' for href, words in found]


def citation(content: str, known: Mapping[str, Source]) -> list[tuple[Source, str]]:
    """What a citation names, ``he2016deep, §3.3; veit2016residual``: sources, each with the place in it.

    Raises ValueError with the code R104 or R106, words, and the offset.
    """
    found = []
    offset = 0
    for piece in content.split(";"):
        key, _, where = piece.partition(",")
        at = offset + len(piece) - len(piece.lstrip())
        offset += len(piece) + 1
        if not key.strip():
            raise ValueError("R106", "a citation names a key, such as {cite}`he2016deep, §3.3`", at)
        if key.strip() not in known:
            mend = nearest(key.strip(), known) if known else f"; the course has no file '{NAME}' with it"
            raise ValueError("R104", f"unknown reference '{key.strip()[:60]}'{mend}", at)
        if where.strip() in known:
            words = f"'{where.strip()}' is a key; several keys stand between semicolons"
            raise ValueError("R106", words, at)
        found.append((known[key.strip()], where.strip()))
    return found


def cited(content: str, known: Mapping[str, Source], lesson: str, count: Callable[[str], int] | None) -> str:
    """The HTML of a citation, its numbers marked. ``lesson`` is the page with the list, empty where this is that page.

    ``count`` numbers the uses of a source that its entry leads back to; None where this use may be hidden.
    """
    parts = []
    for source, where in citation(content, known):
        mark, label = f"{MARK}{source.key}{MARK}", escape(source.label)
        id = f' id="cite-{source.slug}-{count(source.key)}"' if count else ""
        href = f"{lesson}#ref-{source.slug}"
        link = f'<a class="cite"{id} href="{href}" title="{label}" aria-label="Reference {mark}, {label}">{mark}</a>'
        parts.append(link + (f", {escape(where)}" if where else ""))
    return f'<span class="cites">[{"; ".join(parts)}]</span>'


def numbered(made: T, known: Mapping[str, Source]) -> tuple[T, tuple[Reference, ...]]:
    """The same blocks with numbers in the place of marks, counted as they are met, and the list of references."""
    order: dict[str, int] = {}
    back: dict[str, list[str]] = {}

    def number(match: re.Match[str]) -> str:
        return str(order.setdefault(match.group(1), len(order) + 1))

    def change(text: str) -> str:
        if MARK not in text:
            return text
        text = _MARKED.sub(number, text)
        for id in _USED.findall(text):
            back.setdefault(id.removeprefix("cite-").rpartition("-")[0], []).append(id)
        return text

    done = rewritten(made, change)
    listed = [(number, known[key]) for key, number in order.items()]
    return done, tuple(
        Reference(number, source.key, source.slug, source.html, tuple(back.get(source.slug, ())))
        for number, source in listed
    )
