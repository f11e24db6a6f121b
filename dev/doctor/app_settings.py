"""The app settings and the identity that they name. No value is ever part of a finding."""

from collections.abc import Mapping, Sequence
from typing import Final

from dev.doctor.deployed import Identity
from dev.doctor.findings import Finding, conclude
from dev.doctor.reading import Deployment
from shared.settings import read_settings

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

CLIENT_IDS: Final = ("AZURE_CLIENT_ID", "AzureWebJobsStorage__clientId", "ServiceBusConnection__clientId")
_TELEMETRY_IDENTITY: Final = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"
_SECRET_FORMS: Final = (
    "AzureWebJobsStorage",
    "ServiceBusConnection",
    "TableStorageConnection",
    "CommunicationServicesConnection",
)
_DEPLOY: Final = "deploy infra/main.bicep again, which sets every app setting and removes the others"


async def check_settings(deployment: Deployment) -> Finding:
    """Whether the app and its host have the settings that they need, and no other."""
    return judge_settings(await deployment.settings())


async def check_identity(deployment: Deployment) -> Finding:
    """Whether all settings name the one identity of the app."""
    return judge_identity(await deployment.settings(), (await deployment.app()).identities)


def judge_settings(settings: Mapping[str, str]) -> Finding:
    """The app's own reader says what the app misses; the rest is Flex Consumption's and the host's."""
    given = {name for name, value in settings.items() if value.strip()}
    problems = [
        *read_settings(settings).problems,
        *(f"{name} is missing" for name in NEEDED if name not in given),
        *(f"{name} must not be set" for name in sorted(settings) if is_forbidden(name)),
    ]
    warnings = [
        *(f"{name} is missing: no telemetry" for name in TELEMETRY if name not in given),
        *(f"{name} holds a secret: name the service by its address" for name in _SECRET_FORMS if name in given),
    ]
    return conclude(
        well=f"all {len(settings)} in a usable form, none that must not be set",
        problems=problems,
        warnings=warnings,
        do=_DEPLOY,
    )


def is_forbidden(name: str) -> bool:
    """Whether no app on Flex Consumption, or this app, may have the setting."""
    return name in FORBIDDEN or name.startswith(FORBIDDEN_PREFIX)


def judge_identity(settings: Mapping[str, str], identities: Sequence[Identity]) -> Finding:
    """A setting that is missing is not this check's concern."""
    assigned = {identity.client_id.lower() for identity in identities}
    named = {name: settings[name].strip().lower() for name in CLIENT_IDS if settings.get(name, "").strip()}
    if telemetry := settings.get(_TELEMETRY_IDENTITY, "").lower():
        parts = dict(part.partition("=")[::2] for part in telemetry.split(";"))
        named[_TELEMETRY_IDENTITY] = parts.get("clientid", "").strip()
    problems = [f"{name} names no identity of the app" for name, value in named.items() if value not in assigned]
    if not problems and len(set(named.values())) > 1:
        problems.append(f"{', '.join(named)} do not name the same identity")
    return conclude(well="every setting names the identity of the app", problems=problems, do=_DEPLOY)
