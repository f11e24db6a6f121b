"""An upload is sent under an address of its own, the same for every repetition of an attempt, whatever happens."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.media.blobs import upload_name
from shared.sending.channel import Postponed, Refusal
from shared.state.tables import Table
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.message import Media, Message
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.world import HOURS, World, refusal

UPLOAD = Media(upload="0" * 32)
LOST = Postponed(code="no_answer", message="lost", in_doubt=True)


async def world_with_upload() -> World:
    """A world with a conversation, and a file for its contact."""
    world = World()
    await world.customer("Bonjour")
    await world.blobs.put(name_of(world), _pieces(), mime_type="image/jpeg")
    return world


def name_of(world: World) -> str:
    assert UPLOAD.upload
    return upload_name(world.contact.id, UPLOAD.upload)


async def _pieces() -> AsyncIterator[bytes]:
    yield b"\xff\xd8\xff a picture"


def line_of(world: World) -> Message:
    """The history's line of the file."""
    (line,) = [line for line in world.history() if line.media]
    return line


def addresses(world: World) -> list[str | None]:
    """Where the channel was told to fetch the file, at each attempt."""
    return [attempt.file_uri for attempt in world.channel.attempts if attempt.content.media]


async def test_the_address_opens_the_file_for_two_hours_and_is_forgotten_with_the_attempt() -> None:
    world = await world_with_upload()

    await world.reply(media=UPLOAD)

    (address,) = addresses(world)
    assert address
    assert name_of(world) in address
    assert f"until={rfc3339(world.clock.now() + timedelta(hours=2))}" in address
    assert line_of(world).status is MessageStatus.SENT
    kept = world.tables.rows(Table.CONTACTS, world.contact.id)
    assert not any(name_of(world) in row.body for row in kept)


async def test_every_repetition_of_an_attempt_has_the_same_address() -> None:
    world = await world_with_upload()
    world.channel.lose_next_answer()

    await refusal(world.reply(media=UPLOAD))
    await world.pass_time(60)

    assert len(addresses(world)) == 2
    assert len(set(addresses(world))) == 1
    assert len([sent for sent in world.channel.sent if sent.content.media]) == 1


async def test_a_new_attempt_has_a_new_address() -> None:
    world = await world_with_upload()
    world.channel.answer_next(Refusal(code="131016", message="unavailable"))

    await refusal(world.reply(media=UPLOAD))
    await world.pass_time(60)

    assert len(set(addresses(world))) == 2
    assert line_of(world).status is MessageStatus.SENT


async def test_an_upload_that_is_gone_is_a_failure_with_words() -> None:
    world = await world_with_upload()
    await world.pass_time(25 * HOURS)
    held = await world.reply(media=UPLOAD)
    await world.blobs.delete(name_of(world))

    await world.customer("Me revoilà")

    assert held.outgoing.held
    line = line_of(world)
    assert (line.status, line.error and line.error.code) == (MessageStatus.FAILED, "file_gone")
    assert addresses(world) == []


async def test_while_blob_storage_is_away_the_message_waits_and_is_given_up_in_time() -> None:
    world = await world_with_upload()
    faults = Faults(call=2, error=Unavailable("away"), lasting=True)  # the reply itself has found it
    away = world.worker(blobs=faults.wrap(world.blobs))

    for kept in (world.reply(media=UPLOAD, by=away), world.reply("Et ceci", by=away)):
        assert (await refusal(kept)).code == "channel_unavailable"

    assert line_of(world).status is MessageStatus.PENDING
    assert [sent.content.text for sent in world.channel.sent][-1] != "Et ceci", "it waits behind the file"
    await world.pass_time(16 * 60, by=away)
    assert line_of(world).status is MessageStatus.FAILED
    assert [sent.content.text for sent in world.channel.sent][-1] == "Et ceci"


async def test_in_doubt_and_with_an_address_that_is_over_it_has_failed_and_may_be_sent_again() -> None:
    world = await world_with_upload()
    world.channel.answer_next(LOST)
    assert (await refusal(world.reply(media=UPLOAD))).code == "channel_unavailable"
    world.clock.step(2 * HOURS)

    await world.pass_time(60)

    line = line_of(world)
    assert line.status is MessageStatus.FAILED
    assert line.error
    assert line.error.retryable
    assert len(addresses(world)) == 1


async def test_behind_a_channel_that_is_stopped_for_hours_it_goes_out_under_an_address_that_opens_it() -> None:
    world = await world_with_upload()
    world.channel.answer_next(*[Refusal(code="131031", message="locked")] * 100)
    for kept in (world.reply("Un"), world.reply(media=UPLOAD)):
        assert (await refusal(kept)).code == "channel_unavailable"

    await world.pass_time(3 * HOURS)
    world.channel.answer_again()
    await world.pass_time(HOURS / 2)

    (address,) = addresses(world)
    assert line_of(world).status is MessageStatus.SENT
    assert address
    assert address.partition("until=")[2] > rfc3339(world.clock.now())


@pytest.mark.parametrize("call", range(1, 12))
@pytest.mark.parametrize("after", [False, True])
async def test_a_worker_that_dies_at_any_call_leaves_one_file_on_the_phone_or_none_committed(
    call: int, after: bool
) -> None:
    world = await world_with_upload()
    faults = Faults(call=call, error=Killed(), after=after, lasting=True)
    doomed = world.worker(
        tables=faults.wrap(world.tables),
        sender=faults.wrap(world.sender),
        channel=faults.wrap(world.channel),
        blobs=faults.wrap(world.blobs),
    )
    try:
        await world.reply(media=UPLOAD, by=doomed)
    except Killed:
        world.restart()
    await world.pass_time(180)

    lines = [line for line in world.history() if line.media]
    assert [line.status for line in lines] in ([], [MessageStatus.SENT])
    assert len([sent for sent in world.channel.sent if sent.content.media]) == len(lines)
    assert len(set(addresses(world))) == len(lines), "what may have arrived is repeated as it was"
