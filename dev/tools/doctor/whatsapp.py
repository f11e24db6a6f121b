"""Numbers at Meta's Cloud API: the token, who hears of the accounts, where webhooks go, whether numbers may send."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from dev.tools.doctor import meta
from dev.tools.doctor.azure import Json
from dev.tools.doctor.findings import Finding, Level, conclude
from dev.tools.doctor.reading import Deployment
from shared.configuration.channels import Channel

PERMISSIONS: Final = ("whatsapp_business_messaging", "whatsapp_business_management")
OBJECT: Final = "whatsapp_business_account"
MESSAGES: Final = "messages"
USEFUL: Final = (
    "account_alerts",
    "account_update",
    "message_template_status_update",
    "phone_number_quality_update",
    "security",
    "template_category_update",
    "user_id_update",
    "user_preferences",
)
"""What the app heeds beside messages: it works without, and learns of much later, or never."""
_NONE: Final = Finding(level=Level.OK, text="none: no channel is at Meta's Cloud API")
_WARN_BEFORE: Final = timedelta(days=14)
_NEW_TOKEN: Final = "make another: docs/operations.md, The token of the Cloud API has ended"
_OTHERS: Final = "see whether another app is meant to: by Meta's conversation routing one may silence the other"
_MANAGER: Final = "see what WhatsApp Manager says of the number; docs/operations.md, A stopped channel"


async def check_token(deployment: Deployment) -> Finding:
    """Whether the token is valid, for how long, and may do what the app needs."""
    if not await meta.channels(deployment):
        return _NONE
    return judge_token(await meta.token(deployment), await meta.accounts(deployment), deployment.today())


async def check_accounts(deployment: Deployment) -> Finding:
    """Whether the app, and no other, hears of the accounts, and whether they can pay."""
    if not await meta.channels(deployment):
        return _NONE
    app = await meta.app_id(deployment)
    found = [
        (each, await meta.subscribed_apps(deployment, each), await meta.account(deployment, each))
        for each in await meta.accounts(deployment)
    ]
    return judge_accounts(app, found, deployment.target.graph)


async def check_webhook(deployment: Deployment) -> Finding:
    """Whether Meta calls this app, and with what."""
    named = await meta.channels(deployment)
    if not named:
        return _NONE
    address = f"https://{(await deployment.app()).host}/api/whatsapp"
    numbers = {name: await meta.number(deployment, channel.id) for name, channel in named.items()}
    return judge_webhook(address, await meta.app_subscriptions(deployment), numbers)


async def check_numbers(deployment: Deployment) -> Finding:
    """Whether each number may send, and how well it stands."""
    named = await meta.channels(deployment)
    if not named:
        return _NONE
    return judge_numbers({name: (each, await meta.number(deployment, each.id)) for name, each in named.items()})


def judge_token(said: Json, accounts: Sequence[str], today: date) -> Finding:
    """`said` is Meta's description of the token; `expires_at` is in Unix seconds, 0 for never."""
    if said.get("is_valid") is not True:
        return conclude(well="", problems=["Meta does not accept the access token"], do=_NEW_TOKEN)
    held = set(said.get("scopes") or ())
    problems = [f"it lacks the permission {each}" for each in PERMISSIONS if each not in held]
    for granted in said.get("granular_scopes") or ():
        reached = granted.get("target_ids")
        if granted["scope"] in PERMISSIONS and reached:
            missing = [each for each in accounts if each not in reached]
            problems += [f"its permission {granted['scope']} is not for the account {each}" for each in missing]
    end = datetime.fromtimestamp(int(said.get("expires_at") or 0), UTC).date() if said.get("expires_at") else None
    until = f"until {end:%-d %B %Y}" if end else "without an end"
    return conclude(
        well=f"valid {until}, with the permissions that the app needs",
        problems=problems,
        warnings=[f"it is valid {until} only"] if end and end - today <= _WARN_BEFORE else [],
        do=_NEW_TOKEN,
    )


def judge_accounts(app: str, found: Sequence[tuple[str, Sequence[Json], Json]], graph: str) -> Finding:
    """Each account with the apps that hear of it, and what Meta says of itself."""
    problems, warnings, steps = [], [], []
    for account, apps, said in found:
        described = [each.get("whatsapp_business_api_data") or {} for each in apps]
        if app not in [str(each.get("id")) for each in described]:
            problems.append(f"the app {app} does not hear of the account {account}")
            steps.append(f'curl -X POST -H "Authorization: Bearer $token" {graph}/<version>/{account}/subscribed_apps')
        others = [str(each.get("name") or each.get("id")) for each in described if str(each.get("id")) != app]
        warnings += [f"{other} hears of the account {account}, too" for other in others]
        if others:
            steps.append(_OTHERS)
        if not said.get("primary_funding_id"):
            warnings.append(f"the account {account} has no payment method that Meta shows")
            steps.append("add one in WhatsApp Manager (Payment settings): without it messages fail with 131042")
    return conclude(
        well=f"the app hears of {', '.join(account for account, _, _ in found)}, alone",
        problems=problems,
        warnings=warnings,
        do="; ".join(steps),
    )


def judge_webhook(address: str, subscriptions: Sequence[Json], numbers: Mapping[str, Json]) -> Finding:
    """A number may override the account, which may override the app: Meta calls the first address that there is."""
    ours = next((each for each in subscriptions if each.get("object") == OBJECT), None)
    fields = {each["name"] for each in (ours or {}).get("fields") or ()}
    problems = []
    if ours is None:
        problems.append("the app has no webhook for WhatsApp accounts")
    elif not ours.get("active", True):
        problems.append("the app's webhook is switched off")
    if ours is not None and MESSAGES not in fields:
        problems.append(f"the app's webhook is not subscribed to {MESSAGES}")
    general = str((ours or {}).get("callback_url") or "")
    for name, said in numbers.items():
        called = _called(said.get("webhook_configuration") or {}) or general
        if called.rstrip("/").lower() != address.lower():
            problems.append(f"for {name} Meta calls {_without_query(called) or 'nobody'}, not {address}")
    missing = [each for each in USEFUL if each not in fields] if ours else []
    return conclude(
        well=f"Meta calls {address}",
        problems=problems,
        warnings=[f"the webhook is not subscribed to {', '.join(missing)}"] if missing else [],
        do="set it in Meta's dashboard: the app, WhatsApp, Configuration, Webhook (docs/deploy.md, The Meta way)",
    )


def _called(configured: Mapping[str, Any]) -> str:
    """The address that overrides the others."""
    ways = ("phone_number", OBJECT, "application")
    return next((str(configured[way]) for way in ways if configured.get(way)), "")


def _without_query(address: str) -> str:
    return address.partition("?")[0]


def judge_numbers(numbers: Mapping[str, tuple[Channel, Json]]) -> Finding:
    """Each channel, by name, with what Meta says of its number."""
    problems: list[str] = []
    warnings: list[str] = []
    well = []
    for name, (channel, said) in numbers.items():
        status, quality = str(said.get("status") or "unknown"), str(said.get("quality_rating") or "UNKNOWN")
        level = (said.get("throughput") or {}).get("level") or "not known"
        well.append(f"{name}: {status.lower()}, quality {quality.lower()}, throughput {str(level).lower()}")
        if status != "CONNECTED":
            problems.append(f"{name} is {status.lower()}, not connected")
        if quality in ("YELLOW", "RED"):
            warnings.append(f"the quality of {name} is {quality.lower()}")
        if channel.number and _digits(said.get("display_phone_number")) != _digits(channel.number):
            warnings.append(f"{name} has another number at Meta than in the configuration")
        blocked, limited = _obstacles(name, said.get("health_status") or {})
        problems, warnings = [*problems, *blocked], [*warnings, *limited]
    return conclude(well="; ".join(well), problems=problems, warnings=warnings, do=_MANAGER)


def _obstacles(name: str, health: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What keeps a number from sending: number, account, business or app, each with Meta's codes."""
    said = health.get("can_send_message")
    reasons = ", ".join(_reasons(health.get("entities") or ()))
    because = f" ({reasons})" if reasons else ""
    blocked = [f"{name} may not send{because}"] if said == "BLOCKED" else []
    return blocked, [f"{name} may send within limits only{because}"] if said == "LIMITED" else []


def _reasons(entities: Sequence[Json]) -> Iterator[str]:
    for each in entities:
        if each.get("can_send_message") in ("BLOCKED", "LIMITED"):
            codes = [str(error["error_code"]) for error in each.get("errors") or () if "error_code" in error]
            yield " ".join([str(each.get("entity_type") or "?").lower().replace("_", " "), *codes])


def _digits(number: Any) -> str:
    return "".join(each for each in str(number or "") if each.isdecimal())
