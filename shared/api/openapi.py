"""The OpenAPI 3.1 document, made of the table of routes and the models of requests and answers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any, Final, Literal

from pydantic import RootModel

from shared.api.examples import Examples, illustrated
from shared.api.models import adapter_of, may_be_left_out
from shared.api.operations import Method, Operation, Route
from shared.api.problems import MODEL_OF, REQUEST_ID, RETRY_AFTER, STATUS_OF, Problem
from shared.settings import AuthMode
from shared.state.agents import AGENT_ID_FORM
from shared.vocabulary.codes import Code

type Schema = dict[str, Any]

_REFERENCE: Final = "#/components/schemas/{model}"
_PLACEHOLDER: Final = re.compile(r"{(\w+)}")
_WITHOUT_KEY: Final = {
    "description": "Unauthorized: without a valid Functions key the host itself answers, with no body; "
    f"with one, the app, with the problem {Code.UNAUTHENTICATED}"
}
"""Has no `content`: a body that may be missing can't be described."""
_FILE: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_HEADERS: Final[Mapping[str, str]] = {
    "functionsKey": "x-functions-key",
    "agentId": "X-Agent-Id",
    "agentRole": "X-Agent-Role",
}


_ANSWER_HEADERS: Final[Mapping[str, str]] = {
    REQUEST_ID: "The request's own name, to be quoted by who asks about it; the app's log has it.",
    RETRY_AFTER: "Seconds after which the same request may be sent again.",
}
_MAY_PASS: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


def document_of(routes: Sequence[Route], mode: AuthMode | None, examples: Examples) -> Document:
    """Describe every route, with the examples of its operation, and how its callers are known."""
    schemas = _Schemas(routes)
    security = _security(mode)
    paths = {
        f"/{route.template}": {
            verb.lower(): illustrated(_operation(_id_of(verb, route), route.template, method, schemas, mode), examples)
            | {"security": [{name: [] for name in security} if method.role else {}]}
            for verb, method in route.methods.items()
        }
        for route in routes
    }
    return Document(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "WhatsApp contact centre",
                "version": "1",
                "description": "Conversations with customers on WhatsApp: read, answered, handed on.",
            },
            "servers": [{"url": "/api"}],
            "paths": paths,
            "components": {
                "schemas": schemas.definitions,
                "headers": _described(_ANSWER_HEADERS),
                "securitySchemes": security,
            },
        }
    )


def _security(mode: AuthMode | None) -> dict[str, Schema]:
    """Return the schemes that a call needs together."""
    if mode is AuthMode.ENTRA:
        return {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return {name: {"type": "apiKey", "in": "header", "name": header} for name, header in _HEADERS.items()}


class _Schemas:
    """The schemas of all models that the routes name, each once; query models become parameters instead."""

    def __init__(self, routes: Sequence[Route]) -> None:
        inputs: dict[tuple[Any, Literal["validation", "serialization"]], None] = {
            (kind, "serialization"): None for kind in (Problem, *MODEL_OF.values())
        }
        for operation in _operations(routes):
            inputs |= {(kind, "validation"): None for kind in (operation.body, operation.query) if kind}
            inputs |= {(operation.answer, "serialization"): None} if operation.answer else {}
        self._found, definitions = adapter_of(Problem).json_schemas(
            [(kind, mode, adapter_of(kind)) for kind, mode in inputs], ref_template=_REFERENCE
        )
        self.definitions: dict[str, Schema] = definitions["$defs"]
        queries = {operation.query for operation in _operations(routes)}
        self._queries: dict[Any, Schema] = {query: self.definitions.pop(query.__name__) for query in queries}

    def read(self, kind: Any) -> Schema:
        """Return the schema of a model in requests."""
        return self._found[(kind, "validation")]

    def written(self, kind: Any) -> Schema:
        """Return the schema of a model in answers."""
        return self._found[(kind, "serialization")]

    def fields(self, query: Any) -> Mapping[str, Schema]:
        """Return the schemas of query parameters, by name."""
        fields: Mapping[str, Schema] = self._queries[query].get("properties", {})
        return fields

    def needed(self, query: Any) -> Sequence[str]:
        """Return the names of the query parameters that can't be left out."""
        names: Sequence[str] = self._queries[query].get("required", ())
        return names


def _operations(routes: Sequence[Route]) -> Iterator[Operation]:
    return (method.operation for route in routes for method in route.methods.values())


def _id_of(verb: str, route: Route) -> str:
    return f"{verb.lower()}_{route.name}"


def _operation(name: str, path: str, method: Method, schemas: _Schemas, mode: AuthMode | None) -> Schema:
    operation = method.operation
    who = f"Role: {method.role} or higher." if method.role else "Anyone may call."
    described: Schema = {
        "operationId": name,
        "tags": [path.partition("/")[0]],
        "summary": (operation.endpoint.__doc__ or "").partition("\n")[0].rstrip("."),
        "description": who,
        "parameters": [*_parameters(path, operation, schemas)],
        "responses": _responses(method, schemas, mode),
    }
    if operation.body:
        content = {"application/json": {"schema": schemas.read(operation.body)}}
        described["requestBody"] = {"required": not may_be_left_out(operation.body), "content": content}
    elif operation.raw_bytes is not None:
        described["requestBody"] = {"required": True, "content": _FILE}
    return described


def _parameters(path: str, operation: Operation, schemas: _Schemas) -> Iterator[Schema]:
    for name in _PLACEHOLDER.findall(path):
        form = {"pattern": AGENT_ID_FORM} if name == "agentId" else {}
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"} | form}
    for name, header in operation.headers.items():
        schema = {"type": "string", **header.form}
        yield {"name": name, "in": "header", "description": header.description, "schema": schema}
    needed = schemas.needed(operation.query)
    for name, schema in schemas.fields(operation.query).items():
        if name in needed:
            yield {"name": name, "in": "query", "required": True, "explode": False, "schema": schema}
        else:
            yield {"name": name, "in": "query", "explode": False, "schema": _or_empty(_without_null(schema))}


def _without_null(schema: Schema) -> Schema:
    """Return the schema of a query parameter, which is left out rather than null."""
    variants = [variant for variant in schema.get("anyOf", ()) if variant != {"type": "null"}]
    return variants[0] if variants else schema


def _or_empty(schema: Schema) -> Schema:
    """Return the schema of a query parameter as it is read: one without a value counts as left out, unless a number."""
    if schema.get("type") in ("integer", "array") or schema == {"type": "string"}:
        return schema
    return {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


def _responses(method: Method, schemas: _Schemas, mode: AuthMode | None) -> Schema:
    operation = method.operation
    schema = {"schema": schemas.written(operation.answer)} if operation.answer else None
    content = dict.fromkeys(operation.answer_types, schema) if schema else None
    if content and operation.text_type:
        content[operation.text_type] = {"schema": {"type": "string"}}
    done: Schema = {
        "description": operation.status.phrase,
        "headers": _headers(REQUEST_ID) | _described(operation.answer_headers),
    } | ({"content": content} if content else {})
    statuses = {**STATUS_OF, **operation.statuses}
    codes = sorted(_codes_of(method), key=lambda code: (statuses[code], code))
    problems = {
        str(status.value): _problem(status, list(of_status), schemas)
        for status, of_status in groupby(codes, key=lambda code: statuses[code])
    }
    if "401" in problems and mode is not AuthMode.ENTRA:
        problems["401"] = _WITHOUT_KEY
    other = operation.other_status
    found = {str(other.value): {**done, "description": other.phrase}} if other else {}
    return {str(operation.status.value): done, **found, **problems}


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _described(headers: Mapping[str, str]) -> Schema:
    return {name: {"description": each, "schema": {"type": "string"}} for name, each in headers.items()}


def _codes_of(method: Method) -> set[Code]:
    """Return all errors with which an operation may answer."""
    operation = method.operation
    codes = {*operation.codes, Code.INTERNAL_ERROR}
    codes |= {Code.TOO_LARGE} if operation.raw_bytes is None else {Code.LENGTH_REQUIRED, Code.MEDIA_TOO_LARGE}
    codes |= {Code.TOO_MANY_REQUESTS} if operation.most_a_minute else set()
    if method.role:
        codes |= {Code.UNAUTHENTICATED, Code.FORBIDDEN, Code.INVALID_REQUEST, Code.UNAVAILABLE, Code.MISCONFIGURED}
    elif not operation.works_misconfigured:
        codes |= {Code.MISCONFIGURED}
    return codes


def _problem(status: HTTPStatus, codes: Sequence[Code], schemas: _Schemas) -> Schema:
    by_model: dict[type[Problem], list[Code]] = {}
    for code in codes:
        by_model.setdefault(MODEL_OF.get(code, Problem), []).append(code)
    variants = [
        {"allOf": [schemas.written(model), {"properties": {"code": {"enum": of_model}}}]}
        for model, of_model in by_model.items()
    ]
    return {
        "description": f"{status.phrase}: {', '.join(codes)}",
        "headers": _headers(REQUEST_ID, *([RETRY_AFTER] if status in _MAY_PASS else [])),
        "content": {"application/problem+json": {"schema": {"oneOf": variants}}},
    }
