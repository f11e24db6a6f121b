"""The side of the business over HTTP, for tests and people: what WhatsApp thinks of it, and what goes wrong.

`PUT /channels/{name or id}/templates`: `[{name, language, status, components}]` as WhatsApp would list them
`PUT /channels/{name or id}`: `{id, account?, moved_from, moved_at?}` as in the configuration: the number moves
`PUT /channels/{name or id}/providers`: `["acs", "whatsapp_cloud"]` says through whom a number that moves is heard
`POST /channels/{name or id}/webhooks`: `{field, value}` has Meta tell of anything else, such as a user's preference
`POST /faults`: a fault for the next sends (`faults.py`), or `{webhooks}`, an order about Meta's (`webhook_orders.py`)
"""

from dataclasses import replace
from typing import Annotated, Any

from aiohttp import web
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, TypeAdapter

from dev.stack.whatsapp.answers import refuse
from dev.stack.whatsapp.bodies import Body, WireBody
from dev.stack.whatsapp.catalogue import Channel, Provider
from dev.stack.whatsapp.faults import Fault, Faults
from dev.stack.whatsapp.graph_events import other_change, template_changed
from dev.stack.whatsapp.network import Network
from dev.stack.whatsapp.repeatability import AcceptedSend, Ledger
from dev.stack.whatsapp.templates import Template, TemplateStatus, placeholder_problem
from dev.stack.whatsapp.webhook_orders import Order, WebhookOrder, WebhookOrders


class _TemplateChange(Body):
    status: TemplateStatus
    text: str | None = Field(default=None, min_length=1, max_length=1024)


def _with_buttons(component: dict[str, Any]) -> dict[str, Any]:
    buttons = component.get("buttons") or []
    if not isinstance(buttons, list) or not all(isinstance(button, dict) for button in buttons):
        raise ValueError("buttons must be a list of objects")
    return component


class _RawTemplate(WireBody):
    name: str = Field(min_length=1, max_length=512)
    language: str = Field(min_length=2, max_length=35)
    status: Annotated[TemplateStatus, BeforeValidator(lambda status: str(status).lower())] = TemplateStatus.APPROVED
    category: str = "utility"
    components: list[Annotated[dict[str, Any], AfterValidator(_with_buttons)]] = Field(min_length=1)


_RAW_TEMPLATES = TypeAdapter(list[_RawTemplate])
_PROVIDERS = TypeAdapter(frozenset[Provider])


class _Move(WireBody):
    id: str = Field(pattern=r"^[0-9a-fA-F-]+$")
    account: str = ""
    moved_from: str | tuple[str, ...] = ()
    moved_at: AwareDatetime | None = None

    model_config = ConfigDict(alias_generator=None)


class _Told(Body):
    field: str = Field(min_length=1)
    value: dict[str, Any]


class BusinessApi:
    """The routes for what tests and people say of the business."""

    def __init__(
        self, *, network: Network, faults: Faults, ledger: Ledger, orders: WebhookOrders | None = None
    ) -> None:
        self._network = network
        self._faults = faults
        self._ledger = ledger
        self._orders = orders

    def routes(self) -> list[web.RouteDef]:
        """The routes, for the application of the phones."""
        return [
            web.get("/channels/{channel}/templates/{name}/{language}", self.get_template),
            web.put("/channels/{channel}/templates/{name}/{language}", self.put_template),
            web.put("/channels/{channel}/templates", self.put_templates),
            web.put("/channels/{channel}", self.move),
            web.put("/channels/{channel}/providers", self.put_providers),
            web.post("/channels/{channel}/webhooks", self.tell),
            web.post("/faults", self.add_fault),
            web.delete("/faults", self.clear_faults),
            web.get("/sends", self.list_sends),
        ]

    async def get_template(self, request: web.Request) -> web.Response:
        """WhatsApp's opinion of a template, and its text."""
        channel = self._network.channel(request.match_info["channel"])
        name = request.match_info["name"]
        language = self._network.catalogue.spelling(channel, name, request.match_info["language"])
        template = self._network.catalogue.template(channel, name, language)
        if template is None:
            return refuse(404, f"no template {name} in {language} on {channel.name}")
        return web.json_response({"status": template.status, "text": template.text})

    async def put_template(self, request: web.Request) -> web.Response:
        """Changes WhatsApp's opinion of a template, or adds one."""
        channel = self._network.channel(request.match_info["channel"])
        name = request.match_info["name"]
        language = self._network.catalogue.spelling(channel, name, request.match_info["language"])
        change = _TemplateChange.model_validate_json(await request.read())
        known = self._network.catalogue.template(channel, name, language)
        if change.text is None and known is None:
            return refuse(422, "text: is needed for a new template")
        if problem := placeholder_problem(change.text or ""):
            return refuse(422, f"text: {problem}")
        template = known or Template.of_text("", name=name, language=language)
        template = replace(template.with_text(change.text or template.text), status=change.status)
        self._network.catalogue.put_template(channel, template)
        self._tell_of(channel, template)
        return web.json_response({"status": template.status, "text": template.text})

    async def put_templates(self, request: web.Request) -> web.Response:
        """Replaces the channel's templates by definitions as WhatsApp would list them."""
        channel = self._network.channel(request.match_info["channel"])
        raw = _RAW_TEMPLATES.validate_json(await request.read())
        templates = [Template(**each.model_dump()) for each in raw]
        self._network.catalogue.replace_templates(channel, templates)
        return web.json_response({"templates": len(templates)})

    async def move(self, request: web.Request) -> web.Response:
        """A number moves while the stand-in runs, and all on its phones stays where it is."""
        former = self._network.channel(request.match_info["channel"])
        move = _Move.model_validate_json(await request.read())
        before = (move.moved_from,) if isinstance(move.moved_from, str) else move.moved_from
        channel = replace(former, id=move.id, account=move.account, moved_from=before, moved_at=move.moved_at)
        if channel.key != former.key:
            return refuse(422, f"moved_from: the first id must be {former.key}, under which the number is known")
        self._network.catalogue.move(channel)
        return web.json_response({"id": channel.id, "provider": channel.provider})

    async def put_providers(self, request: web.Request) -> web.Response:
        """Says through whom a number is heard."""
        channel = self._network.channel(request.match_info["channel"])
        self._network.hear(channel, _PROVIDERS.validate_json(await request.read()))
        return web.json_response(sorted(self._network.hearing(channel)))

    async def tell(self, request: web.Request) -> web.Response:
        """Has Meta tell of anything, as it stands."""
        channel = self._network.channel(request.match_info["channel"])
        told = _Told.model_validate_json(await request.read())
        self._network.post(other_change(channel=channel, field=told.field, value=told.value))
        return web.Response(status=202)

    def _tell_of(self, channel: Channel, template: Template) -> None:
        """Meta tells of a template's new status."""
        if Provider.WHATSAPP_CLOUD in self._network.hearing(channel):
            self._network.post(
                template_changed(
                    channel=channel,
                    name=template.name,
                    language=template.language,
                    status=template.status,
                    category=template.category,
                )
            )

    async def add_fault(self, request: web.Request) -> web.Response:
        """Orders a fault for the next sends, which queue up; or says what becomes of Meta's webhooks."""
        body = await request.read()
        if self._orders and b'"webhooks"' in body:
            order = WebhookOrder.model_validate_json(body)
            channel = self._network.channel(order.channel) if order.channel else None
            held = self._orders.give(order, channel.id_at(Provider.WHATSAPP_CLOUD) if channel else None)
            return web.json_response({"held": held}, status=201)
        fault = Fault.model_validate_json(body)
        return web.json_response({"waiting": self._faults.add(fault)}, status=201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        """Forgets the faults that are left, and lets webhooks go."""
        self._faults.clear()
        if self._orders:
            self._orders.give(WebhookOrder(webhooks=Order.RELEASE), None)
        return web.Response(status=204)

    async def list_sends(self, _: web.Request) -> web.Response:
        """Every accepted send, oldest first, with how often it was called."""
        return web.json_response([self._send(each) for each in self._ledger.accepted])

    def _send(self, send: AcceptedSend) -> dict[str, object]:
        return {
            "repeatabilityId": send.request_id,
            "firstSent": send.first_sent,
            "channel": send.channel_id,
            "to": send.to,
            "kind": send.kind,
            "messageId": send.message_id,
            "calls": self._ledger.calls(send),
            "at": send.at.isoformat(),
        }
