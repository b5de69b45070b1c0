"""Pictures that instructors bring: judged by their bytes, named once and for all, put into the course's media folder.

What is kept is what was sent, so that it looks as it did. An SVG is a document: it is read, and refused where it could
carry a script, a style from elsewhere or another document, although the site's policy would not run it either.
"""

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from app.content.links import MOST_MEDIA_BYTES

_SIGNS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("jpg", re.compile(rb"\xff\xd8\xff")),
    ("gif", re.compile(rb"GIF8[79]a")),
    ("webp", re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL)),
    ("avif", re.compile(rb".{4}ftyp(?:avif|avis)", re.DOTALL)),
)
#: What begins a document that may be an SVG.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
#: Bytes of an SVG, which is read whole as a tree.
MOST_SVG_BYTES = 1_000_000
_SVG = "{http://www.w3.org/2000/svg}"
_REFUSED = frozenset({"script", "foreignobject", "iframe", "embed", "object", "handler", "listener", "audio", "video"})
_OWN = re.compile(r"#[^\s]*|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*|")
#: CSS may write a letter as an escape, so none is let in.
_ELSEWHERE = re.compile(r"@import|\\|image-set\(|\bsrc\(|url\(\s*['\"]?\s*(?!#)[^)\s]", re.IGNORECASE)
#: Documents of other kinds within an SVG: a page's elements work there, too.
_FOREIGN = re.compile(r"\{http://www\.w3\.org/(?:1999/xhtml|1998/Math/MathML|1999/XSL/Transform)\}")
#: What changes an attribute as time goes by.
_ANIMATED = frozenset({"set", "animate", "animatemotion", "animatetransform"})


class PictureError(ValueError):
    """A file that cannot be taken, in words for the one who sent it."""


def kind(data: bytes) -> str:
    """The ending of a picture's name, by its bytes. Raises PictureError."""
    if not data:
        raise PictureError("this file is empty")
    if len(data) > MOST_MEDIA_BYTES:
        raise PictureError(f"a picture has at most {MOST_MEDIA_BYTES:,} bytes; this one has {len(data):,}")
    for name, sign in _SIGNS:
        if sign.match(data):
            return name
    if _MARKUP.match(data):
        _checked(data)
        return "svg"
    raise PictureError("this is no picture that pages can show: use PNG, JPEG, WebP, GIF, AVIF or SVG")


def _checked(data: bytes) -> None:
    """Raises PictureError for what is no SVG, and for one that could do more than be looked at."""
    if len(data) > MOST_SVG_BYTES:
        raise PictureError(f"an SVG has at most {MOST_SVG_BYTES:,} bytes; this one has {len(data):,}")
    try:
        root = ElementTree.fromstring(data, forbid_dtd=False)
    except DefusedXmlException:
        raise PictureError("this SVG declares entities; save it as plain SVG") from None
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise PictureError(f"this is no SVG that can be read: {error}") from None
    if root.tag not in (f"{_SVG}svg", "svg"):
        raise PictureError("this is no picture that pages can show: use PNG, JPEG, WebP, GIF, AVIF or SVG")
    if b"<?xml-stylesheet" in data.replace(b"\0", b""):
        raise PictureError("this SVG loads a style sheet; save it as plain SVG")
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2].lower()
        if name in _REFUSED or _FOREIGN.match(str(element.tag)):
            raise PictureError(f"this SVG holds a '{name}'; save it as a plain drawing")
        if name == "style" and _ELSEWHERE.search(element.text or ""):
            raise PictureError("this SVG loads a style from elsewhere; save it as a plain drawing")
        for attribute, value in element.attrib.items():
            what = attribute.rpartition("}")[2].lower()
            if what.startswith("on"):
                raise PictureError(f"this SVG holds a handler, '{what}'; save it as a plain drawing")
            if what in ("href", "src") and name != "a" and not _OWN.fullmatch(value.strip()):
                raise PictureError(f"this SVG loads '{value.strip()[:60]}' from elsewhere; embed it")
            if what == "attributename" and name in _ANIMATED and value.strip().lower().endswith("href"):
                raise PictureError("this SVG changes where a link leads; take that out")
            if _ELSEWHERE.search(value) and (what == "style" or "(" in value):
                raise PictureError("this SVG loads something from elsewhere; save it as a plain drawing")
            if name == "a" and what == "href" and not value.strip().startswith(("#", "https://")):
                raise PictureError("this SVG links to what pages may not link to; take the link out")


def file_name(given: str, data: bytes) -> str:
    """``block-1a2b3c4d.png``: what the file was called, as far as an address can say it, and a hash of its bytes."""
    stem = given.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or given
    plain = normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "picture"
    return f"{words}-{sha256(data).hexdigest()[:8]}.{kind(data)}"


def keep(folder: Path, given: str, data: bytes) -> str:
    """Puts a picture into a course's media folder and gives its name there; the same one sent again stays one.

    Raises PictureError, and OSError where the folder cannot be written.
    """
    name = file_name(given, data)
    media = folder / "media"
    media.mkdir(exist_ok=True)
    if not media.resolve().is_relative_to(folder.resolve()):
        raise OSError(f"{media} leads out of the course's folder")
    path = media / name
    if path.exists():
        return name
    with tempfile.NamedTemporaryFile(dir=media, prefix=".", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)
            os.rename(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return name
