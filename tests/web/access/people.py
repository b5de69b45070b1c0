"""Who is staff of what."""

from collections.abc import Mapping

from tests.web.access import Row, changed, seen
from tests.web.routes import Asked

ROWS: Mapping[tuple[str, str], Row] = {
    ("GET", "/studio/people"): (404, 403, 403, 403, 403, 200),
    # There is no account with that address.
    ("POST", "/studio/people"): (404, 403, 403, 403, 403, 422),
    ("GET", "/studio/courses/{course}/people"): seen(),
    ("POST", "/studio/courses/{course}/people"): changed(422),
}
BODIES = {at: Asked({"email": "nobody@example.org", "role": "assistant"}) for at in ROWS if at[0] == "POST"}
