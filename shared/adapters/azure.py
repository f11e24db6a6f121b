"""The app's ports on Azure: one client of each kind for the life of the worker, made on first use."""

from functools import cached_property

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

from shared.adapters.acs import AcsChannel
from shared.adapters.service_bus import ServiceBusSender
from shared.adapters.system import SystemClock
from shared.adapters.table_storage import AzureTables
from shared.settings import Connection, Settings


class AzurePorts:
    """Table Storage, Service Bus and ACS as the settings name them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.clock = SystemClock()

    @cached_property
    def _credential(self) -> AsyncTokenCredential:
        client_id = self._settings.managed_identity
        return ManagedIdentityCredential(client_id=client_id) if client_id else DefaultAzureCredential()

    @cached_property
    def tables(self) -> AzureTables:
        """Table Storage."""
        connection = _there(self._settings.table_storage)
        if connection.connection_string:
            return AzureTables.from_connection_string(connection.connection_string)
        return AzureTables.from_identity(connection.address or "", self._credential)

    @cached_property
    def sender(self) -> ServiceBusSender:
        """The queues."""
        connection = _there(self._settings.service_bus)
        if connection.connection_string:
            return ServiceBusSender.from_connection_string(connection.connection_string)
        return ServiceBusSender.from_identity(connection.address or "", self._credential)

    @cached_property
    def channel(self) -> AcsChannel:
        """ACS."""
        connection = _there(self._settings.communication_services)
        if connection.connection_string:
            return AcsChannel.from_connection_string(connection.connection_string)
        return AcsChannel.from_identity(connection.address or "", self._credential)

    async def close(self) -> None:
        """Close the clients that were made."""
        made = [self.__dict__.get(name) for name in ("tables", "sender", "channel", "_credential")]
        for part in made:
            if part is not None:
                await part.close()


def _there(connection: Connection | None) -> Connection:
    if connection is None:
        raise RuntimeError("a connection is missing in the settings")
    return connection
