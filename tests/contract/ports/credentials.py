"""Credentials of Microsoft Entra ID that need no Entra ID."""

from types import TracebackType
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError


class Identity:
    """Gives a token to whoever asks, or none at all."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.scopes: list[str] = []
        self._refuses = refuses

    async def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """As `AsyncTokenCredential.get_token`."""
        self.scopes += scopes
        if self._refuses:
            raise ClientAuthenticationError("the identity endpoint gives no token")
        return AccessToken("token", 4_102_444_800)

    async def close(self) -> None:
        """As `AsyncTokenCredential.close`."""

    async def __aenter__(self) -> "Identity":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """As `AsyncTokenCredential.__aexit__`."""
