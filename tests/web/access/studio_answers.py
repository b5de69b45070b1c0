"""Who may see what answers tell."""

from tests.web.access import seen

ROWS = {
    ("GET", "/studio/courses/{course}/answers"): seen(),
    ("GET", "/studio/courses/{course}/answers.csv"): seen(),
}
