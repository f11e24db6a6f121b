"""Meta as the doctor asks it: a token, an app, accounts and numbers, each of which a test may change."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

type Json = dict[str, Any]

APP: Final = "1000000000000001"
ACCOUNT: Final = "102290129340398"
NUMBERS: Final = {"106540352242922": "+33 1 23 45 67 89", "106540352242923": "+32 2 123 45 67"}
TOKEN: Final = "hush-access-token"
SECRET: Final = "hush-app-secret"
SECRETS: Final = {
    "whatsapp-access-token": TOKEN,
    "whatsapp-app-secret": SECRET,
    "whatsapp-app-secret-previous": "hush-former-secret",
    "whatsapp-verify-token": "hush-verify-token",
}
FIELDS: Final = (
    "messages", "account_alerts", "account_update", "message_template_status_update", "phone_number_quality_update",
    "security", "template_category_update", "user_id_update", "user_preferences",
)  # fmt: skip
_PAGE: Final = 2


class Meta:
    """What the Graph API knows.

    Attributes:
        token: What it says of the token.
        accounts, numbers: What it says of each, by id.
        apps: Those that hear of the accounts.
        subscriptions: Of what the app hears, and where.
        templates: Those of each account.
        demands_proof: Whether the app takes a token only if it is signed.
    """

    def __init__(self, webhook: str, templates: list[Json]) -> None:
        scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
        granular = [{"scope": each, "target_ids": [ACCOUNT]} for each in scopes]
        self.token: Json = {
            "app_id": APP, "type": "SYSTEM_USER", "is_valid": True, "expires_at": 0, "scopes": scopes,
            "granular_scopes": granular,
        }  # fmt: skip
        self.accounts: dict[str, Json] = {ACCOUNT: {"name": "Contoso", "primary_funding_id": "1", **_health()}}
        self.numbers = {each: _number(shown, webhook) for each, shown in NUMBERS.items()}
        self.apps: list[Json] = [{"whatsapp_business_api_data": {"id": APP, "name": "Contact centre"}}]
        self.subscriptions: list[Json] = [
            {
                "object": "whatsapp_business_account", "callback_url": webhook, "active": True,
                "fields": [{"name": each, "version": "v27.0"} for each in FIELDS],
            }
        ]  # fmt: skip
        self.templates = {ACCOUNT: templates}
        self.demands_proof = False

    def answer(self, request: web.Request) -> web.Response:
        """A reading call, by the token or, for what the app hears of, by the app itself."""
        _, version, *path = request.path.split("/")
        if version != "v27.0":
            return _error(2635)
        token = request.headers.get("Authorization", "")
        if path == [APP, "subscriptions"]:
            right = token == f"Bearer {APP}|{SECRET}"
            return web.json_response({"data": self.subscriptions}) if right else _error(190)
        if token != f"Bearer {TOKEN}":
            return _error(190)
        if self.demands_proof and request.query.get("appsecret_proof") != _proof():
            return _error(100, "API calls from the server require an appsecret_proof argument")
        return self._told(path, request)

    def _told(self, path: list[str], request: web.Request) -> web.Response:
        match path:
            case ["debug_token"]:
                assert request.query["input_token"] == TOKEN
                return web.json_response({"data": self.token})
            case [account, "subscribed_apps"] if account in self.accounts:
                return _page(request, self.apps)
            case [account, "message_templates"] if account in self.templates:
                return _page(request, self.templates[account])
            case [its_id] if found := self.accounts.get(its_id) or self.numbers.get(its_id):
                asked = request.query["fields"].split(",")
                return web.json_response({"id": its_id} | {name: found[name] for name in asked if name in found})
        return _error(100, subcode=33)


def as_meta_lists(templates: Mapping[str, Any]) -> list[Json]:
    """The configuration's templates as Meta lists them."""
    return [
        {
            "name": name, "language": language, "status": "APPROVED", "category": "UTILITY",
            "components": [{"type": "BODY", "text": text}],
        }
        for name, template in templates.items()
        for language, text in template["languages"].items()
    ]  # fmt: skip


def _number(shown: str, webhook: str) -> Json:
    return {
        "display_phone_number": shown, "quality_rating": "GREEN", "status": "CONNECTED",
        "throughput": {"level": "STANDARD"}, "webhook_configuration": {"application": webhook}, **_health(),
    }  # fmt: skip


def _health() -> Json:
    return {"health_status": {"can_send_message": "AVAILABLE", "entities": []}}


def _page(request: web.Request, members: list[Json]) -> web.Response:
    """The members behind a cursor; where there are more, an address that leads elsewhere, and the next cursor."""
    start = int(request.query.get("after", "0"))
    page: Json = {"data": members[start : start + _PAGE]}
    if start + _PAGE < len(members):
        page["paging"] = {"cursors": {"after": str(start + _PAGE)}, "next": "https://elsewhere.example/"}
    return web.json_response(page)


def _proof() -> str:
    return hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


def _error(code: int, message: str = "as Meta says it", subcode: int | None = None) -> web.Response:
    """Errors come with codes; the HTTP status says little."""
    return web.json_response(
        {"error": {"code": code, "message": message, "error_subcode": subcode, "type": "OAuthException"}}, status=400
    )
