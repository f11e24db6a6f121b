"""A Service Bus namespace: its connection string and the shared access signatures that it takes.

Format of the token: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote, urlsplit

from dev.stack.host.errors import HostError


class ConnectionStringError(HostError):
    """Raised for a connection string without endpoint or key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """Where a namespace listens and the key to it; `tls` is off for emulators (`UseDevelopmentEmulator=true`)."""

    host: str
    port: int
    tls: bool
    key_name: str
    key: str = field(repr=False)

    @classmethod
    def parse(cls, connection_string: str) -> Self:
        """Read `Endpoint=sb://host[:port];SharedAccessKeyName=…;SharedAccessKey=…`. Raises ConnectionStringError."""
        parts = (part.partition("=") for part in connection_string.strip().split(";") if part)
        values = {name.strip().lower(): value.strip() for name, _, value in parts}
        missing = {"endpoint", "sharedaccesskeyname", "sharedaccesskey"} - values.keys()
        if missing:
            raise ConnectionStringError(f"the Service Bus connection string lacks {', '.join(sorted(missing))}")
        endpoint = urlsplit(values["endpoint"])
        tls = values.get("usedevelopmentemulator", "").lower() != "true"
        return cls(
            host=endpoint.hostname or "",
            port=endpoint.port or (5671 if tls else 5672),
            tls=tls,
            key_name=values["sharedaccesskeyname"],
            key=values["sharedaccesskey"],
        )

    def address(self, entity: str) -> str:
        """The address of an entity on a link, as Microsoft's own clients write it."""
        return f"amqps://{self._authority}/{entity}"

    def audience(self, entity: str) -> str:
        """The resource that a token for an entity names."""
        return f"sb://{self._authority}/{entity}"

    def token(self, audience: str, *, expiry: int) -> str:
        """A shared access signature for `audience` that holds until `expiry` (Unix seconds)."""
        resource = quote(audience, safe="")
        digest = hmac.new(self.key.encode(), f"{resource}\n{expiry}".encode(), hashlib.sha256).digest()
        signature = quote(base64.b64encode(digest), safe="")
        return f"SharedAccessSignature sr={resource}&sig={signature}&se={expiry}&skn={self.key_name}"

    @property
    def _authority(self) -> str:
        standard = self.port == (5671 if self.tls else 5672)
        return self.host if standard else f"{self.host}:{self.port}"
