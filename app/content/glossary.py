"""glossary.md: one level-2 heading an entry, its definition, and a fenced preview of how it looks in code."""

import re
from dataclasses import replace

from app.content.course import Term
from app.content.diagnostics import Problems
from app.content.links import Book
from app.content.page import Page, Slugs, fold
from app.content.rendering import Entry, entries, html, said
from app.content.rendering import read as read_tokens
from app.content.source import Passage


def slugs(passage: Passage, problems: Problems) -> tuple[dict[str, str], list[Entry]]:
    """Folded titles and slugs, each with its slug; and the entries, first ones only."""
    before, found = entries(passage, 2)
    if any(line.text.strip() and not line.text.startswith("# ") for line in before):
        words = "the glossary starts with an entry: a line '## Receptive field'"
        problems.error("L118", *before.start, words)
    known: dict[str, str] = {}
    kept: list[Entry] = []
    make = Slugs()
    for entry in found:
        if fold(entry.title) in known:
            problems.error("L118", entry.line, entry.column, f"'{entry.title}' has an entry already")
            continue
        slug = make.make(entry.title)
        known[fold(entry.title)] = slug
        kept.append(replace(entry, slug=slug))
    return {**{slug: slug for slug in known.values()}, **known}, kept


def glossary(entries: list[Entry], book: Book, problems: Problems) -> tuple[Term, ...]:
    """The terms in the order of the file."""
    return tuple(_term(entry, Page(book, problems).within("a glossary entry")) for entry in entries)


def _term(entry: Entry, page: Page) -> Term:
    tokens = read_tokens(entry.body, page)
    preview = [token for token in tokens if token.meta.get("was") == "fence" and token.level == 0][-1:]
    prose = [token for token in tokens if not any(token is one for one in preview)]
    text = re.sub(r"\s+", " ", said(prose)).strip()
    if not text:
        words = f"'{entry.title}' has no definition; write one under its heading"
        page.problems.error("L118", entry.line, entry.column, words)
    return Term(entry.slug, entry.title, html(prose), html(preview), text)
