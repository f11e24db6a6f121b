"""Commits decisions about a contact.

What has to bring the contact back later is sent before the commit; what is stale by then is decided again. A change is
measured when its commit is answered, so nothing counts twice; one whose answer was lost is not counted at all.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.committing.events_out import Tells, with_events
from shared.committing.failures_elsewhere import count_failures_elsewhere
from shared.committing.measuring import conversation_line, measurements
from shared.committing.reserving import Reserving
from shared.configuration.document import Configuration
from shared.deadlines.timer import armed
from shared.logs import log
from shared.queue.messages import Check, Message, Pair, TimerFired
from shared.queue.sender import QueueMessage, Sender
from shared.state.agents import Agents
from shared.state.change import Change
from shared.state.contact import Contact
from shared.state.contact_store import AlreadyDone, Contacts, Stale, StoredContact
from shared.state.done_mark import Mark
from shared.state.draft import Draft
from shared.state.holding import Holding, given, holding_of
from shared.state.revise_row import MOST_TRIES
from shared.state.shown import Loaded
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

COMES_LATER: Final = timedelta(seconds=1)
"""By so much a check comes after its time: the broker's clock may be ahead, and it would do nothing before."""

type Decide = Callable[[StoredContact, datetime], Draft | None]
type TellCustomer = Callable[[Draft], Awaitable[None]]
"""Adds to a draft what the customer is to be told of its change."""


class Committer:
    """Writes drafts, and sends the messages that bring a contact back later."""

    def __init__(
        self,
        *,
        contacts: Contacts,
        agents: Agents,
        sender: Sender,
        configuration: Configuration,
        clock: Clock,
        telemetry: Telemetry,
        tell_customer: TellCustomer,
        tells: Tells | None = None,
    ) -> None:
        self.contacts = contacts
        self._reserving = Reserving(agents, contacts, clock, self.check_later)
        self._tell_customer = tell_customer
        self._tells = tells
        self._sender = sender
        self._configuration = configuration
        self._clock = clock
        self._telemetry = telemetry

    async def commit(
        self, before: StoredContact | None, draft: Draft, mark: Mark | None = None, *, reserved: bool = False
    ) -> StoredContact:
        """Write what a draft holds, once the timer and the checks that it needs are on their way.

        What it gives to an agent is announced and reserved first.

        Args:
            reserved: Whether that was done, at the contact's next version.

        Raises:
            AlreadyDone, Stale, Unavailable, TooLarge: As `Contacts.commit`.
            NoRoom: The agent can't have it.
        """
        await count_failures_elsewhere(draft, self.contacts)
        await self._tell_customer(draft)
        # Timer and checks go out before the commit that names them: after a crash in between one too many comes, and
        # finds nothing. The other way round nobody would come back.
        draft.contact = await self._with_timer(draft.contact, draft.now)
        # A check that the stored contact names was sent before the commit that named it: it need not be sent again.
        known_checks = {each.next_check for each in draft.before.unsent} if draft.before else set()
        for unsent in draft.contact.unsent:
            if unsent.next_check and unsent.next_check not in known_checks:
                await self.check_later(draft.contact, unsent.next_check)
        change = draft.change(mark, self._telemetry.traceparent())
        change, dropped = with_events(before, change, draft.now, self._tells)
        gives = given_by(draft)
        if gives and not reserved:
            await self._reserving.reserve(change.contact, gives, draft.room)
        try:
            stored = await self.contacts.commit(before, change)
        except (Stale, AlreadyDone):
            if gives and not reserved:
                await self._reserving.take_back(change.contact, gives)
            raise
        self._measure(before, change, draft.now, dropped)
        if gives:
            stored = replace(stored, loaded=replace(stored.loaded or Loaded(), holding=gives))
            self.contacts.keep(stored)
        return stored

    def _measure(self, before: StoredContact | None, change: Change, now: datetime, dropped: int) -> None:
        for measurement in measurements(before, change, now):
            self._telemetry.record(measurement)
        if dropped:
            self._telemetry.record(Metric.EVENTS_OUT_DROPPED.of(dropped))
        if line := conversation_line(before, change):
            log("conversation", **line)

    async def _with_timer(self, contact: Contact, now: datetime) -> Contact:
        contact_armed = armed(contact, self._configuration, now)
        timer = contact_armed.timer
        if timer and timer != contact.timer:
            fired = TimerFired(contact_id=contact.id, generation=timer.generation)
            await self.send_to_session(fired, contact.session_id, deliver_at=timer.fires_at)
        return contact_armed

    async def revise(
        self, stored: StoredContact, decide: Decide, reread: Callable[[], Awaitable[None]] | None = None
    ) -> StoredContact:
        """Decide on the contact as it is and write that; decide again whenever somebody else was first.

        Args:
            decide: Gives None when nothing is to be written.
            reread: Called when somebody else was, once the contact is read again.

        Raises:
            Unavailable: A dependency is away, or the contact keeps changing, or is gone.
        """
        for _ in range(MOST_TRIES):
            draft = decide(stored, self._clock.now())
            if draft is None:
                return stored
            try:
                return await self.commit(stored, draft)
            except Stale:
                current = await self.contacts.load(stored.contact.id)
                if current is None:
                    break
                stored = current
                # What else the decision needs is read after the contact: should it be newer, the commit is stale again.
                if reread:
                    await reread()
        raise Unavailable("a contact keeps changing, or is gone")

    async def load_and_revise(self, contact_id: str, decide: Decide) -> StoredContact | None:
        """Read a contact and revise it; None when it was never committed."""
        stored = await self.contacts.load(contact_id)
        return await self.revise(stored, decide) if stored else None

    async def check_later(self, contact: Contact, at: datetime, reserved: Pair | None = None) -> None:
        """Have the contact read and settled once a time has come, by the worker's clock as well as the queue's.

        Args:
            reserved: What is about to be reserved, and then to be mended.

        Raises:
            Unavailable: The check was not taken.
        """
        check = Check(contact_id=contact.id, reserved=reserved)
        await self.send_to_session(check, contact.session_id, deliver_at=at + COMES_LATER)

    async def send_to_session(self, message: Message, session_id: str, deliver_at: datetime | None = None) -> None:
        """Send a message of the app's own to a session, under an id that nothing has had.

        Raises:
            Unavailable: It was not taken.
        """
        message_id = self._clock.new_id()
        await self._sender.send(
            QueueMessage.of(message, session_id=session_id, message_id=message_id, deliver_at=deliver_at)
        )


def given_by(draft: Draft) -> Holding | None:
    """Return what a draft gives to an agent who does not have it."""
    before = draft.before.conversation if draft.before else None
    return given(holding_of(before), holding_of(draft.contact.conversation))
