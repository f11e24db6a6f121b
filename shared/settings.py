"""The app settings that the app itself reads, read once from a mapping; every problem is named together.

docs/settings.md lists them, and those that the host, the SDKs and the platform read.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from shared.setting_texts import SettingTexts
from shared.vocabulary.origins import is_origin
from shared.vocabulary.words import Provider

PUBLIC_AUTHORITY: Final = "https://login.microsoftonline.com"
GRAPH_URL: Final = "https://graph.facebook.com"
GRAPH_VERSION: Final = "v27.0"
_VERSION: Final = re.compile(r"v[1-9][0-9]?\.0")


class AuthMode(StrEnum):
    """How callers of the API are known."""

    KEY = "key"
    ENTRA = "entra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a service is: a connection string, or an address to which the app's identity signs in."""

    connection_string: str | None = field(default=None, repr=False)
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppCloud:
    """An app at Meta, with which numbers on the Cloud API send and are heard.

    Attributes:
        access_token: Of a system user.
        app_secrets: With which webhooks are signed: the current one, and the one before while it is changed.
        verify_token: What Meta says when it asks whether a webhook is ours.
        graph_version: Of the Graph API, such as `v27.0`.
        graph_url: Where that is.
        marks_read: Whether customers see what the team has read.
    """

    access_token: str | None = field(default=None, repr=False)
    app_secrets: tuple[str, ...] = field(default=(), repr=False)
    verify_token: str | None = field(default=None, repr=False)
    graph_version: str = GRAPH_VERSION
    graph_url: str = GRAPH_URL
    marks_read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A tenant of Microsoft Entra ID: its GUID, and the address of the cloud that signs its users in."""

    id: str
    authority: str = PUBLIC_AUTHORITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, as far as they are there.

    Attributes:
        whatsapp: Meta's Cloud API.
        whatsapp_webhook: Whether `WHATSAPP_APP_SECRET` is set, also to something wrong: there is a function `whatsapp`.
        tenant: Whose tokens are taken.
        audience, events_audience: The applications that a token has to be for, to call the API or to bring events: the
            GUID of each.
        desk_client_id: As which application the web desk signs people in; None: nobody signs in at it.
        desk_local_key: The app's key, which the web desk of key mode is given on this machine; None: there is none.
        allowed_origins: Whose pages may call the API from a browser, as browsers write them.
        desk_framed_by: The origin, on loopback, whose pages may show the web desk in a frame.
        webhook: Whether `EVENTS_AUDIENCE` is set, also to something wrong: there is a function `events`.
        media_storage: Blob Storage; None: there are neither copies of media nor uploads.
        media_storage_private: Whether nobody outside its network reaches that: no address of a file is of any use.
        events_topic: The topic on which other systems are told what happens; None: nobody is told.
        events_in_full: Whether they are told texts and numbers, too.
        configuration_file: Relative to the app's folder, or absolute.
        short_durations: Whether the configuration may have spans of a second, to try out what else takes minutes.
        telemetry: Whether metrics and traces are wanted.
        unfollowed: Which secrets are references to Key Vault that nobody followed.
        problems: Everything that is missing or wrong, by name, never by value.
    """

    service_bus: Connection | None
    table_storage: Connection | None
    communication_services: Connection | None
    auth_mode: AuthMode | None
    configuration_file: Path
    whatsapp: WhatsAppCloud = field(default_factory=WhatsAppCloud)
    whatsapp_webhook: bool = False
    managed_identity: str | None = None
    tenant: Tenant | None = None
    audience: str | None = None
    events_audience: str | None = None
    desk_client_id: str | None = None
    desk_local_key: str | None = field(default=None, repr=False)
    desk_framed_by: str | None = None
    allowed_origins: frozenset[str] = frozenset()
    webhook: bool = False
    media_storage: Connection | None = None
    media_storage_private: bool = False
    events_topic: str | None = None
    events_in_full: bool = False
    short_durations: bool = False
    telemetry: bool = False
    unfollowed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def signs_in(self) -> bool:
        """Whether a service is opened with the app's identity."""
        connections = (self.service_bus, self.table_storage, self.communication_services, self.media_storage)
        return any(connection and not connection.connection_string for connection in connections)

    def missing_for(self, providers: Collection[Provider]) -> list[str]:
        """Return what is missing for the providers of a configuration, by name.

        A secret that could not be followed counts where a number is at Meta: before, the Key Vault may be empty.
        """
        missing = []
        if Provider.ACS in providers and self.communication_services is None:
            missing.append("CommunicationServicesConnection or CommunicationServicesConnection__endpoint is missing")
        if Provider.WHATSAPP_CLOUD in providers:
            needed = {
                "WHATSAPP_ACCESS_TOKEN": self.whatsapp.access_token,
                "WHATSAPP_APP_SECRET": self.whatsapp_webhook,
                "WHATSAPP_VERIFY_TOKEN": self.whatsapp.verify_token,
            }
            missing += [f"{name} is a reference to Key Vault that could not be followed" for name in self.unfollowed]
            absent = [name for name, given in needed.items() if not given]
            missing += [f"{name} is missing" for name in absent if name not in self.unfollowed]
        named = {problem.split()[0] for problem in self.problems}
        return [each for each in missing if each.split()[0] not in named]


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in an environment."""
    texts = SettingTexts(environment)
    service_bus = _connection(texts, "ServiceBusConnection", "fullyQualifiedNamespace", "Endpoint")
    table_storage = _connection(texts, "TableStorageConnection", "tableServiceUri", "AccountKey|SharedAccessSignature")
    communication_services = _connection(
        texts, "CommunicationServicesConnection", "endpoint", "endpoint", "accesskey", optional=True
    )
    media_storage = _connection(
        texts, "MediaStorageConnection", "blobServiceUri", "AccountKey", "AccountName|BlobEndpoint", optional=True
    )
    auth_mode = _auth_mode(texts)
    webhook = texts.text("EVENTS_AUDIENCE") is not None
    return Settings(
        service_bus=service_bus,
        table_storage=table_storage,
        communication_services=communication_services,
        whatsapp=_whatsapp_cloud(texts),
        whatsapp_webhook=texts.text("WHATSAPP_APP_SECRET") is not None,
        media_storage=media_storage,
        media_storage_private=texts.flag("MEDIA_STORAGE_PRIVATE"),
        events_topic=texts.topic("EVENTS_TOPIC"),
        events_in_full=texts.full("EVENTS_CONTENT"),
        auth_mode=auth_mode,
        tenant=_tenant(texts, needed=webhook or auth_mode is AuthMode.ENTRA),
        audience=texts.guid("ENTRA_AUDIENCE", needed=auth_mode is AuthMode.ENTRA, prefix="api://"),
        events_audience=texts.guid("EVENTS_AUDIENCE", needed=False, prefix="api://"),
        desk_client_id=texts.guid("DESK_CLIENT_ID", needed=False),
        desk_local_key=texts.text("DESK_LOCAL_KEY"),
        allowed_origins=texts.origins("ALLOWED_ORIGINS"),
        desk_framed_by=texts.loopback_origin("DESK_FRAMED_BY"),
        webhook=webhook,
        configuration_file=Path(texts.text("CONTACT_CENTER_FILE") or "contact_center.yaml"),
        short_durations=texts.flag("SHORT_DURATIONS"),
        managed_identity=texts.text("AZURE_CLIENT_ID"),
        telemetry=texts.text("APPLICATIONINSIGHTS_CONNECTION_STRING") is not None,
        unfollowed=tuple(texts.unfollowed),
        problems=tuple(texts.problems),
    )


def _connection(texts: SettingTexts, name: str, address: str, *needs: str, optional: bool = False) -> Connection | None:
    """Return a connection string under `name`, or an address under `name__address`.

    The string needs each of the parts `needs`; `a|b` is one of the two.
    """
    connection_string, found = texts.text(name), texts.text(f"{name}__{address}")
    if not connection_string and not found:
        if optional:
            return None
        texts.problems.append(f"{name} or {name}__{address} is missing")
        return None
    given = _parts_of(connection_string or "")
    missing = [part for part in needs if not given & set(part.lower().split("|"))]
    if connection_string and missing:
        texts.problems.append(f"{name} is no connection string with {', '.join(missing)}")
        return None
    return Connection(connection_string=connection_string, address=found)


def _parts_of(connection_string: str) -> set[str]:
    """Return the names in `name=value;name=value`, in lower case, of the parts that have a value."""
    pairs = (part.partition("=") for part in connection_string.split(";"))
    return {name.strip().lower() for name, _, value in pairs if value.strip()}


def _auth_mode(texts: SettingTexts) -> AuthMode | None:
    """Return `AUTH_MODE`; there is no default, and no mode without authentication."""
    mode = texts.text("AUTH_MODE")
    if mode in set(AuthMode):
        return AuthMode(mode)
    texts.problems.append(f"AUTH_MODE is {'unknown' if mode else 'missing'}; expected {', '.join(AuthMode)}")
    return None


def _tenant(texts: SettingTexts, *, needed: bool) -> Tenant | None:
    """Return the tenant `ENTRA_TENANT_ID` at `ENTRA_AUTHORITY`."""
    tenant_id, authority = texts.guid("ENTRA_TENANT_ID", needed=needed), texts.text("ENTRA_AUTHORITY")
    if authority and not is_origin(authority):
        texts.problems.append(f"ENTRA_AUTHORITY is no address like {PUBLIC_AUTHORITY}, https or on loopback")
        return None
    return Tenant(id=tenant_id, authority=(authority or PUBLIC_AUTHORITY).rstrip("/")) if tenant_id else None


def _whatsapp_cloud(texts: SettingTexts) -> WhatsAppCloud:
    """Return what the settings say of Meta's Cloud API."""
    version, url = texts.text("WHATSAPP_GRAPH_VERSION") or GRAPH_VERSION, texts.text("WHATSAPP_GRAPH_URL")
    if not _VERSION.fullmatch(version):
        texts.problems.append(f"WHATSAPP_GRAPH_VERSION is no version like {GRAPH_VERSION}")
    if url and not is_origin(url):
        texts.problems.append(f"WHATSAPP_GRAPH_URL is no address like {GRAPH_URL}, https or on loopback")
    secrets = [texts.secret(name) for name in ("WHATSAPP_APP_SECRET", "WHATSAPP_APP_SECRET_PREVIOUS")]
    return WhatsAppCloud(
        access_token=texts.secret("WHATSAPP_ACCESS_TOKEN"),
        app_secrets=tuple(filter(None, secrets)),
        verify_token=texts.secret("WHATSAPP_VERIFY_TOKEN"),
        graph_version=version,
        graph_url=(url or GRAPH_URL).rstrip("/"),
        marks_read=texts.flag("WHATSAPP_MARK_READ"),
    )
