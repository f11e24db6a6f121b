"""Reads what is deployed: each thing when a check first asks for it, and once.

What the app's settings name is found by them: the Service Bus namespace, the storage account, Communication Services
and Application Insights; the Event Grid topic is found by its source. Versions of the interfaces: those of infra/.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from dev.tools.doctor import repository
from dev.tools.doctor.azure import Azure, Json, Query, Service, Unreadable
from dev.tools.doctor.deployed import (
    App,
    Assignment,
    Function,
    Identity,
    Queue,
    Subscription,
    Topic,
    last_part,
    listed_template,
)
from dev.tools.doctor.target import Target
from shared.configuration import Configuration, ConfigurationError, read_configuration
from shared.settings import read_settings
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.time import Clock, rfc3339

_MESSAGES_SCOPE: Final = "https://communication.azure.com//.default"
_ACS_SETTING: Final = "CommunicationServicesConnection__endpoint"
_WEB: Final = "2025-03-01"
_SERVICE_BUS: Final = "2026-01-01"
_STORAGE: Final = "2025-06-01"
_EVENT_GRID: Final = "2025-02-15"
_PUBLISH: Final = "publish the app: azd deploy, or func azure functionapp publish"
_GIVEN_UP: Final = {"DeadLetteredCount": "kept", "DroppedEventCount": "dropped"}
DEAD_LETTER_DAYS: Final = 7


class Unknown(Exception):
    """Raised when something can't be looked for, because of what another check reports."""


class Deployment:
    """What is deployed."""

    def __init__(self, target: Target, azure: Azure, clock: Clock) -> None:
        self.target = target
        self._azure = azure
        self._clock = clock
        self._manager = Service(address=target.resource_manager, scope=f"{target.resource_manager}/.default")
        self._answers: dict[Query, asyncio.Task[Any]] = {}

    def today(self) -> date:
        """The day on which it is read."""
        return self._clock.now().date()

    async def app(self) -> App:
        """The function app."""
        names = "check the names: az functionapp list --query '[].[name, resourceGroup]' --output table"
        return App.of(await self._get(f"the function app {self.target.app}", self.target.app_id, _WEB, if_absent=names))

    async def settings(self) -> Mapping[str, str]:
        """The app settings, by name."""
        await self.app()
        path = f"{self.target.app_id}/config/appsettings/list"
        answer = await self._get("the app's settings", path, _WEB, verb="POST", role="Website Contributor")
        found: dict[str, str] = answer.get("properties") or {}
        return found

    async def functions(self) -> Sequence[Function]:
        """The functions that the host knows."""
        await self.app()
        path = f"{self.target.app_id}/functions"
        return [Function.of(each) for each in await self._list("the functions", path, _WEB, if_absent=_PUBLISH)]

    async def identity(self) -> Identity:
        """The identity that the settings name, if it is assigned to the app."""
        client_id = await self._setting("AZURE_CLIENT_ID")
        for identity in (await self.app()).identities:
            if identity.client_id.lower() == client_id.lower():
                return identity
        raise Unknown("AZURE_CLIENT_ID names no identity of the app")

    async def queues(self) -> Sequence[Queue]:
        """The queues of the namespace."""
        path = f"{await self.namespace_id()}/queues"
        return [Queue.of(each) for each in await self._list("the queues", path, _SERVICE_BUS)]

    async def topics(self) -> Sequence[Queue]:
        """The topics of the namespace, which are described as queues are."""
        path = f"{await self.namespace_id()}/topics"
        return [Queue.of(each) for each in await self._list("the topics", path, _SERVICE_BUS)]

    async def events_topic(self) -> str | None:
        """The topic that the settings name for other systems; None: nobody is told."""
        return read_settings(await self.settings()).events_topic

    async def tables(self) -> Collection[str]:
        """The names of the tables."""
        path = f"{await self.storage_id()}/tableServices/default/tables"
        return {last_part(each["name"]) for each in await self._list("the tables", path, _STORAGE)}

    async def containers(self, account: str) -> Collection[str]:
        """The names of the blob containers in the storage account of that resource id."""
        path = f"{account}/blobServices/default/containers"
        return {last_part(each["name"]) for each in await self._list("the blob containers", path, _STORAGE)}

    async def namespace_id(self) -> str:
        """The resource id of the Service Bus namespace."""
        return await self._find(
            "ServiceBusConnection__fullyQualifiedNamespace",
            "Service Bus namespaces",
            "Microsoft.ServiceBus/namespaces",
            _SERVICE_BUS,
            lambda properties, named: _is_at(properties.get("serviceBusEndpoint"), named),
        )

    async def storage_id(self) -> str:
        """The resource id of the storage account."""
        return await self._find(
            "TableStorageConnection__tableServiceUri",
            "storage accounts",
            "Microsoft.Storage/storageAccounts",
            _STORAGE,
            lambda properties, named: _is_at((properties.get("primaryEndpoints") or {}).get("table"), named),
        )

    async def media_storage_id(self) -> str:
        """The resource id of the storage account of media."""
        return await self._find(
            "MediaStorageConnection__blobServiceUri",
            "storage accounts",
            "Microsoft.Storage/storageAccounts",
            _STORAGE,
            lambda properties, named: _is_at((properties.get("primaryEndpoints") or {}).get("blob"), named),
        )

    async def communication_services_id(self) -> str:
        """The resource id of the Communication Services resource."""
        return await self._find(
            _ACS_SETTING,
            "Communication Services resources",
            "Microsoft.Communication/communicationServices",
            "2025-09-01",
            lambda properties, named: _is_at(properties.get("hostName"), named),
        )

    async def insights_id(self) -> str:
        """The resource id of the Application Insights resource."""
        return await self._find(
            "APPLICATIONINSIGHTS_CONNECTION_STRING",
            "Application Insights resources",
            "Microsoft.Insights/components",
            "2020-02-02",
            lambda properties, named: f"InstrumentationKey={properties.get('InstrumentationKey')}" in named.split(";"),
        )

    async def topic(self) -> Topic:
        """The system topic of Communication Services."""
        source = await self.communication_services_id()
        path = f"/subscriptions/{self.target.subscription}/providers/Microsoft.EventGrid/systemTopics"
        topics = [Topic.of(each) for each in await self._list("the Event Grid topics", path, _EVENT_GRID)]
        for topic in topics:
            if topic.source.lower() == source.lower():
                return topic
        raise Unreadable(
            f"no Event Grid topic has the source {source}",
            do=f"deploy infra/main.bicep again; if there is one, ask for the role Reader on {source} and its group",
        )

    async def subscriptions(self) -> Sequence[Subscription]:
        """The event subscriptions of the topic."""
        path = f"{(await self.topic()).id}/eventSubscriptions"
        return [Subscription.of(each) for each in await self._list("the event subscriptions", path, _EVENT_GRID)]

    async def given_up_events(self) -> Mapping[str, int]:
        """How many events Event Grid gave up in the last days: `kept` as dead letters, and `dropped`."""
        now = self._clock.now().replace(microsecond=0)
        asked = (
            ("metricnames", ",".join(_GIVEN_UP)),
            ("aggregation", "Total"),
            ("interval", "P1D"),
            ("timespan", f"{rfc3339(now - timedelta(days=DEAD_LETTER_DAYS))}/{rfc3339(now)}"),
        )
        path = f"{(await self.topic()).id}/providers/Microsoft.Insights/metrics"
        metrics = await self._list("the metrics of the Event Grid topic", path, "2023-10-01", parameters=asked)
        totals = dict.fromkeys(_GIVEN_UP.values(), 0)
        for metric in metrics:
            counts = (data.get("total") or 0 for series in metric["timeseries"] for data in series["data"])
            totals[_GIVEN_UP[metric["name"]["value"]]] += round(sum(counts))
        return totals

    async def assignments(self, principal_id: str, scopes: Collection[str]) -> Sequence[Assignment]:
        """The roles of a principal in the resource groups of these scopes, and those that it has from above."""
        found = set()
        for group in sorted({"/".join(scope.split("/")[:5]) for scope in scopes}):
            path = f"{group}/providers/Microsoft.Authorization/roleAssignments"
            asked = (("$filter", f"principalId eq '{principal_id}'"),)
            found |= {
                Assignment.of(each)
                for each in await self._list("who has which role", path, "2022-04-01", parameters=asked, where=group)
            }
        return sorted(found, key=lambda each: (each.scope, each.role))

    async def receivers(self) -> Mapping[str, int]:
        """How many receivers each action group of the resource group has."""
        path = f"{self.target.group_id}/providers/Microsoft.Insights/actionGroups"
        groups = await self._list("the action groups", path, "2023-01-01", where=self.target.group_id)
        return {
            group["name"]: sum(
                len(value) for name, value in group["properties"].items() if name.endswith("Receivers") and value
            )
            for group in groups
        }

    async def templates(self, channel_id: str) -> Sequence[ListedTemplate]:
        """The templates that Communication Services lists for a channel."""
        resource_id = await self.communication_services_id()
        host = urlsplit(await self._setting(_ACS_SETTING)).netloc
        query = Query(
            service=Service(address=f"https://{host}", scope=_MESSAGES_SCOPE),
            what=f"the templates of channel {channel_id}",
            path=f"/messages/channels/{channel_id}/templates",
            version="2024-08-30",
            role="Communication and Email Service Owner",
            where=resource_id,
            if_absent="correct the channel's id in the configuration (portal: Communication Services, Channels)",
        )
        return [listed_template(each) for each in await self._once(query, self._azure.list)]

    async def health(self) -> int:
        """The HTTP status of the app's health."""
        return await self._azure.status(f"https://{(await self.app()).host}/api/health")

    async def configuration_file(self) -> Path:
        """The local copy of the configuration file that is deployed."""
        return self.target.file or repository.ROOT / read_settings(await self.settings()).configuration_file

    async def configuration(self) -> Configuration:
        """The configuration, if it is valid."""
        try:
            return read_configuration(await self.configuration_file())
        except ConfigurationError:
            raise Unknown("the configuration is not valid") from None

    async def _setting(self, name: str) -> str:
        if value := (await self.settings()).get(name, "").strip():
            return value
        raise Unknown(f"the setting {name} is missing")

    async def _find(self, setting: str, what: str, type_: str, version: str, is_it: Callable[[Json, str], bool]) -> str:
        """The id of the resource that a setting names, told by its properties and the setting's value."""
        named = await self._setting(setting)
        path = f"/subscriptions/{self.target.subscription}/providers/{type_}"
        for each in await self._list(f"the {what}", path, version):
            if is_it(each["properties"], named):
                found: str = each["id"]
                return found
        raise Unreadable(
            f"{setting} names none of the {what} that you may read in the subscription",
            do="deploy infra/main.bicep again, which sets it; if it is right, ask for the role Reader on the resource",
        )

    async def _get(self, what: str, path: str, version: str, **more: Any) -> Json:
        answer: Json = await self._once(self._query(what, path, version, **more), self._azure.get)
        return answer

    async def _list(self, what: str, path: str, version: str, **more: Any) -> Sequence[Json]:
        answer: Sequence[Json] = await self._once(self._query(what, path, version, **more), self._azure.list)
        return answer

    def _query(self, what: str, path: str, version: str, **more: Any) -> Query:
        return Query(service=self._manager, what=what, path=path, version=version, **{"where": _scope(path), **more})

    async def _once(self, query: Query, ask: Callable[[Query], Coroutine[Any, Any, Any]]) -> Any:
        if query not in self._answers:
            self._answers[query] = asyncio.create_task(ask(query))
        return await self._answers[query]


def _scope(path: str) -> str:
    """Where a role lets a person ask a path: the resource, or else the subscription."""
    parts = path.split("/")
    return "/".join(parts[: 9 if "resourceGroups" in parts else 3])


def _is_at(address: str | None, wanted: str) -> bool:
    """Whether two addresses, with or without scheme, port and path, have the same host."""
    hosts = [urlsplit(each if "://" in each else f"//{each}").hostname for each in (address or "", wanted)]
    return hosts[0] == hosts[1] is not None
