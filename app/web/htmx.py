"""The request and response headers that htmx adds, by name.

https://htmx.org/reference/#headers
"""

from collections.abc import MutableMapping

from starlette.requests import Request

Headers = MutableMapping[str, str]


def wanted(request: Request) -> bool:
    """Whether a fragment was asked for, by a script on one of our pages."""
    return request.headers.get("hx-request", "").lower() == "true"


def redirect(headers: Headers, url: str) -> None:
    """Have the page go to ``url``, a path of this site."""
    headers["HX-Redirect"] = url
