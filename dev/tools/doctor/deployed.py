"""What is deployed, as far as the checks look at it, read from the JSON of Azure's services.

Shapes: the type definitions in github.com/Azure/bicep-types-az. Resource ids are compared without case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from dev.tools.doctor.azure import Json
from shared.adapters.template_definition import read_definition
from shared.vocabulary.templates import ListedTemplate


def is_within(resource_id: str, scope: str) -> bool:
    """Whether a resource is the scope itself or lies in it."""
    return f"{resource_id.lower()}/".startswith(f"{scope.lower().rstrip('/')}/")


def last_part(resource_id: str) -> str:
    """The name at the end of a resource id, or of a name that starts with its parent's."""
    return resource_id.rstrip("/").rpartition("/")[2]


def is_at(address: str | None, wanted: str) -> bool:
    """Whether two addresses, with or without scheme, port and path, have the same host."""
    hosts = [urlsplit(each if "://" in each else f"//{each}").hostname for each in (address or "", wanted)]
    return hosts[0] == hosts[1] is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A managed identity: `client_id` signs in, `principal_id` holds roles."""

    client_id: str
    principal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The function app; `runtime`, such as `python 3.13`, is None when it is not on Flex Consumption."""

    state: str
    host: str
    runtime: str | None
    identities: tuple[Identity, ...]

    @classmethod
    def of(cls, site: Json) -> Self:
        """From a resource of type Microsoft.Web/sites."""
        properties = site["properties"]
        runtime = (properties.get("functionAppConfig") or {}).get("runtime") or {}
        return cls(
            state=properties.get("state", ""),
            host=properties.get("defaultHostName", ""),
            runtime=f"{runtime['name']} {runtime['version']}" if runtime else None,
            identities=_user_assigned(site),
        )


def _user_assigned(resource: Json) -> tuple[Identity, ...]:
    assigned = (resource.get("identity") or {}).get("userAssignedIdentities") or {}
    return tuple(Identity(client_id=each["clientId"], principal_id=each["principalId"]) for each in assigned.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that the app's host knows."""

    name: str
    disabled: bool

    @classmethod
    def of(cls, function: Json) -> Self:
        """From a resource of type Microsoft.Web/sites/functions, whose name is `<app>/<function>`."""
        return cls(name=last_part(function["name"]), disabled=bool(function["properties"].get("isDisabled")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A role that somebody holds; `role` is the GUID of its definition."""

    role: str
    scope: str

    @classmethod
    def of(cls, assignment: Json) -> Self:
        """From a resource of type Microsoft.Authorization/roleAssignments."""
        properties = assignment["properties"]
        return cls(role=last_part(properties["roleDefinitionId"]).lower(), scope=properties["scope"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue or topic of Service Bus, with the number of its dead letters."""

    name: str
    properties: Mapping[str, Any]
    dead_letters: int

    @classmethod
    def of(cls, queue: Json) -> Self:
        """From a resource of type Microsoft.ServiceBus/namespaces/queues or topics."""
        properties = queue["properties"]
        counts = properties.get("countDetails") or {}
        return cls(
            name=last_part(queue["name"]), properties=properties, dead_letters=counts.get("deadLetterMessageCount", 0)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """An Event Grid system topic; `holders` are the principals of its identities."""

    id: str
    source: str
    holders: tuple[str, ...]

    @classmethod
    def of(cls, topic: Json) -> Self:
        """From a resource of type Microsoft.EventGrid/systemTopics."""
        system = (topic.get("identity") or {}).get("principalId")
        users = tuple(each.principal_id for each in _user_assigned(topic))
        return cls(
            id=topic["id"], source=topic["properties"]["source"], holders=(*((system,) if system else ()), *users)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """An advanced filter of an event subscription."""

    operator: str
    key: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An event subscription.

    Attributes:
        state: How its last deployment ended; `Succeeded` when it works.
        event_types: Empty: all.
        destination: The resource id of a function, the address of a webhook, or empty for anything else.
        audience: Of a webhook's tokens, by Microsoft Entra ID; empty without.
        subject: What it wants of the subject; empty: nothing.
        attempts: How often an event is tried, at most.
        minutes: How long an event is tried, at most.
        dead_letters: The resource id of the container that keeps what could not be delivered; empty without.
    """

    name: str
    state: str
    event_types: frozenset[str]
    destination: str
    audience: str
    filters: tuple[Filter, ...]
    subject: str
    attempts: int
    minutes: int
    dead_letters: str

    @classmethod
    def of(cls, subscription: Json) -> Self:
        """From a resource of type Microsoft.EventGrid/systemTopics/eventSubscriptions."""
        properties = subscription["properties"]
        wanted, retry = properties.get("filter") or {}, properties.get("retryPolicy") or {}
        target = (properties.get("destination") or {}).get("properties") or {}
        return cls(
            name=last_part(subscription["name"]),
            state=properties.get("provisioningState", ""),
            event_types=frozenset(wanted.get("includedEventTypes") or ()),
            destination=target.get("resourceId") or target.get("endpointBaseUrl") or "",
            audience=target.get("azureActiveDirectoryApplicationIdOrUri") or "",
            filters=tuple(_filter(each) for each in wanted.get("advancedFilters") or ()),
            subject=(wanted.get("subjectBeginsWith") or "") + (wanted.get("subjectEndsWith") or ""),
            attempts=retry.get("maxDeliveryAttempts", 30),
            minutes=retry.get("eventTimeToLiveInMinutes", 1440),
            dead_letters=_container(properties),
        )


def _filter(said: Json) -> Filter:
    values = said.get("values") or ([said["value"]] if "value" in said else [])
    return Filter(
        operator=said["operatorType"], key=said["key"], values=frozenset(str(each).lower() for each in values)
    )


def _container(properties: Json) -> str:
    with_identity = properties.get("deadLetterWithResourceIdentity") or {}
    kept = with_identity.get("deadLetterDestination") or properties.get("deadLetterDestination") or {}
    blob = kept.get("properties") or {}
    if not blob.get("blobContainerName"):
        return ""
    return f"{blob['resourceId']}/blobServices/default/containers/{blob['blobContainerName']}"


def listed_template(item: Json) -> ListedTemplate:
    """From an item of the list of a channel's templates, whose `content` is WhatsApp's own definition."""
    return ListedTemplate(
        name=item["name"],
        language=item["language"],
        status=item["status"],
        definition=read_definition(item.get("content")),
    )
