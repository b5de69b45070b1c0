"""Every page of the site, asked for in German: what is still English says that it is, or is code."""

import re
from html.parser import HTMLParser

import pytest

from app.web import online
from tests.web.conftest import Site
from tests.web.routes import THERE, begun_review, commented, ended_run, filled, routes
from tests.web.unmarked import CODE, SPOKEN

#: Words that only English has, and that hardly a sentence of it is without.
ENGLISH = re.compile(
    r"\b(?:the|of|and|is|are|with|your|you|this|that|from|which|what|they|each|its|has|have|been)\b", re.I
)
#: What people wrote here, in whatever language they did.
PEOPLES = ("vgg13: ", "Kommentare: vgg13: ", "How deep is it?")
#: Never closed.
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class German(HTMLParser):
    """What is said in the page's own language, outside code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        own = self.open[-1][1] if self.open else True
        if "lang" in found:
            own = found["lang"] == "de"
        own = own and tag not in CODE and "ln" not in (found.get("class") or "").split()
        self.said += [value or "" for name, value in attrs if own and name in SPOKEN]
        if tag not in VOID:
            self.open.append((tag, own))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1][1]:
            self.said.append(" ".join(data.split()))


def english_in(html: str) -> list[str]:
    page = German()
    page.feed(html)
    return [text for text in page.said if ENGLISH.search(text) and not text.startswith(PEOPLES)]


#: Streams, files and what is for programs.
OTHERS = re.compile(
    r"/api/v1|/static|/stream$|result\.|figure\.|network\.|\.md$|\.ics|/media/|healthz|readyz|openapi|sw\.js|/export"
)


@pytest.fixture(autouse=True)
def _nobody_listens_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is here is told once, not for ever."""
    monkeypatch.setattr(online, "LISTENING", 0.0)


def test_no_page_says_anything_in_english(site: Site) -> None:
    guest, instructor = site.visitor(accept_language="de"), site.signed_in("instructor")
    instructor.headers["accept-language"] = "de"
    there = {**THERE, **commented(site), "run_id": ended_run(site), "review": begun_review(site, instructor)}
    there |= {"file": "stacks.md"}
    wrong, seen = {}, 0
    for method, path in sorted(routes(site.app)):
        if method != "GET" or OTHERS.search(path):
            continue
        for client in (guest, instructor):
            answer = client.get(filled(path, {**there, "other_id": there["run_id"]}))
            if "text/html" in answer.headers.get("content-type", ""):
                seen += 1
                if said := english_in(answer.text):
                    wrong[path, answer.status_code] = said
    assert wrong == {}
    assert seen > 60
