"""``receptive new``, ``export`` and ``import-course``: a course's files, without the site."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.settings import Settings

FORMATS = {"zip": "zip", "gift": "gift", "moodle": "moodle.xml", "qti": "qti.zip"}

Course = Annotated[str, typer.Argument(help="The course's address, or its folder.")]


def new(
    name: Annotated[str, typer.Argument(help="The course's address, such as vision-networks.")],
    title: Annotated[str, typer.Option(help="Its title; by default made of the address.")] = "",
) -> None:
    """Make a course with one small lesson, to be written over."""
    from app.studio import shaping

    title = title or name.replace("-", " ").capitalize()
    try:
        texts = shaping.new_course(title, title, name)
    except shaping.Refused as error:
        _refuse(str(error))
    _make(name, {file: text.encode() for file, text in texts.items() if text is not None})


def export(
    course: Course,
    to: Annotated[Path | None, typer.Option(help="The file to write; by default named after the course.")] = None,
    format: Annotated[str, typer.Option(help="zip, the whole course; or its questions: gift, moodle, qti.")] = "zip",
) -> None:
    """Write a course as one archive, or its questions for another system."""
    from app.studio import archives

    if format not in FORMATS:
        _refuse(f"A format is one of {', '.join(FORMATS)}.")
    folder = Path(course) if (Path(course) / "course.yaml").is_file() else Settings().lessons / course
    if not (folder / "course.yaml").is_file():
        _refuse(f"There is no course in {folder}.")
    to = to or Path(f"{folder.resolve().name}.{FORMATS[format]}")
    to.write_bytes(archives.of_course(folder) if format == "zip" else _questions(folder, format))
    typer.echo(f"Wrote {to}, {to.stat().st_size:,} bytes.")


def _questions(folder: Path, format: str) -> bytes:
    """The questions, and on the error stream what does not go along."""
    from app.content.reading import read_course
    from app.studio.banks import to_gift, to_moodle, to_qti
    from app.studio.banks.taken import pictures, taken

    reading = read_course(folder, {})
    found = taken(reading)
    title = reading.outline.title if reading.outline else reading.slug
    given = (found.items, pictures(folder, found.items), title, found.losses)
    if format == "gift":
        text, losses = to_gift.write(*given)
        data = text.encode()
    else:
        data, losses = (to_moodle if format == "moodle" else to_qti).write(*given)
    for one in losses:
        typer.echo(f"{folder / one.file}:{one.line}: {one.title}: {one.words}", err=True)
    return data


def import_course(
    file: Annotated[Path, typer.Argument(help="An archive that export, or the studio, has written.", exists=True)],
    name: Annotated[str, typer.Option("--as", help="Another address for the course.")] = "",
) -> None:
    """Make a course of an archive, in the folder of the lessons."""
    from app.studio import archives

    try:
        archive = archives.read(file.read_bytes())
    except archives.Refused as error:
        _refuse(str(error))
    _make(name or archive.slug, archive.files)


def _make(slug: str, files: Mapping[str, bytes]) -> None:
    from app.content.fields import SLUG
    from app.studio import bringing

    if not re.fullmatch(SLUG, slug):
        _refuse("A course's address has lower-case letters, digits and hyphens; give one with --as.")
    lessons = Settings().lessons
    try:
        folder = bringing.make(lessons, slug, files)
    except bringing.Taken:
        _refuse(f"There is a course in {lessons / slug} already; give another name with --as.")
    except OSError as error:
        _refuse(f"{lessons} cannot be written: {error.strerror or error}.")
    typer.echo(f"Made {folder}; receptive check {folder} says what is wrong with it.")


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
