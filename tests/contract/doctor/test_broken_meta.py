"""One thing is broken at Meta, or on the way there: one check says so, and what to do; no secret is ever shown."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dev.tools.doctor.findings import Finding, Level
from dev.tools.doctor.graph_version import ENDS
from dev.tools.doctor.repository import roles
from tests.contract.doctor.conftest import Examination
from tests.contract.doctor.meta import ACCOUNT, APP, FIELDS, NUMBERS, Json
from tests.contract.doctor.stand_in import StandIn
from tests.contract.doctor.world import World
from tests.fakes.clock import FakeClock

type Break = Callable[[World], object]

READER = roles()["Key Vault Secrets User"]
FIRST = next(iter(NUMBERS))
ANOTHER = {"whatsapp_business_api_data": {"id": "5", "name": "Another CRM"}}


def _number(world: World) -> Json:
    return world.meta.numbers[FIRST]


def _without_field(world: World, name: str) -> None:
    world.meta.subscriptions[0]["fields"] = [{"name": each} for each in FIELDS if each != name]


def _blocked(world: World) -> None:
    entity = {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [{"error_code": 141006}]}
    _number(world)["health_status"] = {"can_send_message": "BLOCKED", "entities": [entity]}


BROKEN: dict[str, tuple[Break, str, str, str]] = {
    "a secret is not in the vault": (
        lambda world: world.references.update(WHATSAPP_VERIFY_TOKEN="SecretNotFound"),
        "secrets", "WHATSAPP_VERIFY_TOKEN could not be followed (SecretNotFound)", "docs/operations.md",
    ),
    "the vault keeps the app out": (
        lambda world: world.references.update(WHATSAPP_VERIFY_TOKEN="AccessToKeyVaultDenied"),
        "secrets", "WHATSAPP_VERIFY_TOKEN could not be followed (AccessToKeyVaultDenied)", "roles",
    ),
    "the app has no role on the vault": (
        lambda world: world.remove(world.assignment("/vaults/kv-bnv64xcqxpsd4", READER)),
        "roles", "Key Vault Secrets User is missing on the Key Vault", "az role assignment create",
    ),
    "a setting of Meta's is missing": (
        lambda world: world.settings.pop("WHATSAPP_VERIFY_TOKEN"),
        "settings", "WHATSAPP_VERIFY_TOKEN is missing", "infra/main.bicep",
    ),
    "a setting of the local stack": (
        lambda world: world.settings.update(WHATSAPP_GRAPH_URL="https://graph.example"),
        "settings", "WHATSAPP_GRAPH_URL must not be set", "infra/main.bicep",
    ),
    "the webhook is not published": (
        lambda world: world.remove(world.one("Microsoft.Web/sites/functions", "/whatsapp")),
        "functions", "whatsapp is missing", "azd deploy",
    ),
    "the token has ended": (
        lambda world: world.meta.token.update(is_valid=False),
        "WhatsApp token", "Meta does not accept the access token", "docs/operations.md",
    ),
    "the token lacks a permission": (
        lambda world: world.meta.token.update(scopes=["whatsapp_business_messaging"]),
        "WhatsApp token", "it lacks the permission whatsapp_business_management", "docs/operations.md",
    ),
    "the token is for another account": (
        lambda world: world.meta.token.update(
            granular_scopes=[{"scope": "whatsapp_business_messaging", "target_ids": ["1"]}]
        ),
        "WhatsApp token", f"whatsapp_business_messaging is not for the account {ACCOUNT}", "docs/operations.md",
    ),
    "the app does not hear of the account": (
        lambda world: world.meta.apps.clear(),
        "WhatsApp accounts", f"the app {APP} does not hear of the account {ACCOUNT}", f"/{ACCOUNT}/subscribed_apps",
    ),
    "the app has no webhook": (
        lambda world: world.meta.subscriptions.clear(),
        "WhatsApp webhook", "the app has no webhook for WhatsApp accounts", "Meta's dashboard",
    ),
    "messages are not subscribed to": (
        lambda world: _without_field(world, "messages"),
        "WhatsApp webhook", "the app's webhook is not subscribed to messages", "Meta's dashboard",
    ),
    "a number's webhooks go elsewhere": (
        lambda world: _number(world)["webhook_configuration"].update(phone_number="https://elsewhere.example/x?k=hush"),
        "WhatsApp webhook", "for channel_1 Meta calls https://elsewhere.example/x, not", "Meta's dashboard",
    ),
    "a number is not registered": (
        lambda world: _number(world).update(status="PENDING"),
        "WhatsApp numbers", "channel_1 is pending, not connected", "WhatsApp Manager",
    ),
    "a number may not send": (
        _blocked, "WhatsApp numbers", "channel_1 may not send (waba 141006)", "WhatsApp Manager",
    ),
    "the version is served no more": (
        lambda world: world.settings.update(WHATSAPP_GRAPH_VERSION="v20.0"),
        "Graph API version", "Meta serves v20.0 no more", "WHATSAPP_GRAPH_VERSION",
    ),
    "a template is paused": (
        lambda world: world.meta.templates[ACCOUNT][-1].update(status="PAUSED"),
        "templates", "is paused, not approved", "WhatsApp Manager",
    ),
}  # fmt: skip
MENDED_BY_META = {"the version is served no more"}
"""The stand-in serves one version: whatever else asks in another one cannot be read."""


def shown(found: dict[str, Finding]) -> str:
    """All that a person sees."""
    return " ".join(each.text + each.do for each in found.values())


@pytest.mark.parametrize("case", [case for case in BROKEN if case not in MENDED_BY_META])
async def test_what_is_broken_is_named_once(case: str, azure_and_meta: StandIn, findings: Examination) -> None:
    """Exactly one problem and no warning."""
    break_it, check, text, do = BROKEN[case]
    break_it(azure_and_meta.world)
    found = await findings(azure_and_meta)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {check}
    assert Level.WARNING not in {finding.level for finding in found.values()}
    assert text in found[check].text
    assert do in found[check].do
    assert "hush" not in shown(found)


WARNED: dict[str, tuple[Break, str, str]] = {
    "another app hears of the account": (
        lambda world: world.meta.apps.append(ANOTHER),
        "WhatsApp accounts", f"Another CRM hears of the account {ACCOUNT}, too",
    ),
    "nobody pays": (
        lambda world: world.meta.accounts[ACCOUNT].pop("primary_funding_id"),
        "WhatsApp accounts", f"the account {ACCOUNT} has no payment method that Meta shows",
    ),
    "news of the account are not subscribed to": (
        lambda world: _without_field(world, "account_update"),
        "WhatsApp webhook", "the webhook is not subscribed to account_update",
    ),
    "the quality is low": (
        lambda world: _number(world).update(quality_rating="RED"),
        "WhatsApp numbers", "the quality of channel_1 is red",
    ),
    "a number may send a little": (
        lambda world: _number(world)["health_status"].update(can_send_message="LIMITED"),
        "WhatsApp numbers", "channel_1 may send within limits only",
    ),
    "a number is another": (
        lambda world: _number(world).update(display_phone_number="+33 1 00 00 00 00"),
        "WhatsApp numbers", "channel_1 has another number at Meta than in the configuration",
    ),
    "a secret stands in the settings": (
        lambda world: world.settings.update(WHATSAPP_VERIFY_TOKEN="hush"),
        "settings", "WHATSAPP_VERIFY_TOKEN holds a secret: refer to one in a Key Vault",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNED)
async def test_what_does_no_harm_yet_is_a_warning(case: str, azure_and_meta: StandIn, findings: Examination) -> None:
    change, check, text = WARNED[case]
    change(azure_and_meta.world)
    found = await findings(azure_and_meta)
    assert {name for name, finding in found.items() if finding.level is not Level.OK} == {check}
    assert found[check].level is Level.WARNING
    assert text in found[check].text
    assert "hush" not in shown(found)


@pytest.mark.parametrize(("days", "level"), [(14, Level.WARNING), (16, Level.OK)])
async def test_a_token_that_ends_soon_is_a_warning(
    days: int, level: Level, azure_and_meta: StandIn, findings: Examination, clock: FakeClock
) -> None:
    """Two weeks are enough to make another."""
    azure_and_meta.world.meta.token["expires_at"] = int((clock.now() + timedelta(days=days)).timestamp())
    assert (await findings(azure_and_meta))["WhatsApp token"].level is level


async def test_a_version_that_is_served_no_more_is_a_problem(azure_and_meta: StandIn, findings: Examination) -> None:
    break_it, check, text, do = BROKEN["the version is served no more"]
    break_it(azure_and_meta.world)
    found = (await findings(azure_and_meta))[check]
    assert (found.level, found.text) == (Level.PROBLEM, text)
    assert do in found.do
    assert 27 not in ENDS


async def test_a_token_that_meta_does_not_know_is_one_problem(azure_and_meta: StandIn, findings: Examination) -> None:
    """What it would have told is skipped; what the app's secret asks for needs the token's app, too."""
    azure_and_meta.world.secrets["whatsapp-access-token"] = "hush-former-token"
    found = await findings(azure_and_meta)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"WhatsApp token"}
    assert found["WhatsApp token"].text == "Meta does not accept the access token (190)"
    skipped = {"WhatsApp accounts", "WhatsApp webhook", "WhatsApp numbers", "templates"}
    assert {found[name].level for name in skipped} == {Level.SKIPPED}
    assert "hush" not in shown(found)


async def test_a_secret_that_is_not_the_apps_is_one_problem(azure_and_meta: StandIn, findings: Examination) -> None:
    """With it, every webhook would be refused."""
    azure_and_meta.world.secrets["whatsapp-app-secret"] = "hush-former-secret"
    found = await findings(azure_and_meta)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"WhatsApp webhook"}
    assert found["WhatsApp webhook"].text == "Meta does not accept the app secret (190)"


async def test_an_account_that_the_token_does_not_reach_is_one_problem(
    azure_and_meta: StandIn, findings: Examination
) -> None:
    """Error 100, subcode 33."""
    del azure_and_meta.world.meta.numbers[FIRST]
    found = await findings(azure_and_meta)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"WhatsApp webhook"}
    assert "(100/33)" in found["WhatsApp webhook"].text
    assert found["WhatsApp numbers"].level is Level.SKIPPED


async def test_a_token_is_signed_where_the_app_demands_it(azure_and_meta: StandIn, findings: Examination) -> None:
    """With the app's secret ("Require app secret")."""
    azure_and_meta.world.meta.demands_proof = True
    assert {each.level for each in (await findings(azure_and_meta)).values()} == {Level.OK}


async def test_who_may_not_read_the_vault_is_told_so_once(azure_and_meta: StandIn, findings: Examination) -> None:
    """And of the other way: the vault of a private network is closed to everybody outside."""
    azure_and_meta.denied.add("/secrets/whatsapp-access-token")
    found = await findings(azure_and_meta)
    assert {name for name, finding in found.items() if finding.level is Level.PROBLEM} == {"WhatsApp token"}
    assert "Key Vault Secrets User" in found["WhatsApp token"].do
    assert "the variable WHATSAPP_ACCESS_TOKEN" in found["WhatsApp token"].do


@pytest.mark.parametrize("body", ["[]", '{"data": 5}', '{"data": {"scopes": 5, "is_valid": true}}', "no JSON"])
async def test_what_meta_says_in_another_form_is_named(
    body: str, azure_and_meta: StandIn, findings: Examination
) -> None:
    azure_and_meta.odd["/debug_token"] = body
    found = await findings(azure_and_meta)
    assert found["WhatsApp token"].level is Level.PROBLEM
    assert found["WhatsApp numbers"].level is Level.OK
