"""Our Markdown as plain HTML that any system shows: no style or script, maths and pictures as each wants them."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from app.content.markdown import parser, plain_text

#: TeX and whether it stands by itself, as the system's markup.
Maths = Callable[[str, bool], str]
#: A picture's name in ``media/``, as the address that the system finds it at.
Picture = Callable[[str], str]

#: All that ever comes out, beside what maths are made into.
TAGS = frozenset(
    {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img"}
    | {"table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"}
)


class _Writer(RendererHTML):
    """What a token would say of the page around it is left out: classes, ids, alignment."""

    def __init__(self, parser: Any = None) -> None:
        super().__init__(parser)
        self.maths: Maths = tex
        self.picture: Picture = str

    def math_inline(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        return self.maths(tokens[index].content.strip(), False)

    def math_block(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        return f"<p>{self.maths(tokens[index].content.strip(), True)}</p>\n"

    def html_inline(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        return escape(tokens[index].content)

    def html_block(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        return f"<p>{escape(tokens[index].content.strip())}</p>\n"

    def colon_fence(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        return f"<pre><code>{escape(tokens[index].content)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        language = tokens[index].info.strip().split(" ")[0]
        name = f' class="language-{escape(language)}"' if language.isalnum() else ""
        return f"<pre><code{name}>{escape(tokens[index].content, quote=False)}</code></pre>\n"

    def role(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        return f"<code>{escape(tokens[index].content, quote=False)}</code>"

    def image(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        token = tokens[index]
        alt = escape(plain_text(token.children or ()).strip())
        source = str(token.attrGet("src") or "")
        if not source.startswith("media/"):
            return alt
        return f'<img src="{escape(self.picture(source.removeprefix("media/")))}" alt="{alt}" />'

    def link_open(self, tokens: Sequence[Token], index: int, _o: OptionsDict, _e: EnvType) -> str:
        href = str(tokens[index].attrGet("href") or "")
        return f'<a href="{escape(href)}">' if href.startswith("https://") else "<a>"

    def softbreak(self, _t: Sequence[Token], _i: int, _o: OptionsDict, _e: EnvType) -> str:
        return " "

    def hardbreak(self, _t: Sequence[Token], _i: int, _o: OptionsDict, _e: EnvType) -> str:
        return "<br />"

    def hr(self, _t: Sequence[Token], _i: int, _o: OptionsDict, _e: EnvType) -> str:
        return "<hr />\n"

    @staticmethod
    def renderAttrs(token: Token) -> str:
        return f' start="{token.attrs["start"]}"' if token.tag == "ol" and "start" in token.attrs else ""


def tex(source: str, block: bool) -> str:
    r"""Maths as Moodle's filter finds them: ``\(x\)`` and ``\[x\]``."""
    return escape(f"\\[{source}\\]" if block else f"\\({source}\\)", quote=False)


def html(markdown: str, maths: Maths = tex, picture: Picture = str) -> str:
    """HTML of a text, a single paragraph without its ``<p>``."""
    md: MarkdownIt = parser()
    writer = _Writer(md)
    writer.maths, writer.picture = maths, picture
    tokens = md.parse(markdown, {})
    if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        tokens = tokens[1:2]
    return str(writer.render(tokens, md.options, {})).strip().replace("<a>", "").replace("<a></a>", "")
