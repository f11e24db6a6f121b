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
        channel_id=channel.key,
        kind=send.kind,
        text=_rendered(send.template, template) if send.template else send.text,
        message_id=message_id,
        at=at,
        status=Status.FAILED if refused else Status.SENT,
        template=_described(send.template, None if refused else template) if send.template else None,
        media={"uri": send.file_uri, "fileName": send.file_name} if send.file_uri or send.uploaded else None,
        refusal=refused,
        callback=send.callback,
        category=template.category.lower() if template else "service",
    )


def incoming(
    written: Incoming, *, channel: Channel, content: Content, message_id: str, media_id: str, at: datetime
) -> Message:
    """A message of the customer; `media_id` is the id of its file, if it has one."""
    media = written.media
    return Message(
        direction=Direction.IN,
        channel_id=channel.key,
        kind=content.kind,
        text=content.text,
        message_id=message_id,
        at=at,
        media={"id": media_id, "mimeType": media.mime_type, "fileName": media.file_name} if media else None,
        reacts_to=written.reaction.message_id if written.reaction else None,
    )


def _described(use: TemplateUse, template: Template | None) -> dict[str, object]:
    """The template with what was bound to its body, and what a person reads around it, where there is something."""
    parameters = [parameter.text for parameter in use.body]
    around = _around(use, template) if template else {}
    return {"name": use.name, "language": use.language, "parameters": parameters, **around}


def _around(use: TemplateUse, template: Template) -> dict[str, object]:
    header = use.header[0].text if use.header else ""
    values = {place: value.text for place, value in use.by_button(template).items()}
    buttons = [button.with_value(values.get(place, "")) for place, button in enumerate(template.buttons)]
    parts = {"header": template.render_header(header) or header, "footer": template.footer, "buttons": buttons}
    return {name: part for name, part in parts.items() if part}


def _rendered(use: TemplateUse, template: Template | None) -> str:
    """Empty if the template could not be filled, as nothing reached the phone then."""
    names = [parameter.name for parameter in use.body if parameter.name]
    if template is None or template.parameter_names != set(names) or template.parameter_count != len(use.body):
        return ""
    return template.render([parameter.text for parameter in use.body], names)
