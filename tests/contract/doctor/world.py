"""Azure after a deployment: the resources that Bicep predicts, with what Azure adds to them when it makes them.

In: a snapshot of infra/main.bicep and one of infra/events.bicep. Out: resources by id, which a test may change.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from tempfile import NamedTemporaryFile
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import yaml

from tests.contract.doctor import meta
from tests.repo import ROOT
from tests.repo.infrastructure import predicted

type Resource = dict[str, Any]

SUBSCRIPTION: Final = "/subscriptions/00000000-0000-0000-0000-000000000000"
TENANT: Final = "eeeeeeee-0000-0000-0000-000000000005"
COMMUNICATION: Final = "Microsoft.Communication/communicationServices"
TOPICS: Final = "Microsoft.EventGrid/systemTopics"
IDENTITIES: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"
REFERENCE: Final = re.compile(r"@Microsoft\.KeyVault\(VaultName=[\w-]+;SecretName=[\w-]+\)")
_REFERENCE: Final = re.compile(r"reference\('(?P<id>[^']+)', '[^']+'\)\.(?P<path>[\w.]+)")
_OUTPUT: Final = re.compile(
    r"reference\(resourceId\([^[]*?format\('communication-[^[]*?\.outputs\.(?P<name>\w+)\.value"
)
_FORMAT: Final = re.compile(r"format\('(?P<form>[^']*)', '(?P<value>[^']*)'\)")
_READ: Final = (
    "Web/sites",
    "KeyVault",
    "ServiceBus",
    "Storage/storageAccounts",
    "EventGrid",
    "Communication",
    "roleAssignments",
)


def made_up(*parts: str) -> str:
    """A GUID that is always the same for the same thing."""
    return str(uuid5(NAMESPACE_URL, "/".join(parts).lower()))


class World:
    """What Azure holds.

    Args:
        main, events: The names of the snapshots; no events: no number is at Communication Services.
        host: Host and port under which app and Communication Services are reached.

    Attributes:
        resources: By id in lower case.
        templates: The templates that Communication Services lists, by channel.
        given_up: Numbers of Event Grid's metrics.
        health: The HTTP status of the app's health.
        secrets: Those in the Key Vault.
        references: What the platform made of each setting that refers to one.
        meta: Meta, of which only a deployment with numbers there asks.
    """

    def __init__(self, main: str, events: str, host: str) -> None:
        self._host = host
        self.resources: dict[str, Resource] = {}
        self.health = 200
        self.given_up = {"DeadLetteredCount": 0, "DroppedEventCount": 0}
        for resource in _snapshot(main):
            self.add(resource)
        if events:
            self._add_what_exists()
        self._complete()
        if events:
            self._add_subscriptions(events)
        self.configuration = _configuration(self.channels() if events else [], at_meta=self._at_meta())
        self._add_functions()
        self.templates = {
            channel["id"]: _listed(self.configuration["templates"])
            for channel in self.configuration["channels"].values()
        }
        self.secrets = dict(meta.SECRETS)
        self.references = {name: "Resolved" for name, value in self.settings.items() if REFERENCE.fullmatch(value)}
        self.meta = meta.Meta(f"https://{host}/api/whatsapp", meta.as_meta_lists(self.configuration["templates"]))

    def add(self, resource: Resource) -> None:
        """Put a resource where its id says."""
        self.resources[resource["id"].lower()] = resource

    def remove(self, resource: Resource) -> None:
        """Delete a resource."""
        del self.resources[resource["id"].lower()]

    def all(self, type_: str) -> list[Resource]:
        """The resources of a type."""
        return [each for each in self.resources.values() if each["type"] == type_]

    def one(self, type_: str, name: str = "") -> Resource:
        """The one resource of a type whose id ends with `name`."""
        (found,) = [each for each in self.all(type_) if each["id"].endswith(name)]
        return found

    @property
    def app(self) -> Resource:
        """The function app."""
        return self.one("Microsoft.Web/sites")

    @property
    def settings(self) -> dict[str, str]:
        """The app settings."""
        found: dict[str, str] = self.one("Microsoft.Web/sites/config", "appsettings")["properties"]
        return found

    def subscription(self, name: str) -> Resource:
        """The properties of an event subscription."""
        found: Resource = self.one(f"{TOPICS}/eventSubscriptions", name)["properties"]
        return found

    def assignment(self, scope: str, role: str) -> Resource:
        """The assignment of a role, by its GUID, on what `scope` ends with."""
        (found,) = [
            each
            for each in self.all("Microsoft.Authorization/roleAssignments")
            if each["properties"]["scope"].endswith(scope) and each["properties"]["roleDefinitionId"].endswith(role)
        ]
        return found

    def channels(self) -> list[str]:
        """The channels whose messages are let through; empty: all."""
        filters = self.subscription("whatsapp-received")["filter"].get("advancedFilters") or []
        return [value for each in filters for value in each["values"]]

    def _at_meta(self) -> bool:
        return bool(self.all("Microsoft.KeyVault/vaults"))

    def _add_what_exists(self) -> None:
        """Communication Services and the topic, where the deployment finds them."""
        (acs,) = {
            each["id"].partition("/providers/Microsoft.Authorization")[0]
            for each in self.all("Microsoft.Authorization/roleAssignments")
            if f"/{COMMUNICATION}/" in each["id"]
        }
        if acs.lower() not in self.resources:
            self.add({"id": acs, "type": COMMUNICATION, "name": acs.rpartition("/")[2], "properties": {}})
        if not self.all(TOPICS):
            (watched,) = [
                each["id"].partition("/providers/Microsoft.Insights")[0]
                for each in self.all("Microsoft.Insights/diagnosticSettings")
                if f"/{TOPICS}/" in each["id"]
            ]
            identity = {"type": "SystemAssigned", "principalId": "bbbbbbbb-0000-0000-0000-000000000002"}
            self.add({"id": watched, "type": TOPICS, "identity": identity, "properties": {"source": acs}})

    def _complete(self) -> None:
        """What Azure adds, and then whatever refers to that."""
        for resource in self.resources.values():
            resource["properties"] = dict(resource.get("properties") or {}) | self._added(resource)
        for resource in self.resources.values():
            if any(part in resource["type"] for part in _READ):
                resource["properties"] = self._evaluated(resource["properties"])
            for id_, identity in ((resource.get("identity") or {}).get("userAssignedIdentities") or {}).items():
                identity |= self.resources[id_.lower()]["properties"]

    def _added(self, resource: Resource) -> Resource:
        id_, name = resource["id"], resource["id"].rpartition("/")[2]
        match resource["type"]:
            case "Microsoft.ManagedIdentity/userAssignedIdentities":
                return {"clientId": made_up(id_, "client"), "principalId": made_up(id_, "principal")}
            case "Microsoft.Storage/storageAccounts":
                kinds = ("blob", "queue", "table")
                return {"primaryEndpoints": {kind: f"https://{name}.{kind}.core.windows.net/" for kind in kinds}}
            case "Microsoft.ServiceBus/namespaces":
                return {"serviceBusEndpoint": f"https://{name}.servicebus.windows.net:443/"}
            case "Microsoft.ServiceBus/namespaces/queues":
                return {"countDetails": {"activeMessageCount": 3, "deadLetterMessageCount": 0}}
            case "Microsoft.Insights/components":
                key = made_up(id_)
                return {"InstrumentationKey": key, "ConnectionString": f"InstrumentationKey={key};IngestionEndpoint=x"}
            case "Microsoft.KeyVault/vaults":
                return {"vaultUri": f"https://{self._host}/"}
            case "Microsoft.Communication/communicationServices":
                return {"hostName": self._host}
            case "Microsoft.Web/sites":
                return {"state": "Running", "defaultHostName": self._host}
            case "Microsoft.Authorization/roleAssignments":
                return {"scope": id_.partition("/providers/Microsoft.Authorization")[0]}
        return {}

    def _evaluated(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._evaluated(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._evaluated(each) for each in value]
        if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
            return self._value_of(value)
        return value

    def _value_of(self, expression: str) -> Any:
        """The few functions of a template that Bicep leaves to Azure."""
        outputs = {
            name: value
            for acs in self.all(COMMUNICATION)
            for name, value in (("id", acs["id"]), ("endpoint", f"https://{acs['properties']['hostName']}"))
        }
        known = {
            "tenant().tenantId": f"'{TENANT}'",
            "environment().authentication.loginEndpoint": "'https://login.microsoftonline.com/'",
        }
        text = expression[1:-1]
        text = known.get(text, text)
        text = _OUTPUT.sub(lambda found: f"'{outputs[found['name']]}'", text)
        text = _REFERENCE.sub(lambda found: f"'{self._property(found['id'], found['path'])}'", text)
        text = _FORMAT.sub(lambda found: f"'{found['form'].replace('{0}', found['value'])}'", text)
        if text.startswith("if(empty("):
            return None
        assert re.fullmatch(r"'[^']*'", text), f"the stand-in cannot evaluate {expression}"
        return text.strip("'")

    def _property(self, id_: str, path: str) -> str:
        value: Any = self.resources[id_.lower()]["properties"]
        for step in path.split("."):
            value = value[step]
        return str(value)

    def _add_functions(self) -> None:
        """What the app itself declares under these settings and this configuration."""
        settings = {
            name: REFERENCE.sub("secret", value.replace(self._host, "host")) for name, value in self.settings.items()
        }
        for name in _published(frozenset(settings.items()), yaml.safe_dump(self.configuration, allow_unicode=True)):
            function = {"name": f"{self.app['name']}/{name}", "type": "Microsoft.Web/sites/functions"}
            self.add({**function, "id": f"{self.app['id']}/functions/{name}", "properties": {"isDisabled": False}})

    def _add_subscriptions(self, events: str) -> None:
        """The snapshot is made for an app of another name, whose webhook is answered with its base address only."""
        account, topic = self.one("Microsoft.Storage/storageAccounts")["id"], self.one(TOPICS)
        for resource in _snapshot(events):
            text = json.dumps(resource)
            text = re.sub(r"/subscriptions/[^\"]*/systemTopics/[^\"/]+", topic["id"], text)
            text = re.sub(r"/subscriptions/[^\"]*/sites/[^\"/]+", self.app["id"], text)
            text = re.sub(r"/subscriptions/[^\"]*/storageAccounts/[^\"/]+", account, text)
            text = re.sub(r"https://[^\"/]+\.azurewebsites\.net", f"https://{self._host}", text)
            made: Resource = json.loads(text)
            target = made["properties"]["destination"]["properties"]
            if "endpointUrl" in target:
                target["endpointBaseUrl"] = target.pop("endpointUrl")
            made["properties"]["provisioningState"] = "Succeeded"
            made["name"] = made["id"].rpartition("/")[2]
            self.add(made)


def _snapshot(name: str) -> list[Resource]:
    """The predicted resources."""
    return list(deepcopy(predicted(name).resources))


@lru_cache
def _published(settings: frozenset[tuple[str, str]], configuration: str) -> tuple[str, ...]:
    """The names of the functions that function_app.py declares under these settings, as the library says."""
    code = "import function_app; print(*(each.get_function_name() for each in function_app.app.get_functions()))"
    with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(configuration)
        file.flush()
        environment = {**dict(settings), "CONTACT_CENTER_FILE": file.name, "PATH": os.environ["PATH"]}
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return tuple(done.stdout.splitlines()[-1].split())


def _configuration(channels: list[str], *, at_meta: bool) -> Resource:
    """The repository's own file, with these channels and those at Meta, or with its own one if there are none."""
    document: Resource = yaml.safe_load((ROOT / "contact_center.yaml").read_text(encoding="utf-8"))
    described = [{"id": each} for each in channels]
    if at_meta:
        numbers = {each: shown.replace(" ", "") for each, shown in meta.NUMBERS.items()}
        there = {"provider": "whatsapp_cloud", "account": meta.ACCOUNT}
        described += [{**there, "id": each, "number": number} for each, number in numbers.items()]
    if described:
        document["channels"] = {
            f"channel_{number}": {**each, "workstream": "support"} for number, each in enumerate(described, start=1)
        }
    return document


def _listed(templates: Mapping[str, Any]) -> list[Resource]:
    """Templates as Communication Services lists them."""
    return [
        {
            "name": name,
            "language": language,
            "status": "approved",
            "content": {
                "components": [{"type": "HEADER", "format": "TEXT", "text": "Contoso"}, {"type": "BODY", "text": text}]
            },
        }
        for name, template in templates.items()
        for language, text in template["languages"].items()
    ]
