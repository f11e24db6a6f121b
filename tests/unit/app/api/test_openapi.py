"""The OpenAPI document: sound, complete, and in step with the functions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import function_app
from shared.api.problems import STATUS_OF
from shared.api.routes import ROUTES
from shared.vocabulary.codes import Code
from shared.vocabulary.words import ClosureReason
from tests.fakes.issuer import SETTINGS
from tests.fakes.world import World
from tests.unit.app.api.desk import Desk


@pytest.fixture(scope="session")  # an app gives its functions once
def functions() -> dict[str, dict[str, Any]]:
    """The HTTP triggers of function_app.py, by function name."""
    triggers: dict[str, dict[str, Any]] = {}
    for function in function_app.app.get_functions():
        trigger = function.get_trigger()
        if trigger is not None and trigger.get_binding_name() == "httpTrigger":
            triggers[str(function.get_function_name())] = trigger.get_dict_repr()
    return triggers


async def document(**settings: Any) -> dict[str, Any]:
    """The document as anyone gets it from an app with these settings."""
    answer = await Desk(World(**settings)).get("/openapi.json", {})
    assert isinstance(answer.json, dict)
    return answer.json


def references(value: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def problems(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each code of a problem's schema, and the model of the problems with that code."""
    for variant in schema["oneOf"]:
        model, which = variant["allOf"]
        for code in which["properties"]["code"]["enum"]:
            yield code, model["$ref"].rpartition("/")[2]


async def test_the_document_describes_exactly_the_functions(functions: dict[str, dict[str, Any]]) -> None:
    described = (await document())["paths"]

    assert set(described) == {f"/{trigger['route']}".replace("{*", "{") for trigger in functions.values()}


def test_a_function_gets_every_method_so_that_the_app_answers_a_wrong_one(functions: dict[str, dict[str, Any]]) -> None:
    assert not any("methods" in trigger for trigger in functions.values())


def test_each_function_has_the_name_of_its_route(functions: dict[str, dict[str, Any]]) -> None:
    assert {name: trigger["route"] for name, trigger in functions.items()} == {
        name: route.path for name, route in ROUTES.items()
    }


def test_only_what_anyone_may_call_is_open_and_the_host_checks_keys_for_the_rest(
    functions: dict[str, dict[str, Any]],
) -> None:
    open_to_all = {name for name, route in ROUTES.items() if any(not of.role for of in route.methods.values())}

    levels = {name: str(trigger["authLevel"]) for name, trigger in functions.items()}

    assert {name for name, level in levels.items() if level == "ANONYMOUS"} == open_to_all
    assert set(levels.values()) == {"ANONYMOUS", "FUNCTION"}


async def test_every_reference_leads_to_a_component_and_every_component_is_used() -> None:
    described = await document()

    components = {kind: described["components"][kind] for kind in ("schemas", "headers")}
    assert set(references(described)) == {
        f"#/components/{kind}/{name}" for kind in components for name in components[kind]
    }


async def test_every_operation_has_what_a_client_needs() -> None:
    described = await document()

    ids = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            ids.append(operation["operationId"])
            assert operation["summary"]
            named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert {f"{{{name}}}" for name in named} == {part for part in path.split("/") if part.startswith("{")}
            assert method in ("post", "put", "patch") or "requestBody" not in operation
            assert method not in ("put", "patch") or "requestBody" in operation
            assert any(status.startswith("2") for status in operation["responses"])
            for status, response in operation["responses"].items():
                for media_type in response.get("content", {}):
                    problem = media_type == "application/problem+json"
                    assert problem == (int(status) >= 400)
    assert len(ids) == len(set(ids))


async def test_each_error_stands_under_its_status_and_all_are_described_but_that_of_a_method_that_is_not() -> None:
    described = await document(**SETTINGS)
    elsewhere = {Code.MEDIA_NOT_FOUND: [404], Code.MEDIA_TOO_LARGE: [413]}  # at the routes of the file itself

    seen = set()
    for operations in described["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/problem+json")
                for name, _ in problems(content["schema"]) if content else ():
                    code = Code(name)
                    seen.add(code)
                    assert int(status) in (STATUS_OF[code], *elsewhere.get(code, ()))
    assert seen == set(STATUS_OF) - {Code.METHOD_NOT_ALLOWED}


async def test_every_route_but_those_for_anyone_may_refuse_a_request() -> None:
    described = await document()

    refusing = {
        (path, method)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if "422" in operation["responses"]
    }

    assert refusing == {
        (f"/{route.path}", verb.lower())
        for route in ROUTES.values()
        for verb, method in route.methods.items()
        if method.role
    }


@pytest.mark.parametrize(
    ("settings", "schemes"),
    [
        ({}, {"functionsKey": "x-functions-key", "agentId": "X-Agent-Id", "agentRole": "X-Agent-Role"}),
        (SETTINGS, {"token": None}),
    ],
    ids=["key", "entra"],
)
async def test_it_says_how_callers_are_known(settings: dict[str, Any], schemes: dict[str, str | None]) -> None:
    described = await document(**settings)

    given = described["components"]["securitySchemes"]
    assert {name: scheme.get("name") for name, scheme in given.items()} == schemes
    if "token" in given:
        assert given["token"] == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    for route in ROUTES.values():
        for verb, method in route.methods.items():
            needed: dict[str, list[str]] = {name: [] for name in schemes} if method.role else {}
            assert described["paths"][f"/{route.path}".replace("{*", "{")][verb.lower()]["security"] == [needed]


async def test_errors_after_which_a_reply_is_kept_carry_it() -> None:
    described = await document()
    responses = described["paths"]["/conversations/{conversationId}/replies"]["post"]["responses"]

    model_of = {
        code: model
        for status in ("429", "502", "503")
        for code, model in problems(responses[status]["content"]["application/problem+json"]["schema"])
    }

    kept = {code for code, model in model_of.items() if model == "ReplyProblem"}
    assert kept == {"recipient_rate_limited", "channel_rejected", "channel_unavailable"}
    assert {model_of[code] for code in ("unavailable", "misconfigured")} == {"Problem"}
    schema = described["components"]["schemas"]["ReplyProblem"]
    assert {"replyId", "replyStatus"} <= set(schema["required"])
    assert schema["properties"]["replyStatus"]["$ref"].endswith("/MessageStatus")
    assert schema["properties"]["status"]["type"] == "integer"


async def test_the_reply_is_described_by_its_kinds() -> None:
    described = await document()

    schemas = described["components"]["schemas"]
    kinds = schemas["ReplyBody"]["discriminator"]["mapping"]
    assert set(kinds) == {"text", "image", "video", "audio", "document", "template"}
    assert schemas["TextReply"]["additionalProperties"] is False
    assert schemas["TextReply"]["properties"]["text"]["maxLength"] == 40_960


async def test_a_body_may_be_left_out_where_all_in_it_may() -> None:
    paths = (await document())["paths"]
    conversation = "/conversations/{conversationId}"

    required = {
        action: paths[f"{conversation}/{action}"]["post"]["requestBody"]["required"]
        for action in ("assign", "wait", "close", "transfer", "notes", "read", "replies")
    }

    assert [action for action, needed in required.items() if not needed] == ["assign", "wait", "close"]
    assert "requestBody" not in paths[f"{conversation}/release"]["post"]


async def test_the_list_of_conversations_is_described_with_its_parameters() -> None:
    described = await document()

    parameters = {each["name"]: each for each in described["paths"]["/conversations"]["get"]["parameters"]}
    filters = {"queue", "status", "day", "agent", "channel", "unanswered", "failed", "held"}
    assert set(parameters) == {*filters, "sort", "limit", "cursor"}
    assert parameters["queue"]["schema"]["type"] == "array"
    assert parameters["limit"]["schema"]["maximum"] == 100
    assert parameters["sort"]["schema"]["anyOf"][1] == {"type": "string", "maxLength": 0}  # counts as left out
    assert all("required" not in each for each in parameters.values())


async def test_what_a_key_an_agents_id_and_a_cursor_may_be_is_described() -> None:
    paths = (await document())["paths"]

    def schema_of(path: str, method: str, name: str) -> dict[str, Any]:
        (found,) = [each["schema"] for each in paths[path][method]["parameters"] if each["name"] == name]
        assert isinstance(found, dict)
        return found

    key = schema_of("/conversations/{conversationId}/replies", "post", "Idempotency-Key")
    assert (key["minLength"], key["maxLength"], key["pattern"]) == (1, 64, "^[ -~]*[!-~][ -~]*$")
    assert schema_of("/agents/{agentId}", "get", "agentId")["pattern"].startswith("^[!-~]")
    assert "pattern" not in schema_of("/conversations/{conversationId}", "get", "conversationId")
    assert "messages[.]" in json.dumps(schema_of("/conversations/{conversationId}/messages", "get", "cursor"))


async def test_the_reasons_for_which_a_conversation_was_closed_are_listed() -> None:
    schemas = (await document())["components"]["schemas"]

    assert schemas["ClosureView"]["properties"]["reason"] == {"$ref": "#/components/schemas/ClosureReason"}
    assert schemas["ClosureReason"]["enum"] == list(ClosureReason)


async def test_the_document_is_an_openapi_3_1_document_of_plain_json() -> None:
    described = await document()

    assert described["openapi"] == "3.1.0"
    assert set(described) == {"openapi", "info", "servers", "paths", "components"}
    assert described["servers"] == [{"url": "/api"}]
    assert json.loads(json.dumps(described)) == described


def test_the_host_serves_the_routes_under_api() -> None:
    host = json.loads(Path("host.json").read_text(encoding="utf-8"))

    assert host["extensions"]["http"]["routePrefix"] == "api"
    assert not any(route.path.startswith("admin") for route in ROUTES.values())


async def test_it_says_that_the_host_answers_a_call_without_a_key_and_with_no_body() -> None:
    by_key, by_token = (await document())["paths"], (await document(**SETTINGS))["paths"]

    for path, operations in by_key.items():
        for method, operation in operations.items():
            refused = operation["responses"].get("401", {"description": ""})
            assert set(refused) == {"description"}
            said = refused["description"]
            assert ("without a valid Functions key the host itself answers, with no body" in said) == bool(said)
            assert bool(said) == (operation["security"] != [{}])
            assert "Functions key" not in json.dumps(by_token[path][method])
