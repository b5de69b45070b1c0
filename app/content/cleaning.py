"""The last gate before a page: only the tags and attributes named here get through, whatever came before."""

import re

import nh3


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MATHS = _names(
    "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts mtable mtr mtd mpadded mphantom mstyle merror"
)

#: Every tag that rendered content may hold.
TAGS = _MATHS | _names(
    "p a b em strong s code pre sup br hr h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td img "
    "div span section"
)

#: Every attribute that rendered content may hold, by tag.
ATTRIBUTES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_MATHS, _names("class")),
    "math": _names("display class"),
    "mo": _names("class form fence separator lspace rspace stretchy symmetric maxsize minsize largeop movablelimits"),
    "mi": _names("class mathvariant"),
    "mspace": _names("class width height depth"),
    "mpadded": _names("class width height depth lspace voffset"),
    "mfrac": _names("class linethickness displaystyle scriptlevel"),
    "mstyle": _names("class displaystyle scriptlevel"),
    "mtable": _names("class displaystyle scriptlevel"),
    "mover": _names("class accent"),
    "munder": _names("class accentunder"),
    "munderover": _names("class accent accentunder"),
    "mtd": _names("class columnspan rowspan"),
    "a": _names("href title class id rel data-term aria-label"),
    "img": _names("src alt title loading decoding"),
    "code": _names("class"),
    "pre": _names("class tabindex role aria-label"),
    "div": _names("class tabindex role aria-label"),
    "section": _names("class aria-label"),
    "span": _names("class"),
    "p": _names("class"),
    "sup": _names("class id"),
    "li": _names("id class"),
    "ol": _names("start class"),
    "ul": _names("class"),
    "th": _names("class scope"),
    "td": _names("class"),
    **dict.fromkeys(("h3", "h4", "h5", "h6"), _names("id")),
}

_ADDRESS = re.compile(r"(?:https://|/(?![/\\])|#)[^\s<>\"'\\]*")
_IMAGE = re.compile(r"/courses/[a-z0-9-]+/media/[A-Za-z0-9._/-]+")
_CLASSES = re.compile(r"[A-Za-z0-9_ -]*")


def _kept(_tag: str, attribute: str, value: str) -> str | None:
    """The value of an allowed attribute, or None to drop it."""
    pattern = {"href": _ADDRESS, "src": _IMAGE, "class": _CLASSES}.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style", "iframe", "object", "embed", "svg", "template", "noscript", "title"},
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_kept,
    url_schemes={"https"},
    link_rel=None,
    strip_comments=True,
)


def clean(html: str) -> str:
    """HTML that is safe on a page: no script, style, handler, form, frame, ``hx-`` attribute or outside image."""
    return _CLEANER.clean(html)
