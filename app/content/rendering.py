"""Markdown to safe HTML, once: what is wrong is said at its place and left out, the rest is rendered and cleaned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from app.content.cleaning import clean
from app.content.markdown import MOST_CELLS, parser, plain_text
from app.content.page import Page
from app.content.proofreading import Reader
from app.content.source import Passage


def read(passage: Passage, page: Page) -> list[Token]:
    """Block tokens, checked and ready for ``html``. Directives at the margin are left for the caller."""
    env: dict[str, Any] = {"variables": page.marks is not None}
    tokens: list[Token] = _MARKDOWN.parse(passage.text, env)
    if "large_table" in env:
        words = f"the tables of a lesson may have {MOST_CELLS:,} cells together; make this one smaller"
        page.problems.error("L115", *passage.place(env["large_table"]), words)
    Reader(passage, page).blocks(tokens)
    return tokens


def html(tokens: Sequence[Token]) -> str:
    """Safe HTML of tokens that ``read`` gave."""
    return clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})).strip()


def block(passage: Passage, page: Page) -> str:
    """Safe HTML of a passage inside a block."""
    return html(read(passage, page)) if passage else ""


def phrase(passage: Passage, page: Page) -> str:
    """Safe HTML for a label: of a single paragraph without its ``<p>``, of anything longer as it is."""
    tokens = read(passage, page) if passage else []
    alone = [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return html(tokens[1:2] if alone else tokens)


@dataclass(frozen=True)
class Entry:
    """A heading and what stands under it, in a glossary or a list of questions."""

    title: str
    line: int
    column: int
    body: Passage
    slug: str = ""


def entries(passage: Passage, level: int) -> tuple[Passage, list[Entry]]:
    """A passage cut at its headings of one level: what stands before the first, and the entries."""
    tokens = _MARKDOWN.parse(passage.text, {})
    heads = [
        (token.map, plain_text(tokens[index + 1].children or ()))
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == f"h{level}" and token.level == 0 and token.map
    ]
    starts = [place[0] for place, _ in heads]
    found = []
    for (place, title), end in zip(heads, (*starts[1:], len(passage)), strict=False):
        found.append(Entry(" ".join(title.split()), *passage.place(place[0]), passage[place[1] : end]))
    return passage[: starts[0] if starts else len(passage)], found


def said(tokens: Sequence[Token]) -> str:
    """What tokens that ``read`` gave say as plain text."""
    return " ".join(
        plain_text(token.children or ()) if token.type == "inline" else str(token.meta.get("text", ""))
        for token in tokens
        if token.type in ("inline", "ready")
    ).strip()


def _write_ready(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return tokens[index].content


_MARKDOWN = parser()
_MARKDOWN.add_render_rule("ready", _write_ready)
