"""Code as a page shows it: one highlighted line after another, each of which can be pointed at."""

import re
from functools import lru_cache

from markupsafe import Markup

from app.content.highlighting import highlight
from app.web import pages

#: A name before a bracket is a call; the browser's editor colours it so, too.
_CALL = re.compile(r'<span class="n">(\w+)</span>(?=<span class="p">\()')
_PLAIN = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>')


@lru_cache(maxsize=512)
def lines(code: str) -> tuple[Markup, ...]:
    """The lines of ``code`` as safe HTML, coloured by class."""
    html = highlight(code.rstrip("\n") + "\n", "python").removesuffix("\n")
    html = _PLAIN.sub(r"\1", _CALL.sub(r'<span class="nf">\1</span>', html))
    # The highlighter escapes every token, whoever wrote it, and closes its spans at the end of each line.
    return tuple(Markup(line) for line in html.split("\n"))  # noqa: S704


pages.templates.globals["code_lines"] = lines
