"""Reads what is deployed: each thing when a check first asks for it, and once.

What the app's settings name is found by them: the Service Bus namespace, the storage account, Communication Services
and Application Insights; the Event Grid topic is found by its source. Versions of the interfaces: those of infra/.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Hashable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

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
    is_at,
    last_part,
)
from dev.tools.doctor.target import Target
from shared.configuration import Configuration, ConfigurationError, read_configuration
from shared.settings import read_settings
from shared.vocabulary.time import Clock, rfc3339
from shared.vocabulary.words import Provider

ACS_SETTING: Final = "CommunicationServicesConnection__endpoint"
_WEB: Final = "2025-03-01"
_SERVICE_BUS: Final = "2026-01-01"
_STORAGE: Final = "2025-06-01"
_EVENT_GRID: Final = "2025-02-15"
_PUBLISH: Final = "publish the app: azd deploy, or func azure functionapp publish"
_GIVEN_UP: Final = {"DeadLetteredCount": "kept", "DroppedEventCount": "dropped"}
DEAD_LETTER_DAYS: Final = 7
NOT_AT_ACS: Final = "none: no number is at Communication Services"


class Unknown(Exception):
    """Raised when something can't be looked for, because of what another check reports."""


class Deployment:
    """What is deployed."""

    def __init__(self, target: Target, azure: Azure, clock: Clock) -> None:
        self.target = target
        self.azure = azure
        self._clock = clock
        self._manager = Service(address=target.resource_manager, scope=f"{target.resource_manager}/.default")
        self._answers: dict[Hashable, asyncio.Task[Any]] = {}

    def today(self) -> date:
        """The day on which it is read."""
        return self._clock.now().date()

    async def app(self) -> App:
        """The function app."""
        names = "check the names: az functionapp list --query '[].[name, resourceGroup]' --output table"
        return App.of(await self.one(f"the function app {self.target.app}", self.target.app_id, _WEB, if_absent=names))

    async def settings(self) -> Mapping[str, str]:
        """The app settings, by name."""
        await self.app()
        path = f"{self.target.app_id}/config/appsettings/list"
        answer = await self.one("the app's settings", path, _WEB, verb="POST", role="Website Contributor")
        found: dict[str, str] = answer.get("properties") or {}
        return found

    async def functions(self) -> Sequence[Function]:
        """The functions that the host knows."""
        await self.app()
        path = f"{self.target.app_id}/functions"
        return [Function.of(each) for each in await self.members("the functions", path, _WEB, if_absent=_PUBLISH)]

    async def identity(self) -> Identity:
        """The identity that the settings name, if it is assigned to the app."""
        client_id = await self.setting("AZURE_CLIENT_ID")
        for identity in (await self.app()).identities:
            if identity.client_id.lower() == client_id.lower():
                return identity
        raise Unknown("AZURE_CLIENT_ID names no identity of the app")

    async def queues(self) -> Sequence[Queue]:
        """The queues of the namespace."""
        path = f"{await self.namespace_id()}/queues"
        return [Queue.of(each) for each in await self.members("the queues", path, _SERVICE_BUS)]

    async def topics(self) -> Sequence[Queue]:
        """The topics of the namespace, which are described as queues are."""
        path = f"{await self.namespace_id()}/topics"
        return [Queue.of(each) for each in await self.members("the topics", path, _SERVICE_BUS)]

    async def events_topic(self) -> str | None:
        """The topic that the settings name for other systems; None: nobody is told."""
        return read_settings(await self.settings()).events_topic

    async def providers(self) -> Collection[Provider]:
        """Who has the numbers of the configuration, or is about to have them."""
        return (await self.configuration()).providers_at(self._clock.now())

    async def is_at_acs(self) -> bool:
        """Whether Communication Services are there, for numbers that are there or were."""
        if (await self.settings()).get(ACS_SETTING, "").strip():
            return True
        if Provider.ACS in await self.providers():
            raise Unknown(f"the setting {ACS_SETTING} is missing")
        return False

    async def tables(self) -> Collection[str]:
        """The names of the tables."""
        path = f"{await self.storage_id()}/tableServices/default/tables"
        return {last_part(each["name"]) for each in await self.members("the tables", path, _STORAGE)}

    async def containers(self, account: str) -> Collection[str]:
        """The names of the blob containers in the storage account of that resource id."""
        path = f"{account}/blobServices/default/containers"
        return {last_part(each["name"]) for each in await self.members("the blob containers", path, _STORAGE)}

    async def namespace_id(self) -> str:
        """The resource id of the Service Bus namespace."""
        return await self._find(
            "ServiceBusConnection__fullyQualifiedNamespace",
            "Service Bus namespaces",
            "Microsoft.ServiceBus/namespaces",
            _SERVICE_BUS,
            lambda properties, named: is_at(properties.get("serviceBusEndpoint"), named),
        )

    async def storage_id(self) -> str:
        """The resource id of the storage account."""
        return await self._find(
            "TableStorageConnection__tableServiceUri",
            "storage accounts",
            "Microsoft.Storage/storageAccounts",
            _STORAGE,
            lambda properties, named: is_at((properties.get("primaryEndpoints") or {}).get("table"), named),
        )

    async def media_storage_id(self) -> str:
        """The resource id of the storage account of media."""
        return await self._find(
            "MediaStorageConnection__blobServiceUri",
            "storage accounts",
            "Microsoft.Storage/storageAccounts",
            _STORAGE,
            lambda properties, named: is_at((properties.get("primaryEndpoints") or {}).get("blob"), named),
        )

    async def communication_services_id(self) -> str:
        """The resource id of the Communication Services resource."""
        return await self._find(
            ACS_SETTING,
            "Communication Services resources",
            "Microsoft.Communication/communicationServices",
            "2025-09-01",
            lambda properties, named: is_at(properties.get("hostName"), named),
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
        topics = [Topic.of(each) for each in await self.members("the Event Grid topics", path, _EVENT_GRID)]
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
        return [Subscription.of(each) for each in await self.members("the event subscriptions", path, _EVENT_GRID)]

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
        metrics = await self.members("the metrics of the Event Grid topic", path, "2023-10-01", parameters=asked)
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
                for each in await self.members("who has which role", path, "2022-04-01", parameters=asked, where=group)
            }
        return sorted(found, key=lambda each: (each.scope, each.role))

    async def receivers(self) -> Mapping[str, int]:
        """How many receivers each action group of the resource group has."""
        path = f"{self.target.group_id}/providers/Microsoft.Insights/actionGroups"
        groups = await self.members("the action groups", path, "2023-01-01", where=self.target.group_id)
        return {
            group["name"]: sum(
                len(value) for name, value in group["properties"].items() if name.endswith("Receivers") and value
            )
            for group in groups
        }

    async def health(self) -> int:
        """The HTTP status of the app's health."""
        return await self.azure.status(f"https://{(await self.app()).host}/api/health")

    async def configuration_file(self) -> Path:
        """The local copy of the configuration file that is deployed."""
        return self.target.file or repository.ROOT / read_settings(await self.settings()).configuration_file

    async def configuration(self) -> Configuration:
        """The configuration, if it is valid."""
        try:
            return read_configuration(await self.configuration_file())
        except ConfigurationError:
            raise Unknown("the configuration is not valid") from None

    async def setting(self, name: str) -> str:
        """The value of an app setting."""
        if value := (await self.settings()).get(name, "").strip():
            return value
        raise Unknown(f"the setting {name} is missing")

    async def _find(self, setting: str, what: str, type_: str, version: str, is_it: Callable[[Json, str], bool]) -> str:
        """The id of the resource that a setting names, told by its properties and the setting's value."""
        named = await self.setting(setting)
        path = f"/subscriptions/{self.target.subscription}/providers/{type_}"
        for each in await self.members(f"the {what}", path, version):
            if is_it(each["properties"], named):
                found: str = each["id"]
                return found
        raise Unreadable(
            f"{setting} names none of the {what} that you may read in the subscription",
            do="deploy infra/main.bicep again, which sets it; if it is right, ask for the role Reader on the resource",
        )

    async def one(self, what: str, path: str, version: str, **more: Any) -> Json:
        """What Azure Resource Manager says of a path; `more` as in `Query`."""
        return await self.ask(self._query(what, path, version, **more))

    async def members(self, what: str, path: str, version: str, **more: Any) -> Sequence[Json]:
        """The members of a collection of Azure Resource Manager; `more` as in `Query`."""
        return await self.ask_all(self._query(what, path, version, **more))

    def _query(self, what: str, path: str, version: str, **more: Any) -> Query:
        return Query(service=self._manager, what=what, path=path, version=version, **{"where": _scope(path), **more})

    async def ask(self, query: Query) -> Json:
        """One object of any service of Azure."""
        answer: Json = await self._once(query, self.azure.get)
        return answer

    async def ask_all(self, query: Query) -> Sequence[Json]:
        """The members of a collection of any service of Azure."""
        answer: Sequence[Json] = await self._once(query, self.azure.list)
        return answer

    async def once[T](self, question: Hashable, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to a question, which is asked once, however many checks need it."""
        if question not in self._answers:
            self._answers[question] = asyncio.create_task(ask())
        found: T = await self._answers[question]
        return found

    async def _once(self, query: Query, ask: Callable[[Query], Coroutine[Any, Any, Any]]) -> Any:
        return await self.once(query, partial(ask, query))


def _scope(path: str) -> str:
    """Where a role lets a person ask a path: the resource, or else the subscription."""
    parts = path.split("/")
    return "/".join(parts[: 9 if "resourceGroups" in parts else 3])
