"""A queue is drained: what was in it when that began is moved to another queue, whoever has it."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Final

from shared.at_once import each_of
from shared.committing.committer import Committer
from shared.committing.reserving import CHECK_AFTER
from shared.configuration.document import Configuration
from shared.lifecycle.draining import decide_drained
from shared.logs import log
from shared.queue.messages import Drain
from shared.settling.settler import Settler
from shared.state.contact_store import StoredContact
from shared.state.conversation_lists import ConversationLists
from shared.vocabulary.errors import Unreadable
from shared.vocabulary.identity import queue_session, split_conversation_id
from shared.vocabulary.time import Clock, sit_out

_LISTED_WITHIN: Final = timedelta(minutes=3)
"""By then whatever came into the queue before the drain is listed: `route` tries a message for up to 105 s."""


class HandleDrain:
    """Moves a page of conversations, and goes on by another message; at the end it looks once more, for late rows.

    A message that is delivered again does the rest: what was moved is in the other queue's list.
    """

    def __init__(
        self,
        *,
        committer: Committer,
        settler: Settler,
        conversation_lists: ConversationLists,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._committer = committer
        self._settler = settler
        self._conversation_lists = conversation_lists
        self._configuration = configuration
        self._clock = clock

    async def __call__(self, message: Drain) -> None:
        """See `Handler`."""
        if message.to not in self._configuration.queues:  # another file was deployed meanwhile
            log("drain.ended", level=logging.WARNING, queue=message.queue, to=message.to, reason="no such queue")
            return
        looks_again_at = message.began_at + _LISTED_WITHIN
        await sit_out(looks_again_at, self._clock)
        page = await self._conversation_lists.page(message.queue, message.after)
        await each_of(page.ids, lambda each: self._move(each, message))
        session = queue_session(message.queue)
        if page.after:
            await self._committer.send_to_session(replace(message, after=page.after), session)
        elif self._clock.now() < looks_again_at:
            await self._committer.send_to_session(replace(message, after=""), session, deliver_at=looks_again_at)

    async def _move(self, conversation_id: str, message: Drain) -> None:
        """Move one conversation; one whose contact can't be read is left where it is, and keeps no other back."""
        try:
            ids = split_conversation_id(conversation_id)
            stored = await self._committer.contacts.load(ids[0]) if ids else None
            if stored:
                await self._move_to(stored, message)
        except Unreadable as error:
            log("drain.passed_over", level=logging.ERROR, error=error, conversation_id=conversation_id)

    async def _move_to(self, stored: StoredContact, message: Drain) -> None:
        # Before the commit: after a crash behind the lists' step nothing here would find the contact again. The check
        # sends what is unsent, too; a drain does not wait for the channel.
        await self._committer.check_later(stored.contact, self._clock.now() + CHECK_AFTER)
        moved = await self._committer.revise(
            stored,
            lambda current, now: decide_drained(
                current, message.queue, message.to, message.began_at, self._configuration, now
            ),
        )
        await self._settler.settle(moved, send=False)
