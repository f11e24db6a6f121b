"""The names of all app settings in Azure: what the app reads, what host, SDKs and platform read, and what is forbidden.

docs/settings.md says what each means; tests keep that page, the Bicep files and these names equal.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from shared.settings import read_settings

NEEDED: Final = (
    "AZURE_CLIENT_ID",
    "AzureWebJobsStorage__credential",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__blobServiceUri",
    "ServiceBusConnection__credential",
    "ServiceBusConnection__clientId",
)
"""What the app, or the host, needs to sign in with a user-assigned identity."""

TELEMETRY: Final = (
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY",
)
"""Without one of these the app works, and nobody sees how."""

LOGGER_NAME: Final = "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME"
SAMPLER: Final = "OTEL_TRACES_SAMPLER"
SAMPLED: Final = "OTEL_TRACES_SAMPLER_ARG"
ROLE_NAME: Final = "OTEL_SERVICE_NAME"

LOCAL: Final = frozenset({"SHORT_DURATIONS", "DESK_LOCAL_KEY", "DESK_FRAMED_BY", "WHATSAPP_GRAPH_URL"})
"""What the app reads, and only the local stack sets."""

FORBIDDEN: Final = (
    "FUNCTIONS_WORKER_RUNTIME",
    "FUNCTIONS_EXTENSION_VERSION",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTSHARE",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "ENABLE_ORYX_BUILD",
    "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
    "WEBSITE_TIME_ZONE",
    "TZ",
)
"""What Flex Consumption does not take (learn.microsoft.com, functions-app-settings, Flex Consumption deprecations)."""

FORBIDDEN_PREFIX: Final = "WEBSITE_AUTH_"
"""Settings that pretend App Service authentication: the app checks tokens itself."""


def is_forbidden(name: str) -> bool:
    """Whether no app on Flex Consumption, or this app, may have the setting, in any case."""
    return name.upper() in FORBIDDEN or name.upper().startswith(FORBIDDEN_PREFIX)


class _Asked(Mapping[str, str]):
    """An environment without any setting, which notes those that are looked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _read_by_the_app() -> frozenset[str]:
    environment = _Asked()
    read_settings(environment)
    return frozenset(environment.names)


READ_BY_THE_APP: Final = _read_by_the_app()

OF_OTHERS: Final = (
    frozenset({*NEEDED, *TELEMETRY, LOGGER_NAME, SAMPLER, SAMPLED, ROLE_NAME})
    | {f"AzureWebJobsStorage__{service}ServiceUri" for service in ("queue", "table")}
) - READ_BY_THE_APP
"""What host, SDKs and platform read in Azure."""
