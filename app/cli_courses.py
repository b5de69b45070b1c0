"""``receptive new``, ``export``, ``import`` and ``import-course``: a course's files, without the site."""

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


def import_questions(
    file: Annotated[Path, typer.Argument(help="GIFT, Moodle XML, QTI 1.2, QTI 2.1, mdbook-quiz, or a zip of them.")],
    lesson: Annotated[
        Path | None, typer.Option(help="The lesson's file; what its course has already is left out.")
    ] = None,
    skill: Annotated[str, typer.Option(help="The skill that the questions show.")] = "",
    format: Annotated[str, typer.Option(help="gift, moodle, qti1, qti2 or mdbook, where it is not recognised.")] = "",
) -> None:
    """Print a bank's questions as our Markdown, with what was lost as comments. Exit status 1 if nothing came over."""
    from app.content.reading import read_course
    from app.studio import importing, pictures
    from app.studio.banks.reading import MOST_BYTES

    if not file.is_file() or file.stat().st_size > MOST_BYTES:
        _refuse(f"{file} is no file of at most {MOST_BYTES:,} bytes")
    reading = read_course(lesson.resolve().parent, {}) if lesson is not None else None
    there = importing.questions_of(reading) if reading is not None else frozenset()
    found = importing.report(file.read_bytes(), file.name, format, skill, there)
    for name, data in found.media.items():
        if lesson is not None:
            pictures.keep(lesson.resolve().parent, name.rpartition("-")[0], data)
    for loss in (*found.left_out, *(loss for one in found.new for loss in one.losses)):
        where = ":".join(filter(None, (loss.file or file.name, str(loss.line or ""))))
        typer.echo(
            f"% {where}: {loss.title + ': ' if loss.title else ''}{'left out: ' if loss.left_out else ''}{loss.words}"
        )
    for one in found.new:
        typer.echo(f"\n{one.written.markdown}", nl=False)
    typer.echo(f"{len(found.new)} questions, {found.changed} changed, {len(found.left_out)} left out.", err=True)
    raise typer.Exit(not found.new)


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
