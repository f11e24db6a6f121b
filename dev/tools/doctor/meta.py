"""Reads what Meta's Graph API says of the app, its token, the accounts and the numbers, as the app's own system user.

The token is the app's: from the Key Vault, as the person who runs this, or given by that person. It goes to the Graph
API alone and is part of no finding. Facts: the WhatsApp Business Platform,
https://developers.facebook.com/documentation/business-messaging/whatsapp, and "Debug-Token" of the Graph API.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from dev.tools.doctor.azure import Json, Unreadable
from dev.tools.doctor.reading import Deployment
from dev.tools.doctor.secrets import followed, secret
from shared.adapters.template_definition import read_definition
from shared.configuration.channels import Channel
from shared.settings import read_settings
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.words import Provider

TOKEN: Final = "WHATSAPP_ACCESS_TOKEN"
APP_SECRET: Final = "WHATSAPP_APP_SECRET"
_OF_A_NUMBER: Final = ",".join(
    (
        "display_phone_number",
        "verified_name",
        "quality_rating",
        "status",
        "name_status",
        "throughput",
        "webhook_configuration",
        "health_status",
    )
)
_OF_AN_ACCOUNT: Final = "name,health_status,primary_funding_id"
_MOST_PAGES: Final = 100
_PROOF: Final = "appsecret_proof"
_LATER: Final = "try again in a few minutes; else see metastatus.com"
_PUT_IN_ANOTHER: Final = "put another one in: docs/operations.md, Rotate the secrets of the Cloud API"
_ASSIGN: Final = (
    "assign app and account to the system user (Meta's business settings), and give the token both permissions"
)
_CHECK_IDS: Final = (
    "check id and account of the channel in the configuration, and that the account is assigned to the system user"
)


async def channels(deployment: Deployment) -> Mapping[str, Channel]:
    """The channels that are at Meta now, by name."""
    found = (await deployment.configuration()).channels
    return {name: channel for name, channel in found.items() if channel.provider is Provider.WHATSAPP_CLOUD}


async def accounts(deployment: Deployment) -> Sequence[str]:
    """The WhatsApp Business Accounts of these channels."""
    return sorted({channel.account for channel in (await channels(deployment)).values() if channel.account})


async def token(deployment: Deployment) -> Json:
    """What Meta says of the token (`data` of debug_token)."""
    said = await _ask(deployment, "the access token", "debug_token", input_token=await secret(deployment, TOKEN))
    found: Json = said["data"]
    return found


async def app_id(deployment: Deployment) -> str:
    """The id of the app at Meta that the token is of."""
    return str((await token(deployment)).get("app_id") or "")


async def number(deployment: Deployment, phone_number_id: str) -> Json:
    """What Meta says of a number."""
    return await _ask(deployment, f"the number {phone_number_id}", phone_number_id, fields=_OF_A_NUMBER)


async def account(deployment: Deployment, account_id: str) -> Json:
    """What Meta says of an account."""
    return await _ask(deployment, f"the account {account_id}", account_id, fields=_OF_AN_ACCOUNT)


async def subscribed_apps(deployment: Deployment, account_id: str) -> Sequence[Json]:
    """The apps that hear of an account."""
    what = f"the apps that hear of the account {account_id}"
    return await _pages(deployment, what, account_id, "subscribed_apps")


async def app_subscriptions(deployment: Deployment) -> Sequence[Json]:
    """Of what the app hears, and where; Meta tells that to the app itself, which its secret proves."""
    app = await app_id(deployment)
    app_token = f"{app}|{await secret(deployment, APP_SECRET)}"
    said = await _ask(deployment, "what the app hears of", app, "subscriptions", app_token=app_token)
    found: Sequence[Json] = said["data"]
    return found


async def templates(deployment: Deployment, account_id: str) -> Sequence[ListedTemplate]:
    """The templates that Meta lists for an account."""
    what = f"the templates of the account {account_id}"
    asked = {"fields": "name,language,status,category,parameter_format,components", "limit": "200"}
    return [
        ListedTemplate(
            name=item["name"],
            language=item["language"],
            status=item["status"].lower(),
            definition=read_definition(item),
        )
        for item in await _pages(deployment, what, account_id, "message_templates", **asked)
    ]


async def _pages(deployment: Deployment, what: str, *path: str, **asked: str) -> Sequence[Json]:
    """The members of a collection; the next page is asked for by its cursor, never at an address from outside."""
    found: list[Json] = []
    for _ in range(_MOST_PAGES):
        page = await _ask(deployment, what, *path, **asked)
        found += page["data"]
        paging = page.get("paging") or {}
        if not paging.get("next"):
            return found
        asked = {**asked, "after": paging["cursors"]["after"]}
    raise Unreadable(f"{what}: the list does not end", do="run it again; if it stays, look at Meta's dashboard")


async def _ask(deployment: Deployment, what: str, *path: str, app_token: str = "", **asked: str) -> Json:
    """The answer of the Graph API to a GET, asked once."""
    settings = read_settings(followed(await deployment.settings()))
    way = "/".join(quote(part, safe="") for part in (settings.whatsapp.graph_version, *path))
    address = f"{deployment.target.graph}/{way}?"
    bearer = app_token or await secret(deployment, TOKEN)

    async def ask() -> Json:
        status, body = await deployment.azure.ask_with(address + urlencode(asked), bearer)
        if _wants_proof(body) and not app_token:
            proof = hmac.new((await secret(deployment, APP_SECRET)).encode(), bearer.encode(), hashlib.sha256)
            status, body = await deployment.azure.ask_with(
                address + urlencode({**asked, _PROOF: proof.hexdigest()}), bearer
            )
        return _read(what, status, body, "app secret" if app_token else "access token")

    return await deployment.once(("meta", address, tuple(asked.items()), bool(app_token)), ask)


def _wants_proof(body: Any) -> bool:
    """Whether the app demands that a call's token is signed with its secret."""
    match body:
        case {"error": {"message": str(message)}}:
            return _PROOF in message
    return False


def _read(what: str, status: int, body: Any, shown: str) -> Json:
    """An answer, or what an error means: Meta says to look at its code, not at the HTTP status."""
    match body:
        case {"error": {"code": int(code)} as error}:
            raise _refusal(what, code, error.get("error_subcode"), shown)
        case dict() if status == 200:
            return body
    raise Unreadable(f"{what}: Meta answers HTTP {status}", do=_LATER)


def _refusal(what: str, code: int, subcode: Any, shown: str) -> Unreadable:
    if code in (0, 190):
        return Unreadable(f"Meta does not accept the {shown} ({code})", do=_PUT_IN_ANOTHER)
    if code == 10 or 200 <= code <= 299:
        return Unreadable(f"the token may not read {what} ({code})", do=_ASSIGN)
    if code == 100:
        named = f"100/{subcode}" if subcode else "100"
        return Unreadable(f"{what}: not there, or the token does not reach it ({named})", do=_CHECK_IDS)
    return Unreadable(f"{what}: Meta answers with the code {code}", do=_LATER)
