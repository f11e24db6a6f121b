"""WhatsApp's own JSON of a template, which providers hand through, read into its parts.

Source: "Components" of the message templates, WhatsApp Business Platform
(https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components). Providers hold it
in envelopes of their own, so that the components and the category are looked for wherever they stand.
"""

from collections.abc import Iterator
from typing import Any, Final

from shared.vocabulary.templates import Button, Definition, Header

_KNOWN: Final = ("HEADER", "BODY", "FOOTER", "BUTTONS")


def read_definition(content: Any) -> Definition | None:
    """Read a template's definition; None when `content` holds no component that could be understood."""
    components = {_word(each.get("type")): each for each in _components(content)}
    if not components:
        return None
    body, header, footer = (components.get(kind, {}) for kind in ("BODY", "HEADER", "FOOTER"))
    buttons = components.get("BUTTONS", {}).get("buttons")
    return Definition(
        body=_text(body.get("text")),
        header=Header(format=_word(header.get("format")) or "TEXT", text=_text(header.get("text"))) if header else None,
        footer=_text(footer.get("text")),
        buttons=tuple(_button(each) for each in buttons if isinstance(each, dict)) if isinstance(buttons, list) else (),
        others=tuple(kind for kind in components if kind not in _KNOWN),
        category=_category(content).lower(),
    )


def _category(content: Any) -> str:
    """Return the category that stands beside the components."""
    if not isinstance(content, dict):
        return ""
    named = _text(content.get("category"))
    return named or next(filter(None, (_category(each) for each in content.values())), "")


def _components(content: Any) -> Iterator[dict[str, Any]]:
    match content:
        case {"components": inner}:
            yield from _components(inner)
        case {"type": str()}:
            yield content
        case dict():
            for each in content.values():
                yield from _components(each)
        case list():
            for each in content:
                yield from _components(each)


def _button(button: dict[str, Any]) -> Button:
    return Button(type=_word(button.get("type")), text=_text(button.get("text")), url=_text(button.get("url")))


def _word(value: Any) -> str:
    return _text(value).upper()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
