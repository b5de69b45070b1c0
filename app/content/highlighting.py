"""Code with its syntax marked by Pygments' short classes; no inline style."""

import re
from functools import lru_cache
from html import escape

from pygments import highlight as _highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name

#: What a code block may be written in: names as authors type them, with Pygments' name.
LANGUAGES = {
    "python": "python",
    "py": "python",
    "pycon": "pycon",
    "console": "console",
    "bash": "bash",
    "sh": "bash",
    "json": "json",
    "yaml": "yaml",
    "toml": "toml",
    "diff": "diff",
    "text": "text",
    "txt": "text",
}

#: Longer code is shown without colours.
_MOST_COLOURED = 20_000

_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
_MARK = re.compile('<span class="err">([\ue000-\ue7ff])</span>')


def highlight(code: str, language: str) -> str:
    """``<span>``s for a known language (one of LANGUAGES), escaped text for any other."""
    name = LANGUAGES.get(language)
    if name is None or name == "text" or len(code) > _MOST_COLOURED:
        return escape(code, quote=False)
    return _MARK.sub(r'<span class="mi">\1</span>', str(_highlight(code, _lexer(name), _FORMATTER)))


def block(code: str, language: str) -> str:
    """A ``<pre>`` that scrolls by keyboard and says what it is."""
    label = f"Code, {language}" if language in LANGUAGES and LANGUAGES[language] != "text" else "Code"
    return (
        f'<pre class="code" tabindex="0" role="group" aria-label="{escape(label)}">'
        f"<code>{highlight(code, language)}</code></pre>\n"
    )


@lru_cache(maxsize=len(LANGUAGES))
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=True)
