"""Desks hear of a message once it is sent, or meanwhile, where that takes its time or goes wrong."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.settling.sending import SendAndTell
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.outgoing import Unsent
from shared.vocabulary.errors import Unavailable

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
UNSENT = Unsent(id="o1", message_key="message:e:1:1", at=AT, to="+33", first_sent=AT, since=AT)
BEFORE = StoredContact(contact=Contact(id="c1", channel_id="ch", session_id="s", unsent=(UNSENT,)), etag="1")
AFTER = replace(BEFORE, contact=replace(BEFORE.contact, unsent=()), etag="2")


class Sending:
    """A step that sends once the channel answers; and what was told meanwhile."""

    def __init__(self, *, slow: bool = False, error: Exception | None = None) -> None:
        self.answered = asyncio.Event()
        self.error = error
        self.told: list[StoredContact] = []
        self.sent = False
        if not slow:
            self.answered.set()

    async def send(self, _: StoredContact) -> StoredContact:
        await self.answered.wait()
        if self.error:
            raise self.error
        self.sent = True
        return AFTER

    async def tell(self, stored: StoredContact) -> StoredContact:
        self.told.append(stored)
        self.answered.set()
        return stored

    def step(self, patience: float) -> SendAndTell:
        return SendAndTell(self.send, self.tell, timedelta(seconds=patience))


async def test_what_is_sent_soon_is_told_of_by_nobody_meanwhile() -> None:
    sending = Sending()
    assert await sending.step(60)(BEFORE) is AFTER
    assert sending.told == []


async def test_a_slow_channel_keeps_no_desk_waiting() -> None:
    sending = Sending(slow=True)
    assert await sending.step(0)(BEFORE) is AFTER
    assert sending.told == [BEFORE]


async def test_where_sending_fails_desks_are_told_what_is_to_be_sent() -> None:
    sending = Sending(error=Unavailable("storage is away"))
    with pytest.raises(Unavailable):
        await sending.step(60)(BEFORE)
    assert sending.told == [BEFORE]


async def test_where_nobody_can_be_told_the_message_goes_out_all_the_same() -> None:
    """The step that tells of what was sent comes afterwards, and fails for itself."""
    sending = Sending(slow=True)

    async def away(stored: StoredContact) -> StoredContact:
        await sending.tell(stored)
        raise Unavailable("the log of changes is away")

    assert await SendAndTell(sending.send, away, timedelta(0))(BEFORE) is AFTER
    assert (sending.sent, sending.told) == (True, [BEFORE])


async def test_whoever_ends_the_call_ends_the_sending() -> None:
    sending = Sending(slow=True)
    call = asyncio.create_task(sending.step(60)(BEFORE))
    await asyncio.sleep(0)
    call.cancel()
    with suppress(asyncio.CancelledError):
        await call
    assert (sending.sent, sending.told) == (False, [])
