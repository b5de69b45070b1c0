"""The line from a live pane to the lab, when something on the way refuses it."""

import re

from playwright.sync_api import Page, Route, expect

from tests.journeys.test_lab import ENDED, slow_run

SHORT = {"depths": [56], "steps": 5}


def begun(page: Page, **options: object) -> str:
    """The address of a run that takes some seconds, asked for by this page's visitor."""
    page.goto("/lab")
    body = slow_run()
    body["options"] = {**body["options"], **options}  # type: ignore[dict-item]
    return f"/runs/{page.request.post('/api/v1/runs', data=body).json()['id']}"


def test_a_line_that_is_refused_is_asked_for_again_and_says_so(page: Page) -> None:
    refused = 0

    def gateway(route: Route) -> None:
        nonlocal refused
        refused += 1
        if refused <= 2:
            route.fulfill(status=502, body="bad gateway")
        else:
            route.continue_()

    page.route("**/stream*", gateway)
    page.goto(begun(page))
    notice, pane = page.locator(".lab__notice"), page.locator(".lab__pane")
    expect(notice).to_contain_text("it is tried again")
    expect(pane).not_to_have_class(ENDED)
    # The third is let through: the word goes, and the pane moves on to its end.
    expect(pane).to_have_class(re.compile(r"is-(running|streaming)"))
    expect(notice).to_be_empty()
    expect(pane).to_have_class(ENDED, timeout=60_000)
    assert refused == 3


def test_a_line_that_stays_refused_is_given_up_in_words(page: Page) -> None:
    page.route("**/stream*", lambda route: route.fulfill(status=404, body="gone"))
    page.clock.install()
    page.goto(begun(page, **SHORT))
    notice = page.locator(".lab__notice")
    expect(notice).to_contain_text("it is tried again")
    for _ in range(8):
        with page.expect_response("**/stream*"):
            page.clock.run_for(31_000)
    expect(notice).to_contain_text("Reload the page")
    expect(page.locator("[data-say]")).to_contain_text("Reload the page")
