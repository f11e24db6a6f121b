"""The port `Blobs` on Azure Blob Storage.

Comes in: files in pieces, under names. Goes out: block blobs in the container `media`; a file takes one call for each
MiB and one that puts it there. Nothing is retried here, and the container is not created.
Facts: https://learn.microsoft.com/rest/api/storageservices/put-block-list and .../create-user-delegation-sas; error
codes: .../blob-service-error-codes.
"""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, Self
from urllib.parse import quote, unquote

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobSasPermissions, ContentSettings, UserDelegationKey, generate_blob_sas
from azure.storage.blob.aio import BlobServiceClient

from shared.adapters.http_transport import FAULTS, http_transport
from shared.adapters.unavailable import storage_away
from shared.media.blobs import Blob
from shared.vocabulary.errors import Conflict

CONTAINER: Final = "media"
_BLOCK_BYTES: Final = 1024 * 1024  # what is sent at once: of more aiohttp says that it holds up the event loop
_READ_BYTES: Final = 4 * 1024 * 1024
_READ_SECONDS: Final = 20
_NO_BLOB: Final = "BlobNotFound"
_EXISTS: Final = "BlobAlreadyExists"
_SPAN: Final = timedelta(days=1)
"""A key that signs addresses is good from so long before the time for which it was asked until so long after it."""
_ADVICE: Final = {
    401: "check the connection string, or the identity's tenant",
    403: "the app's identity needs the roles Storage Blob Data Contributor and Storage Blob Delegator",
    404: f"deploy the container {CONTAINER}",
}


class AzureBlobs:
    """Files in a storage account's container `media`."""

    def __init__(self, service: BlobServiceClient, account_key: str | None) -> None:
        self._service = service
        self._container = service.get_container_client(CONTAINER)
        self._account_key = account_key
        self._signing: tuple[UserDelegationKey, datetime] | None = None

    @classmethod
    def from_connection_string(cls, connection: str) -> Self:
        """Return the account that a connection string names; nothing is called yet."""
        service = BlobServiceClient.from_connection_string(connection, **_options())
        return cls(service, service.credential.account_key)

    @classmethod
    def from_identity(cls, endpoint: str, credential: AsyncTokenCredential) -> Self:
        """Open the account at `https://<account>.blob.core.windows.net` with a token; nothing is called yet."""
        return cls(BlobServiceClient(endpoint, credential=credential, **_options()), None)

    async def close(self) -> None:
        """Close all connections."""
        await self._container.close()
        await self._service.close()

    async def put(
        self, name: str, pieces: AsyncIterable[bytes], *, mime_type: str, labels: Mapping[str, str] | None = None
    ) -> None:
        """See `Blobs.put`."""
        try:
            await self._container.upload_blob(
                name,
                pieces,
                overwrite=False,
                content_settings=ContentSettings(content_type=mime_type),
                metadata={key: quote(text) for key, text in (labels or {}).items()},  # headers take ASCII only
            )
        except (AzureError, OSError) as error:
            if _code(error) == _EXISTS:
                raise Conflict(name, exists=True) from error
            raise _unavailable(error) from error

    async def find(self, name: str) -> Blob | None:
        """See `Blobs.find`."""
        try:
            found = await self._container.get_blob_client(name).get_blob_properties()
        except (AzureError, OSError) as error:
            if _code(error) == _NO_BLOB:
                return None
            raise _unavailable(error) from error
        labels = {key: unquote(text) for key, text in (found.metadata or {}).items()}
        return Blob(name=name, size=found.size, mime_type=found.content_settings.content_type or "", labels=labels)

    @asynccontextmanager
    async def read(self, name: str) -> AsyncIterator[AsyncIterator[bytes] | None]:
        """See `Blobs.read`."""
        try:
            stream = await self._container.download_blob(name, max_concurrency=1)
        except (AzureError, OSError) as error:
            if _code(error) != _NO_BLOB:
                raise _unavailable(error) from error
            yield None
            return
        yield _pieces(stream.chunks())

    async def delete(self, name: str) -> None:
        """See `Blobs.delete`."""
        try:
            await self._container.delete_blob(name)
        except (AzureError, OSError) as error:
            if _code(error) != _NO_BLOB:
                raise _unavailable(error) from error

    async def names(self, prefix: str, limit: int) -> Sequence[str]:
        """See `Blobs.names`; one call a page of 5,000."""
        found: list[str] = []
        try:
            listed = self._container.list_blob_names(name_starts_with=prefix, results_per_page=min(limit, 5_000))
            async for page in listed.by_page():
                found += [name async for name in page]
                if len(found) >= limit:
                    break
        except (AzureError, OSError) as error:
            raise _unavailable(error) from error
        return list(islice(found, limit))

    async def address(self, name: str, until: datetime, *, as_attachment: bool = False) -> str:
        """See `Blobs.address`; no call, but for a key once a day, where the app signs in with an identity."""
        client = self._container.get_blob_client(name)
        signature = generate_blob_sas(
            str(client.account_name),
            CONTAINER,
            name,
            account_key=self._account_key,
            user_delegation_key=None if self._account_key else await self._signing_key(until),
            permission=BlobSasPermissions(read=True),
            expiry=until,
            protocol="https" if client.url.startswith("https:") else None,
            content_disposition="attachment" if as_attachment else None,
            content_type="application/octet-stream" if as_attachment else None,
        )
        return f"{client.url}?{signature}"

    async def _signing_key(self, until: datetime) -> UserDelegationKey:
        if self._signing is None or until > self._signing[1]:
            try:
                key = await self._service.get_user_delegation_key(until - _SPAN, until + _SPAN)
            except (AzureError, OSError) as error:
                raise _unavailable(error) from error
            self._signing = key, until + _SPAN
        return self._signing[0]


def _options() -> dict[str, Any]:
    return {
        "retry_total": 0,
        "transport": http_transport(read_seconds=_READ_SECONDS),
        "max_block_size": _BLOCK_BYTES,
        "max_single_get_size": _READ_BYTES,
        "max_chunk_get_size": _READ_BYTES,
    }


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for chunk in chunks:
            yield chunk
    except FAULTS as error:
        raise _unavailable(error) from error


def _code(error: AzureError | OSError) -> str | None:
    """Return the error code of the service's answer."""
    code = getattr(error, "error_code", None)
    return getattr(code, "value", code)


def _unavailable(error: Exception) -> Exception:
    return storage_away("Blob Storage", error, _ADVICE)
