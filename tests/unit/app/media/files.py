"""A world that keeps copies, and customers who send files."""

from typing import Any

from shared.media.copying import copy_of
from shared.settings import Connection
from tests.fakes.world import World

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
KEEPS: dict[str, Any] = {"media_storage": Connection(connection_string="fake")}


def world_with_copies(configuration: str | None = None) -> World:
    """A deployment with Blob Storage."""
    return World(configuration, **KEEPS)


async def sends_file(world: World, content: bytes | None = JPEG, *, message_id: str = "m1", **media: Any) -> str:
    """A customer sends a file; None: the channel does not have it. The id of the conversation."""
    media_id = f"file-of-{message_id}"
    if content is not None:
        world.channel.files[media_id] = content
    event = {"mimeType": "image/jpeg", "id": media_id, **media}
    await world.customer(message_id=message_id, messageType="image", media=event)
    return world.conversation.id


def copy_in(world: World, message_id: str = "m1") -> bytes | None:
    """The copy of a message's file."""
    return world.blobs.contents.get(copy_of(world.contact.id, message_id))
