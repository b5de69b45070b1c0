"""Files that were sent to be looked at: kept for a day, by a hash of what is in them."""

import json
import os
import re
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

#: Seconds that a file is kept, and how many there may be.
KEPT, MOST = 86_400, 20


class Uploads:
    """The files of one person and course, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, name: str, data: bytes, now: float) -> str:
        """Keeps a file and says what it is asked for by. Older ones go."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tidy(now)
        token = sha256(name.encode("utf-8", "replace") + b"\0" + data).hexdigest()[:32]
        self._put(f"{token}.bank", data, now)
        self._put(f"{token}.json", json.dumps({"name": name[:200]}).encode(), now)
        return token

    def held(self, token: str) -> tuple[str, bytes] | None:
        """A file's name and bytes; None where it is gone, or never was."""
        if not re.fullmatch(r"[0-9a-f]{32}", token):
            return None
        try:
            name = json.loads((self.folder / f"{token}.json").read_bytes())["name"]
            return str(name), (self.folder / f"{token}.bank").read_bytes()
        except (OSError, ValueError, KeyError):
            return None

    def _put(self, name: str, data: bytes, now: float) -> None:
        made, path = tempfile.mkstemp(dir=self.folder, prefix=".")
        with os.fdopen(made, "wb") as file:
            file.write(data)
        os.utime(path, (now, now))
        os.replace(path, self.folder / name)

    def _tidy(self, now: float) -> None:
        with suppress(OSError):
            # Everybody's: whoever sent a file may never come back.
            for path in self.folder.parent.glob("*/*"):
                if now - path.stat().st_mtime > KEPT:
                    path.unlink(missing_ok=True)
            ages = sorted(((path.stat().st_mtime, path) for path in self.folder.iterdir()), reverse=True)
            for _, path in ages[2 * MOST :]:
                path.unlink(missing_ok=True)
