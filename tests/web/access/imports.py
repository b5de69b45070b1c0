"""Questions of other systems, brought into a course."""

from collections.abc import Mapping

from tests.web.access import Row, changed
from tests.web.routes import Asked

AT = "/studio/courses/{course}/import"
ROWS: Mapping[tuple[str, str], Row] = {("GET", AT): changed(200), ("POST", AT): changed()}
BODIES = {("POST", AT): Asked({}, files={"bank": ("a.gift", b"::One::Is it? {T}", "text/plain")})}
