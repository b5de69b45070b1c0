"""Small pictures as text: what a student drew, or what the browser made of a file.

A picture of 8×8 pixels is 64 characters, row by row from the top: ``0`` (paper) to ``9``, then ``a`` to ``g`` (ink,
16), which are the shades of the bundled digits. A photo is 112×112 pixels of red, green and blue, a byte each, in
base64 (RFC 4648, section 5). Torch-free: the web process checks them, a worker reads them.
"""

import base64
import re

from app.lab.messages import LabError

SIDE = 8
#: A character a shade, from 0 to 16.
ALPHABET = "0123456789abcdefg"
#: Characters that are looked at, spaces and line ends included.
LONGEST = 400
#: Side of a photo, and characters that it has.
PHOTO = 112
LETTERS = PHOTO * PHOTO * 4

#: The first bundled digit of each kind, 0 to 9: what one may start to draw from.
SAMPLES = (
    "005d910000dfaf5003f20b8004c008800580098004b01c7002e5ac00006da000",
    "000cd500000bg900003fg60007fgg200001gg300001gg600001gg600000bga00",
    "0004fc00003gfe00008d8g000016fb00018df10009gg500003dggb500003bg90",
    "007fd10008d6f400021dd000002fb1000001cc1000001a8000845e90007dd900",
    "0001b00000078000001d6220007f098005ga0g6004fgdg100003fa000002g400",
    "00ca000000egge0000dgfa1000bgg70000047g7000004g900054cg40009gga00",
    "000cd000005g800000dg300000ed000000fc720000dgdg30007gbf800019fb30",
    "0078dgf100774bc000008d100488ff6002bff400000g5000009f100000d50000",
    "009e810000ceec00009a0f40003gce20004gg20003g8ad2001f13g8000bgfb10",
    "00bc000002gggd0003gcae0001g1cf0000dg9f20000309b000009f40009cd300",
)

_MEND = f"write {SIDE} rows of {SIDE} shades, each 0 to 9 or a to g: 0 is paper, g is ink"


def checked(name: str, given: object) -> str:
    """The picture that an option names, as it is kept: 64 characters, or none where nothing is given.

    Spaces, line ends and capitals make no difference. Raises LabError, with the place, for what is no picture.
    """
    if not isinstance(given, str):
        raise LabError(f"option {name!r} is a picture, written as text", mend=_MEND)
    shades = "".join(given[: LONGEST + 1].split()).lower()
    if len(given) > LONGEST or len(shades) not in (0, SIDE * SIDE):
        found = f"more than {LONGEST} characters" if len(given) > LONGEST else f"{len(shades)}"
        raise LabError(f"option {name!r} is a picture of {SIDE * SIDE} shades, and this has {found}", mend=_MEND)
    for place, shade in enumerate(shades):
        if shade not in ALPHABET:
            row, column = divmod(place, SIDE)
            raise LabError(f"option {name!r}: {shade!r} in row {row + 1}, column {column + 1} is no shade", mend=_MEND)
    return shades


def shades(picture: str) -> list[list[int]]:
    """The 8×8 shades from 0 to 16 of a picture that was checked."""
    values = [ALPHABET.index(shade) for shade in picture]
    return [values[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]


def rows(picture: str) -> str:
    """A picture a row a line, as it is read and typed; any other text as it is."""
    if len(picture) != SIDE * SIDE or picture.split() != [picture]:
        return picture
    return "\n".join(picture[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE))


def photo(name: str, given: object) -> str:
    """The photo that an option names, as it is kept, or none where nothing is given. Raises LabError."""
    mend = f"send {PHOTO}×{PHOTO} pixels of red, green and blue, {PHOTO * PHOTO * 3} bytes, in base64"
    if not isinstance(given, str):
        raise LabError(f"option {name!r} is a photo, written as text", mend=mend)
    if len(given) not in (0, LETTERS):
        raise LabError(f"option {name!r} is a photo of {LETTERS} characters, and this has {len(given)}", mend=mend)
    letters = given.replace("+", "-").replace("/", "_")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", letters):
        raise LabError(f"option {name!r} is not written in base64", mend=mend)
    return letters


def pixels(photo: str) -> bytes:
    """A photo that was checked: its bytes, row by row, red, green and blue of each pixel."""
    return base64.urlsafe_b64decode(photo)


def packed(pixels: bytes) -> str:
    """The photo of these bytes."""
    return base64.urlsafe_b64encode(pixels).decode()
