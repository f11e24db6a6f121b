"""WhatsApp's rules for what a business sends, with the codes by which Meta names a refusal.

Pure: state and the time come in, a `Refusal` or nothing goes out. Refusals show later, as a `Failed` status.
Source: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from dev.stack.whatsapp.catalogue import Channel, Provider
from dev.stack.whatsapp.phones import Kind, Phone, Refusal
from dev.stack.whatsapp.sends import Parameter, Send, TemplateUse
from dev.stack.whatsapp.templates import Template, TemplateStatus

SESSION_WINDOW = timedelta(hours=24)
_PAIR_BURST = 45
_PAIR_INTERVAL = timedelta(seconds=6)
_TEMPLATE_BODY_LIMIT = 1024
_TEMPLATE_HEADER_LIMIT = 60
_TEXTS = {
    "100": "Invalid parameter",
    "33": "Unsupported post request: the object does not exist or can't be reached",
    "130429": "Rate limit hit",
    "131000": "Something went wrong",
    "131008": "Required parameter is missing",
    "131009": "Parameter value is not valid",
    "131021": "Recipient cannot be sender",
    "131026": "Message undeliverable",
    "131047": "Re-engagement message: more than 24 hours have passed since the recipient last replied",
    "131053": "Media upload error: this type of file is not supported for this kind of message",
    "131056": "(Business Account, Consumer Account) pair rate limit hit",
    "132000": "Template parameter count mismatch",
    "132001": "Template does not exist in the language or is not approved",
    "132005": "Template hydrated text too long",
    "132012": "Template parameter format mismatch",
    "132015": "Template is paused",
    "132016": "Template is disabled",
}
_AT_ONCE = frozenset({"33", "100", "131008", "131009", "131021", "131030", "131056"})
_MEDIA_TYPES: Mapping[Kind, frozenset[str]] = {
    Kind.IMAGE: frozenset({".jpg", ".jpeg", ".png"}),
    Kind.VIDEO: frozenset({".mp4", ".3gp"}),
    Kind.AUDIO: frozenset({".aac", ".amr", ".mp3", ".m4a", ".mp4", ".ogg", ".opus"}),
}
_UPLOADS: Mapping[Kind, frozenset[str]] = {
    Kind.IMAGE: frozenset({"image/jpeg", "image/png"}),
    Kind.VIDEO: frozenset({"video/mp4", "video/3gpp"}),
    Kind.AUDIO: frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
}
_KNOWN_SUFFIXES = frozenset[str]().union(
    *_MEDIA_TYPES.values(), {".gif", ".webp", ".pdf", ".txt", ".doc", ".docx", ".zip"}
)


def refusal(code: str) -> Refusal:
    """A refusal by Meta's code, in Meta's words where they are known."""
    return Refusal(code=code, message=_TEXTS.get(code, "Message failed to send"))


def is_told_at_once(provider: Provider, refused: Refusal) -> bool:
    """Whether a provider answers a send with this refusal: Meta does with some, ACS tells all of them by a status."""
    return provider is Provider.WHATSAPP_CLOUD and (refused.code in _AT_ONCE or refused.code.startswith("132"))


class PairRate:
    """The pair rate limit: 45 messages at once to one customer, and one per 6 s on average."""

    def __init__(self) -> None:
        self._repaid_at: dict[tuple[str, Phone], datetime] = {}

    def take(self, channel: Channel, phone: Phone, now: datetime) -> bool:
        """Counts one message, unless the limit is reached."""
        pair = (channel.key, phone)
        repaid_at = max(self._repaid_at.get(pair, now), now) + _PAIR_INTERVAL
        if repaid_at - now > _PAIR_BURST * _PAIR_INTERVAL:
            return False
        self._repaid_at[pair] = repaid_at
        return True


def window_closes(phone: Phone, channel: Channel) -> datetime | None:
    """When the session window closes or closed; none if the customer never wrote to that channel."""
    last = phone.last_wrote.get(channel.key)
    return last + SESSION_WINDOW if last else None


def judge(
    send: Send, *, channel: Channel, phone: Phone | None, template: Template | None, now: datetime
) -> Refusal | None:
    """What WhatsApp says to a message, the pair rate aside. No `phone`: a BSUID that nobody has."""
    if phone is None:
        return refusal("131026")
    if channel.number and phone.number == channel.number.removeprefix("+"):
        return refusal("131021")
    if send.template:
        return _judge_template(send.template, template)
    closes = window_closes(phone, channel)
    if closes is None or now >= closes:
        return refusal("131047")
    return _judge_address(send.kind, send.media_uri)


def judge_file(send: Send, mime_type: str) -> Refusal | None:
    """What WhatsApp says to an uploaded file: a document may be anything, the others have their types."""
    kind = Kind(send.template.header[0].kind) if send.template else send.kind
    fits = kind is Kind.DOCUMENT or mime_type.partition(";")[0] in _UPLOADS[kind]
    return None if fits else refusal("131053")


def _judge_template(use: TemplateUse, template: Template | None) -> Refusal | None:
    if template is None or template.status in (TemplateStatus.PENDING, TemplateStatus.REJECTED):
        return refusal("132001")
    if template.status is TemplateStatus.PAUSED:
        return refusal("132015")
    if template.status is TemplateStatus.DISABLED:
        return refusal("132016")
    named = ((use.body, template.parameter_names), (use.header, template.header_names))
    if any({value.name for value in given} - {""} != names for given, names in named):
        return refusal("100")
    return (
        _judge_header(use.header, template)
        or _judge_counts(use, template)
        or _judge_buttons(use.by_button(template), template)
        or _judge_parameters(use.body, template)
    )


def _judge_header(given: Sequence[Parameter], template: Template) -> Refusal | None:
    """Whether the header gets the one value that it asks for, of its kind, or none."""
    wanted, kinds = template.header_format, [value.kind.upper() for value in given]
    if kinds != ([wanted] if wanted else []):
        is_count = wanted in (None, "TEXT") and len(kinds) != (1 if wanted else 0)
        return refusal("132000" if is_count else "132012")
    if wanted == "TEXT":
        return _judge_text_of_header(given[0].text, template)
    return _judge_address(Kind(wanted.lower()), given[0].url) if wanted and given[0].url else None


def _judge_text_of_header(text: str, template: Template) -> Refusal | None:
    if not text.strip():
        return refusal("131008")
    return refusal("132005") if len(template.render_header(text)) > _TEMPLATE_HEADER_LIMIT else None


def _judge_counts(use: TemplateUse, template: Template) -> Refusal | None:
    takers = {place for place, button in enumerate(template.buttons) if button.takes_value}
    fits = len(use.body) == template.parameter_count and takers.issuperset(use.by_button(template))
    return None if fits and not use.footer else refusal("132000")


def _judge_buttons(given: Mapping[int, Parameter], template: Template) -> Refusal | None:
    """Whether each button gets its value."""
    buttons = template.buttons
    if any(button.needs_value and not (place in given and given[place].text) for place, button in enumerate(buttons)):
        return refusal("131008")
    if any(value.kind != buttons[place].bound_as for place, value in given.items()):
        return refusal("132012")
    return None if all(value.text for value in given.values()) else refusal("131008")


def _judge_parameters(parameters: Sequence[Parameter], template: Template) -> Refusal | None:
    if any(parameter.kind != "text" for parameter in parameters):
        return refusal("132012")
    texts = [parameter.text for parameter in parameters]
    if not all(text.strip() for text in texts):
        return refusal("131008")
    if any(mark in text for text in texts for mark in ("\n", "\r", "\t", " " * 5)):
        return refusal("132012")
    if len(template.render(texts, [each.name for each in parameters if each.name])) > _TEMPLATE_BODY_LIMIT:
        return refusal("132005")
    return None


def _judge_address(kind: Kind, address: str | None) -> Refusal | None:
    """By the ending of the address; an unknown ending passes."""
    suffix = PurePosixPath(urlsplit(address or "").path).suffix.lower()
    allowed = _MEDIA_TYPES.get(kind)
    if allowed and suffix in _KNOWN_SUFFIXES and suffix not in allowed:
        return refusal("131053")
    return None
