"""A course as one zip archive: packed so that the same files give the same bytes, and read as if it meant harm."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.content.fields import SLUG
from app.content.links import DOWNLOADS, MOST_MEDIA_BYTES, PICTURES
from app.content.source import MOST_BYTES
from app.studio import pictures, workshop
from app.studio.pictures import PictureError
from app.words import _

#: Bytes of an archive, of all that is in it, and how many files those may be.
MOST_PACKED, MOST_UNPACKED, MOST_FILES = 64_000_000, 256_000_000, 2_000

#: When all that is in an archive was written, as far as it says: zip's own first day.
_WHEN = (1980, 1, 1, 0, 0, 0)
_MEDIA = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")
#: What systems put into archives by themselves.
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX(?:/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")


class Refused(ValueError):
    """An archive that is no course, in words for whoever sent it."""


@dataclass(frozen=True)
class Packed:
    """What an archive holds: a course's files by name, those in ``media/`` too."""

    slug: str
    files: Mapping[str, bytes]

    @property
    def texts(self) -> Mapping[str, bytes]:
        return {name: data for name, data in self.files.items() if not name.startswith("media/")}

    @property
    def media(self) -> Mapping[str, bytes]:
        return {name: data for name, data in self.files.items() if name.startswith("media/")}


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive of files by path, in the order of their paths."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[path])
    return made.getvalue()


def on_disk(folder: Path) -> dict[str, bytes]:
    """A course's files as they lie there, by name: what the course is made of, and nothing else that lies there."""
    found = {
        path.name: path.read_bytes() for path in folder.iterdir() if workshop.is_file(path.name) and path.is_file()
    }
    media = folder / "media"
    for path in sorted(media.rglob("*")) if media.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        inside = path.resolve().is_relative_to(media.resolve())
        if inside and path.is_file() and _is_media(name) and path.stat().st_size <= MOST_MEDIA_BYTES:
            found[name] = path.read_bytes()
    return found


def of_course(folder: Path) -> bytes:
    """The archive of a course, all of it in a folder of its name."""
    slug = folder.resolve().name
    return packed({f"{slug}/{name}": data for name, data in on_disk(folder).items()})


def read(data: bytes) -> Packed:
    """What an archive holds. Raises Refused, also for whatever no archive of a course has a reason to hold."""
    if len(data) > MOST_PACKED:
        raise Refused(_("The archive has more than %(most)s MB.", most=MOST_PACKED // 1_000_000))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _checked(_unpacked(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(_("This is no zip archive, or a broken one.")) from None


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [one for one in archive.infolist() if not one.is_dir() and not _LITTER.search(one.filename)]
    if len(entries) > MOST_FILES:
        raise Refused(_("The archive holds more than %(most)s files.", most=MOST_FILES))
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    left = MOST_UNPACKED
    for entry in entries:
        name = _name(entry)
        if name.casefold() in seen:
            raise Refused(_("The archive holds %(name)s twice.", name=name[:80]))
        seen.add(name.casefold())
        with archive.open(entry) as file:
            # Never more than it may be, whatever it says of its size.
            content = file.read(min(left, MOST_MEDIA_BYTES) + 1)
        left -= len(content)
        if left < 0:
            raise Refused(_("The archive unpacks to more than %(most)s MB.", most=MOST_UNPACKED // 1_000_000))
        if len(content) > (MOST_MEDIA_BYTES if "media/" in name else MOST_BYTES):
            raise Refused(_("%(name)s is larger than a file of a course may be.", name=name[:80]))
        found[name] = content
    return found


def _name(entry: zipfile.ZipInfo) -> str:
    """An entry's path, which stays in its folder. Raises Refused."""
    name = entry.filename
    path = PurePosixPath(name)
    odd = "\\" in name or re.match(r"[A-Za-z]:", name) or path.as_posix() != name
    if odd or path.is_absolute() or ".." in path.parts:
        raise Refused(_("The archive holds a path that leads out of it: %(name)s", name=name[:80]))
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused(_("The archive holds a link or a device: %(name)s", name=name[:80]))
    if entry.flag_bits & 1:
        raise Refused(_("The archive is locked with a password; pack it without."))
    return name


def _checked(files: dict[str, bytes]) -> Packed:
    """The files without the folder that they are in. Raises Refused for what belongs to no course."""
    tops = {name.split("/")[0] for name in files}
    slug = next(iter(tops)) if len(tops) == 1 and "course.yaml" not in files else ""
    if slug and not re.fullmatch(SLUG, slug):
        raise Refused(
            _("The folder in the archive is the course’s address: use lower-case letters, digits and hyphens.")
        )
    bare = {name.removeprefix(f"{slug}/") if slug else name: data for name, data in files.items()}
    if "course.yaml" not in bare:
        raise Refused(_("There is no course.yaml in the archive."))
    for name, data in bare.items():
        if not workshop.is_file(name) and not _is_media(name):
            raise Refused(_("%(name)s is no file of a course.", name=name[:80]))
        if workshop.is_file(name):
            _text(name, data)
        elif PurePosixPath(name).suffix.lower() in PICTURES:
            _picture(name, data)
    return Packed(slug, bare)


def _text(name: str, data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        raise Refused(_("%(name)s is not UTF-8.", name=name[:80])) from None


def _picture(name: str, data: bytes) -> None:
    """An archive's pictures are held to what is asked of those that are pasted."""
    try:
        pictures.kind(data)
    except PictureError as error:
        raise Refused(f"{name[:80]}: {error}") from None


def _is_media(name: str) -> bool:
    return bool(_MEDIA.fullmatch(name)) and PurePosixPath(name).suffix.lower() in DOWNLOADS
