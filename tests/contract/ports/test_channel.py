"""What every `Channel` keeps to: the fake, and ACS and Meta's Cloud API through their adapters at the stand-in."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.adapters.acs import AcsChannel
from shared.sending.channel import Accepted, NothingDone, Postponed, Refusal, Shipment
from shared.vocabulary.errors import NotKnown, Unavailable
from shared.vocabulary.message import Content, Media, TemplateUse
from shared.vocabulary.words import MessageKind, Provider
from tests.contract.ports.channels import (
    CloudOtherSide,
    FakeOtherSide,
    OtherSide,
    StandInOtherSide,
    cloud_channel,
)
from tests.contract.whatsapp.cloud import at_meta
from tests.contract.whatsapp.stand_in import KEY, running

TO = "+33612345678"
BUSY = (401, 403, 408, 429, 500, 502, 503)
CONTENTS = (
    Content(kind=MessageKind.TEXT, text="Bonjour 👋\nVotre réponse"),
    Content(kind=MessageKind.IMAGE, media=Media(uri="https://files.example/photo.jpg", caption="La photo")),
    Content(kind=MessageKind.DOCUMENT, media=Media(uri="https://files.example/f.pdf", file_name="facture.pdf")),
    Content(kind=MessageKind.AUDIO, media=Media(uri="https://files.example/voice.ogg")),
    Content(kind=MessageKind.VIDEO, media=Media(uri="https://files.example/film.mp4", caption="Le film")),
    Content(
        kind=MessageKind.TEMPLATE,
        template=TemplateUse(name="follow_up", language="fr", parameters=("Camille", "c'est réglé")),
    ),
)


@asynccontextmanager
async def at_acs() -> AsyncIterator[OtherSide]:
    async with running() as stand_in:
        channel = AcsChannel.from_connection_string(f"endpoint={stand_in.address}/;accesskey={KEY}")
        yield StandInOtherSide(channel, stand_in)
        await channel.close()


@asynccontextmanager
async def at_the_cloud() -> AsyncIterator[OtherSide]:
    async with at_meta() as cloud:
        channel = cloud_channel(cloud)
        side = CloudOtherSide(channel, cloud)
        await side.prepare()
        yield side
        await channel.close()


REPEATING: Mapping[str, Callable[[], AbstractAsyncContextManager[OtherSide]]] = {
    "fake": lambda: nullcontext(FakeOtherSide()),
    "acs": at_acs,
}
FORGETFUL: Mapping[str, Callable[[], AbstractAsyncContextManager[OtherSide]]] = {
    "fake that repeats": lambda: nullcontext(FakeOtherSide(repeatable=False)),
    "cloud": at_the_cloud,
}


@pytest_asyncio.fixture(params=[*REPEATING, *FORGETFUL])
async def other_side(request: pytest.FixtureRequest) -> AsyncIterator[OtherSide]:
    async with {**REPEATING, **FORGETFUL}[request.param]() as side:
        yield side


@pytest_asyncio.fixture(params=REPEATING)
async def repeating(request: pytest.FixtureRequest) -> AsyncIterator[OtherSide]:
    """Of a provider that knows an attempt again."""
    async with REPEATING[request.param]() as side:
        yield side


@pytest_asyncio.fixture(params=FORGETFUL)
async def forgetful(request: pytest.FixtureRequest) -> AsyncIterator[OtherSide]:
    """Of a provider for which each call is another message."""
    async with FORGETFUL[request.param]() as side:
        yield side


def shipment(side: OtherSide, content: Content = CONTENTS[0]) -> Shipment:
    """A first attempt."""
    return Shipment(
        channel_id=side.channel_id,
        to=TO,
        content=content,
        request_id=str(uuid4()),
        first_sent=datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC),
    )


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content.kind.value)
async def test_what_is_accepted_reaches_the_customer_under_the_id_it_was_given(
    other_side: OtherSide, content: Content
) -> None:
    outcome = await other_side.channel.send(shipment(other_side, content))

    [received] = await other_side.received(TO)
    assert outcome == Accepted(message_id=received.message_id)
    assert received.kind == content.kind.value


async def test_two_messages_have_two_ids(other_side: OtherSide) -> None:
    outcomes = [await other_side.channel.send(shipment(other_side)) for _ in range(2)]

    assert outcomes == [Accepted(message_id=each.message_id) for each in await other_side.received(TO)]
    assert outcomes[0] != outcomes[1]


async def test_a_repeated_attempt_is_one_message_with_the_same_outcome(repeating: OtherSide) -> None:
    attempt = shipment(repeating)

    outcomes = [await repeating.channel.send(attempt) for _ in range(3)]

    [received] = await repeating.received(TO)
    assert repeating.channel.repeats_harmlessly(attempt)
    assert outcomes == [Accepted(message_id=received.message_id)] * 3


async def test_an_attempt_whose_answer_was_lost_is_found_by_repeating_it(repeating: OtherSide) -> None:
    attempt = shipment(repeating)
    await repeating.lose_next_answer()

    lost = await repeating.channel.send(attempt)
    repeated = await repeating.channel.send(attempt)

    [received] = await repeating.received(TO)
    assert isinstance(lost, Postponed)
    assert repeated == Accepted(message_id=received.message_id)


@pytest.mark.parametrize("status", BUSY)
async def test_a_channel_that_refuses_for_now_takes_the_same_attempt_later(other_side: OtherSide, status: int) -> None:
    attempt = shipment(other_side)
    await other_side.fail_next(status)

    first = await other_side.channel.send(attempt)
    second = await other_side.channel.send(attempt)

    [received] = await other_side.received(TO)
    assert isinstance(first, Postponed)
    assert first.retry_after is None
    assert second == Accepted(message_id=received.message_id)


async def test_the_pause_that_the_channel_asks_for_is_told(other_side: OtherSide) -> None:
    await other_side.fail_next(429, retry_after=7)

    outcome = await other_side.channel.send(shipment(other_side))

    assert isinstance(outcome, Postponed)
    assert outcome.retry_after == 7


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
async def test_a_refused_attempt_stays_refused_where_it_is_known_again(repeating: OtherSide, status: int) -> None:
    attempt = shipment(repeating)
    await repeating.fail_next(status)

    first = await repeating.channel.send(attempt)

    assert isinstance(first, Refusal)
    assert await repeating.channel.send(attempt) == first
    assert await repeating.received(TO) == []


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
async def test_after_a_refused_attempt_another_one_may_pass(other_side: OtherSide, status: int) -> None:
    attempt = shipment(other_side)
    await other_side.fail_next(status)

    refused = await other_side.channel.send(attempt)
    another = await other_side.channel.send(replace(attempt, request_id=str(uuid4())))

    [received] = await other_side.received(TO)
    assert isinstance(refused, Refusal)
    assert another == Accepted(message_id=received.message_id)


async def test_a_repetition_that_is_not_harmless_is_said_to_be_so(forgetful: OtherSide) -> None:
    attempt = shipment(forgetful)

    outcomes = [await forgetful.channel.send(attempt) for _ in range(2)]

    assert not forgetful.channel.repeats_harmlessly(attempt)
    assert outcomes == [Accepted(message_id=each.message_id) for each in await forgetful.received(TO)]
    assert outcomes[0] != outcomes[1]


async def test_a_lost_answer_leaves_the_attempt_in_doubt(other_side: OtherSide) -> None:
    await other_side.lose_next_answer()

    lost = await other_side.channel.send(shipment(other_side))

    assert isinstance(lost, Postponed)
    assert lost.in_doubt
    assert len(await other_side.received(TO)) == 1


async def test_a_rejected_attempt_did_nothing_and_another_one_may_pass(repeating: OtherSide) -> None:
    attempt = shipment(repeating)
    await repeating.reject_next()

    first = await repeating.channel.send(attempt)
    another = await repeating.channel.send(replace(attempt, request_id=str(uuid4())))

    [received] = await repeating.received(TO)
    assert first == NothingDone()
    assert another == Accepted(message_id=received.message_id)


async def test_another_message_under_a_known_request_id_is_not_sent(repeating: OtherSide) -> None:
    attempt = shipment(repeating)
    await repeating.channel.send(attempt)

    other = await repeating.channel.send(replace(attempt, content=Content(kind=MessageKind.TEXT, text="autre")))

    assert other == NothingDone()
    assert len(await repeating.received(TO)) == 1


async def test_all_templates_of_a_channel_are_listed(other_side: OtherSide) -> None:
    assert list(await other_side.channel.templates(other_side.channel_id)) == list(other_side.listed)


async def test_the_templates_of_an_unknown_channel_are_unavailable(other_side: OtherSide) -> None:
    with pytest.raises(Unavailable):
        await other_side.channel.templates("99999999-9999-9999-9999-999999999999")


@pytest.mark.parametrize("size", [0, 1, 300_000])
async def test_a_file_of_a_customer_is_read_as_it_was_sent(other_side: OtherSide, size: int) -> None:
    content = bytes(number % 251 for number in range(size))

    async with other_side.channel.media(Provider.ACS, await other_side.file(content)) as pieces:
        assert pieces is not None
        assert b"".join([piece async for piece in pieces]) == content


async def test_a_file_that_the_channel_does_not_have_is_none_or_not_known(other_side: OtherSide) -> None:
    """Meta's words leave open whether it is hidden only."""
    with suppress(NotKnown):
        async with other_side.channel.media(Provider.ACS, "22222222-2222-2222-2222-222222222222") as pieces:
            assert pieces is None


async def test_a_file_need_not_be_read_to_its_end(other_side: OtherSide) -> None:
    media_id = await other_side.file(b"x" * 300_000)
    async with other_side.channel.media(Provider.ACS, media_id) as pieces:
        assert pieces is not None
        assert (await anext(pieces)).startswith(b"x")

    async with other_side.channel.media(Provider.ACS, media_id) as pieces:
        assert pieces is not None
        assert len(b"".join([piece async for piece in pieces])) == 300_000
