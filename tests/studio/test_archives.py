"""A course as an archive: out and in again it is the same, and nothing else comes in with one."""

import io
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content import check
from app.studio import archives, bringing
from app.studio.archives import Refused
from tests.content import manual
from tests.content.courses import FOLDER

ROOT = Path(__file__).parents[2]
OURS = sorted(path.parent for path in (ROOT / "lessons").glob("*/course.yaml"))
YAML = b"title: T\nsummary: S\n"


@pytest.mark.parametrize("course", [*OURS, FOLDER / "small-course"], ids=lambda path: path.name)
def test_out_and_in_and_out_is_the_same(course: Path, tmp_path: Path) -> None:
    out = archives.of_course(course)
    read = archives.read(out)
    assert read.slug == course.name
    made = bringing.make(tmp_path, read.slug, read.files)
    assert archives.of_course(made) == out
    assert {path.relative_to(made) for path in made.rglob("*") if path.is_file()} == {Path(name) for name in read.files}
    assert all((made / name).read_bytes() == (course / name).read_bytes() for name in read.files)
    assert [str(one).replace(str(tmp_path), "") for one in check(made)] == [
        str(one).replace(str(course.parent), "") for one in check(course)
    ]


def test_the_same_course_is_the_same_bytes(tmp_path: Path) -> None:
    one, other = manual.course(tmp_path / "a"), tmp_path / "b" / "stacking"
    shutil.copytree(one, other)
    for path in other.rglob("*"):
        path.touch()
    (other / ".draft.md").write_text("not of the course")
    (other / "notes.txt").write_text("neither")
    (other / "media" / "secret").symlink_to("/etc/passwd")
    assert archives.of_course(one) == archives.of_course(other)


def zipped(entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return made.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("a/media/x.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([("a/course.yaml", YAML), ("a/../../evil.md", b"")], "leads out"),
        ([("course.yaml", YAML), ("../evil.md", b"")], "leads out"),
        ([("course.yaml", YAML), ("/etc/passwd", b"")], "leads out"),
        ([("course.yaml", YAML), ("C:/evil.md", b"")], "leads out"),
        ([("course.yaml", YAML), ("media\\..\\..\\x.png", b"")], "leads out"),
        ([("a/course.yaml", YAML), (link(), b"/etc/passwd")], "a link"),
        ([("a/course.yaml", YAML), ("a/Course.yaml", YAML)], "twice"),
        ([("a/course.yaml", YAML), ("a/course.yaml", YAML)], "twice"),
        ([("a/course.yaml", YAML), ("b/course.yaml", YAML)], "no course.yaml"),
        ([("a/lesson.md", b"")], "no course.yaml"),
        ([("a/course.yaml", YAML), ("a/run.sh", b"")], "no file of a course"),
        ([("a/course.yaml", YAML), ("a/media/x.html", b"")], "no file of a course"),
        ([("a/course.yaml", YAML), ("a/media/.x.png", b"")], "no file of a course"),
        ([("a/course.yaml", YAML), ("a/deep/lesson.md", b"")], "no file of a course"),
        ([("a/course.yaml", YAML), ("a/media/x.png", b"no picture")], "media/x.png"),
        ([("a/course.yaml", YAML), ("a/media/x.svg", b"<svg><script>1</script></svg>")], "media/x.svg"),
        ([("a/course.yaml", b"\xff")], "UTF-8"),
        ([("a/course.yaml", YAML), ("a/one.md", b"x" * 300_000)], "larger"),
        ([("a/course.yaml", YAML), ("a/media/x.pdf", bytes(9_000_000))], "larger"),
        ([("A Course/course.yaml", YAML)], "address"),
    ],
)
def test_what_no_course_s_archive_holds_is_refused(entries: list[tuple[str, bytes]], words: str) -> None:
    with pytest.warns(UserWarning, match="Duplicate") if words == "twice" and entries[0] == entries[1] else _quiet():
        data = zipped(entries)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=words):
        archives.read(data)


def _quiet() -> zipfile.ZipFile:
    """Stands where no warning is waited for."""
    return zipfile.ZipFile(io.BytesIO(), "w")


def test_bombs_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped([("a/course.yaml", YAML), *((f"a/media/{n}.pdf", bytes(7_900_000)) for n in range(40))])
    assert len(bomb) < 400_000
    with pytest.raises(Refused, match="unpacks to more"):
        archives.read(bomb)
    with pytest.raises(Refused, match="more than 2000 files"):
        archives.read(zipped([("a/course.yaml", YAML), *((f"a/l{n}.md", b"") for n in range(2_001))]))
    monkeypatch.setattr(archives, "MOST_PACKED", 10)
    with pytest.raises(Refused, match="MB"):
        archives.read(zipped([("a/course.yaml", YAML)]))


def test_what_systems_add_is_passed_over() -> None:
    found = archives.read(
        zipped([("a/", b""), ("a/course.yaml", YAML), ("__MACOSX/a/._course.yaml", b"x"), ("a/.DS_Store", b"")])
    )
    assert dict(found.files) == {"course.yaml": YAML}


def test_a_bare_archive_has_no_address() -> None:
    assert archives.read(zipped([("course.yaml", YAML), ("one.md", b"")])).slug == ""


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_broken_archive_is_refused_in_words(data: st.DataObject) -> None:
    whole = bytearray(archives.packed({"a/course.yaml": YAML, "a/one.md": b"text" * 50, "a/media/n.txt": b"n" * 99}))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = archives.read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except Refused:
        return
    assert "course.yaml" in found.files


def test_a_new_course_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"course.yaml": YAML, "media/n.txt": b"n"}

    def fails(path: Path, data: bytes) -> None:
        if path.name == "n.txt":
            raise OSError("the disk is full")
        path.write_bytes(data)

    with monkeypatch.context() as patch:
        patch.setattr(bringing, "put", fails)
        with pytest.raises(OSError, match="full"):
            bringing.make(tmp_path, "new", files)
    assert list(tmp_path.iterdir()) == []
    bringing.make(tmp_path, "new", files)
    with pytest.raises(bringing.Taken):
        bringing.make(tmp_path, "new", files)


def test_over_a_course_only_what_differs_is_changed(tmp_path: Path) -> None:
    course = manual.course(tmp_path)
    packed = archives.read(archives.of_course(course))
    assert bringing.over(course, packed) == bringing.Brought((), (), ())
    (course / "first.md").write_text("other")
    (course / "third.md").write_text("more")
    (course / "media" / "block.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    files = {**packed.files, "media/new.svg": packed.files["media/block.svg"]}
    brought = bringing.over(course, archives.Packed("stacking", files))
    assert brought == bringing.Brought(("first.md", "third.md"), ("media/new.svg",), ("media/block.svg",))
    assert (course / "media" / "new.svg").read_bytes() == packed.files["media/block.svg"]
    assert (course / "first.md").read_text() == "other"
