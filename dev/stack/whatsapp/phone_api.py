"""The simulated phones over HTTP, for tests and people.

`POST /phones/{number}/messages`: `{channel?, name?, bsuid?, hidePhone?, at?, context?}` and exactly one of
`text: "…"`
`media: {mimeType, fileName?, caption?, content? (base64), animated?}`: the type gives the kind, WebP is a sticker
`button: {text, payload?}` taps a template's quick reply, `button: {id, title}` one of an interactive message
`list: {id, title, description?}` chooses from an interactive list
`reaction: {messageId, emoji}`: emoji null removes it
`location: {latitude, longitude, name?, address?, url?}`, `contacts: [{name, phones?}]`: ACS has no shape for these
`raw: {type, …}`: whatever else Meta has, as it writes it beside `from`, `id` and `timestamp`; at ACS as `unsupported`
`unsupported: {type}`: a kind that nobody has a shape for: the event has its type and an error
`context: {messageId}` says which message is answered; a tap answers the newest one unless told otherwise.
`POST /phones/{number}/clock`: `{forward: "25h"}` moves the phone's clock on, and WhatsApp's idea of its windows.
`PUT /phones/{number}`: `{name}` says whose phone it is, and adds one that nobody used before.
`GET /phones`: each with its newest message, how many are unread, how many seconds its clock is `ahead`, and until when
the session window of each channel is open, by everybody else's clock.
`GET /files/{id}`: a file that somebody sent, by the `id` of a message's `media`.
`hidePhone` sends an event with the BSUID alone. In place of a number a path may name a BSUID.
"""

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import Field, ValidationError

from dev.stack.whatsapp.answers import refuse
from dev.stack.whatsapp.bodies import Body, problems_of
from dev.stack.whatsapp.clock import ClockChange
from dev.stack.whatsapp.incoming import InvalidMessage, parse_incoming
from dev.stack.whatsapp.message_ids import whose
from dev.stack.whatsapp.network import Network, UnknownChannel
from dev.stack.whatsapp.phones import Direction, Message, Phone, is_phone_key
from dev.stack.whatsapp.rules import window_closes

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


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns what a handler could not use into an answer that says why."""
    try:
        return await handler(request)
    except InvalidMessage as error:
        return refuse(422, *error.problems)
    except ValidationError as error:
        return refuse(422, *problems_of(error))
    except UnknownChannel as error:
        return refuse(404, str(error))
    except RecursionError:
        return refuse(422, "the body is nested too deeply")


@web.middleware
async def _refuse_other_sites(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps a page of another site, open in the same browser, from writing as a customer."""
    origin = request.headers.get("Origin")
    if request.method not in _READS and origin not in (None, f"{request.scheme}://{request.host}"):
        return refuse(403, f"a page of {origin} may not change anything here")
    return await handler(request)


class PhoneApi:
    """The routes for the customers' side."""

    def __init__(self, network: Network) -> None:
        self._network = network

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
        return application

    async def list_channels(self, _: web.Request) -> web.Response:
        """The channels of the configuration."""
        channels = self._network.catalogue.channels
        return web.json_response(
            {
                "channels": [
                    {"id": each.id, "name": each.name, "number": each.number, "provider": each.provider}
                    for each in channels
                ]
            }
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
        return web.json_response({"messages": [self._message(each) for each in phone.messages()] if phone else []})

    async def file(self, request: web.Request) -> web.Response:
        """A file that was sent; a browser shows what can do no harm, and saves the rest."""
        file = self._network.files.get(request.match_info["id"])
        if file is None:
            return refuse(404, "there is no such file")
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

    def _phone(self, phone: Phone) -> dict[str, object]:
        messages = phone.messages()
        closes = {each.id: window_closes(phone, each) for each in self._network.catalogue.channels}  # on its clock
        return {
            "number": phone.number,
            "bsuid": phone.bsuid,
            "name": phone.name,
            "last": self._message(messages[-1]) if messages else None,
            "unread": sum(each.direction is Direction.OUT and each.status.is_unread for each in messages),
            "ahead": phone.ahead.total_seconds(),
            "windows": {channel_id: (time - phone.ahead).isoformat() for channel_id, time in closes.items() if time},
        }

    def _message(self, message: Message) -> dict[str, object]:
        return {
            "direction": message.direction,
            "channel": self._network.channel(message.channel_id).id,
            "provider": whose(message.message_id),
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


def _phone_key(request: web.Request) -> str:
    number = request.match_info["number"]
    if not is_phone_key(number):
        raise InvalidMessage(
            [f"number: must be E.164 such as +33612345678, or a BSUID such as US.1349, not {number!r}"]
        )
    return number
