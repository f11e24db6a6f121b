"""The secrets of Meta's Cloud API: app settings that refer to a Key Vault, and whether the platform could follow them.

No value is ever part of a finding. Facts: learn.microsoft.com, "Use Key Vault references as app settings"; the
states are those of the type ApiKVReference of Microsoft.Web.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from dev.tools.doctor.azure import Json, Query, Service, Unreadable
from dev.tools.doctor.findings import Finding, Level, conclude
from dev.tools.doctor.reading import Deployment, Unknown

_WEB: Final = "2025-03-01"
_VAULTS: Final = "2025-05-01"
_READING: Final = "7.4"
_SCOPE: Final = "https://vault.azure.net/.default"
_REFERENCE: Final = re.compile(r"@Microsoft\.KeyVault\(VaultName=(?P<vault>[\w-]+);SecretName=(?P<secret>[\w-]+)\)")
_ANY_REFERENCE: Final = "@Microsoft.KeyVault("
FOLLOWED: Final = "a secret in a Key Vault"
"""What stands for a secret that a setting refers to."""
_PUT_IT_IN: Final = "put the secret in and restart the app: docs/operations.md, Rotate the secrets of the Cloud API"
_LOOK: Final = "look at the setting in the portal, which says more"
_RESOLVED: Final = "Resolved"
_WHAT_TO_DO: Final = {
    "Initialized": "it was not followed yet: restart the app (az functionapp restart) and look again",
    "SecretNotFound": _PUT_IT_IN,
    "SecretVersionNotFound": _PUT_IT_IN,
    "AccessToKeyVaultDenied": "see the check of roles, and whether the app reaches the vault; then restart the app",
    "VaultNotFound": "deploy infra/main.bicep again; after a removal, bring the vault back (az keyvault recover)",
    "MSINotEnabled": "deploy infra/main.bicep again: the app has to read as its identity (keyVaultReferenceIdentity)",
}


def vaults(settings: Mapping[str, str]) -> set[str]:
    """The names of the Key Vaults that app settings refer to."""
    return {found["vault"] for value in settings.values() if (found := _REFERENCE.fullmatch(value.strip()))}


def followed(settings: Mapping[str, str]) -> Mapping[str, str]:
    """App settings as the app gets them once all is well: in place of each reference to a secret, a word."""
    return {name: FOLLOWED if _refers(value) else value for name, value in settings.items()}


def _refers(value: str) -> bool:
    return value.strip().startswith(_ANY_REFERENCE)


async def vault_id(deployment: Deployment) -> str | None:
    """The resource id of the Key Vault that the settings refer to; None: they refer to none."""
    names = vaults(await deployment.settings())
    return (await _vault(deployment, min(names)))["id"] if names else None


async def secret(deployment: Deployment, setting: str) -> str:
    """The secret that a setting refers to: as the person gave it, else from the Key Vault, as the person.

    Raises:
        Unknown: The setting refers to none.
        Unreadable: The person may not read it, or it is not there.
    """
    if given := deployment.target.secrets.get(setting):
        return given
    reference = _REFERENCE.fullmatch((await deployment.setting(setting)).strip())
    if reference is None:
        raise Unknown(f"{setting} refers to no secret in a Key Vault; give it as the variable {setting}")
    vault = await _vault(deployment, reference["vault"])
    query = Query(
        service=Service(address=vault["properties"]["vaultUri"].rstrip("/"), scope=_SCOPE),
        what=f"the secret {reference['secret']} of the Key Vault",
        path=f"/secrets/{reference['secret']}",
        version=_READING,
        role="Key Vault Secrets User",
        where=vault["id"],
        if_absent=_PUT_IT_IN,
    )
    try:
        value = (await deployment.ask(query))["value"]
    except Unreadable as reason:
        also = f"{reason.do}; or give it to the doctor as the variable {setting}, as from outside a private network"
        raise Unreadable(reason.text, do=also) from reason
    if not isinstance(value, str) or not value.strip():
        raise Unreadable(f"{query.what} is empty", do=_PUT_IT_IN)
    return value.strip()


async def check_secrets(deployment: Deployment) -> Finding:
    """Whether the platform could follow every reference to a secret."""
    if not any(_refers(value) for value in (await deployment.settings()).values()):
        return Finding(level=Level.OK, text="none: no setting refers to a Key Vault")
    path = f"{deployment.target.app_id}/config/configreferences/appsettings"
    return judge_secrets(await deployment.members("what became of references to secrets", path, _WEB))


def judge_secrets(references: Sequence[Json]) -> Finding:
    """`references` are of the type ApiKVReference, each under the name of its setting."""
    states = {each["name"].rpartition("/")[2]: str(each["properties"].get("status")) for each in references}
    unresolved = {name: state for name, state in states.items() if state != _RESOLVED}
    steps = {_WHAT_TO_DO.get(state, _LOOK) for state in unresolved.values()}
    return conclude(
        well=f"{', '.join(sorted(states))} found in the Key Vault",
        problems=[f"{name} could not be followed ({state})" for name, state in sorted(unresolved.items())],
        do="; ".join(sorted(steps)),
    )


async def _vault(deployment: Deployment, name: str) -> Json:
    path = f"/subscriptions/{deployment.target.subscription}/providers/Microsoft.KeyVault/vaults"
    for each in await deployment.members("the Key Vaults", path, _VAULTS):
        if each["id"].rpartition("/")[2].lower() == name.lower():
            return each
    raise Unreadable(
        f"no Key Vault {name} that you may read in the subscription",
        do="deploy infra/main.bicep again; if it is there, ask for the role Reader on it",
    )
