"""What the Graph API tells of numbers, accounts, their templates, the app and its token."""

import base64
import hashlib
from collections.abc import Iterable, Mapping

from aiohttp import web

from dev.stack.whatsapp.catalogue import Catalogue, Channel, Provider
from dev.stack.whatsapp.graph_errors import graph_error, unknown_object
from dev.stack.whatsapp.meta_app import APP_ID, MetaApp
from dev.stack.whatsapp.templates import Template

_SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
_FIELDS = ("messages", "message_template_status_update", "account_update", "user_preferences", "user_id_update")
_PAGE_SIZE = 25
_APP_NAME = "Stand-in"


class GraphReads:
    """The reading calls."""

    def __init__(self, catalogue: Catalogue, app: MetaApp) -> None:
        self._catalogue = catalogue
        self._app = app

    async def object(self, request: web.Request) -> web.StreamResponse:
        """A number or an account, with the `fields` that are asked for."""
        sought = request.match_info["id"]
        channel = next((each for each in self._at_meta() if each.id_at(Provider.WHATSAPP_CLOUD) == sought), None)
        if channel:
            return web.json_response(_chosen(request, _number(channel, self._app)))
        if self._catalogue.account(sought):
            return web.json_response(_chosen(request, _account(sought)))
        return unknown_object(f"nothing has the id {sought}")

    async def templates(self, request: web.Request) -> web.StreamResponse:
        """The templates of an account, `limit` at a time, after the cursor `after`."""
        channel = self._catalogue.account(request.match_info["id"])
        if channel is None:
            return unknown_object(f"no account has the id {request.match_info['id']}")
        limit, start = request.query.get("limit", str(_PAGE_SIZE)), _place_of(request.query.get("after"))
        if not limit.isdecimal() or int(limit) < 1 or start is None:
            return graph_error(100, "limit must be a whole number above 0, and after a cursor of a page before")
        templates = self._catalogue.templates(channel)
        page = templates[start : start + int(limit)]
        answer: dict[str, object] = {"data": [_chosen(request, _listed(each)) for each in page]}
        if page:
            end = start + len(page)
            paging: dict[str, object] = {"cursors": {"before": _cursor(start), "after": _cursor(end)}}
            if end < len(templates):
                paging["next"] = str(request.url.update_query(after=_cursor(end), limit=limit))
            answer["paging"] = paging
        return web.json_response(answer)

    async def phone_numbers(self, request: web.Request) -> web.StreamResponse:
        """The numbers of an account."""
        account = request.match_info["id"]
        numbers = [_number(each, self._app) for each in self._at_meta() if each.account == account]
        return web.json_response({"data": numbers}) if numbers else unknown_object(f"no account has the id {account}")

    async def subscribed_apps(self, request: web.Request) -> web.StreamResponse:
        """The apps that hear of an account: this one."""
        if self._catalogue.account(request.match_info["id"]) is None:
            return unknown_object(f"no account has the id {request.match_info['id']}")
        link = f"https://www.facebook.com/games/?app_id={APP_ID}"
        return web.json_response(
            {"data": [{"whatsapp_business_api_data": {"id": APP_ID, "name": _APP_NAME, "link": link}}]}
        )

    async def subscribe(self, request: web.Request) -> web.StreamResponse:
        """Subscribes the app to an account, which it is already."""
        if self._catalogue.account(request.match_info["id"]) is None:
            return unknown_object(f"no account has the id {request.match_info['id']}")
        return web.json_response({"success": True})

    async def subscriptions(self, request: web.Request) -> web.StreamResponse:
        """What the app hears of, and where."""
        fields = [{"name": each, "version": request.match_info["version"]} for each in _FIELDS]
        subscription = {"object": "whatsapp_business_account", "callback_url": self._app.webhook, "active": True}
        return web.json_response({"data": [{**subscription, "fields": fields}]})

    async def token(self, request: web.Request) -> web.StreamResponse:
        """What a token may do; of one that is nobody's, that it is not valid."""
        if not self._app.knows(f"Bearer {request.query.get('input_token', '')}"):
            error = {"code": 190, "message": "Invalid OAuth access token."}
            return web.json_response({"data": {"is_valid": False, "error": error, "scopes": []}})
        accounts = sorted({each.account for each in self._at_meta() if each.account})
        data = {
            "app_id": APP_ID,
            "type": "SYSTEM_USER",
            "application": _APP_NAME,
            "data_access_expires_at": 0,
            "expires_at": 0,
            "is_valid": True,
            "scopes": list(_SCOPES),
            "granular_scopes": [{"scope": each, "target_ids": accounts} for each in _SCOPES],
            "user_id": "1000000000000001",
        }
        return web.json_response({"data": data})

    def _at_meta(self) -> Iterable[Channel]:
        return [each for each in self._catalogue.channels if each.id_at(Provider.WHATSAPP_CLOUD)]


def _number(channel: Channel, app: MetaApp) -> dict[str, object]:
    channel_id = channel.id_at(Provider.WHATSAPP_CLOUD) or ""
    return {
        "id": channel_id,
        "display_phone_number": channel.number,
        "verified_name": channel.name,
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "messaging_limit_tier": "TIER_10K",
        "whatsapp_business_manager_messaging_limit": "TIER_10K",
        "webhook_configuration": {"application": app.webhook},
        "health_status": _health("PHONE_NUMBER", channel_id),
    }


def _account(account: str) -> dict[str, object]:
    return {
        "id": account,
        "name": _APP_NAME,
        "currency": "EUR",
        "timezone_id": "1",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "message_template_namespace": "stand_in",
        "primary_funding_id": "1000000000000002",
        "health_status": _health("WABA", account),
    }


def _health(kind: str, its_id: str) -> dict[str, object]:
    entities = [{"entity_type": kind, "id": its_id}, {"entity_type": "APP", "id": APP_ID}]
    return {
        "can_send_message": "AVAILABLE",
        "entities": [{**each, "can_send_message": "AVAILABLE"} for each in entities],
    }


def _listed(template: Template) -> dict[str, object]:
    return {
        "name": template.name,
        "language": template.language,
        "status": template.status.upper(),
        "category": template.category.upper(),
        "parameter_format": "NAMED" if template.parameter_names else "POSITIONAL",
        "components": template.components,
        "quality_score": {"score": "GREEN"},
        "rejected_reason": "NONE",
        "id": str(int(hashlib.sha256(f"{template.name}/{template.language}".encode()).hexdigest()[:12], 16)),
    }


def _chosen(request: web.Request, described: Mapping[str, object]) -> dict[str, object]:
    """The fields that the query asks for, and the id; all if it asks for none."""
    wanted = {each.partition("{")[0].strip() for each in request.query.get("fields", "").split(",") if each.strip()}
    return {name: value for name, value in described.items() if not wanted or name in wanted or name == "id"}


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"place:{place}".encode()).decode()


def _place_of(cursor: str | None) -> int | None:
    """The place that a cursor names; None if it is no cursor."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor).decode().removeprefix("place:")
    except ValueError:
        return None
    return int(text) if text.isdecimal() else None
