"""The app settings that the app itself reads, read once from a mapping; every problem is named together.

docs/settings.md lists them, and those that the host, the SDKs and the platform read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class AuthMode(StrEnum):
    """How callers of the API are known."""

    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a service is: a connection string, or an address to which the app's identity signs in."""

    connection_string: str | None = field(default=None, repr=False)
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, as far as they are there.

    Attributes:
        configuration_file: Relative to the app's folder, or absolute.
        problems: Everything that is missing or wrong, by name, never by value.
    """

    service_bus: Connection | None
    table_storage: Connection | None
    communication_services: Connection | None
    auth_mode: AuthMode | None
    configuration_file: Path
    managed_identity: str | None = None
    problems: tuple[str, ...] = ()


class _Reader:
    """Reads settings one by one and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str) -> str | None:
        """A setting, None when it is missing or empty."""
        return self._environment.get(name, "").strip() or None

    def connection(self, name: str, address: str, *needs: str) -> Connection | None:
        """A connection string under `name`, or an address under `name__address`.

        The string needs each of the parts `needs`; `a|b` is one of the two.
        """
        connection_string, found = self.text(name), self.text(f"{name}__{address}")
        if not connection_string and not found:
            self.problems.append(f"{name} or {name}__{address} is missing")
            return None
        given = _parts_of(connection_string or "")
        missing = [part for part in needs if not given & set(part.lower().split("|"))]
        if connection_string and missing:
            self.problems.append(f"{name} is no connection string with {', '.join(missing)}")
            return None
        return Connection(connection_string=connection_string, address=found)

    def auth_mode(self) -> AuthMode | None:
        """`AUTH_MODE`; there is no default, and no mode without authentication."""
        mode = self.text("AUTH_MODE")
        if mode in set(AuthMode):
            return AuthMode(mode)
        self.problems.append(f"AUTH_MODE is {'unknown' if mode else 'missing'}; expected {', '.join(AuthMode)}")
        return None


def _parts_of(connection_string: str) -> set[str]:
    """The names in `name=value;name=value`, in lower case, of the parts that have a value."""
    pairs = (part.partition("=") for part in connection_string.split(";"))
    return {name.strip().lower() for name, _, value in pairs if value.strip()}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment."""
    reader = _Reader(environment)
    return Settings(
        service_bus=reader.connection("ServiceBusConnection", "fullyQualifiedNamespace", "Endpoint"),
        table_storage=reader.connection(
            "TableStorageConnection", "tableServiceUri", "AccountKey|SharedAccessSignature"
        ),
        communication_services=reader.connection(
            "CommunicationServicesConnection", "endpoint", "endpoint", "accesskey"
        ),
        auth_mode=reader.auth_mode(),
        configuration_file=Path(reader.text("CONTACT_CENTER_FILE") or "contact_center.yaml"),
        managed_identity=reader.text("AZURE_CLIENT_ID"),
        problems=tuple(reader.problems),
    )
