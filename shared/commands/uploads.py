"""Uploads: files that agents put there for a reply to one contact."""

from dataclasses import dataclass
from datetime import datetime

from shared.commands.finding import MaySee, find_conversation, not_found
from shared.lifecycle.assignment import answerable
from shared.logs import log
from shared.media.blobs import Blobs, upload_name
from shared.media.limits import can_be_sent, what_can_be_sent
from shared.media.ports import FilePorts
from shared.media.upload_types import type_of_upload
from shared.media.uploads import File, upload_id_of
from shared.retry import retry_while_unavailable
from shared.state.contact_store import Contacts
from shared.vocabulary.actor import Actor
from shared.vocabulary.codes import Code
from shared.vocabulary.errors import Conflict, Refused, Unavailable
from shared.vocabulary.time import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that can be sent now; the size is in bytes."""

    id: str
    mime_type: str
    size: int


class Uploads:
    """Keeps uploads in Blob Storage; its client is made for the first one.

    Args:
        private: Whether WhatsApp could not fetch them there.
    """

    def __init__(self, contacts: Contacts, ports: FilePorts, clock: Clock, *, private: bool) -> None:
        self._contacts = contacts
        self._ports = ports
        self._private = private
        self._clock = clock

    async def keep(
        self, conversation_id: str, file: File, by: Actor, may_see: MaySee, until: datetime, key: str | None
    ) -> Upload:
        """Keep a file for a reply in a conversation; the same key and file are the same upload.

        Raises:
            Refused: `conversation_not_found`, `conversation_closed`, `not_assigned_to_you`, `media_not_available`,
                `media_type_not_supported`, `idempotency_key_reused`.
            Unavailable: Storage is away.
        """
        media_id = upload_id_of(key or self._clock.new_id())

        async def attempt() -> Upload:
            stored, _ = await find_conversation(self._contacts, conversation_id, may_see)
            answerable(stored.contact, conversation_id, by)
            return await self._keep(stored.contact.id, media_id, file)

        upload = await retry_while_unavailable(attempt, self._clock, until)
        log("upload", conversation_id=conversation_id, mime_type=upload.mime_type, bytes=upload.size)
        return upload

    async def _keep(self, contact_id: str, media_id: str, file: File) -> Upload:
        blobs = None if self._private else self._ports.blobs
        if blobs is None:
            raise Refused(Code.MEDIA_NOT_AVAILABLE, "No file can be kept here: send the address of one (`mediaUri`).")
        mime_type, name = type_of_upload(file.content, file.name), upload_name(contact_id, media_id)
        if not can_be_sent(mime_type):
            raise Refused(
                Code.MEDIA_TYPE_NOT_SUPPORTED,
                f"By its bytes the file is {mime_type}, which WhatsApp does not take. It takes {what_can_be_sent()}.",
            )
        try:
            await blobs.put(name, file.pieces(), mime_type=mime_type, labels=file.labels)
        except Conflict:
            return await _kept_before(blobs, name, media_id, file)
        await self._take_back_if_erased(blobs, contact_id, name)
        return Upload(id=media_id, mime_type=mime_type, size=len(file.content))

    async def _take_back_if_erased(self, blobs: Blobs, contact_id: str, name: str) -> None:
        """Leave nothing of a contact that is erased meanwhile: the erasure may have looked for its files before."""
        if await self._contacts.load(contact_id) is None:
            await blobs.delete(name)
            raise not_found()


async def _kept_before(blobs: Blobs, name: str, media_id: str, file: File) -> Upload:
    """Return the upload that an earlier call, or an attempt whose answer was lost, has made under this id."""
    kept = await blobs.find(name)
    if kept is None:
        raise Unavailable("an upload is gone at the moment at which it was found")
    if kept.labels != file.labels:
        raise Refused(Code.IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key was used for another file: take a new one.")
    return Upload(id=media_id, mime_type=kept.mime_type, size=kept.size)
