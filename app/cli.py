"""``receptive``: serve the site, check lessons, lend a worker, look after accounts."""

import signal
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from app import cli_courses
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.lab.messages import RunSpec
    from app.learning.learners import Role
    from app.runs import Run

T = TypeVar("T")

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
user = typer.Typer(no_args_is_help=True, help="Accounts.")
cli.add_typer(user, name="user")
cli.command()(cli_courses.new)
cli.command()(cli_courses.export)
cli.command("import-course")(cli_courses.import_course)
cli.command("import")(cli_courses.import_questions)

Email = Annotated[str, typer.Argument(help="The account's address.")]

#: Seconds that open streams may take to end when the server stops.
GRACE = 3


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen at.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen at.", min=0, max=65535)] = None,
) -> None:
    """Start the site and its lab. Ctrl-C or TERM stops both."""
    import uvicorn

    from app.db import Database
    from app.main import create_app

    given = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    settings = Settings(**given)  # type: ignore[arg-type]
    settings.data.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    db.upgrade()
    db.close()
    app = create_app(settings)
    _report(app.state.library.diagnostics())

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                place = self.servers[0].sockets[0].getsockname()[1] if self.servers else settings.port
                at = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
                typer.echo(f"Receptive is at http://{at}:{place} (Ctrl-C stops it)")

        async def shutdown(self, sockets: Any = None) -> None:
            # The lab first: it ends the streams, which would be waited for otherwise.
            await app.state.runs.stop()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="on",
        timeout_graceful_shutdown=GRACE,
    )
    # uvicorn ends in good order, then raises the signal again for whoever is outside: that is the end of it here.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        Server(config).run()
    except KeyboardInterrupt:
        sys.exit(0)


@cli.command()
def check(
    path: Annotated[Path | None, typer.Argument(help="A course's folder, or a folder of them.")] = None,
    lab: Annotated[bool, typer.Option("--lab", help="Run what claims measure and is not stored yet, too.")] = False,
    mend: Annotated[bool, typer.Option("--mend", help="Mend first what can be mended without a loss.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Mend without asking.")] = False,
) -> None:
    """Print every problem of the lessons. Exit status 1 if any is an error."""
    from app.content import check as find
    from app.content.library import Library
    from app.content.measures import unknown
    from app.content.reading import courses_in
    from app.web import warming

    path = path or Settings().lessons
    if mend:
        _mend(path, yes)
    if lab and path.is_dir():
        folder = path if not (path / "course.yaml").exists() else path.parent
        own = {one.name for one in courses_in(path)}
        courses = [course for course in Library(folder).courses() if course.folder.name in own]
        ended = _computed(list(warming.measures(courses)))
        known = {run.id: run.result for run in ended if run.status == "done"}
        found = find(path, known.get)
    else:
        found = find(path, unknown)
    for diagnostic in sorted(found):
        typer.echo(str(diagnostic))
    _report(found)
    raise typer.Exit(any(d.severity == "error" for d in found))


def _mend(path: Path, yes: bool) -> None:
    """Shows what would be changed, asks, and changes it."""
    import difflib

    from app.content.mending.whole import changes
    from app.content.reading import courses_in

    folder = path.parent if path.is_file() else path
    for course in courses_in(folder) if folder.is_dir() else ():
        for name, (before, after) in changes(course).items():
            file = course / name
            if path.is_file() and file != path:
                continue
            for line in difflib.unified_diff(before.split("\n"), after.split("\n"), str(file), "mended", lineterm=""):
                typer.echo(line)
            if yes or typer.confirm(f"Change {file}?"):
                new = file.with_name(f".{name}.new")
                new.write_bytes(after.encode())
                new.replace(file)


@cli.command()
def warm() -> None:
    """Compute ahead what the lessons' labs show, so that it is there at first sight. Again: only what is new."""
    from app.content.library import Library
    from app.web import warming

    courses = Library(Settings().lessons, False).courses()
    ended = _computed([*warming.labs(courses), *warming.measures(courses)])
    new, bad = (sum(test(run) for run in ended) for test in (lambda r: not r.cached, lambda r: r.status != "done"))
    typer.echo(f"{len(ended)} results: {new - bad} computed now, {len(ended) - new} stored before, {bad} failed.")
    raise typer.Exit(bad > 0)


def _computed(wanted: "list[tuple[str, RunSpec]]") -> "list[Run]":
    """The runs that are asked for, computed by a lab of our own where they are not stored; told of one by one."""
    import asyncio

    from app.db import Database
    from app.runs import Run, Runs
    from app.web import warming

    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    db.upgrade()
    told = 0

    def say(name: str, run: Run) -> None:
        nonlocal told
        told += 1
        what = "stored already" if run.cached else f"{run.status} in {run.seconds or 0:.1f} s"
        typer.echo(f"{told:>3} of {len(wanted)}  {name}: {what}")

    async def work() -> list[Run]:
        runs = Runs(db, settings)
        await runs.start()
        try:
            return await warming.warm(runs, wanted, say)
        finally:
            await runs.stop()

    try:
        return asyncio.run(work()) if wanted else []
    finally:
        db.close()


@cli.command()
def worker(
    address: Annotated[str, typer.Argument(help="The scheduler's address, such as tcp://10.0.0.5:8786.")],
    workers: Annotated[int, typer.Option(help="Processes without a GPU; each GPU has its own.", min=0, max=64)] = 1,
) -> None:
    """Run the lab's work for a server elsewhere, on this machine's processors or GPU, until stopped."""
    from app.runs.worker import main

    main(address, workers, Settings().lab_memory)


@user.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    role: Annotated[str, typer.Option(help="student, assistant, instructor or admin")] = "student",
) -> None:
    """Make an account."""
    from app.learning import learners, roles
    from app.web import account, passwords

    trouble = account.email_trouble(email) or account.name_trouble(name) or passwords.trouble(password)
    if trouble:
        _refuse(trouble)
    kind = _role(role)
    hashed, now, id = passwords.hash_now(password), time.time(), uuid.uuid4().hex

    def write(conn: "Connection") -> None:
        learners.create_account(conn, id, name, email, hashed, now)
        roles.set_role(conn, id, kind, None, now)

    try:
        _write(write)
    except learners.EmailTaken:
        _refuse(f"There is an account with the address {email}; `receptive user role` changes what it may do.")
    typer.echo(f"{email} is {'an' if kind[0] in 'ai' else 'a'} {kind}.")


@user.command()
def role(
    email: Email,
    role: Annotated[str, typer.Argument(help="student, assistant, instructor or admin; with --course also none")],
    course: Annotated[list[str] | None, typer.Option(help="A course, by its folder's name; again for more.")] = None,
) -> None:
    """Change what an account may do: in every course, or in the courses that are named."""
    from app.learning import roles
    from app.learning.staff import COURSE_ROLES

    now = time.time()
    if course:
        named = next((one for one in COURSE_ROLES if one == role), None)
        if named is None and role != "none":
            _refuse(f"In a course, a role is one of {', '.join(COURSE_ROLES)}, none.")
        missing = [slug for slug in course if not (Settings().lessons / slug / "course.yaml").is_file()]
        if missing and named:
            _refuse(f"There is no course {', '.join(missing)} in {Settings().lessons}.")

        def write(conn: "Connection") -> None:
            for slug in course:
                roles.set_course_role(conn, _account(conn, email), slug, named, None, now, may_empty=True)

        _write(write)
        typer.echo(f"{email} is {named or 'nothing'} in {', '.join(course)}.")
        return
    kind = _role(role)
    try:
        _write(lambda conn: roles.set_role(conn, _account(conn, email), kind, None, now))
    except roles.LastOne:
        _refuse(f"{email} is the last admin. Make somebody else an admin first.")
    typer.echo(f"{email} is {'an' if kind[0] in 'ai' else 'a'} {kind}.")


@user.command()
def token(email: Email, label: Annotated[str, typer.Option(help="A name to know it by.")] = "command line") -> None:
    """Make an API token for an account and print it, this once."""
    from app.learning import learners

    now = time.time()
    typer.echo(_write(lambda conn: learners.new_token(conn, _account(conn, email), label, now)))


def _write(fn: "Callable[[Connection], T]") -> T:
    from app.db import Database

    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    try:
        db.upgrade()
        return db.write_now(fn)
    finally:
        db.close()


def _account(conn: "Connection", email: str) -> str:
    from app.learning import learners

    found = learners.by_email(conn, email)
    return found.id if found else _refuse(f"There is no account with the address {email}.")


def _role(word: str) -> "Role":
    from app.learning.learners import ROLES

    return next((role for role in ROLES if role == word), None) or _refuse(f"A role is one of {', '.join(ROLES)}.")


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)


def _report(found: Any) -> None:
    """How many problems the lessons have, on the error stream."""
    errors = sum(d.severity == "error" for d in found)
    if found:
        typer.echo(f"The lessons have {errors} error(s) and {len(found) - errors} warning(s).", err=True)
    else:
        typer.echo("The lessons have no problems.", err=True)


def main() -> None:
    """The entry point."""
    cli()


if __name__ == "__main__":
    main()
