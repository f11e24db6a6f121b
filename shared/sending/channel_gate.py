"""Lets messages out to a channel, and learns from what becomes of them whether it sends at all."""

import logging
from collections.abc import Callable
from datetime import datetime

from shared.logs import log
from shared.sending.channel import Accepted, NothingDone, Outcome, Postponed, Refusal
from shared.sending.failures import Remedy, remedy_for
from shared.sending.stopped_channels import as_moved, backed_off, recovered, stopped, wait_of, with_probe, without_probe
from shared.sending.waiting import Wait
from shared.state.channel_stops import ChannelState, ChannelStops, Stop
from shared.state.contact import Contact
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.time import Clock, rfc3339


class ChannelGate:
    """Keeps messages back while their channel is stopped, or backs off.

    On a channel that sends, nothing is read but its row, once in ten seconds, and nothing is written. Every method that
    makes calls raises Unavailable when storage is away.

    What a number's provider said ends with the number's move to another one.

    Args:
        same_provider: See `Channel.same_provider`.
    """

    def __init__(
        self,
        stops: ChannelStops,
        same_provider: Callable[[str, datetime, datetime], bool],
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._stops = stops
        self._same_provider = same_provider
        self._clock = clock
        self._telemetry = telemetry

    async def wait(self, contact: Contact) -> Wait | None:
        """Return how long the contact's messages wait, if they have to."""
        state = await self._stops.read(contact.channel_id)
        if self._as_moved(contact.channel_id, state):
            state = await self._leave_behind(contact.channel_id)
        return wait_of(state, contact.id, self._clock.now())

    async def enter(self, contact: Contact, outgoing_id: str) -> Wait | None:
        """Let a message out, as the probe where the channel waits for one; else how long it waits."""
        if self._stops.known(contact.channel_id).stop is None:
            return None
        claimed = await self._stops.revise(
            contact.channel_id, lambda state: with_probe(state, outgoing_id, self._clock.now())
        )
        if claimed:
            log("channel.probe", channel_id=contact.channel_id, outgoing_id=outgoing_id)
            return None
        return wait_of(self._stops.known(contact.channel_id), contact.id, self._clock.now())

    async def note_outcome(self, channel_id: str, outgoing_id: str, outcome: Outcome, first_sent: datetime) -> None:
        """Learn from how an attempt ended. The probe that had no answer is waited for until its time is over.

        Args:
            first_sent: The attempt's: it tells who had it.
        """
        if not self._is_here(channel_id, first_sent):
            return
        match outcome:
            case Accepted() if self._is_probe(channel_id, outgoing_id):
                await self._recover(channel_id, outgoing_id)
            case Refusal(code=code):
                await self.note_failure(channel_id, outgoing_id, code)
            case Postponed(code=code, retry_after=retry_after):
                await self.note_failure(channel_id, outgoing_id, code, retry_after=retry_after)
        if isinstance(outcome, Refusal | NothingDone) and self._is_probe(channel_id, outgoing_id):
            await self._stops.revise(channel_id, lambda state: without_probe(state, outgoing_id))

    async def note_arrival(self, channel_id: str, outgoing_id: str) -> None:
        """Learn that a message was taken of which its sender does not know: it may be the probe."""
        await self._stops.read(channel_id)
        if self._is_probe(channel_id, outgoing_id):
            await self._recover(channel_id, outgoing_id)

    async def note_failure(
        self,
        channel_id: str,
        outgoing_id: str,
        code: str,
        sent_at: datetime | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Learn from a failure, given at once, or by a status of a message that was sent at a time."""
        if sent_at and not self._is_here(channel_id, sent_at):
            return
        match remedy_for(code):
            case Remedy.STOP_CHANNEL:
                await self._stop(channel_id, outgoing_id, code, sent_at)
            case Remedy.BACK_OFF:
                await self._stops.revise(
                    channel_id, lambda state: backed_off(state, code, retry_after, self._clock.now())
                )

    def _is_here(self, channel_id: str, at: datetime) -> bool:
        """Tell whether the number was then where it is now."""
        return self._same_provider(channel_id, at, self._clock.now())

    def _as_moved(self, channel_id: str, state: ChannelState) -> ChannelState | None:
        return as_moved(state, lambda at: self._is_here(channel_id, at), self._clock.now())

    async def _leave_behind(self, channel_id: str) -> ChannelState:
        """End what the former provider said."""
        stop = self._stops.known(channel_id).stop
        changed = await self._stops.revise(channel_id, lambda state: self._as_moved(channel_id, state))
        state = self._stops.known(channel_id)
        if changed and stop and state.stop is None:
            self._say_recovered(channel_id, stop)
        return state

    def _is_probe(self, channel_id: str, outgoing_id: str) -> bool:
        stop = self._stops.known(channel_id).stop
        return stop is not None and stop.probe == outgoing_id

    async def _stop(self, channel_id: str, outgoing_id: str, code: str, sent_at: datetime | None) -> None:
        def change(state: ChannelState) -> ChannelState | None:
            return stopped(state, outgoing_id, code, sent_at, self._clock.now())

        if await self._stops.revise(channel_id, change) and (stop := self._stops.known(channel_id).stop):
            log("channel.stopped", level=logging.WARNING, channel_id=channel_id, code=code, until=rfc3339(stop.until))
            self._telemetry.record(Metric.CHANNEL_CHANGES.of(outcome="stopped", code=code, channel=channel_id))

    async def _recover(self, channel_id: str, outgoing_id: str) -> None:
        stop = self._stops.known(channel_id).stop
        if await self._stops.revise(channel_id, lambda state: recovered(state, outgoing_id, self._clock.now())):
            self._say_recovered(channel_id, stop)

    def _say_recovered(self, channel_id: str, stop: Stop | None) -> None:
        log("channel.recovered", channel_id=channel_id, stopped_since=rfc3339(stop.since) if stop else None)
        self._telemetry.record(Metric.CHANNEL_CHANGES.of(outcome="recovered", channel=channel_id))
