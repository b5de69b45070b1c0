"""Raw HTML written as the Markdown that says the same."""

import re
from functools import lru_cache

from app.content.diagnostics import Edit, Mend
from app.content.mending.place import Place, change

#: Characters between two tags of a pair, of a line with tags, and of a block of HTML; tags in one another.
_LONGEST, _LINE, _BLOCK_OF, _DEEPEST = 400, 4_000, 8_000, 6
_MARKS = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "cite", "var", "dfn"), "*"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
    **dict.fromkeys(("code", "tt", "kbd", "samp"), "`"),
}
_PAIR = re.compile(
    rf"<({'|'.join(_MARKS)}|a|sub|sup|h[1-6])(?:\s([^<>]*))?>(\s*)(.{{0,{_LONGEST}}}?)(\s*)</\1\s*>", re.I | re.S
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]*)?/?>")
_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
_VALUE = r"""\b{}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
#: Tags that only lay out: their text stays, they go.
_LAYOUT = frozenset(
    {"div", "span", "section", "article", "center", "font", "u", "small", "big", "p", "ul", "ol", "li", "main", "mark"}
)


def _value(name: str, attributes: str) -> str:
    match = re.search(_VALUE.format(name), attributes, re.I)
    return next(filter(None, match.groups()), "") if match else ""


def _pair(match: re.Match[str]) -> str:
    name, attributes = match[1].lower(), match[2] or ""
    before, inside, after = match[3], match[4].strip(), match[5]
    if name == "a":
        href = _value("href", attributes)
        return f"{before}[{inside}]({href}){after}" if href.startswith("https://") and inside else match[4]
    if name in ("sub", "sup"):
        simple = re.fullmatch(r"[\w+−-]{1,6}", inside)
        return f"$^{{{inside}}}$" if simple and name == "sup" else f"$_{{{inside}}}$" if simple else inside
    if name[0] == "h" and name[1:].isdigit():
        return f"\n{'#' * max(2, int(name[1]))} {inside}\n"
    return f"{before}{_MARKS[name]}{inside}{_MARKS[name]}{after}" if inside else before


def _single(match: re.Match[str]) -> str:
    name = match[1].lower()
    if name == "br":
        return "\\\n"
    if name == "hr":
        return "\n\n---\n\n"
    if name == "img":
        return f"![{_value('alt', match[0])}]({_value('src', match[0])})"
    if name in ("p", "li"):
        return ("" if match[0][1] == "/" else "\n- ") if name == "li" else "\n"
    return "" if name in _LAYOUT else "\\" + match[0]


def markdown(text: str) -> str:
    """A piece of text without tags: those that say something are marks, the others stand there to be read."""
    text = _COMMENT.sub("", text)
    for _ in range(_DEEPEST):
        text = _PAIR.sub(_pair, text)
    return re.sub(r"(?<!\\)" + _TAG.pattern, _single, text)


def _plain(text: str) -> bool:
    """Whether nothing but what Markdown says as well is lost."""
    names = {name.lower() for name in re.findall(r"</?([A-Za-z][A-Za-z0-9-]*)", text)}
    return names <= {*_MARKS, "br", "p"} - {"cite", "var", "dfn", "kbd"} and "<!" not in text


def raw(place: Place) -> Mend | None:
    if not place.rest.startswith("<"):
        return None
    if not place.text[: place.column - 1].strip():
        return _block(place)
    return _inline(place)


@lru_cache(maxsize=64)
def _pairs(line: str) -> tuple[re.Match[str], ...]:
    return tuple(_PAIR.finditer(line))


def _inline(place: Place) -> Mend | None:
    at = place.column - 1
    if len(place.text) > _LINE:
        return None
    found = next((m for m in _pairs(place.text) if m.start() <= at < m.end()), None)
    found = found or _COMMENT.match(place.text, at) or _TAG.match(place.text, at)
    if not found:
        edit = Edit(place.line, place.column, place.line, place.column, "\\")
        return change("Show the < as a character", edit)
    new = markdown(found[0])
    table = place.text.lstrip().startswith("|")
    if new == "\\\n" and (table or not place.text[found.end() :].strip()):
        new = " " if table else "\\"
    if "\n" in new and new != "\\\n":
        return None
    if not new:
        return change(f"Take {found[0][:40]} out", place.replace(found[0], "", column=found.start() + 1), safe=False)
    label = "Show the tag as text" if new.startswith("\\<") else f"Write {' '.join(new.split())[:40]}"
    edit = place.replace(found[0], new, column=found.start() + 1)
    return change(label, edit, safe=(_plain(found[0]) and "](" not in new) or new == "\\\n")


def _block(place: Place) -> Mend | None:
    """A block of HTML ends at an empty line, a comment where it is closed."""
    ends = "-->" if place.rest.startswith("<!--") else ""
    last = place.line
    while last < len(place.lines) and (ends not in place.of(last) if ends else bool(place.of(last + 1).strip())):
        last += 1
    text = "\n".join(place.lines[place.line - 1 : last])
    if len(text) > _BLOCK_OF:
        return None
    indent = text[: place.column - 1]
    new = re.sub(r"\n{3,}", "\n\n", re.sub(r"\n+(?=- )", "\n", markdown(text)).strip("\n "))
    new = re.sub(r"(?m)^\\?$\n?(?=\Z)|\\\Z", "", new)
    if new and not new.startswith(indent):
        new = indent + new
    edit = Edit(place.line, 1, last, len(place.of(last)) + 1, new)
    if not new:
        return change("Take this HTML out", place.without(place.line, last), safe=False)
    return change("Write it as Markdown", edit, safe=_plain(text) and "](" not in new)
