"""Ids stand for what they are made of, sort by time, and are recognised or refused."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vocabulary.identity import (
    alias_of,
    contact_id_of,
    conversation_id_of,
    digest,
    episode_of,
    fits_into_paths,
    repeatability_id,
    session_of,
    split_conversation_id,
    ulid,
)
from shared.vocabulary.phone_variants import phone_variants
from shared.vocabulary.time import rfc3339

CHANNEL = "11111111-1111-1111-1111-11111111111A"
CONTACT = "0123456789abcdef" * 2
EPISODE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
parts = st.text(alphabet='a"\\,\x1f\ud800é', max_size=4)
times = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(st.lists(parts, min_size=1, max_size=4), st.lists(parts, min_size=1, max_size=4))
def test_a_digest_keeps_its_parts_apart(some: list[str], others: list[str]) -> None:
    assert (digest(*some) == digest(*others)) is (some == others)


@given(times, times, parts, parts)
def test_ulids_sort_by_time(one: datetime, other: datetime, seed: str, other_seed: str) -> None:
    if one + timedelta(milliseconds=1) <= other:
        assert ulid(one, seed) < ulid(other, other_seed)
    assert len(ulid(one, seed)) == 26


@given(times, parts, parts)
def test_ulids_are_made_of_time_and_seed_alone(at: datetime, seed: str, other: str) -> None:
    assert (ulid(at, seed) == ulid(at, other)) is (seed == other)


@given(times, parts)
def test_a_conversation_id_carries_its_contact(at: datetime, seed: str) -> None:
    contact, episode = contact_id_of(CHANNEL, "+336", seed), ulid(at, seed)
    assert split_conversation_id(conversation_id_of(contact, episode)) == (contact, episode)
    assert episode_of(conversation_id_of(contact, episode)) == episode


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "-",
        CONTACT,
        f"{CONTACT}-",
        f"-{EPISODE}",
        f"{CONTACT}{EPISODE}",
        f"{CONTACT.upper()}-{EPISODE}",
        f"{CONTACT}-{EPISODE.lower()}",
        f"{CONTACT}-{EPISODE}A",
        f"{CONTACT}a-{EPISODE}",
        f"{CONTACT}-{EPISODE[:-1]}U",
        f"{CONTACT}--{EPISODE[1:]}",
        f"{CONTACT[:-1]}/-{EPISODE}",
        f"{CONTACT[:-1]}٣-{EPISODE}",
        f"{CONTACT}-{EPISODE}\n",
    ],
)
def test_what_is_no_conversation_id_is_refused(garbage: str) -> None:
    assert split_conversation_id(garbage) is None


@given(st.text(max_size=80))
def test_splitting_never_raises_and_gives_back_what_it_took(text: str) -> None:
    ids = split_conversation_id(text)
    assert ids is None or conversation_id_of(*ids) == text


def test_the_spelling_of_a_channel_does_not_matter() -> None:
    for name in (session_of, alias_of):
        assert name(CHANNEL, "+33612345678") == name(CHANNEL.lower(), "+33612345678")


def test_a_session_fits_service_bus_whatever_the_bsuid() -> None:
    assert len(session_of(CHANNEL, "US." + "1" * 128)) == 32


def test_session_and_alias_are_different_names() -> None:
    assert session_of(CHANNEL, "+336") != alias_of(CHANNEL, "+336")


@pytest.mark.parametrize("bsuid", ["BR.5511987654321", "MY.2026", "US.ENT.1"])
def test_a_bsuid_is_never_taken_for_a_number(bsuid: str) -> None:
    assert phone_variants(bsuid) == ()
    assert alias_of(CHANNEL, bsuid) != alias_of(CHANNEL, f"+{bsuid[3:]}")


@pytest.mark.parametrize("phone", ["+5511987654321", "+5215512345678", "+5491123456789"])
def test_variants_lead_to_the_same_alias_and_back(phone: str) -> None:
    (variant,) = phone_variants(phone)
    assert phone_variants(variant) == (phone,)
    assert alias_of(CHANNEL, variant) == alias_of(CHANNEL, phone)


@pytest.mark.parametrize("phone", ["+33612345678", "+551132345678", "+55119876543210", "+521234", "5511987654321", ""])
def test_other_numbers_have_no_variant(phone: str) -> None:
    assert phone_variants(phone) == ()


def test_a_request_id_is_a_uuid_of_row_retry_and_attempt() -> None:
    ids = [repeatability_id(row, retry, attempt) for row in ("a", "b") for retry in (0, 1) for attempt in (0, 1)]
    assert len({UUID(each) for each in ids}) == 8
    assert repeatability_id("a", 0, 0) == ids[0]


def test_times_are_written_in_utc_with_z() -> None:
    at = datetime.fromisoformat("2026-11-23T11:15:00+01:00")
    assert rfc3339(at) == "2026-11-23T10:15:00Z"
    assert rfc3339(at + timedelta(microseconds=5)) == "2026-11-23T10:15:00.000005Z"


@pytest.mark.parametrize(
    ("message_id", "fits"),
    [
        ("3f0d3f5e-5a3e-4f4c-9a53-2f0f4f5f8c11", True),
        ("m1.~_", True),
        ("wamid.HBgLMzM2MTIzNDU2Nzg", False),
        ("a/b", False),
        ("a+b=", False),
        ("é", False),
        ("..", False),
        ("", False),
        ("a" * 101, False),
    ],
)
def test_what_tells_no_number_and_means_nothing_to_a_host_fits_into_a_path(message_id: str, fits: bool) -> None:
    assert fits_into_paths(message_id) is fits
