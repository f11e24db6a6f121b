"""A channel that WhatsApp stopped, and how it comes to send again. Pure.

For a quarter of an hour nobody sends. Then the first to say so in the channel's row sends one message, the probe, and
the others wait for what becomes of it: taken, the channel goes on; refused, another quarter of an hour passes. So a
channel that can't send costs one attempt a quarter of an hour, and no message is lost to it
(docs/adr/0019-a-stopped-channel-and-its-probe.md).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from shared.sending.waiting import Wait
from shared.state.channel_stops import BackOff, ChannelState, Stop
from shared.vocabulary.identity import digest

_STOPPED_FOR: Final = timedelta(minutes=15)
_PROBE_TAKES: Final = timedelta(seconds=30)
_SPREAD: Final = timedelta(seconds=5)
_AGAIN_AFTER: Final = timedelta(seconds=5)
_FIRST_PAUSE: Final = 2
_LONGEST_PAUSE: Final = 120
_CALM_AFTER: Final = timedelta(minutes=2)


def wait_of(state: ChannelState, contact_id: str, now: datetime) -> Wait | None:
    """Return how long a contact's messages wait for their channel, if they have to; not all come back at once."""
    stop, back_off, later = state.stop, state.back_off, _spread(contact_id)
    if stop and stop.until > now:
        return Wait(until=stop.until + later, code=stop.code, stopped_at=stop.since)
    if stop and stop.probe_until and stop.probe_until > now:
        return Wait(until=now + _AGAIN_AFTER + later, code=stop.code, stopped_at=stop.since)
    if back_off and back_off.until > now:
        return Wait(until=back_off.until + later, code=back_off.code)
    return None


def with_probe(state: ChannelState, outgoing_id: str, now: datetime) -> ChannelState | None:
    """Let a message be the probe, where the channel waits for one."""
    stop = state.stop
    if stop is None or stop.until > now or (stop.probe_until and stop.probe_until > now):
        return None
    return replace(state, stop=replace(stop, probe=outgoing_id, probe_until=now + _PROBE_TAKES))


def stopped(
    state: ChannelState, outgoing_id: str, code: str, sent_at: datetime | None, now: datetime
) -> ChannelState | None:
    """Stop the channel, or go on waiting after a probe, since a message failed for what concerns all.

    What was sent before the channel recovered says nothing of how it is now, unless it was the probe: WhatsApp takes a
    message and reports its failure later.

    Args:
        sent_at: When the message was sent that a status says has failed; None: the channel has just refused it.
    """
    stop = state.stop
    if stop and stop.probe != outgoing_id:
        return None
    is_late = sent_at is not None and state.recovered_at is not None and sent_at < state.recovered_at
    if stop is None and is_late and outgoing_id != state.recovered_by:
        return None
    return replace(state, stop=Stop(code=code, since=stop.since if stop else now, until=now + _STOPPED_FOR))


def recovered(state: ChannelState, outgoing_id: str, now: datetime) -> ChannelState | None:
    """Let the channel go on, since the probe was taken."""
    if state.stop is None or state.stop.probe != outgoing_id:
        return None
    return replace(state, stop=None, recovered_at=now, recovered_by=outgoing_id)


def as_moved(state: ChannelState, is_since: Callable[[datetime], bool], now: datetime) -> ChannelState | None:
    """Let the channel go on, since its number has moved: what its former provider said is past.

    Args:
        is_since: Whether a time is no earlier than the last move.
    """
    stop, back_off = state.stop, state.back_off
    if back_off and back_off.since and not is_since(back_off.since):
        back_off = None
    if stop and not is_since(stop.since):
        return replace(state, stop=None, back_off=back_off, recovered_at=now, recovered_by=None)
    return None if back_off is state.back_off else replace(state, back_off=back_off)


def without_probe(state: ChannelState, outgoing_id: str) -> ChannelState | None:
    """Let another message be the probe, since this one failed for a reason of its own."""
    if state.stop is None or state.stop.probe != outgoing_id:
        return None
    return replace(state, stop=replace(state.stop, probe=None, probe_until=None))


def backed_off(state: ChannelState, code: str, retry_after: float | None, now: datetime) -> ChannelState | None:
    """Let nobody send for a moment: as long as the channel said, within reason, else each time twice as long."""
    last = state.back_off
    if last and last.until > now:
        return None  # those who were turned away together count once
    seconds = min(last.seconds * 2, _LONGEST_PAUSE) if last and now - last.until < _CALM_AFTER else _FIRST_PAUSE
    pause = timedelta(seconds=seconds if retry_after is None else retry_after)
    back_off = BackOff(code=code, until=now + min(pause, _STOPPED_FOR), seconds=seconds, since=now)
    return replace(state, back_off=back_off)


def _spread(contact_id: str) -> timedelta:
    """Return a contact's own part of a few seconds."""
    return _SPREAD * (int(digest(contact_id)[:4], 16) / 0x10000)
