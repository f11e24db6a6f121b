"""Names of messages: a GUID at ACS, and `wamid.…` at Meta. One message has both, and each provider knows its own.

Meta's are base64 with `/`, `+` and `=`, and their case matters.
"""

import base64
import binascii
from uuid import UUID, uuid4

from dev.stack.whatsapp.catalogue import Provider

_SCHEME = "wamid."
_MARK = base64.b64decode("HBgL+/+/")


def new_message_id(provider: Provider) -> str:
    """A name that no message had before, as a provider writes it."""
    return message_id_at(provider, str(uuid4()))


def message_id_at(provider: Provider, message_id: str) -> str:
    """What a provider calls the message that has this id; an id that is nobody's stays as it is."""
    guid = _guid(message_id)
    if guid is None:
        return message_id
    return str(guid) if provider is Provider.ACS else _SCHEME + base64.b64encode(_MARK + guid.bytes).decode()


def whose(message_id: str) -> Provider:
    """Through whom a message was sent, by its id."""
    return Provider.WHATSAPP_CLOUD if message_id.startswith(_SCHEME) else Provider.ACS


def _guid(message_id: str) -> UUID | None:
    try:
        if not message_id.startswith(_SCHEME):
            return UUID(message_id)
        raw = base64.b64decode(message_id.removeprefix(_SCHEME), validate=True)
        return UUID(bytes=raw.removeprefix(_MARK)) if raw.startswith(_MARK) else None
    except (ValueError, binascii.Error):
        return None
