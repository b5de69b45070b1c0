"""``python -m tests.studio.publisher URL FOLDER LEARNER KEY [STOP]``: publish everything that a learner wrote.

With STOP, it says so before it writes the file of that number (from 0), and waits there to be killed.
"""

import sys
import time
from pathlib import Path

from app.db import Busy, Database
from app.studio import writing
from app.studio.publishing import Refused
from tests.studio.desk import Desk


def main() -> str:
    url, folder, who, key, *stop = sys.argv[1:]
    written = 0

    def replace(path: Path, text: str | None, really=writing.replace) -> None:  # type: ignore[no-untyped-def]
        nonlocal written
        if [str(written)] == stop:
            print("waiting", flush=True)
            time.sleep(60)
        written += 1
        really(path, text)

    writing.replace = replace
    desk = Desk(Database(url), Path(folder))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        return desk.publish(who, key=key).state
    except Refused:
        return "refused"
    except Busy:
        return "busy"


if __name__ == "__main__":
    print(main())
