"""How messages look on a phone: builds them from what was sent, and from what a customer did."""

from datetime import datetime

from dev.stack.whatsapp.catalogue import Channel
from dev.stack.whatsapp.incoming import Content, Incoming
from dev.stack.whatsapp.phones import Direction, Message, Refusal, Status
from dev.stack.whatsapp.sends import Send, TemplateUse
from dev.stack.whatsapp.templates import Template


def outgoing(
    send: Send, *, channel: Channel, template: Template | None, message_id: str, refused: Refusal | None, at: datetime
) -> Message:
    """A message of the business, as the customer sees it."""
    return Message(
        direction=Direction.OUT,
        channel_id=channel.id,
        kind=send.kind,
        text=_rendered(send.template, template) if send.template else send.text,
        message_id=message_id,
        at=at,
        status=Status.FAILED if refused else Status.SENT,
        template=_described(send.template) if send.template else None,
        media={"uri": send.media_uri, "fileName": send.file_name} if send.media_uri else None,
        refusal=refused,
    )


def incoming(
    written: Incoming, *, channel: Channel, content: Content, message_id: str, media_id: str, at: datetime
) -> Message:
    """A message of the customer; `media_id` is the id of its file, if it has one."""
    media = written.media
    return Message(
        direction=Direction.IN,
        channel_id=channel.id,
        kind=content.kind,
        text=content.text,
        message_id=message_id,
        at=at,
        media={"id": media_id, "mimeType": media.mime_type, "fileName": media.file_name} if media else None,
    )


def _described(use: TemplateUse) -> dict[str, object]:
    parameters = [parameter.text for parameter in use.body]
    return {"name": use.name, "language": use.language, "parameters": parameters}


def _rendered(use: TemplateUse, template: Template | None) -> str:
    """Empty if the template could not be filled, as nothing reached the phone then."""
    if template is None or template.has_named_parameters or template.parameter_count != len(use.body):
        return ""
    return template.render([parameter.text for parameter in use.body])
