"""``/api/docs``: the OpenAPI document as a page, made here, so it needs no script and nothing from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web import pages
from app.web.problems import KINDS, WORDS

router = APIRouter(include_in_schema=False)

Json = Mapping[str, Any]

#: The kinds of problem that are not told by their status alone: (kind, status, title, what it means).
OWN = [
    (
        "cross-origin",
        403,
        "This came from another site",
        "Send JSON, or an Origin header of this site, or a token instead of the cookie.",
    ),
    ("unreadable-answer", 422, "This answer cannot be read", "The detail says what this question takes."),
    ("lab", 422, "The lab cannot run this", "Where it is code, line and column say where, and mend what to try."),
]


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    required: bool
    text: str


@dataclass(frozen=True)
class Model:
    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    id: str
    tag: str
    method: str
    path: str
    summary: str
    parameters: tuple[Field, ...]
    #: The model of the request's body and of each good answer, by name; empty where there is none.
    body: str
    answers: tuple[tuple[str, str], ...]
    refusals: tuple[str, ...]
    #: A request's body, as JSON text.
    example: str


@router.get("/api/docs")
async def show(request: Request) -> Response:
    document = request.app.openapi()
    groups: dict[str, list[Operation]] = {}
    for operation in operations(document):
        groups.setdefault(operation.tag, []).append(operation)
    problems = sorted([(KINDS[status], status, *WORDS[status]) for status in KINDS] + OWN, key=lambda one: one[1])
    origin = str(request.base_url).rstrip("/")
    return pages.page(
        request, "api/docs.html", groups=groups, models=models(document), problems=problems, origin=origin
    )


def operations(document: Json) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
            schema = content.get("schema", {})
            yield Operation(
                id=said["operationId"],
                tag=said.get("tags", ["other"])[0],
                method=method.upper(),
                path=path,
                summary=said.get("description") or said.get("summary", ""),
                parameters=tuple(
                    Field(p["name"], type_name(p["schema"]), p.get("required", False), p.get("description", ""))
                    for p in said.get("parameters", ())
                ),
                body=_model(schema),
                answers=tuple(_answers(said["responses"])),
                refusals=tuple(code for code in said["responses"] if code >= "4"),
                example=_example(schema, document),
            )


def _answers(responses: Json) -> Iterator[tuple[str, str]]:
    for code, answer in responses.items():
        if code < "4":
            for kind, content in answer.get("content", {}).items():
                yield code, _model(content.get("schema", {})) or kind


def models(document: Json) -> tuple[Model, ...]:
    """Every record that is sent or answered, in the order of their names."""
    found = document["components"]["schemas"]
    return tuple(
        Model(
            name,
            schema.get("description", ""),
            tuple(
                Field(field, type_name(said), field in schema.get("required", ()), said.get("description", ""))
                for field, said in schema.get("properties", {}).items()
            ),
        )
        for name, schema in sorted(found.items())
    )


def type_name(schema: Json) -> str:
    """A JSON Schema in a word or two: ``list of text``, ``Skill``, ``number or null``."""
    if model := _model(schema):
        return model
    if "anyOf" in schema or "oneOf" in schema:
        parts = dict.fromkeys(type_name(one) for one in schema.get("anyOf", schema.get("oneOf")))
        return " or ".join(parts)
    if "enum" in schema or "const" in schema:
        return " or ".join(f"“{value}”" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {type_name(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {type_name(schema['additionalProperties'])} by name"
    return {"string": "text", "boolean": "true or false"}.get(kind, str(kind))


def _model(schema: Json) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _example(schema: Json, document: Json) -> str:
    """The body's own example, or one put together from its fields' examples."""
    model = document["components"]["schemas"].get(_model(schema), {})
    given = model.get("examples", [])
    fields = {name: said["examples"][0] for name, said in model.get("properties", {}).items() if said.get("examples")}
    example = given[0] if given else fields
    return json.dumps(example, ensure_ascii=False) if example else ""
