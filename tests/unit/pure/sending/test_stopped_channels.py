"""How a channel that WhatsApp stopped comes to send again: each change of its row, and who waits how long."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared.sending.stopped_channels import (
    as_moved,
    backed_off,
    recovered,
    stopped,
    wait_of,
    with_probe,
    without_probe,
)
from shared.state.channel_stops import BackOff, ChannelState, Stop
from tests.unit.pure.contacts import CONTACT, NOW, ago, ahead

PAYMENT, LOCKED, BUSY = "131042", "131031", "130429"
STOP = Stop(code=PAYMENT, since=ago(minutes=5), until=ahead(minutes=10))
OVER = replace(STOP, until=NOW)
PROBED = replace(STOP, until=ago(seconds=1), probe="r1", probe_until=ahead(seconds=29))
LOST_PROBE = replace(PROBED, probe_until=NOW)
RECOVERED = ChannelState(recovered_at=ago(minutes=1), recovered_by="r1")


@pytest.mark.parametrize(
    ("stop", "least", "most"),
    [
        (None, None, None),
        (STOP, ahead(minutes=10), ahead(minutes=10, seconds=5)),
        (OVER, None, None),
        (PROBED, ahead(seconds=5), ahead(seconds=10)),
        (LOST_PROBE, None, None),
    ],
)
def test_who_meets_a_stopped_channel_waits(stop: Stop | None, least: datetime | None, most: datetime | None) -> None:
    wait = wait_of(ChannelState(stop=stop), CONTACT, NOW)
    if least is None or most is None:
        assert wait is None
    else:
        assert wait is not None
        assert least <= wait.until <= most
        assert (wait.code, wait.stopped_at) == (PAYMENT, STOP.since)


def test_not_all_contacts_come_back_at_once() -> None:
    waits = [wait_of(ChannelState(stop=STOP), f"{number:032x}", NOW) for number in range(100)]
    times = sorted(wait.until for wait in waits if wait)
    assert len(set(times)) > 90
    assert times[-1] - times[0] > timedelta(seconds=4)


@pytest.mark.parametrize(
    ("stop", "claims"), [(None, False), (STOP, False), (OVER, True), (PROBED, False), (LOST_PROBE, True)]
)
def test_the_first_after_the_end_is_the_probe_for_half_a_minute(stop: Stop | None, claims: bool) -> None:
    claimed = with_probe(ChannelState(stop=stop), "r2", NOW)
    assert (claimed is not None) == claims
    if claimed:
        assert claimed.stop is not None
        assert (claimed.stop.probe, claimed.stop.probe_until) == ("r2", ahead(seconds=30))


@pytest.mark.parametrize(
    ("state", "outgoing_id", "sent_at", "since"),
    [
        (ChannelState(), "r1", ago(minutes=3), NOW),
        (ChannelState(stop=STOP), "r1", NOW, None),
        (ChannelState(stop=PROBED), "r2", NOW, None),
        (ChannelState(stop=PROBED), "r1", ago(minutes=20), STOP.since),
        (RECOVERED, "r2", ago(minutes=2), None),
        (RECOVERED, "r2", ago(seconds=59), NOW),
        (RECOVERED, "r1", ago(minutes=20), NOW),
    ],
    ids=["sends", "stopped", "not the probe", "the probe", "late report", "anew", "late report of the probe"],
)
def test_what_a_failure_makes_of_a_channel(
    state: ChannelState, outgoing_id: str, sent_at: datetime, since: datetime | None
) -> None:
    after = stopped(state, outgoing_id, LOCKED, sent_at, NOW)
    wanted = Stop(code=LOCKED, since=since, until=ahead(minutes=15)) if since else None
    assert (after.stop if after else None) == wanted


def test_only_the_probe_lets_a_channel_go_on() -> None:
    assert recovered(ChannelState(stop=PROBED), "r2", NOW) is None
    assert recovered(ChannelState(), "r1", NOW) is None
    assert recovered(ChannelState(stop=PROBED), "r1", NOW) == ChannelState(recovered_at=NOW, recovered_by="r1")


def test_a_probe_that_failed_for_its_own_sake_makes_way() -> None:
    assert without_probe(ChannelState(stop=PROBED), "r2") is None
    after = without_probe(ChannelState(stop=PROBED), "r1")
    assert after is not None
    assert wait_of(after, CONTACT, NOW) is None
    assert with_probe(after, "r2", NOW) is not None


@pytest.mark.parametrize(
    ("last", "retry_after", "seconds"),
    [
        (None, None, 2),
        (BackOff(code=BUSY, until=ahead(seconds=1), seconds=2), None, None),
        (BackOff(code=BUSY, until=ago(seconds=1), seconds=2), None, 4),
        (BackOff(code=BUSY, until=ago(seconds=1), seconds=120), None, 120),
        (BackOff(code=BUSY, until=ago(minutes=3), seconds=64), None, 2),
        (None, 30.0, 30),
        (None, 86_400.0, 900),
    ],
    ids=["first", "together", "again", "longest", "calm since", "told", "told too much"],
)
def test_a_channel_that_has_too_much_backs_off(
    last: BackOff | None, retry_after: float | None, seconds: int | None
) -> None:
    after = backed_off(ChannelState(back_off=last), BUSY, retry_after, NOW)
    assert (after.back_off.until if after and after.back_off else None) == (seconds and ahead(seconds=seconds))
    wait = wait_of(after or ChannelState(back_off=last), CONTACT, NOW)
    assert wait is not None
    assert wait.stopped_at is None


EARLY = BackOff(code=BUSY, until=ahead(minutes=2), seconds=2, since=ago(minutes=5))


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (ChannelState(), None),
        (ChannelState(stop=replace(STOP, since=ago(minutes=1))), None),
        (ChannelState(back_off=replace(EARLY, since=ago(minutes=1))), None),
        (ChannelState(back_off=replace(EARLY, since=None)), None),
        (ChannelState(stop=STOP), ChannelState(recovered_at=NOW)),
        (replace(RECOVERED, stop=PROBED, back_off=EARLY), ChannelState(recovered_at=NOW)),
        (replace(RECOVERED, back_off=EARLY), RECOVERED),
    ],
)
def test_what_was_said_before_the_number_moved_ends(state: ChannelState, after: ChannelState | None) -> None:
    assert as_moved(state, lambda at: at >= ago(minutes=2), NOW) == after
