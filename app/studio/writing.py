"""A course's files on disk: each replaced whole or not at all, by one process at a time."""

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SUFFIX = ".being-published"
#: Seconds after which nobody is still writing a file.
_STALE = 3600
_lock = threading.RLock()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other thread, and no other process on this file system, publishes into ``folder`` meanwhile.

    Where the file system knows no locks, the database still lets one of two publications through.
    """
    with _lock:
        held = None
        try:
            with suppress(OSError):
                held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            if held is not None:
                os.close(held)


def try_out(folder: Path) -> None:
    """Raises OSError where no file can be made in the folder."""
    made, path = tempfile.mkstemp(suffix=_SUFFIX, prefix=".", dir=folder)
    os.close(made)
    os.unlink(path)


def tidy(folder: Path) -> None:
    """Take away what a crash left half written, once it is too old to be somebody's work."""
    for path in folder.glob(f".*{_SUFFIX}"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - _STALE:
                path.unlink()


def replace(path: Path, text: str | None) -> None:
    """Make a file say ``text``, or be gone. Durable when it returns. Raises OSError, and then all is as it was."""
    path = path.resolve()  # a link goes on leading where it led
    if text is None:
        path.unlink(missing_ok=True)
    else:
        _put(path, text.encode())
    _settle(path.parent)


def _put(path: Path, data: bytes) -> None:
    made, name = tempfile.mkstemp(suffix=_SUFFIX, prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(made, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _mode(path))
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o7777
    except OSError:
        return 0o644


def _settle(folder: Path) -> None:
    """The folder's own entries are on disk."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
