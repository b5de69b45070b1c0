"""A picture is what its bytes say; nothing that could act gets into a course's folder."""

from pathlib import Path

import pytest

from app.content.links import MOST_MEDIA_BYTES
from app.studio import pictures
from app.studio.pictures import PictureError

BEGUN = {
    "png": b"\x89PNG\r\n\x1a\n....",
    "jpg": b"\xff\xd8\xff\xe0....",
    "gif": b"GIF89a....",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ....",
    "avif": b"\0\0\0\x1cftypavif....",
    "svg": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h4v4z"/></svg>',
}


@pytest.mark.parametrize(("kind", "data"), BEGUN.items())
def test_a_picture_is_known_by_its_bytes(kind: str, data: bytes) -> None:
    assert pictures.kind(data) == kind
    assert pictures.file_name("../Ünsere Zeichnung (2).exe", data).startswith("unsere-zeichnung-2-")
    assert pictures.file_name("x", data).endswith(f".{kind}")


def svg(inside: str, attributes: str = "") -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names} {attributes}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ executable",
        b"%PDF-1.7",
        b"<html><script>alert(1)</script></html>",
        b"<svg",
        svg("<g/>" * 300_000),
        svg("<script>alert(1)</script>"),
        svg("<ScRiPt href='x'/>"),
        svg("", "onload='alert(1)'"),
        svg("<g onclick='x()'/>"),
        svg("<foreignObject><p/></foreignObject>"),
        svg("<image href='https://elsewhere.example/a.png'/>"),
        svg("<image xlink:href='//elsewhere.example/a.png'/>"),
        svg("<use href='other.svg#a'/>"),
        svg("<image href='data:image/svg+xml;base64,AAAA'/>"),
        svg("<a href='javascript:alert(1)'/>"),
        svg("<style>@import 'https://elsewhere.example/a.css'</style>"),
        svg("<rect fill='url(https://elsewhere.example/#a)'/>"),
        svg("<set attributeName='href' to='javascript:x' onbegin='x()'/>"),
        svg("<a href='#a'><set attributeName='href' to='javascript:x'/></a>"),
        svg("<a href='#a'><animate attributeName='xlink:HREF' values='javascript:x'/></a>"),
        svg("<h:meta xmlns:h='http://www.w3.org/1999/xhtml' http-equiv='refresh' content='0;url=//x.y'/>"),
        svg("<h:form xmlns:h='http://www.w3.org/1999/xhtml' action='https://elsewhere.example'/>"),
        svg("<style>@\\69mport '//elsewhere.example'</style>"),
        svg("<rect style='fill:u\\72l(//elsewhere.example/x)'/>"),
        svg("<rect style='background:image-set(\"//elsewhere.example/x\" 1x)'/>"),
        b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="a.svg"?>' + svg(""),
        '<?xml-stylesheet href="a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16-le"),
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b"\x89PNG\r\n\x1a\n" + b"x" * MOST_MEDIA_BYTES,
    ],
)
def test_what_is_no_plain_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError):
        pictures.kind(data)


def test_a_drawing_may_refer_to_itself() -> None:
    inside = "<defs><g id='a'/></defs><use href='#a'/><rect fill='url(#a)'/><style>.a { fill: red }</style>"
    assert pictures.kind(svg(inside)) == "svg"
    drawn = "<g xmlns:i='http://www.inkscape.org/namespaces/inkscape' i:at='C:\\a.png'><animate attributeName='r'/></g>"
    assert pictures.kind(svg(drawn)) == "svg"


def test_the_same_picture_is_kept_once_and_another_beside_it(tmp_path: Path) -> None:
    first = pictures.keep(tmp_path, "a block.png", BEGUN["png"])
    assert pictures.keep(tmp_path, "a block.png", BEGUN["png"]) == first
    other = pictures.keep(tmp_path, "a block.png", BEGUN["png"] + b"more")
    assert sorted(path.name for path in (tmp_path / "media").iterdir()) == sorted([first, other])
    assert (tmp_path / "media" / first).read_bytes() == BEGUN["png"]


def test_a_media_folder_that_leads_elsewhere_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "course" / "media").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="leads out"):
        pictures.keep(tmp_path / "course", "a.png", BEGUN["png"])
    assert list((tmp_path / "elsewhere").iterdir()) == []
