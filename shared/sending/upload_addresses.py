"""Under which address the channel fetches an uploaded file: one that opens this file alone, for two hours.

It is part of the attempt: recorded by a commit before the first call, so that every repetition is the same message.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from shared.media.blobs import Blobs, upload_name
from shared.state import outbox
from shared.state.draft import Draft
from shared.state.outgoing import Outgoing, Unsent
from shared.vocabulary.message import Failure

GOOD_FOR: Final = timedelta(hours=2)
NOT_TO_BE_HAD: Final = "file_unavailable"
"""The code of an attempt that could not be made, since Blob Storage was away."""
FILE_GONE: Final = Failure(
    code="file_gone", message="The uploaded file is not kept any more", hint="Upload it again, and send that."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAddress:
    """An address, and until when it opens the file."""

    uri: str
    until: datetime


class UploadAddresses:
    """Makes addresses of uploads.

    Args:
        blobs: Gives Blob Storage, if there is one; called for the first file.
    """

    def __init__(self, blobs: Callable[[], Blobs | None]) -> None:
        self._blobs = blobs

    async def sign(self, contact_id: str, media_id: str, now: datetime) -> SignedAddress | None:
        """Return an address of an upload for a contact; None when it is gone.

        Raises:
            Unavailable: Blob Storage is away.
        """
        blobs, name, until = self._blobs(), upload_name(contact_id, media_id), now + GOOD_FOR
        if blobs is None or await blobs.find(name) is None:
            return None
        return SignedAddress(uri=await blobs.address(name, until), until=until)


def needs_address(unsent: Unsent, now: datetime) -> bool:
    """Tell whether an attempt with an upload has no address that opens it."""
    return unsent.file_until is None or unsent.file_until <= now


def record_address(draft: Draft, unsent: Unsent, outgoing: Outgoing, address: SignedAddress) -> None:
    """Make an address part of the attempt; in place of one that is over, of the next one.

    That one has not arrived: the channel turned it away each time (in doubt, it would be given up).
    """
    attempt = unsent if unsent.file_until is None else unsent.next_attempt(draft.now)
    outbox.reschedule(draft, replace(attempt, file_uri=address.uri, file_until=address.until), outgoing)
