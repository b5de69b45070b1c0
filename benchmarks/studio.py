"""The studio's preview after a keystroke: a lesson of 30 kB among its course, from the request to the answer.

Beside it the Markdown parser alone, over the same text in the same rounds: what no preview can be faster than.
"""

import json
import statistics
import tempfile
import time
import uuid
from pathlib import Path

from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from app.db import Database
from app.learning import learners
from app.main import create_app
from app.settings import Settings
from app.web import passwords
from benchmarks import Row, percentile

LESSONS = Path("lessons")
COURSE, LESSON = "cnn-architectures", "skip-connections"
BYTES, KEYSTROKES = 30_000, 60
PASSWORD = "correct horse battery"


def text_of(folder: Path) -> str:
    """The lesson, with as much of its own prose again as makes it 30 kB."""
    text = (folder / COURSE / f"{LESSON}.md").read_text(encoding="utf-8")
    prose = [part for part in text.split("\n\n")[3:] if part[:1].isalpha() and "{" not in part]
    more = ""
    while len((text + more).encode()) < BYTES:
        more += "\n\n" + prose[len(more) % len(prose)]
    return text + more


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), lessons=LESSONS, secret="a secret of the benchmark")
        Database(settings.database).upgrade()
        app = create_app(settings)
        id, email = uuid.uuid4().hex, "author@example.org"
        hashed = passwords.hash_now(PASSWORD)
        app.state.db.write_now(
            lambda conn: learners.create_account(conn, id, "An author", email, hashed, time.time(), "instructor")
        )
        client = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
        client.post("/sign-in", data={"email": email, "password": PASSWORD})
        ours, worked, theirs, peer = [], [], [], MarkdownIt()
        text, url = text_of(LESSONS), f"/studio/courses/{COURSE}/files/{LESSON}.md/draft"
        have: list[str] = []
        for stroke in range(KEYSTROKES + 5):
            typed = text.replace("\n## ", f"\nTyped{'.' * stroke}\n\n## ", 1)
            body = json.dumps({"text": typed, "version": stroke, "have": have}).encode()
            start, busy = time.perf_counter(), time.process_time()
            answer = client.put(url, content=body, headers={"content-type": "application/json"})
            ours.append(1000 * (time.perf_counter() - start))
            worked.append(1000 * (time.process_time() - busy))
            have = [piece["hash"] for piece in answer.json()["preview"]]
            busy = time.process_time()
            peer.render(typed)
            theirs.append(1000 * (time.process_time() - busy))
        app.state.db.close()
    # The first ones find nothing made before.
    alone = statistics.median(theirs[5:])
    late, busy = percentile(ours[5:], 0.95), statistics.median(worked[5:])
    return [
        Row("Preview of a 30 kB lesson after a keystroke, p95", late, "ms", "", None, "at most", 150),
        Row("The same, the processor's time", busy, "ms", "markdown-it-py alone", alone, "at most", 8),
    ]
