"""Erases a person wherever the app keeps personal data.

        mark ── names ── lists, lines, loads ── rows, files ── quarantine ── the contact's own row
         └─ from here on, nothing is decided on the contact

Everything after the mark may be repeated, by whoever gets the message again. What is large is done in pieces, which go
on by another message.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from shared.committing.committer import Committer
from shared.configuration.document import Configuration
from shared.erasure.person import RETENTION, Person, mark_person
from shared.erasure.steps import Step
from shared.intake.quarantine import MONTHS, Quarantine
from shared.logs import log
from shared.queue.erasure_messages import Erase
from shared.state.erased_contacts import ErasedContacts
from shared.telemetry import Metric, Telemetry

_MONTH: Final = timedelta(days=28)
_MOST_MONTHS: Final = 121
"""No configuration keeps the quarantine for longer, unless for ever."""


class EraseContact:
    """Carries out an erasure.

    Args:
        steps: The places that are emptied, in their order.
    """

    def __init__(
        self,
        *,
        steps: Sequence[Step],
        erased: ErasedContacts,
        quarantine: Quarantine,
        committer: Committer,
        configuration: Configuration,
        telemetry: Telemetry,
    ) -> None:
        self._steps = steps
        self._erased = erased
        self._quarantine = quarantine
        self._committer = committer
        self._configuration = configuration
        self._months = months_kept(configuration)
        self._telemetry = telemetry

    async def __call__(self, contact_id: str, after: str = "") -> None:
        """Erase a person of whom a contact is marked, or some of what there is.

        Args:
            after: The last item of the quarantine that was looked at.

        Raises:
            Unavailable: A dependency is away; do it again.
        """
        person = await mark_person(self._erased, contact_id)
        if person is None:
            return
        for step in self._steps:
            if not await step(person):
                await self._go_on(person, after)
                return
        if at := await self._quarantine.erase(person.sessions(self._configuration), after, self._months):
            await self._go_on(person, at)
            return
        for stored in person.contacts:
            await self._erased.finish(stored, person.erasing)
        log("erased", contact_id=contact_id, contacts=len(person.contacts))
        reason = "retention" if person.erasing.by == RETENTION else "request"
        self._telemetry.record(Metric.CONTACTS_ERASED.of(reason=reason))

    async def _go_on(self, person: Person, after: str) -> None:
        session_id = person.contacts[-1].contact.session_id
        await self._committer.send_to_session(Erase(contact_id=person.id, after=after), session_id)


def months_kept(configuration: Configuration) -> int:
    """Return how many months of the quarantine there may be, this one among them."""
    kept = configuration.retention.quarantine
    # An item stands in the month of its event, which may have been long over when it was kept.
    return max(MONTHS, min(kept // _MONTH + 2, _MOST_MONTHS)) if kept else _MOST_MONTHS
