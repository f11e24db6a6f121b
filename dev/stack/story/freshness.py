"""Whether a stack's tables hold anything of an earlier run."""

from azure.core.exceptions import AzureError
from azure.data.tables.aio import TableServiceClient

from dev.stack.story.errors import StoryError


async def is_fresh(tables: str) -> bool:
    """No contact was ever stored there. `tables` is a connection string. Raises StoryError if they do not answer."""
    try:
        async with TableServiceClient.from_connection_string(tables) as service:
            contacts = service.get_table_client("contacts").list_entities(results_per_page=1)
            async for _ in contacts:
                return False
    except (AzureError, ValueError) as error:
        raise StoryError(f"The tables of the stack could not be read: {error}") from error
    return True
