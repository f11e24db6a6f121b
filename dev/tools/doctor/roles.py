"""Who needs which role where: the one declaration, and what it says of the roles that are held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dev.tools.doctor import repository
from dev.tools.doctor.deployed import Assignment, is_within
from dev.tools.doctor.findings import Finding, Level, conclude
from dev.tools.doctor.reading import NOT_AT_ACS, Deployment, Unknown
from dev.tools.doctor.secrets import vault_id
from dev.tools.doctor.storage import dead_letters_in, media_in
from shared.queue.sender import CONVERSATIONS, TIMERS


class Place(StrEnum):
    """Where roles are assigned."""

    STORAGE = "the storage account"
    MEDIA_STORAGE = "the storage account of media"
    MEDIA = "the container media"
    CONVERSATIONS = "the queue conversations"
    TIMERS = "the queue timers"
    EVENTS_TOPIC = "the topic for other systems"
    COMMUNICATION_SERVICES = "Communication Services"
    INSIGHTS = "Application Insights"
    KEY_VAULT = "the Key Vault"
    DEAD_LETTERS = "the container eventgrid-deadletter"


OF_THE_APP: Final = (
    ("Storage Blob Data Owner", Place.STORAGE),
    ("Storage Table Data Contributor", Place.STORAGE),
    ("Storage Blob Data Contributor", Place.MEDIA),
    ("Storage Blob Delegator", Place.MEDIA_STORAGE),
    ("Azure Service Bus Data Owner", Place.CONVERSATIONS),
    ("Azure Service Bus Data Sender", Place.TIMERS),
    ("Azure Service Bus Data Sender", Place.EVENTS_TOPIC),
    ("Communication and Email Service Owner", Place.COMMUNICATION_SERVICES),
    ("Monitoring Metrics Publisher", Place.INSIGHTS),
    ("Key Vault Secrets User", Place.KEY_VAULT),
)
"""The app's identity; on conversations it owns, since the scale controller counts messages with the right to manage."""

OF_THE_TOPIC: Final = (("Storage Blob Data Contributor", Place.DEAD_LETTERS),)
"""The topic's identity, which writes what can't be delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A role, by name and GUID, at the resource id `scope`, which is called `place`."""

    role: str
    guid: str
    place: str
    scope: str


async def check_roles_of_the_app(deployment: Deployment) -> Finding:
    """Whether the app's identity has the roles that it needs."""
    storage, namespace = await deployment.storage_id(), await deployment.namespace_id()
    media = await deployment.media_storage_id()
    scopes = {
        Place.STORAGE: storage,
        Place.MEDIA: media_in(media),
        Place.MEDIA_STORAGE: media,
        Place.CONVERSATIONS: f"{namespace}/queues/{CONVERSATIONS}",
        Place.TIMERS: f"{namespace}/queues/{TIMERS}",
    }
    if await deployment.is_at_acs():
        scopes[Place.COMMUNICATION_SERVICES] = await deployment.communication_services_id()
    if vault := await vault_id(deployment):
        scopes[Place.KEY_VAULT] = vault
    if topic := await deployment.events_topic():
        scopes[Place.EVENTS_TOPIC] = f"{namespace}/topics/{topic}"
    try:
        scopes[Place.INSIGHTS] = await deployment.insights_id()
    except Unknown:
        pass  # without telemetry there is nothing to publish to; the check of the settings says so
    return await _check(deployment, (await deployment.identity()).principal_id, needs(OF_THE_APP, scopes))


async def check_role_of_the_topic(deployment: Deployment) -> Finding:
    """Whether the topic's identity may write dead letters."""
    if not await deployment.is_at_acs():
        return Finding(level=Level.OK, text=NOT_AT_ACS)
    scopes = {Place.DEAD_LETTERS: dead_letters_in(await deployment.storage_id())}
    holders = (await deployment.topic()).holders
    if not holders:
        return conclude(
            well="",
            warnings=["the topic has no identity, so that what can't be delivered for a day is lost"],
            do="deploy infra/main.bicep with deadLettering on, or give an existing topic an identity",
        )
    return await _check(deployment, holders[0], needs(OF_THE_TOPIC, scopes))


def needs(table: Sequence[tuple[str, Place]], scopes: Mapping[Place, str]) -> list[Need]:
    """A table of roles with the GUIDs of infra/roles.json, at the places whose resource ids are known."""
    guids = repository.roles()
    return [
        Need(role=role, guid=guids[role], place=place, scope=scopes[place]) for role, place in table if place in scopes
    ]


async def _check(deployment: Deployment, principal_id: str, wanted: Sequence[Need]) -> Finding:
    held = await deployment.assignments(principal_id, [need.scope for need in wanted])
    return judge_roles(principal_id, wanted, held)


def judge_roles(principal_id: str, wanted: Sequence[Need], held: Sequence[Assignment]) -> Finding:
    """A role that is held on more than is needed, or beside what is needed, works, and is a warning."""
    missing = [need for need in wanted if not any(_gives(role, need) for role in held)]
    wider = [
        f"{need.role} is held on {role.scope}, more than {need.place}"
        for need in wanted
        for role in held
        if _gives(role, need) and role.scope.lower() != need.scope.lower()
    ]
    surplus = [
        f"the role {_name(role.role)} on {role.scope} is not needed"
        for role in held
        if not any(_gives(role, need) for need in wanted)
    ]
    return conclude(
        well=", ".join(f"{need.role} on {need.place}" for need in wanted),
        problems=[f"{need.role} is missing on {need.place}" for need in missing],
        warnings=[*wider, *surplus],
        do=_create(principal_id, missing[0]) if missing else "remove it: az role assignment delete",
    )


def _gives(role: Assignment, need: Need) -> bool:
    return role.role == need.guid and is_within(need.scope, role.scope)


def _name(guid: str) -> str:
    return next((name for name, known in repository.roles().items() if known == guid), guid)


def _create(principal_id: str, need: Need) -> str:
    return (
        "deploy infra/main.bicep again, or: az role assignment create --assignee-principal-type ServicePrincipal"
        f" --assignee-object-id {principal_id} --role '{need.role}' --scope {need.scope}"
    )
