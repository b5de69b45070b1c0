"""The API's own description: FastAPI's document, with the errors as they are sent and how to say who you are."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.web.problems import KINDS, WORDS
from app.web.security import SAFE_METHODS
from app.web.sessions import COOKIE

TITLE = "Receptive"
VERSION = "1"
SUMMARY = "Courses, questions and the lab, for programs."

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457). Further members say where, such as `errors`, `line` and `column`.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "Names the kind of problem; never changes."},
        "title": {"type": "string", "description": "For people."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people; what to do about it."},
        "instance": {"type": "string", "description": "The path that was asked."},
        "line": {"type": ["integer", "null"], "description": "For code: from 1."},
        "column": {"type": ["integer", "null"], "description": "For code: from 1."},
        "errors": {
            "type": "array",
            "description": "Every part of the request that does not fit.",
            "items": {
                "type": "object",
                "required": ["at", "detail"],
                "properties": {
                    "at": {"type": "array", "items": {"type": "string"}},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

SCHEMES: dict[str, Any] = {
    "token": {"type": "http", "scheme": "bearer", "description": "Made at /me, or by `receptive user token`."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by the first answer."},
}


def install(app: FastAPI) -> None:
    """Have ``app`` describe itself with this document."""
    made: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not made:
            made.update(describe(app))
        return made

    app.openapi = document  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of ``app``."""
    found = get_openapi(title=TITLE, version=VERSION, summary=SUMMARY, routes=app.routes)
    parts = found.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    parts["securitySchemes"] = SCHEMES
    found["security"] = [{}, {"session": []}, {"token": []}]
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            operation["responses"] = {
                **{code: answer for code, answer in operation["responses"].items() if code < "4"},
                **{str(code): _answer(code) for code in _problems(path, method.upper(), operation)},
            }
    return found


def _problems(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The statuses that an operation may refuse with."""
    unsafe = method not in SAFE_METHODS
    found = [401, 429 if unsafe else 0, 503, 500]
    found += [404] if "{" in path else []
    found += [422] if operation.get("parameters") or "requestBody" in operation else []
    found += [400, 403, 409, 413] if unsafe else []
    return sorted(code for code in found if code)


def _answer(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    example = {
        "type": f"/api/docs#problem-{KINDS[status]}",
        "title": WORDS[status][0],
        "status": status,
        "detail": WORDS[status][1],
        "instance": "/api/v1/…",
    }
    body = {"application/problem+json": {"schema": schema, "example": example}}
    return {"description": WORDS[status][0], "content": body}
