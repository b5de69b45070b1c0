"""Pictures of a bank, embedded, beside it or in its package, as files of the course's media folder."""

import base64
import binascii
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import unquote

from app.studio.pictures import PictureError, file_name
from app.words import _

#: Pictures that one bank may bring.
MOST_PICTURES = 500

_DATA = re.compile(r"data:image/[a-z0-9.+-]{1,20};base64,([A-Za-z0-9+/=\s%]*)", re.IGNORECASE)
_EMBEDDED = re.compile(r"embedded-picture:([0-9a-f]{64})")


class Pictures:
    """``files`` are those that came with the bank, by path. ``media`` are those in use, by their name in ``media/``."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.media: dict[str, bytes] = {}
        self._embedded: dict[str, bytes] = {}

    def embedded(self, source: str) -> str:
        """A text with the pictures that stand in its addresses taken out, each named by its hash."""
        return _DATA.sub(self._taken, source) if "data:image" in source[:].lower() else source

    def _taken(self, found: re.Match[str]) -> str:
        try:
            data = base64.b64decode("".join(unquote(found[1]).split()), validate=False)
        except (binascii.Error, ValueError):
            data = b""
        name = sha256(data).hexdigest()
        self._embedded[name] = data
        return f"embedded-picture:{name}"

    def named(self, address: str) -> str:
        """The name in ``media/`` of the picture at an address of the bank. Raises PictureError."""
        if embedded := _EMBEDDED.fullmatch(address.strip()):
            return self.add(self._embedded.get(embedded[1], b""), "picture")
        if re.match(r"(?:https?:)?//", address.strip()):
            words = _(
                "The picture %(address)s lies on the web, and lessons show their own: add it to the course.",
                address=address[:120],
            )
            raise PictureError(words)
        path = unquote(address.strip()).partition("?")[0].replace("\\", "/")
        path = re.sub(
            r"@@PLUGINFILE@@/|\$IMS-CC-FILEBASE\$/|%24IMS-CC-FILEBASE%24/|@X@EmbeddedFile\.requestUrlStub@X@", "", path
        )
        path = re.sub(r"^(?:\./|/|\.\./)+", "", path)
        data = self.files.get(path)
        if data is None:
            ends = [
                one
                for one in self.files
                if one == path or one.endswith(f"/{path}") or PurePosixPath(one).name == PurePosixPath(path).name
            ]
            data = self.files[ends[0]] if path and ends else None
        if data is None:
            words = _("The picture %(address)s did not come with the file: add it to the course.", address=path[:120])
            raise PictureError(words)
        return self.add(data, PurePosixPath(path).stem)

    def add(self, data: bytes, stem: str) -> str:
        """Puts a picture among those in use, under the name that it will have. Raises PictureError."""
        try:
            name = file_name(stem, data)
        except PictureError as error:
            raise PictureError(_("The picture %(name)s cannot be taken: %(why)s.", name=stem[:60], why=error)) from None
        if name not in self.media and len(self.media) >= MOST_PICTURES:
            raise PictureError(_("The file has more than %(most)s pictures.", most=MOST_PICTURES))
        self.media[name] = data
        return name
