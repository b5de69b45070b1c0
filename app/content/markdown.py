"""Markdown as our lessons use it: CommonMark, tables, footnotes, ``$maths$``, roles, directives and ``%`` comments.

Every token that may be complained about knows its place: block tokens by their lines, inline ones by ``meta["at"]``,
the offset in their paragraph's text.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin

from app.content.source import Passage

#: Characters that one paragraph, cell or heading may have: what keeps reading linear in the length of a lesson.
MOST_INLINE = 4_000
#: How deep lists and quotes may stand in one another.
DEEPEST = 12
#: Table cells that one lesson may have.
MOST_CELLS = 10_000

_ROLE = re.compile(r"\{([A-Za-z][\w:+-]*)\}(`+)(?!`)")
_FILL = re.compile(r"\{(?:=([^{}`]{1,200})|\s*([A-Za-z_]\w{0,30})\s*)\}")


class _Placed(StateInline):
    """Remembers where each token was pushed."""

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.pos
        return token


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        if len(src) > MOST_INLINE:
            text = Token("text", "", 0, content=src)
            tokens.append(text)
            return tokens
        state = _Placed(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _role(state: StateInline, silent: bool) -> bool:
    """``{name}`text```."""
    if state.src[state.pos] != "{" or not (match := _ROLE.match(state.src, state.pos)):
        return False
    ticks = match.group(2)
    end = state.src.find(ticks, match.end())
    if end < 0 or state.src[match.end() : end].strip() == "":
        return False
    if not silent:
        token = state.push("role", "", 0)
        token.info = match.group(1)
        token.content = state.src[match.end() : end].replace("\n", " ").strip()
    state.pos = end + len(ticks)
    return True


def _fill(state: StateInline, silent: bool) -> bool:
    """``{C}`` and ``{= 9 * C }``, where the text is a question's."""
    if state.src[state.pos] != "{" or not state.env.get("variables"):
        return False
    if not (match := _FILL.match(state.src, state.pos)):
        return False
    if not silent:
        token = state.push("fill", "", 0)
        token.content = (match.group(1) or match.group(2)).strip()
        token.info = "expression" if match.group(1) else "name"
        token.markup = match.group()
    state.pos = match.end()
    return True


def _maths(state: StateInline, silent: bool) -> bool:
    """``$x$``: no space inside the dollars, no digit after the second, so that "$5 and $10" stays text."""
    src, pos = state.src, state.pos
    if src[pos] != "$" or pos + 1 >= state.posMax or src[pos + 1].isspace() or src[pos + 1] == "$":
        return False
    end = pos + 1
    while end < state.posMax and src[end] != "$":
        end += 2 if src[end] == "\\" else 1
    if end >= state.posMax or src[end - 1].isspace() or src[end + 1 : end + 2].isdigit():
        return False
    if not silent:
        token = state.push("math_inline", "", 0)
        token.content = src[pos + 1 : end]
    state.pos = end + 1
    return True


def _fence(name: str, opening: re.Pattern[str], closing: Callable[[str, str], bool]) -> Callable[..., bool]:
    """A block rule: from a line that ``opening`` matches to the first that closes it, or to the end."""

    def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if state.is_code_block(start):
            return False
        first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
        if not (match := opening.match(first)):
            return False
        if silent:
            return True
        line, closed = start + 1, False
        while line < end:
            text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
            if text and state.sCount[line] < state.blkIndent:
                break
            if closing(text.rstrip(), match.group(1)):
                closed = True
                break
            line += 1
        token = state.push(name, "", 0)
        token.info = match.group(2).strip()
        token.markup = match.group(1)
        token.content = state.getLines(start + 1, line, state.sCount[start], True)
        token.meta["closed"] = closed
        state.line = line + closed
        token.map = [start, state.line]
        return True

    return rule


_directive = _fence("colon_fence", re.compile(r"(:{3,})(.*)"), lambda text, mark: text == ":" * len(text) >= mark)
_maths_block = _fence("math_block", re.compile(r"(\$\$)()\s*$"), lambda text, _: text == "$$")


def _maths_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """``$$ x $$`` on one line."""
    text = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    if not (len(text) > 4 and text.startswith("$$") and text.endswith("$$")) or state.is_code_block(start):
        return False
    if not silent:
        token = state.push("math_block", "", 0)
        token.content = text[2:-2]
        token.meta["closed"] = True
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def _comment(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A line that starts with ``%``."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 1] != "%" or state.eMarks[start] <= begin or state.is_code_block(start):
        return False
    if not silent:
        state.line = start + 1
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, while the lesson's tables are not too large together: a short row stands for many empty cells."""
    if "large_table" in state.env or not table(state, start, end, True):
        return False
    if silent:
        return True
    rows = 0
    while start + rows < end and not state.isEmpty(start + rows):
        rows += 1
    columns = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]].count("|") + 1
    state.env["cells"] = state.env.get("cells", 0) + rows * columns
    if state.env["cells"] > MOST_CELLS:
        state.env["large_table"] = start
        return False
    return table(state, start, end, False)


class _Parser(MarkdownIt):
    """Leaves every address to app.content.links, which says what is wrong with it."""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002
        return True

    def normalizeLink(self, url: str) -> str:
        return url


def parser() -> MarkdownIt:
    """One parser serves every thread: what it reads is kept in the tokens and in ``env``."""
    md = _Parser()
    md.inline = _Inline()
    md.configure("commonmark", {"html": True, "maxNesting": DEEPEST * 2})
    md.enable(["table", "strikethrough"])
    md.use(footnote_plugin, inline=False)
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.before("escape", "maths", _maths)
    md.inline.ruler.before("backticks", "role", _role)
    md.inline.ruler.after("role", "fill", _fill)
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    md.block.ruler.before("fence", "directive", _directive, ends)
    md.block.ruler.before("fence", "maths_block", _maths_block, ends)
    md.block.ruler.before("maths_block", "maths_line", _maths_line, ends)
    md.block.ruler.before("blockquote", "comment", _comment, ends)
    return md


def spot(passage: Passage, inline: Token, at: int) -> tuple[int, int]:
    """Line and column in the file of offset ``at`` in a paragraph's text."""
    if inline.map is None:
        return passage.start
    before = inline.content[:at]
    index = inline.map[0] + before.count("\n")
    text = inline.content.split("\n")[before.count("\n")]
    offset = at - (before.rfind("\n") + 1)
    if index >= len(passage):
        return passage.start
    column = passage.lines[index].text.find(text.strip()) if text.strip() else 0
    lead = len(text) - len(text.lstrip())
    return passage.place(index, max(column, 0) + max(offset - lead, 0))


def plain_text(tokens: Sequence[Token]) -> str:
    """What inline tokens say, without their markup."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("text", "code_inline", "math_inline", "text_special"):
            parts.append(token.content)
        elif token.type == "ready":
            parts.append(str(token.meta["text"]))
        elif token.type == "role":
            parts.append(token.content.split("<")[0].strip())
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(plain_text(token.children or ()))
    return "".join(parts)
