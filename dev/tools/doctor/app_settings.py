"""The app settings and the identity that they name. No value is ever part of a finding."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from dev.tools.doctor.deployed import Identity
from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.known_settings import (
    LOCAL,
    LOGGER_NAME,
    NEEDED,
    OF_OTHERS,
    READ_BY_THE_APP,
    ROLE_NAME,
    SAMPLED,
    SAMPLER,
    TELEMETRY,
    is_forbidden,
)
from dev.tools.doctor.reading import Deployment, Unknown
from dev.tools.doctor.secrets import FOLLOWED, followed
from shared.settings import read_settings
from shared.vocabulary.words import Provider

FIXED_PART: Final = "microsoft.fixed_percentage"
CLIENT_IDS: Final = ("AZURE_CLIENT_ID", "AzureWebJobsStorage__clientId", "ServiceBusConnection__clientId")
_TELEMETRY_IDENTITY: Final = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"
_SECRET_FORMS: Final = (
    "AzureWebJobsStorage",
    "ServiceBusConnection",
    "TableStorageConnection",
    "CommunicationServicesConnection",
)
_OF_META: Final = (
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_APP_SECRET_PREVIOUS",
    "WHATSAPP_VERIFY_TOKEN",
)
_DEPLOY: Final = "deploy infra/main.bicep again, which sets every app setting and removes the others"


async def check_settings(deployment: Deployment) -> Finding:
    """Whether the app and its host have the settings that they need, and no other."""
    try:
        providers = await deployment.providers()
    except Unknown:
        providers = ()
    return judge_settings(followed(await deployment.settings()), providers)


async def check_identity(deployment: Deployment) -> Finding:
    """Whether all settings name the one identity of the app."""
    return judge_identity(await deployment.settings(), (await deployment.app()).identities)


def judge_settings(settings: Mapping[str, str], providers: Collection[Provider] = ()) -> Finding:
    """The app's own reader says what the app misses; the rest is Flex Consumption's and the host's.

    Args:
        providers: Who brings the messages of the configuration's channels.
    """
    read = read_settings(settings)
    given = {name for name, value in settings.items() if value.strip()}
    known = {*READ_BY_THE_APP, *OF_OTHERS, *_SECRET_FORMS}
    problems = [
        *read.problems,
        *read.missing_for(providers),
        *(f"{name} is missing" for name in NEEDED if name not in given),
        *(f"{name} must not be set" for name in sorted(settings) if is_forbidden(name) or name in LOCAL),
    ]
    warnings = [
        *(f"{name} is missing: no telemetry" for name in TELEMETRY if name not in given),
        *_about_sampling(settings),
        *([] if LOGGER_NAME in given else [f"{LOGGER_NAME} is missing: the worker's own lines are kept, and paid for"]),
        *([] if ROLE_NAME in given else [f"{ROLE_NAME} is missing: telemetry is filed under another name"]),
        *(f"{name} holds a secret: name the service by its address" for name in _SECRET_FORMS if name in given),
        *(
            f"{name} holds a secret: refer to one in a Key Vault"
            for name in _OF_META
            if name in given and settings[name] != FOLLOWED
        ),
        *(
            f"{name} is none that infra/main.bicep sets"
            for name in sorted(settings)
            if name not in known and not is_forbidden(name)
        ),
    ]
    return conclude(
        well=f"all {len(settings)} in a usable form, and no other",
        problems=problems,
        warnings=warnings,
        do=_DEPLOY,
    )


def _about_sampling(settings: Mapping[str, str]) -> Sequence[str]:
    """Untold, telemetry keeps a few traces a second; told a part that is none, all of them."""
    if settings.get(SAMPLER, "").strip() != FIXED_PART:
        return [f"{SAMPLER} is not {FIXED_PART}"]
    return [] if _is_part(settings.get(SAMPLED, "")) else [f"{SAMPLED} is no number from 0 to 1"]


def _is_part(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


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
