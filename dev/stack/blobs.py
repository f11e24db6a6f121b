"""Creates the app's container of media where it is missing."""

from azure.core.exceptions import AzureError, ResourceExistsError
from azure.storage.blob.aio import BlobServiceClient

from dev.stack.errors import StackError

CONTAINER = "media"


async def create_container(connection_string: str) -> None:
    """Raises StackError if the storage can't be reached or refuses."""
    try:
        async with BlobServiceClient.from_connection_string(connection_string) as service:
            await service.create_container(CONTAINER)
    except ResourceExistsError:
        pass
    except (AzureError, ValueError) as error:
        raise StackError(
            f"The container {CONTAINER} could not be created at MediaStorageConnection: {error}"
        ) from error
