"""The simulated phones over HTTP, for tests and people.

`POST /phones/{number}/messages`: `{channel?, name?, bsuid?, hidePhone?, at?, context?}` and exactly one of
`text: "…"`
`media: {mimeType, fileName?, caption?, content? (base64), animated?}`: the type gives the kind, WebP is a sticker
`button: {text, payload?}` taps a template's quick reply, `button: {id, title}` one of an interactive message
`list: {id, title, description?}` chooses from an interactive list
`reaction: {messageId, emoji}`: emoji null removes it
`unsupported: {type}`: a kind that ACS has no shape for, such as `location`
`context: {messageId}` says which message is answered; a tap answers the newest one unless told otherwise.
`POST /phones/{number}/clock`: `{forward: "25h"}` moves the phone's clock on, and WhatsApp's idea of its windows.
`PUT /phones/{number}`: `{name}` says whose phone it is, and adds one that nobody used before.
`GET /phones`: each with its newest message, how many are unread, how many seconds its clock is `ahead`, and until when
the session window of each channel is open, by everybody else's clock.
`GET /files/{id}`: a file that somebody sent, by the `id` of a message's `media`.
`hidePhone` sends an event with the BSUID alone. In place of a number a path may name a BSUID.

`PUT /channels/{name or id}/templates`: `[{name, language, status, components}]` as WhatsApp would list them
"""

from dataclasses import replace
from typing import Annotated, Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError

from dev.stack.whatsapp.bodies import Body, WireBody, problems_of
from dev.stack.whatsapp.clock import ClockChange
from dev.stack.whatsapp.faults import Fault, Faults
from dev.stack.whatsapp.incoming import InvalidMessage, parse_incoming
from dev.stack.whatsapp.network import Network, UnknownChannel
from dev.stack.whatsapp.phones import Direction, Message, Phone, is_phone_key
from dev.stack.whatsapp.repeatability import AcceptedSend, Ledger
from dev.stack.whatsapp.rules import window_closes
from dev.stack.whatsapp.templates import Template, TemplateStatus, placeholder_problem

_READS = ("GET", "HEAD", "OPTIONS")
_LARGEST_BODY = 140 * 1024**2
_FILE_SAFETY = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SHOWN = (
    *(f"image/{kind}" for kind in ("jpeg", "png", "webp")),
    *(f"audio/{kind}" for kind in ("ogg", "mpeg", "mp4", "aac", "amr", "wav")),
    *(f"video/{kind}" for kind in ("mp4", "3gpp")),
)


class _PhoneChange(Body):
    name: str = Field(max_length=100)


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


def _problem(status: int, *problems: str) -> web.Response:
    return web.json_response({"problems": problems}, status=status)


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns what a handler could not use into an answer that says why."""
    try:
        return await handler(request)
    except InvalidMessage as error:
        return _problem(422, *error.problems)
    except ValidationError as error:
        return _problem(422, *problems_of(error))
    except UnknownChannel as error:
        return _problem(404, str(error))
    except RecursionError:
        return _problem(422, "the body is nested too deeply")


@web.middleware
async def _refuse_other_sites(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps a page of another site, open in the same browser, from writing as a customer."""
    origin = request.headers.get("Origin")
    if request.method not in _READS and origin not in (None, f"{request.scheme}://{request.host}"):
        return _problem(403, f"a page of {origin} may not change anything here")
    return await handler(request)


class PhoneApi:
    """The routes for the customers' side."""

    def __init__(self, *, network: Network, faults: Faults, ledger: Ledger) -> None:
        self._network = network
        self._faults = faults
        self._ledger = ledger

    def application(self) -> web.Application:
        """The API, as an application."""
        application = web.Application(middlewares=[_refuse_other_sites, _explain], client_max_size=_LARGEST_BODY)
        application.router.add_get("/channels", self.list_channels)
        application.router.add_get("/phones", self.list_phones)
        application.router.add_put("/phones/{number}", self.name)
        application.router.add_post("/phones/{number}/messages", self.write)
        application.router.add_get("/phones/{number}/messages", self.list_messages)
        application.router.add_get("/files/{id}", self.file)
        application.router.add_post("/phones/{number}/read", self.read)
        application.router.add_post("/phones/{number}/clock", self.move_clock)
        application.router.add_get("/channels/{channel}/templates/{name}/{language}", self.get_template)
        application.router.add_put("/channels/{channel}/templates/{name}/{language}", self.put_template)
        application.router.add_put("/channels/{channel}/templates", self.put_templates)
        application.router.add_post("/faults", self.add_fault)
        application.router.add_delete("/faults", self.clear_faults)
        application.router.add_get("/sends", self.list_sends)
        return application

    async def list_channels(self, _: web.Request) -> web.Response:
        """The channels of the configuration."""
        channels = self._network.catalogue.channels
        return web.json_response(
            {"channels": [{"id": each.id, "name": each.name, "number": each.number} for each in channels]}
        )

    async def list_phones(self, _: web.Request) -> web.Response:
        """Every phone with its newest message, for the page."""
        return web.json_response({"phones": [self._phone(phone) for phone in self._network.phones]})

    async def name(self, request: web.Request) -> web.Response:
        """Says whose phone it is, which only the page shows."""
        number, change = _phone_key(request), _PhoneChange.model_validate_json(await request.read())
        phone = self._network.phones.find_or_add(number)
        phone.name = change.name.strip()
        return web.json_response(self._phone(phone))

    async def write(self, request: web.Request) -> web.Response:
        """The customer writes."""
        number, body = _phone_key(request), await request.read()
        incoming = parse_incoming(body)
        known = self._network.phones.find(number)
        if incoming.hide_phone and not (incoming.bsuid or (known and known.bsuid)):
            raise InvalidMessage(["hidePhone: needs a bsuid, else nobody is known as the sender"])
        return web.json_response({"messageId": self._network.write(number, incoming)}, status=201)

    async def list_messages(self, request: web.Request) -> web.Response:
        """What is on the phone, oldest first."""
        phone = self._network.phones.find(request.match_info["number"])
        return web.json_response({"messages": [_message(each) for each in phone.messages()] if phone else []})

    async def file(self, request: web.Request) -> web.Response:
        """A file that was sent; a browser shows what can do no harm, and saves the rest."""
        file = self._network.files.get(request.match_info["id"])
        if file is None:
            return _problem(404, "there is no such file")
        shown = file.mime_type in _SHOWN
        headers = {**_FILE_SAFETY, "Content-Disposition": "inline" if shown else "attachment"}
        content_type = file.mime_type if shown else "application/octet-stream"
        return web.Response(body=file.content, content_type=content_type, headers=headers)

    async def read(self, request: web.Request) -> web.Response:
        """The customer looks at the phone: everything is read."""
        phone = self._network.phones.find(request.match_info["number"])
        return web.json_response({"read": self._network.read(phone) if phone else []})

    async def move_clock(self, request: web.Request) -> web.Response:
        """Moves the phone's clock on, and WhatsApp's idea of its windows with it; the app's clock stands."""
        change = ClockChange.model_validate_json(await request.read())
        phone = self._network.phones.find_or_add(_phone_key(request))
        phone.ahead += change.by
        return web.json_response({"now": self._network.now_on(phone).isoformat()})

    async def get_template(self, request: web.Request) -> web.Response:
        """WhatsApp's opinion of a template, and its text."""
        channel = self._network.channel(request.match_info["channel"])
        name = request.match_info["name"]
        language = self._network.catalogue.spelling(channel, name, request.match_info["language"])
        template = self._network.catalogue.template(channel, name, language)
        if template is None:
            return _problem(404, f"no template {name} in {language} on {channel.name}")
        return web.json_response({"status": template.status, "text": template.text})

    async def put_template(self, request: web.Request) -> web.Response:
        """Changes WhatsApp's opinion of a template, or adds one."""
        channel = self._network.channel(request.match_info["channel"])
        name = request.match_info["name"]
        language = self._network.catalogue.spelling(channel, name, request.match_info["language"])
        change = _TemplateChange.model_validate_json(await request.read())
        known = self._network.catalogue.template(channel, name, language)
        if change.text is None and known is None:
            return _problem(422, "text: is needed for a new template")
        if problem := placeholder_problem(change.text or ""):
            return _problem(422, f"text: {problem}")
        template = known or Template.of_text("", name=name, language=language)
        template = replace(template.with_text(change.text or template.text), status=change.status)
        self._network.catalogue.put_template(channel, template)
        return web.json_response({"status": template.status, "text": template.text})

    async def put_templates(self, request: web.Request) -> web.Response:
        """Replaces the channel's templates by definitions as WhatsApp would list them."""
        channel = self._network.channel(request.match_info["channel"])
        raw = _RAW_TEMPLATES.validate_json(await request.read())
        templates = [Template(**each.model_dump()) for each in raw]
        self._network.catalogue.replace_templates(channel, templates)
        return web.json_response({"templates": len(templates)})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Orders a fault for the next sends; faults queue up."""
        fault = Fault.model_validate_json(await request.read())
        return web.json_response({"waiting": self._faults.add(fault)}, status=201)

    async def clear_faults(self, _: web.Request) -> web.Response:
        """Forgets the faults that are left."""
        self._faults.clear()
        return web.Response(status=204)

    async def list_sends(self, _: web.Request) -> web.Response:
        """Every accepted send, oldest first, with how often it was called."""
        return web.json_response([self._send(each) for each in self._ledger.accepted])

    def _send(self, send: AcceptedSend) -> dict[str, object]:
        return {
            "repeatabilityId": send.repeatability.request_id if send.repeatability else None,
            "firstSent": send.repeatability.first_sent if send.repeatability else None,
            "channel": send.channel_id,
            "to": send.to,
            "kind": send.kind,
            "messageId": send.message_id,
            "calls": self._ledger.calls(send),
            "at": send.at.isoformat(),
        }

    def _phone(self, phone: Phone) -> dict[str, object]:
        messages = phone.messages()
        closes = {each.id: window_closes(phone, each) for each in self._network.catalogue.channels}  # on its clock
        return {
            "number": phone.number,
            "bsuid": phone.bsuid,
            "name": phone.name,
            "last": _message(messages[-1]) if messages else None,
            "unread": sum(each.direction is Direction.OUT and each.status.is_unread for each in messages),
            "ahead": phone.ahead.total_seconds(),
            "windows": {channel_id: (time - phone.ahead).isoformat() for channel_id, time in closes.items() if time},
        }


def _phone_key(request: web.Request) -> str:
    number = request.match_info["number"]
    if not is_phone_key(number):
        raise InvalidMessage(
            [f"number: must be E.164 such as +33612345678, or a BSUID such as US.1349, not {number!r}"]
        )
    return number


def _message(message: Message) -> dict[str, object]:
    return {
        "direction": message.direction,
        "channel": message.channel_id,
        "kind": message.kind,
        "text": message.text,
        "template": message.template,
        "media": message.media,
        "reactsTo": message.reacts_to,
        "messageId": message.message_id,
        "status": message.status,
        "error": {"code": message.refusal.code, "message": message.refusal.message} if message.refusal else None,
        "at": message.at.isoformat(),
    }
