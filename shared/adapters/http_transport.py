"""The HTTP transport of the SDKs' clients."""

from typing import Final
from urllib.request import getproxies

from aiohttp import ClientError
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import AioHttpTransport

_CONNECT_SECONDS: Final = 5
_BLOCK_BYTES: Final = 64 * 1024  # read at once from an answer

FAULTS: Final = (AzureError, OSError, ClientError)
"""What a client raises while it reads a body piece by piece, when the other side does not give it to its end."""


def http_transport(*, read_seconds: float) -> AioHttpTransport:
    """Connect without asking the environment at each call, unless it names a proxy.

    aiohttp would look for proxies and, in a thread, for `.netrc` before every request: a third of a small call's cost.
    A client that is given a transport hands it no time-outs, so they are said here.
    """
    return AioHttpTransport(
        use_env_settings=bool(getproxies()),
        connection_timeout=_CONNECT_SECONDS,
        read_timeout=read_seconds,
        connection_data_block_size=_BLOCK_BYTES,
    )
