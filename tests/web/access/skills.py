"""The skill graph."""

from collections.abc import Mapping

from tests.web.access import Row, changed, seen
from tests.web.routes import Asked

SKILLS = "/studio/courses/{course}/skills"

ROWS: Mapping[tuple[str, str], Row] = {("GET", SKILLS): seen(), ("POST", SKILLS): changed()}
BODIES = {("POST", SKILLS): Asked({"do": "need", "skill": "stacking", "needed": "convolution"})}
