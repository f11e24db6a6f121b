"""Which functions the app has, and what the host asks of their callers, by its settings."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest

from shared.api.routes import ROUTES
from tests.repo import ROOT

GUID = "0a0b0c0d-0000-4000-8000-00000000000e"
CONNECTIONS = {
    "ServiceBusConnection": "Endpoint=sb://127.0.0.1",
    "TableStorageConnection": "AccountName=local;AccountKey=a2V5",
    "CommunicationServicesConnection": "endpoint=http://127.0.0.1;accesskey=a2V5",
}
KEY = {**CONNECTIONS, "AUTH_MODE": "key"}
ENTRA = {**CONNECTIONS, "AUTH_MODE": "entra", "ENTRA_TENANT_ID": GUID, "ENTRA_AUDIENCE": GUID}
WEBHOOK = {"EVENTS_AUDIENCE": GUID, "ENTRA_TENANT_ID": GUID}
META = {"WHATSAPP_APP_SECRET": "s", "WHATSAPP_VERIFY_TOKEN": "t"}
MESSAGES = {"ingest", "keep_dead_letter", "route"}
OPEN = {"health", "openapi", "desk", "desk_config", "desk_file"}
_INDEX = """
import json, function_app
print(json.dumps({str(each.get_function_name()): each.get_trigger().get_dict_repr()
                  for each in function_app.app.get_functions()}, default=str))
"""


def index(settings: Mapping[str, str]) -> dict[str, Any]:
    """The trigger of each function."""
    environment = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run([sys.executable, "-c", _INDEX], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    triggers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return triggers


def levels(triggers: Mapping[str, Any]) -> dict[str, set[str]]:
    """The HTTP functions, by what the host asks of their callers."""
    found: dict[str, set[str]] = {}
    for name, trigger in triggers.items():
        if trigger["type"] == "httpTrigger":
            found.setdefault(trigger["authLevel"], set()).add(name)
    return found


@pytest.mark.parametrize("settings", [KEY, {**ENTRA, "AUTH_MODE": "none"}], ids=["key", "unknown"])
def test_the_host_asks_for_a_key_unless_the_app_checks_tokens(settings: Mapping[str, str]) -> None:
    triggers = index(settings)

    assert levels(triggers) == {"FUNCTION": set(ROUTES) - OPEN, "ANONYMOUS": OPEN}
    assert set(triggers) - set(ROUTES) == (MESSAGES if settings is KEY else MESSAGES - {"route"})


@pytest.mark.parametrize("wrong", [{}, {"ENTRA_TENANT_ID": "wrong"}], ids=["good", "bad settings"])
def test_the_host_asks_for_nothing_where_the_app_checks_tokens(wrong: Mapping[str, str]) -> None:
    assert levels(index({**ENTRA, **wrong})) == {"ANONYMOUS": set(ROUTES)}


def test_of_two_routes_for_a_path_the_more_specific_has_the_name_that_azure_tries_first() -> None:
    """By the alphabet, whatever the paths are (Azure/azure-functions-host#9876)."""
    overlapping = [
        (one, other)
        for one, other in permutations(ROUTES.values(), 2)
        if re.fullmatch(re.sub(r"{\*?\w+}", lambda found: ".*" if "*" in found[0] else "[^/]+", other.path), one.path)
    ]

    assert [(one.name, other.name) for one, other in overlapping if one.name > other.name] == []
    assert overlapping


def test_messages_wait_in_their_queue_until_the_api_is_registered() -> None:
    """The audience is the placeholder of infra/main.bicepparam: events are taken, and nothing is routed."""
    triggers = index({**ENTRA, "ENTRA_AUDIENCE": "00000000-0000-0000-0000-000000000000"})

    assert set(triggers) - set(ROUTES) == MESSAGES - {"route"}


@pytest.mark.parametrize(
    "settings",
    [ENTRA | WEBHOOK, KEY | WEBHOOK, KEY | {"EVENTS_AUDIENCE": "wrong"}, WEBHOOK],
    ids=["entra", "key", "bad settings", "no settings"],
)
def test_the_webhook_is_there_if_it_has_an_audience_whatever_else_is_wrong(settings: Mapping[str, str]) -> None:
    triggers = index(settings)

    events = triggers["events"]
    assert (events["route"], events["methods"], events["authLevel"]) == ("events", ["POST", "OPTIONS"], "ANONYMOUS")
    assert set(triggers) >= {"ingest", "keep_dead_letter", "health"}


@pytest.mark.parametrize(
    "settings",
    [
        ENTRA | META,
        KEY | META,
        KEY | META | {"CONTACT_CENTER_FILE": "missing.yaml"},
        KEY | {"WHATSAPP_APP_SECRET": "@Microsoft.KeyVault(VaultName=v;SecretName=s)"},
        META,
    ],
    ids=["entra", "key", "bad file", "secret that nobody fetched", "no other settings"],
)
def test_metas_webhook_is_there_if_there_is_a_secret_whatever_else_is_wrong(settings: Mapping[str, str]) -> None:
    triggers = index(settings)

    whatsapp = triggers["whatsapp"]
    assert (whatsapp["route"], whatsapp["methods"], whatsapp["authLevel"]) == ("whatsapp", ["GET", "POST"], "ANONYMOUS")
    assert set(triggers) >= {"ingest", "keep_dead_letter", "health"}
