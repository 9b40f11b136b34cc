"""`GET /api/docs`: the JSON routes for developers, from the application's own OpenAPI description.

Plain HTML made here, because the usual viewers come from other hosts and need inline scripts.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from chatbot.web.page import page
from chatbot.web.service import Service

Schema = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_JSON = "application/json"
_EXAMPLES: Mapping[str, object] = {"integer": 1, "number": 1, "boolean": True, "array": []}
_BACKTICKS, _CODE = re.compile("`(.+?)`"), r"<code>\1</code>"
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matching {}",
}


def routes(service: Service) -> APIRouter:
    """The page's route."""
    router = APIRouter()

    @router.get("/api/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        return page(
            title="For developers",
            body=body(request.app.openapi(), address=str(request.base_url).rstrip("/")),
            root="../",
            styles=("api.css",),
        )

    return router


def body(openapi: Schema, *, address: str) -> str:
    """The page's content.

    :param address: of the application, for the examples.
    """
    info = openapi["info"]
    types = openapi.get("components", {}).get("schemas", {})
    operations = list(_operations(openapi))
    contents = "".join(
        f'<li><a href="#{_anchor(method, path)}">{_route(method, path)}</a> '
        f"{escape(operation.get('summary', ''))}</li>"
        for method, path, operation in operations
    )
    described = "".join(_section(*operation, types, address) for operation in operations)
    named = "".join(_type(name, types[name]) for name in _reached(operations, types))
    return (
        f"<main><h1>{escape(info['title'])}: for developers</h1>"
        f"{_prose(info.get('description', ''))}"
        '<p>The same as <a href="openapi.json">OpenAPI</a>, for tools.</p>'
        f'<nav aria-label="Routes"><ul class="routes">{contents}</ul></nav>{described}'
        f'<section aria-labelledby="types"><h2 id="types">Types</h2>{named}</section></main>'
    )


def _operations(openapi: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, operations in openapi["paths"].items():
        for method in _METHODS:
            if method in operations:
                yield method, path, operations[method]


def _section(method: str, path: str, operation: Schema, types: Schema, address: str) -> str:
    anchor = _anchor(method, path)
    given = _given(operation, types)
    parameters = {found["name"]: found for found in operation.get("parameters", ())}
    answers = "".join(
        f"<div><dt>{escape(status)}</dt><dd>{_answer(response)}</dd></div>"
        for status, response in operation["responses"].items()
    )
    example = _example(method, f"{address}{path}", given)
    return (
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{_route(method, path)}</h2>'
        f"<p><strong>{escape(operation.get('summary', ''))}</strong></p>"
        f"{_prose(operation.get('description', ''))}"
        f"{_parameters(parameters)}"
        f"{_fields('Request body: a JSON object', given)}"
        f"<h3>Example</h3><pre><code>{escape(example)}</code></pre>"
        f'<h3>Responses</h3><dl class="fields">{answers}</dl></section>'
    )


def _type(name: str, schema: Schema) -> str:
    return (
        f'<h3 id="type-{escape(name)}"><code>{escape(name)}</code></h3>'
        f"{_prose(schema.get('description', ''))}{_fields('', schema)}"
    )


def _parameters(parameters: Mapping[str, Schema]) -> str:
    required = [name for name, parameter in parameters.items() if parameter.get("required")]
    schemas = {
        name: {**parameter["schema"], "description": parameter.get("description", "")}
        for name, parameter in parameters.items()
    }
    return _fields("In the address", {"properties": schemas, "required": required})


def _fields(heading: str, schema: Schema) -> str:
    """The fields of an object, or nothing when it has none."""
    properties = schema.get("properties", {})
    if not properties:
        return ""
    rows = "".join(
        f"<div><dt><code>{escape(name)}</code></dt>"
        f"<dd>{_field(field, name in schema.get('required', ()))}</dd></div>"
        for name, field in properties.items()
    )
    head = f"<h3>{escape(heading)}</h3>" if heading else ""
    return f'{head}<dl class="fields">{rows}</dl>'


def _field(schema: Schema, required: bool) -> str:
    facts = [_kind(schema), *_limits(schema)]
    if not required:
        default = f", else {_code(json.dumps(schema['default']))}" if "default" in schema else ""
        facts.append(f"optional{default}")
    return f"<p>{', '.join(facts)}</p>{_prose(schema.get('description', ''))}"


def _answer(response: Schema) -> str:
    schema = response.get("content", {}).get(_JSON, {}).get("schema", {})
    given = f"<p>{_kind(schema)}</p>" if schema else ""
    return f"{_prose(response.get('description', ''))}{given}"


def _kind(schema: Schema) -> str:
    """The type in words; types of our own are links to where they are described."""
    if "$ref" in schema:
        name = escape(_name(schema))
        return f'<a href="#type-{name}"><code>{name}</code></a>'
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(_code(json.dumps(value)) for value in schema["enum"])
    if "const" in schema:
        return f"always {_code(json.dumps(schema['const']))}"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(schema.get("type", "any JSON"))


def _limits(schema: Schema) -> Iterator[str]:
    for key, words in _LIMITS.items():
        if key in schema:
            value = schema[key]
            yield words.format(_code(value) if isinstance(value, str) else f"{value:,.10g}")


def _example(method: str, address: str, schema: Schema) -> str:
    if not schema:
        return f"curl {shlex.quote(address)}"
    required = schema.get("required", ())
    sent = {name: _value(schema["properties"][name]) for name in required}
    return (
        f"curl {shlex.quote(address)} \\\n  -X {method.upper()} \\\n"
        f"  -H 'Content-Type: {_JSON}' \\\n"
        f"  -d {shlex.quote(json.dumps(sent, ensure_ascii=False))}"
    )


def _value(schema: Schema) -> object:
    """Something that fits: the schema's own example if it has one."""
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    return _EXAMPLES.get(schema.get("type", "string"), "…")


def _reached(operations: Iterable[tuple[str, str, Schema]], types: Schema) -> list[str]:
    """Names of the types that the routes use, in the order in which a reader meets them."""
    found: dict[str, None] = {}
    for _, _, operation in operations:
        # A request's body is shown with its route; only what it refers to is a type to look up.
        _collect([_given(operation, types), operation["responses"]], types, found)
    return list(found)


def _collect(part: object, types: Schema, found: dict[str, None]) -> None:
    if isinstance(part, Mapping):
        if "$ref" in part and _name(part) not in found:
            found[_name(part)] = None
            _collect(types[_name(part)], types, found)
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _collect(inner, types, found)


def _given(operation: Schema, types: Schema) -> Schema:
    """The schema of the request's body; empty when there is none."""
    content: Schema = operation.get("requestBody", {}).get("content", {})
    schema: Schema = content.get(_JSON, {}).get("schema", {})
    followed: Schema = types[_name(schema)] if "$ref" in schema else schema
    return followed


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _anchor(method: str, path: str) -> str:
    return re.sub(r"\W+", "-", f"{method}{path}").strip("-")


def _route(method: str, path: str) -> str:
    return f"<code>{method.upper()} {escape(path)}</code>"


def _prose(text: str) -> str:
    """Paragraphs of a docstring; what stands in backticks is code."""
    paragraphs = (escape(" ".join(part.split())) for part in text.split("\n\n") if part.strip())
    return "".join(f"<p>{_BACKTICKS.sub(_CODE, part)}</p>" for part in paragraphs)


def _code(value: str) -> str:
    return f"<code>{escape(value)}</code>"
