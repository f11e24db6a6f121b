"""The body of ACS's send call for each kind of message.

Source: the REST specification in Azure/azure-rest-api-specs, folder `specification/communication/data-plane/Messages`.
"""

from typing import Any

from azure.communication.messages.models import (
    AudioNotificationContent,
    DocumentNotificationContent,
    ImageNotificationContent,
    MessageTemplate,
    MessageTemplateDocument,
    MessageTemplateImage,
    MessageTemplateLocation,
    MessageTemplateQuickAction,
    MessageTemplateText,
    MessageTemplateValue,
    MessageTemplateVideo,
    NotificationContent,
    TemplateNotificationContent,
    TextNotificationContent,
    VideoNotificationContent,
    WhatsAppMessageButtonSubType,
    WhatsAppMessageTemplateBindings,
    WhatsAppMessageTemplateBindingsButton,
    WhatsAppMessageTemplateBindingsComponent,
)

from shared.sending.channel import Shipment
from shared.vocabulary.message import ButtonValue, HeaderValue, Media, TemplateUse
from shared.vocabulary.words import MessageKind

_HEADER = "header"
_BUTTON = "button"


def notification_of(shipment: Shipment) -> NotificationContent:
    """Return the body of the send call.

    Raises:
        ValueError: ACS has no such kind of message, or the file has no address.
    """
    content = shipment.content
    common: dict[str, Any] = {"channel_registration_id": shipment.channel_id, "to": [shipment.to]}
    match content.kind:
        case MessageKind.TEXT:
            return TextNotificationContent(**common, content=content.text or "")
        case MessageKind.TEMPLATE if content.template is not None:
            return TemplateNotificationContent(**common, template=_template(content.template, shipment.file_uri))
        case MessageKind.IMAGE | MessageKind.VIDEO | MessageKind.AUDIO | MessageKind.DOCUMENT if content.media:
            common["media_uri"] = _address(content.media, shipment.file_uri)
            return _file(content.kind, content.media, common)
    raise ValueError(f"{content.kind.value} is no message that can be sent like this")


def _address(media: Media, file_uri: str | None) -> str:
    """Return where WhatsApp fetches a file: an upload by the address of this attempt."""
    address = file_uri if media.upload else media.uri
    if address is None:
        raise ValueError("a file that is sent needs its address")
    return address


def _file(kind: MessageKind, media: Media, common: dict[str, Any]) -> NotificationContent:
    match kind:
        case MessageKind.IMAGE:
            return ImageNotificationContent(**common, content=media.caption)
        case MessageKind.VIDEO:
            return VideoNotificationContent(**common, caption=media.caption)
        case MessageKind.AUDIO:
            return AudioNotificationContent(**common)
        case _:
            return DocumentNotificationContent(**common, caption=media.caption, file_name=media.file_name)


def _template(use: TemplateUse, file_uri: str | None) -> MessageTemplate:
    """Bind by position, as ACS does: the order in `body` is {{1}}, {{2}} …, that in `buttons` the definition's.

    The names only join values and bindings.
    """
    header = [_header(use.header, file_uri)] if use.header else []
    body = [MessageTemplateText(name=str(place), text=text) for place, text in enumerate(use.parameters, start=1)]
    buttons = [_button(f"{_BUTTON}{place}", value) for place, value in enumerate(use.buttons, start=1)]
    values: list[MessageTemplateValue] = [*header, *body, *buttons]
    if not values:
        return MessageTemplate(name=use.name, language=use.language)
    bindings = WhatsAppMessageTemplateBindings(
        header=[WhatsAppMessageTemplateBindingsComponent(ref_value=value.name) for value in header] or None,
        body=[WhatsAppMessageTemplateBindingsComponent(ref_value=value.name) for value in body] or None,
        buttons=[
            WhatsAppMessageTemplateBindingsButton(sub_type=_sub_type(given), ref_value=value.name)
            for given, value in zip(use.buttons, buttons, strict=True)
        ]
        or None,
    )
    return MessageTemplate(name=use.name, language=use.language, template_values=values, bindings=bindings)


def _header(value: HeaderValue, file_uri: str | None) -> MessageTemplateValue:
    if value.text is not None:
        return MessageTemplateText(name=_HEADER, text=value.text)
    if place := value.location:
        return MessageTemplateLocation(
            name=_HEADER,
            latitude=place.latitude,
            longitude=place.longitude,
            location_name=place.name,
            address=place.address,
        )
    file = value.media or Media()
    address = _address(file, file_uri)
    match value.kind:
        case MessageKind.IMAGE:
            return MessageTemplateImage(name=_HEADER, url=address)
        case MessageKind.VIDEO:
            return MessageTemplateVideo(name=_HEADER, url=address)
        case _:
            return MessageTemplateDocument(name=_HEADER, url=address, file_name=file.file_name)


def _button(name: str, value: ButtonValue) -> MessageTemplateQuickAction:
    return MessageTemplateQuickAction(name=name, text=value.url_suffix, payload=value.payload)


def _sub_type(value: ButtonValue) -> WhatsAppMessageButtonSubType:
    is_url = value.url_suffix is not None
    return WhatsAppMessageButtonSubType.URL if is_url else WhatsAppMessageButtonSubType.QUICK_REPLY
