"""The manual, where it is needed: docs/*.md as pages, each problem's code with an address of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.responses import FileResponse, Response

from app.content import highlighting
from app.web import pages
from app.web.problems import Problem
from app.web.staff import staff

router = APIRouter(prefix="/studio/help", include_in_schema=False)

DOCS = Path(__file__).parents[2] / "docs"
#: What can be read here, in the order of the list.
PAGES = (
    *("instructors", "lesson-format", "question-banks", "classes", "analytics"),
    *("learning", "reviews", "nexus", "operating"),
)
_LINK = re.compile(r"(?:\./)?([a-z-]+)\.md(#.*)?")
_TABLE = '<div class="scroll-x" tabindex="0" role="group" aria-label="Table"><table>'
_CODE = re.compile(r"([A-Z]\d{3}) ")


@dataclass(frozen=True)
class Manual:
    title: str
    html: str
    #: Its sections, address and title.
    sections: tuple[tuple[str, str], ...]


@router.get("/images/{name}")
async def image(request: Request, name: str) -> Response:
    """A picture of the manual."""
    await staff(request)
    path = DOCS / "images" / name
    if not re.fullmatch(r"[a-z0-9-]+\.(?:png|svg)", name) or not path.is_file():
        raise Problem(404)
    return FileResponse(path, headers={"Cache-Control": "private, max-age=3600"})


@router.get("/{page}")
async def show(request: Request, page: str) -> Response:
    """A page of the manual; ``#q104`` is the place of a problem's code in the reference."""
    who = await staff(request)
    if page not in known():
        raise Problem(404)
    others = [(name, manual(name).title) for name in known()]
    given: dict[str, Any] = {"manual": manual(page), "here": page, "others": others}
    return pages.page(request, "studio/help.html", at="studio", staff=who, **given)


@cache
def known() -> tuple[str, ...]:
    return tuple(name for name in PAGES if (DOCS / f"{name}.md").is_file())


@cache
def manual(name: str) -> Manual:
    """A page of docs/ as HTML, made once. Our own words: no HTML in them is let through."""
    md = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    md.add_render_rule("fence", _fence)
    md.add_render_rule("table_open", lambda *_: _TABLE)
    md.add_render_rule("table_close", lambda *_: "</table></div>")
    tokens = md.parse((DOCS / f"{name}.md").read_text(encoding="utf-8"))
    title, sections = name, []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            words = "".join(child.content for child in tokens[index + 1].children or ())
            token.attrSet("id", anchor(words))
            if token.tag == "h1":
                title = words
            elif token.tag == "h2":
                sections.append((anchor(words), words))
        elif token.type in ("th_open", "td_open"):
            token.attrs.pop("style", None)  # the site's policy lets no style through
        elif token.type == "inline":
            _lead(token.children or ())
    # The page has its own first heading.
    ends = [number for number, one in enumerate(tokens) if one.type == "heading_close" and one.tag == "h1"]
    body = tokens[ends[0] + 1 :] if ends else tokens
    return Manual(title, str(md.renderer.render(body, md.options, {})), tuple(sections))


def anchor(title: str) -> str:
    """A heading's address: a code's, or as GitHub makes it of the words."""
    if code := _CODE.match(title):
        return code[1].lower()
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _lead(tokens: Sequence[Token]) -> None:
    """Links and pictures lead to where the manual stands here; what is not here is words."""
    for token in tokens:
        if token.type == "image":
            token.attrSet("src", str(token.attrGet("src") or "").replace("images/", "/studio/help/images/"))
            token.attrSet("loading", "lazy")
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
            match = _LINK.fullmatch(href)
            if match and match[1] in PAGES:
                token.attrSet("href", f"/studio/help/{match[1]}{match[2] or ''}")
            elif not href.startswith(("#", "https://")):
                token.attrs.pop("href", None)


def _fence(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    """An example; the file that it is, where its fence names one, stands above it."""
    language, _space, name = tokens[index].info.strip().partition(" ")
    head = f'<p class="manual__file"><code>{escape(name)}</code></p>' if "." in name else ""
    return head + highlighting.block(tokens[index].content, language)
