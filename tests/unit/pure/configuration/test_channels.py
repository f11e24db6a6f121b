"""A number's provider, its ids, and its way from one provider to another."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.configuration import load_configuration
from shared.configuration.channels import Channel
from shared.vocabulary.words import Provider
from tests.unit.pure.configuration.files import problems_of

GUID = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"
META = "106540352242922"
AT = datetime(2027, 3, 1, 3, tzinfo=UTC)
CLOUD = "provider: whatsapp_cloud, account: '102290129340398'"
MOVE = "moved_at: 2027-03-01T03:00:00Z"
SECOND = timedelta(seconds=1)


def of_file(*channels: str) -> str:
    written = ", ".join(f"c{number}: {{{channel}, workstream: w}}" for number, channel in enumerate(channels))
    return (
        f"version: 1\nchannels: {{{written}}}\n"
        "workstreams: {w: {route_to_queue: {fallback: q}, opt_out: {keywords: [STOP]}}}\nqueues: {q: }\n"
    )


def channel(written: str) -> Channel:
    return load_configuration(of_file(written)).channels["c0"]


@pytest.mark.parametrize(
    ("written", "key", "before"),
    [
        (f"id: {GUID}", GUID, None),
        (f"{CLOUD}, id: '{META}'", META, None),
        (f"{CLOUD}, id: '{META}', moved_from: {GUID}, {MOVE}", GUID, GUID),
        (f"{CLOUD}, id: '{META}', moved_from: [{GUID}], {MOVE}", GUID, GUID),
        (f"id: {GUID}, moved_from: '{META}', {MOVE}", GUID, META),
        (f"id: {GUID}, account: '102290129340398', moved_from: '{META}', {MOVE}", GUID, META),
        (f"id: {GUID}, moved_from: [{GUID}, '{META}'], {MOVE}", GUID, META),
        (f"{CLOUD}, id: '{META}', moved_from: [{GUID}, '{META}', {GUID}], {MOVE}", GUID, GUID),
        (f"{CLOUD}, id: '{META}9', moved_from: [{GUID}, '{META}'], {MOVE}", GUID, META),
        (f"id: {OTHER}, moved_from: [{GUID}, '{META}'], {MOVE}", GUID, META),
        (f"{CLOUD}, id: '{META}9', moved_from: '{META}', {MOVE}", META, META),
        (f"id: {OTHER}, moved_from: {GUID}, {MOVE}", GUID, GUID),
    ],
)
def test_a_channel_keeps_the_first_id_of_its_number(written: str, key: str, before: str | None) -> None:
    found = channel(written)
    assert found.key == key
    assert found.id_at(AT) == found.id
    assert found.id_at(AT - SECOND) == (before or found.id)


@pytest.mark.parametrize(
    ("written", "counts"),
    [
        (f"id: {GUID}", {(GUID, -1): True, (GUID, 0): True}),
        (
            f"{CLOUD}, id: '{META}', moved_from: {GUID}, {MOVE}",
            {(GUID, -1): True, (GUID, 0): False, (META, -1): False, (META, 0): True},
        ),
        (
            f"id: {GUID}, moved_from: '{META}', {MOVE}",
            {(GUID, -1): False, (GUID, 0): True, (META, -1): True, (META, 0): False},
        ),
        (
            f"id: {GUID}, moved_from: [{GUID}, '{META}'], {MOVE}",
            {(GUID, -1): False, (GUID, 0): True, (META, -1): True, (META, 0): False},
        ),
        (
            f"{CLOUD}, id: '{META}9', moved_from: [{GUID}, '{META}'], {MOVE}",
            {(META + "9", -1): False, (META + "9", 0): True, (META, -1): True, (META, 0): False, (GUID, 0): False},
        ),
    ],
)
def test_a_message_counts_from_one_provider_at_any_time(written: str, counts: dict[tuple[str, int], bool]) -> None:
    """Before the move from the one, from it on from the other: each message has exactly one way in."""
    found = channel(written)
    assert {
        (channel_id, seconds): found.counts(channel_id, AT + seconds * SECOND) for channel_id, seconds in counts
    } == counts


def test_a_channel_is_found_by_every_id() -> None:
    configuration = load_configuration(of_file(f"{CLOUD}, id: '{META}', moved_from: {GUID}, {MOVE}", f"id: {OTHER}"))
    moved = configuration.channels["c0"]
    assert configuration.channel_by_id(GUID.upper()) is configuration.channel_by_id(META) is moved
    assert configuration.channel_keys == {META: GUID, GUID: GUID, OTHER: OTHER}


def test_a_provider_is_needed_until_its_last_number_has_moved() -> None:
    """ACS ends for good, and `moved_from` stays in the file."""
    configuration = load_configuration(of_file(f"{CLOUD}, id: '{META}', moved_from: {GUID}, {MOVE}"))
    assert configuration.providers_at(AT - SECOND) == {Provider.ACS, Provider.WHATSAPP_CLOUD}
    assert configuration.providers_at(AT) == {Provider.WHATSAPP_CLOUD}


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (
            (f"id: '{META}'",),
            "c0.id: expected the GUID of the channel registration: provider is acs; a phone number id goes with",
        ),
        ((f"{CLOUD}, id: {GUID}",), "c0.id: expected the phone number id, which is digits"),
        ((f"provider: whatsapp_cloud, id: '{META}'",), "c0.id: expected account beside it"),
        ((f"id: {GUID}, account: '102290129340398'",), "c0.account: goes with an id at Meta only"),
        (
            (f"id: {GUID}, account: '102290129340398', moved_from: {OTHER}, {MOVE}",),
            "c0.account: goes with an id at Meta only",
        ),
        ((f"provider: meta, id: {GUID}",), "c0.provider: expected acs, whatsapp_cloud"),
        ((f"{CLOUD}, id: '{META}', moved_from: {GUID}",), "c0.moved_from: expected moved_at beside it"),
        ((f"id: {GUID}, {MOVE}",), "c0.moved_at: expected moved_from beside it"),
        ((f"id: {GUID}, moved_from: [], {MOVE}",), "c0.moved_at: expected moved_from beside it"),
        ((f"id: {GUID}, moved_from: {GUID}, {MOVE}",), "c0.moved_from: the id that the channel has"),
        ((f"id: {GUID}, moved_from: ['{META}', {GUID}], {MOVE}",), "c0.moved_from: the id that the channel has"),
        (
            (f"id: {GUID}", f"{CLOUD}, id: '{META}', moved_from: {GUID}, {MOVE}"),
            "c1.moved_from: the id of channel c0; each channel has its own",
        ),
        (
            (f"{CLOUD}, id: '{META}', moved_from: {GUID}, {MOVE}", f"id: {GUID}"),
            "c1.id: among the moved_from of channel c0; each channel has its own",
        ),
        (
            (f"{CLOUD}, id: '{META}', number: '+33123456789'", f"{CLOUD}, id: '{META}9', number: '+33123456789'"),
            "c1.number: the number of channel c0; it has one id at Meta",
        ),
        ((f"id: {GUID}, moved_from: '{META}', moved_at: 2027-03-01",), "c0.moved_at: expected a time with its offset"),
        (
            (f"id: {GUID}, moved_from: '{META}', moved_at: 2027-03-01T03:00:00.5Z",),
            "c0.moved_at: expected a whole second",
        ),
        ((f"id: {GUID}, moved_from: abc, {MOVE}",), "c0.moved_from: expected the GUID of the channel registration"),
    ],
)
def test_what_does_not_fit_is_a_problem(channels: tuple[str, ...], expected: str) -> None:
    (problem,) = problems_of(of_file(*channels))
    assert f"channels.{expected}" in problem


def test_a_number_that_is_at_both_is_a_warning() -> None:
    both = (f"id: {GUID}, number: '+33123456789'", f"{CLOUD}, id: '{META}', number: '+33123456789'")
    (warning,) = load_configuration(of_file(*both)).warnings
    assert str(warning).endswith(
        "channels.c1.number: the number of channel c0: a number that moves stays one channel, with moved_from"
    )
