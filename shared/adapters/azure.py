"""The app's ports on Azure: one client of each kind for the life of the worker, made on first use."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from importlib import import_module
from typing import Any, Protocol, cast

from azure.core.credentials_async import AsyncTokenCredential

from shared.adapters.acs import AcsChannel
from shared.adapters.no_channel import NoChannel
from shared.adapters.service_bus import ServiceBusSender, ServiceBusTopic
from shared.adapters.system import SystemClock
from shared.adapters.table_storage import AzureTables
from shared.api.openid import OpenId
from shared.media.blobs import Blobs
from shared.media.web import Web
from shared.queue.topic import Topic
from shared.sending.channel import Channel
from shared.settings import Connection, Settings
from shared.telemetry import NoTelemetry, Telemetry
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.words import Provider


class _Closable(Protocol):
    async def close(self) -> None: ...


class _Connects[Adapter](Protocol):
    @classmethod
    def from_connection_string(cls, connection: str) -> Adapter: ...

    @classmethod
    def from_identity(cls, address: str, credential: AsyncTokenCredential) -> Adapter: ...


class _Missing:
    """A service that no setting names, or not so that it can be read: every call says so, and all else goes on."""

    def __init__(self, why: str = "no setting names the service") -> None:
        self._why = why

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*_arguments: Any, **_named: Any) -> Any:
            raise Unavailable(f"{self._why} for {name}")

        return call


class AzurePorts:
    """What the settings name: Table Storage, Service Bus, providers, a tenant; used in the worker's event loop only.

    Args:
        accounts: The account at Meta of each phone number id that the configuration has.
    """

    def __init__(self, settings: Settings, accounts: Mapping[str, str] | None = None) -> None:
        self._settings = settings
        self._accounts = accounts or {}
        self._made: list[_Closable] = []
        self._closing: asyncio.Task[None] | None = None
        self.clock = SystemClock()
        if settings.signs_in:
            import_module("azure.identity.aio")  # now, where it is needed, so that no message waits for it

    @cached_property
    def tables(self) -> AzureTables:
        """Table Storage."""
        return self._keep(self._connect(AzureTables, self._settings.table_storage))

    @cached_property
    def sender(self) -> ServiceBusSender:
        """The queues."""
        return self._keep(self._connect(ServiceBusSender, self._settings.service_bus))

    @cached_property
    def topic(self) -> Topic | None:
        """The topic for other systems, where a setting names one."""
        name = self._settings.events_topic
        return ServiceBusTopic(self.sender, name) if name else None

    def channel_at(self, provider: Provider) -> Channel:
        """Return whoever brings messages to WhatsApp."""
        return self._acs if provider is Provider.ACS else self._whatsapp_cloud

    @cached_property
    def _acs(self) -> Channel:
        connection = self._settings.communication_services
        return self._keep(self._connect(AcsChannel, connection)) if connection else NoChannel()

    @cached_property
    def _whatsapp_cloud(self) -> Channel:
        """Meta's Cloud API; imported where a number is there only."""
        if not self._settings.whatsapp.access_token:
            return NoChannel()
        from shared.adapters.whatsapp_cloud import WhatsAppCloudChannel

        return self._keep(WhatsAppCloudChannel(self._settings.whatsapp, self._accounts))

    @cached_property
    def blobs(self) -> Blobs | None:
        """Blob Storage, where a setting names one; its SDK is imported with the first file."""
        if not self._settings.media_storage:
            return None
        from shared.adapters.blob_storage import AzureBlobs

        return self._keep(self._connect(AzureBlobs, self._settings.media_storage))

    @cached_property
    def web(self) -> Web:
        """The web; its client is made with the first address of a file."""
        from shared.adapters.web import PublicWeb

        return self._keep(PublicWeb())

    @cached_property
    def telemetry(self) -> Telemetry:
        """OpenTelemetry, where it is configured; importing it takes part of a cold start."""
        if not self._settings.telemetry:
            return NoTelemetry()
        from shared.adapters.open_telemetry import OpenTelemetry

        return OpenTelemetry()

    @cached_property
    def openid(self) -> OpenId:
        """The tenant of Microsoft Entra ID; its HTTP client is imported where tokens are checked only."""
        if not self._settings.tenant:
            return cast(OpenId, _Missing())
        from shared.adapters.openid import OpenIdTenant

        return self._keep(OpenIdTenant(self._settings.tenant))

    @cached_property
    def _credential(self) -> AsyncTokenCredential:
        from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

        client_id = self._settings.managed_identity
        return self._keep(ManagedIdentityCredential(client_id=client_id) if client_id else DefaultAzureCredential())

    def _connect[Adapter](self, adapter: type[_Connects[Adapter]], connection: Connection | None) -> Adapter:
        if connection is None:
            return cast(Adapter, _Missing())
        if connection.connection_string:
            try:
                return adapter.from_connection_string(connection.connection_string)
            except ValueError:  # its words may quote the string
                return cast(Adapter, _Missing(f"the connection string of {adapter.__name__} is malformed, needed"))
        return adapter.from_identity(connection.address or "", self._credential)

    def _keep[Part: _Closable](self, part: Part) -> Part:
        """Have a client closed with the others when the event loop ends, which cancels what still runs."""
        self._made.append(part)
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close_at_the_end())
        return part

    async def _close_at_the_end(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the clients that were made; one that can't be closed does not keep the others open."""
        made, self._made = self._made[::-1], []
        await asyncio.gather(*(part.close() for part in made), return_exceptions=True)
