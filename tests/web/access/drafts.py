"""The desk, files, drafts, previews, trials and pictures."""

from collections.abc import Mapping

from tests.web.access import Row, changed, seen
from tests.web.conftest import Site
from tests.web.routes import Asked

COURSE = "/studio/courses/{course}"
FILE = f"{COURSE}/files/{{file}}"
PREVIEW = f"{FILE}/preview"

ROWS: Mapping[tuple[str, str], Row] = {
    ("GET", "/studio"): (404, 403, 200, 200, 200, 200),
    ("GET", COURSE): seen(),
    ("GET", FILE): changed(200),
    ("PUT", f"{FILE}/draft"): changed(200),
    # Saved without a script over a version that was saved meanwhile: both are shown.
    ("POST", f"{FILE}/draft"): changed(409),
    ("POST", f"{FILE}/draft/restore"): changed(),
    # From here on all see what is published again.
    ("POST", f"{FILE}/draft/discard"): changed(),
    ("GET", PREVIEW): seen(),
    ("POST", f"{PREVIEW}/questions/{{question}}/attempts"): seen(),
    ("POST", f"{PREVIEW}/questions/{{question}}/hints"): seen(),
    ("POST", f"{PREVIEW}/questions/{{question}}/variants"): seen(),
    ("GET", f"{PREVIEW}/labs/{{lab}}"): seen(),
    ("POST", f"{PREVIEW}/labs/{{lab}}/runs"): seen(303),
    ("POST", f"{PREVIEW}/labs/{{lab}}/predictions"): seen(303),
    ("POST", f"{COURSE}/media"): changed(201),
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
BODIES = {
    ("PUT", f"{FILE}/draft"): Asked(json={"text": "# New", "version": 0}),
    ("POST", f"{FILE}/draft"): Asked({"text": "# Newer", "version": "0"}),
    ("POST", f"{FILE}/draft/discard"): Asked({}),
    ("POST", f"{FILE}/draft/restore"): Asked({}),
    ("POST", f"{PREVIEW}/questions/{{question}}/attempts"): Asked({"unknown": "1"}),
    ("POST", f"{PREVIEW}/questions/{{question}}/hints"): Asked({"number": "1"}),
    ("POST", f"{PREVIEW}/questions/{{question}}/variants"): Asked({"after": "0"}),
    ("POST", f"{PREVIEW}/labs/{{lab}}/runs"): Asked({"experiment": "parameters"}),
    ("POST", f"{PREVIEW}/labs/{{lab}}/predictions"): Asked({"skip": "1"}),
    ("POST", f"{COURSE}/media"): Asked(files={"file": ("a.png", PNG, "image/png")}),
}


def there(_: Site) -> Mapping[str, str]:
    return {"file": "first-steps.md", "question": "kernel-reach", "lab": "one-layer"}
