"""The day's housekeeping: what is older than the configuration keeps it goes.

It asks the contacts of conversations that were closed long enough ago to erase them, a day's at a time, and forgets old
months of the quarantine; before that it counts the days that are over, whose figures stay. Where it did not run for
days, it makes up for them.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from shared.at_once import each_of
from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.intake.quarantine import Quarantine, months_back
from shared.logs import log
from shared.queue.erasure_messages import EraseOld, House
from shared.queue.house_requests import HOUSE, HouseRequests
from shared.state.closed_conversations import ClosedConversations
from shared.state.closed_days import ClosedDays
from shared.state.housekeeping import Housekeeping, Kept
from shared.vocabulary.time import Clock

_DAY: Final = timedelta(days=1)
_PAGE: Final = 100
_CLOSED_BEFORE_THE_FIRST: Final = timedelta(days=30)
"""Well above how long an app closes conversations before its housekeeping comes for the first time."""
_COUNTED_AFTER: Final = timedelta(days=2)
"""Most surveys are answered by then; what changes later has the day counted anew by the next report."""
_MOST_MONTHS: Final = 13
"""Looked at for what is left in them: as many as lists of the quarantine show, and one."""


class HandleHouse:
    """Does a day's housekeeping, in pieces, and asks for the next day's."""

    def __init__(
        self,
        *,
        housekeeping: Housekeeping,
        closed_conversations: ClosedConversations,
        closed_days: ClosedDays,
        quarantine: Quarantine,
        committer: Committer,
        requests: HouseRequests,
        configuration: Configuration,
        clock: Clock,
    ) -> None:
        self._housekeeping = housekeeping
        self._closed_conversations = closed_conversations
        self._closed_days = closed_days
        self._quarantine = quarantine
        self._committer = committer
        self._requests = requests
        self._keep = configuration.retention
        self._clock = clock

    async def __call__(self, message: House) -> None:
        """See `Handler`."""
        kept = await self._housekeeping.kept()
        if kept and kept.day >= message.day:
            return
        # Whenever the configuration begins to erase what is old, it begins where the first housekeeping began.
        began = (self._clock.now() - _CLOSED_BEFORE_THE_FIRST).date()
        kept = await self._count_days(kept or Kept(day=message.day - 1, closed_until=began))
        if self._keep.closed:
            # The last day that is over, and all of it long enough ago.
            last = (self._clock.now() - self._keep.closed).date() - _DAY
            day = (kept.closed_until or began) + _DAY
            if day <= last:
                await self._ask_for_erasure(message, kept, day)
                return
        if self._keep.quarantine and not await self._forget_months():
            await self._go_on(message)
            return
        await self._requests.ask_for(message.day + 1)
        await self._housekeeping.note(replace(kept, day=message.day))
        log("house", day=message.day)

    async def _count_days(self, kept: Kept) -> Kept:
        """Have the figures of each day counted once."""
        last = (self._clock.now() - _COUNTED_AFTER).date()
        day = kept.counted_until or last - _DAY
        while day < last:
            day += _DAY
            await self._closed_days.figures(day, self._closed_conversations.rows(day))
        if kept.counted_until != day:
            kept = replace(kept, counted_until=day)
            await self._housekeeping.note(kept)
        return kept

    async def _ask_for_erasure(self, message: House, kept: Kept, day: date) -> None:
        """Tell the contacts of some of a day's closed conversations, and go on."""
        rows = await self._closed_conversations.page(day, message.after, _PAGE)
        await each_of(sorted({row.contact_id for row in rows}), self._tell)
        if len(rows) == _PAGE:
            await self._go_on(replace(message, after=rows[-1].conversation_id))
            return
        await self._housekeeping.note(replace(kept, closed_until=day))
        await self._go_on(replace(message, after=""))

    async def _tell(self, contact_id: str) -> None:
        stored = await self._committer.contacts.load(contact_id)
        if stored:
            await self._committer.send_to_session(EraseOld(contact_id=contact_id), stored.contact.session_id)

    async def _forget_months(self) -> bool:
        """Forget some of what is in months that have been over for long enough; whether nothing is left."""
        now = self._clock.now()
        kept_since = (now - self._keep.quarantine).strftime("%Y-%m")
        reach = self._keep.quarantine // timedelta(days=28) + _MOST_MONTHS
        old = [month for month in months_back(now, reach) if month < kept_since][:_MOST_MONTHS]
        return all([await self._quarantine.erase_month(month) for month in old])

    async def _go_on(self, message: House) -> None:
        await self._committer.send_to_session(message, HOUSE)
