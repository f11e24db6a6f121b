"""Settling: other systems are told what was committed."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.committing.committer import Committer
from shared.logs import log
from shared.queue.topic import CloudEvent, Topic
from shared.state.contact import Contact
from shared.state.contact_store import StoredContact
from shared.state.draft import Draft
from shared.state.events_out import EventOut, event_id
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.time import Clock

_AGAIN_AFTER: Final = timedelta(seconds=60)
_PATIENCE: Final = 3.0
"""Seconds for which settling waits for the topic; nobody tries again within the next minute."""
_MANY: Final = 10
"""So many are forgotten by a commit of their own; fewer wait for the next."""


class TellOthers:
    """Publishes the events that the topic may not have, as the last thing that settling does."""

    def __init__(self, topic: Topic, committer: Committer, clock: Clock) -> None:
        self._topic = topic
        self._committer = committer
        self._clock = clock
        self._away_until: datetime | None = None

    async def __call__(self, stored: StoredContact) -> StoredContact:
        """Tell; where the topic is away, a check does, and nobody waits."""
        contact = stored.contact
        if events := stored.untold:
            if not await self._publish(contact, events):
                return await self._later(stored)
            stored = replace(stored, told=events[-1].revision, told_again_at=None)
            self._committer.contacts.keep(stored)
        if len(contact.events_out) < _MANY:
            return stored
        return await self._committer.revise(stored, _without_told)

    async def _publish(self, contact: Contact, events: Sequence[EventOut]) -> bool:
        """Publish events; whether the topic has them. For a minute after it was away, nobody tries."""
        now = self._clock.now()
        if self._away_until and now < self._away_until:
            return False
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._topic.publish([_told(contact, each) for each in events])
        except (Unavailable, TimeoutError) as error:
            self._away_until = now + _AGAIN_AFTER
            log("events_out.unavailable", level=logging.WARNING, contact_id=contact.id, reason=str(error))
            return False
        self._away_until = None
        return True

    async def _later(self, stored: StoredContact) -> StoredContact:
        """Have the contact checked once it is tried again, unless it is to be."""
        now = self._clock.now()
        if stored.told_again_at and stored.told_again_at > now:
            return stored
        again = now + _AGAIN_AFTER
        await self._committer.check_later(stored.contact, again)
        stored = replace(stored, told_again_at=again)
        self._committer.contacts.keep(stored)
        return stored


def _without_told(current: StoredContact, now: datetime) -> Draft | None:
    """Commit anything: a commit leaves out what was told."""
    return Draft.of(current, now) if current.untold != current.contact.events_out else None


def _told(contact: Contact, event: EventOut) -> CloudEvent:
    return CloudEvent(
        id=event_id(contact.id, event), type=event.type, contact_id=contact.id, at=event.at, data=event.data
    )
