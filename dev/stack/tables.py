"""Creates the app's tables where they are missing."""

from azure.core.exceptions import AzureError
from azure.data.tables.aio import TableServiceClient

from dev.stack.errors import StackError

TABLES = ("contacts", "aliases", "inbox", "agents", "changes", "closed", "channels", "settings", "quarantine")


async def create_tables(connection_string: str) -> None:
    """Raises StackError if the storage can't be reached or refuses."""
    try:
        async with TableServiceClient.from_connection_string(connection_string) as service:
            for name in TABLES:
                await service.create_table_if_not_exists(name)
    except (AzureError, ValueError) as error:
        raise StackError(f"The tables could not be created at TableStorageConnection: {error}") from error
