"""The app settings that the app itself reads, read once from a mapping; every problem is named together.

docs/settings.md lists them, and those that the host, the SDKs and the platform read.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from shared.vocabulary.words import Provider

PUBLIC_AUTHORITY: Final = "https://login.microsoftonline.com"
GRAPH_URL: Final = "https://graph.facebook.com"
GRAPH_VERSION: Final = "v27.0"
_VERSION: Final = re.compile(r"v[1-9][0-9]?\.0")
_UNRESOLVED: Final = "@Microsoft.KeyVault("
"""How a reference to Key Vault that could not be followed reaches the app."""
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOPIC: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?")
_QUEUES: Final = ("conversations", "timers")
"""The app's own, whose names no topic can have: it would have to handle what it tells others."""
_PLACEHOLDER: Final = "00000000-0000-0000-0000-000000000000"
_REGISTER: Final = "infra/scripts/register-applications.sh"
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


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


class _Reader:
    """Reads settings one by one and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []
        self.unfollowed: list[str] = []

    def text(self, name: str) -> str | None:
        """Return a setting, None when it is missing or empty."""
        return self._environment.get(name, "").strip() or None

    def connection(self, name: str, address: str, *needs: str, optional: bool = False) -> Connection | None:
        """Return a connection string under `name`, or an address under `name__address`.

        The string needs each of the parts `needs`; `a|b` is one of the two.
        """
        connection_string, found = self.text(name), self.text(f"{name}__{address}")
        if not connection_string and not found:
            if optional:
                return None
            self.problems.append(f"{name} or {name}__{address} is missing")
            return None
        given = _parts_of(connection_string or "")
        missing = [part for part in needs if not given & set(part.lower().split("|"))]
        if connection_string and missing:
            self.problems.append(f"{name} is no connection string with {', '.join(missing)}")
            return None
        return Connection(connection_string=connection_string, address=found)

    def auth_mode(self) -> AuthMode | None:
        """Return `AUTH_MODE`; there is no default, and no mode without authentication."""
        mode = self.text("AUTH_MODE")
        if mode in set(AuthMode):
            return AuthMode(mode)
        self.problems.append(f"AUTH_MODE is {'unknown' if mode else 'missing'}; expected {', '.join(AuthMode)}")
        return None

    def tenant(self, *, needed: bool) -> Tenant | None:
        """Return the tenant `ENTRA_TENANT_ID` at `ENTRA_AUTHORITY`."""
        tenant_id, authority = self.guid("ENTRA_TENANT_ID", needed=needed), self.text("ENTRA_AUTHORITY")
        if authority and not _is_origin(authority):
            self.problems.append(f"ENTRA_AUTHORITY is no address like {PUBLIC_AUTHORITY}, https or on loopback")
            return None
        return Tenant(id=tenant_id, authority=(authority or PUBLIC_AUTHORITY).rstrip("/")) if tenant_id else None

    def loopback_origin(self, name: str) -> str | None:
        """Return an address on this machine that has nothing but scheme, host and port."""
        address = self.text(name)
        if address and not (_is_origin(address) and urlsplit(address).hostname in _LOOPBACK):
            self.problems.append(f"{name} is no address like http://127.0.0.1:7074, on loopback")
            return None
        return address.rstrip("/") if address else None

    def origins(self, name: str) -> frozenset[str]:
        """Return origins, given with commas between them, as browsers write them in the header Origin."""
        given = [each.strip() for each in (self.text(name) or "").split(",") if each.strip()]
        if not all(each.isascii() and "*" not in each and _is_origin(each) for each in given):
            self.problems.append(f"{name} has what is no origin like https://crm.example, https or on loopback")
            return frozenset()
        return frozenset(_as_browsers_write(each) for each in given)

    def secret(self, name: str) -> str | None:
        """Return a secret; a reference to Key Vault that nobody followed is none."""
        text = self.text(name)
        if text and text.startswith(_UNRESOLVED):
            self.unfollowed.append(name)
            return None
        return text

    def whatsapp_cloud(self) -> WhatsAppCloud:
        """Return what the settings say of Meta's Cloud API."""
        version, url = self.text("WHATSAPP_GRAPH_VERSION") or GRAPH_VERSION, self.text("WHATSAPP_GRAPH_URL")
        if not _VERSION.fullmatch(version):
            self.problems.append(f"WHATSAPP_GRAPH_VERSION is no version like {GRAPH_VERSION}")
        if url and not _is_origin(url):
            self.problems.append(f"WHATSAPP_GRAPH_URL is no address like {GRAPH_URL}, https or on loopback")
        secrets = [self.secret(name) for name in ("WHATSAPP_APP_SECRET", "WHATSAPP_APP_SECRET_PREVIOUS")]
        return WhatsAppCloud(
            access_token=self.secret("WHATSAPP_ACCESS_TOKEN"),
            app_secrets=tuple(filter(None, secrets)),
            verify_token=self.secret("WHATSAPP_VERIFY_TOKEN"),
            graph_version=version,
            graph_url=(url or GRAPH_URL).rstrip("/"),
            marks_read=self.flag("WHATSAPP_MARK_READ"),
        )

    def flag(self, name: str) -> bool:
        """Return whether a setting is `true`; left out it is not."""
        text = self.text(name)
        if text not in (None, "true", "false"):
            self.problems.append(f"{name} is neither true nor false")
        return text == "true"

    def topic(self, name: str) -> str | None:
        """Return the name of a topic of Service Bus."""
        text = self.text(name)
        if text and (text.lower() in _QUEUES or not _TOPIC.fullmatch(text)):
            self.problems.append(
                f"{name} is no name of a topic: letters, digits, and . - _ / between them, and none of the app's queues"
            )
            return None
        return text

    def full(self, name: str) -> bool:
        """Return whether a setting is `full`; left out it is not."""
        text = self.text(name)
        if text not in (None, "full"):
            self.problems.append(f"{name} is neither left out nor full")
        return text == "full"

    def guid(self, name: str, *, needed: bool, prefix: str = "") -> str | None:
        """Return a GUID in lower case; it may stand behind `prefix`."""
        text = self.text(name)
        if text is None:
            if needed:
                self.problems.append(f"{name} is missing")
            return None
        guid = text.lower().removeprefix(prefix)
        if not _GUID.fullmatch(guid):
            self.problems.append(f"{name} is no GUID{f', alone or after {prefix}' if prefix else ''}")
            return None
        if guid == _PLACEHOLDER:
            self.problems.append(f"{name} is only a placeholder; register the application first: {_REGISTER}")
            return None
        return guid


def is_trustworthy(address: str) -> bool:
    """Tell whether what stands at an address can be believed: it is https, or on this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))


def _is_origin(address: str) -> bool:
    """Tell whether an address is trustworthy and has nothing but scheme, host and port."""
    return is_trustworthy(address) and address.rstrip("/").count("/") == 2 and not set(address) & set("?#@ ")


def _as_browsers_write(origin: str) -> str:
    """Return an origin in lower case, without the port that its scheme has anyway."""
    scheme, host = origin.rstrip("/").lower().split("://")
    return f"{scheme}://{host.removesuffix({'https': ':443', 'http': ':80'}[scheme])}"


def _parts_of(connection_string: str) -> set[str]:
    """Return the names in `name=value;name=value`, in lower case, of the parts that have a value."""
    pairs = (part.partition("=") for part in connection_string.split(";"))
    return {name.strip().lower() for name, _, value in pairs if value.strip()}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in an environment."""
    reader = _Reader(environment)
    service_bus = reader.connection("ServiceBusConnection", "fullyQualifiedNamespace", "Endpoint")
    table_storage = reader.connection("TableStorageConnection", "tableServiceUri", "AccountKey|SharedAccessSignature")
    communication_services = reader.connection(
        "CommunicationServicesConnection", "endpoint", "endpoint", "accesskey", optional=True
    )
    media_storage = reader.connection(
        "MediaStorageConnection", "blobServiceUri", "AccountKey", "AccountName|BlobEndpoint", optional=True
    )
    auth_mode = reader.auth_mode()
    webhook = reader.text("EVENTS_AUDIENCE") is not None
    return Settings(
        service_bus=service_bus,
        table_storage=table_storage,
        communication_services=communication_services,
        whatsapp=reader.whatsapp_cloud(),
        whatsapp_webhook=reader.text("WHATSAPP_APP_SECRET") is not None,
        media_storage=media_storage,
        media_storage_private=reader.flag("MEDIA_STORAGE_PRIVATE"),
        events_topic=reader.topic("EVENTS_TOPIC"),
        events_in_full=reader.full("EVENTS_CONTENT"),
        auth_mode=auth_mode,
        tenant=reader.tenant(needed=webhook or auth_mode is AuthMode.ENTRA),
        audience=reader.guid("ENTRA_AUDIENCE", needed=auth_mode is AuthMode.ENTRA, prefix="api://"),
        events_audience=reader.guid("EVENTS_AUDIENCE", needed=False, prefix="api://"),
        desk_client_id=reader.guid("DESK_CLIENT_ID", needed=False),
        desk_local_key=reader.text("DESK_LOCAL_KEY"),
        allowed_origins=reader.origins("ALLOWED_ORIGINS"),
        desk_framed_by=reader.loopback_origin("DESK_FRAMED_BY"),
        webhook=webhook,
        configuration_file=Path(reader.text("CONTACT_CENTER_FILE") or "contact_center.yaml"),
        short_durations=reader.flag("SHORT_DURATIONS"),
        managed_identity=reader.text("AZURE_CLIENT_ID"),
        telemetry=reader.text("APPLICATIONINSIGHTS_CONNECTION_STRING") is not None,
        unfollowed=tuple(reader.unfollowed),
        problems=tuple(reader.problems),
    )
