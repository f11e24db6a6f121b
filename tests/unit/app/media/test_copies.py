"""Copies of customers' files: made once, beside the conversation, and gone with the contact."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.media.copying import MOST_BYTES
from shared.queue.media_messages import CopyMedia
from shared.queue.messages import Subject
from shared.queue.sender import QueueMessage
from shared.state.contact import Erasing
from shared.state.tables import Operation, Table
from shared.vocabulary.identity import media_session
from shared.vocabulary.message import Message
from shared.vocabulary.words import MediaProblem, MessageKind
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import SAMPLE
from tests.fakes.tables import FakeTables
from tests.fakes.world import World
from tests.unit.app.api.desk import ADA, Desk
from tests.unit.app.media.files import JPEG, copy_in, sends_file, world_with_copies

MINUTES = 60


def asked(world: World) -> list[QueueMessage]:
    """What was asked of the session of files."""
    return [message for message in world.sender.sent if message.subject is Subject.COPY_MEDIA]


def file_line(world: World) -> Message:
    """The line of the file."""
    (line,) = [each for each in world.history() if each.media]
    return line


async def test_a_file_is_copied_two_seconds_after_its_message() -> None:
    world = world_with_copies()
    await sends_file(world)
    (message,) = asked(world)
    assert (message.session_id, message.deliver_at) == (
        media_session(world.contact.id),
        world.clock.now() + timedelta(seconds=2),
    )
    assert copy_in(world) is None

    await world.pass_time(2)

    assert copy_in(world) == JPEG
    (name,) = world.blobs.contents
    blob = await world.blobs.find(name)
    assert blob is not None
    assert blob.mime_type == "image/jpeg"
    line = file_line(world)
    assert line.media is not None
    assert line.media.problem is None


async def test_a_file_whose_type_is_a_lie_is_kept_as_what_it_is() -> None:
    world = world_with_copies()
    await sends_file(world, b"<html><script>alert(1)</script>")
    await world.pass_time(2)

    (name,) = world.blobs.contents
    blob = await world.blobs.find(name)
    assert blob is not None
    assert blob.mime_type == "application/octet-stream"


@pytest.mark.parametrize(
    "world",
    [World(), world_with_copies(SAMPLE.read_text(encoding="utf-8") + "\nmedia: {keep: 0s}\n")],
    ids=["without Blob Storage", "keep: 0s"],
)
async def test_without_copies_nobody_is_asked_for_one(world: World) -> None:
    await sends_file(world)
    await world.pass_time(2)

    assert asked(world) == []
    assert world.channel.downloads == []


async def test_a_text_asks_for_nothing() -> None:
    world = world_with_copies()
    await world.customer("Bonjour")

    assert asked(world) == []


async def test_a_message_that_comes_again_is_copied_once() -> None:
    world = world_with_copies()
    await sends_file(world)
    await sends_file(world)
    await world.pass_time(5 * MINUTES)

    assert len(world.channel.downloads) == 1
    assert copy_in(world) == JPEG


async def test_a_copy_that_was_made_is_not_made_again() -> None:
    world = world_with_copies()
    await sends_file(world)
    await world.pass_time(2)
    del world.channel.files["file-of-m1"]

    for _ in range(4):
        await world.deliver(asked(world)[0])
        await world.pass_time(5 * MINUTES)

    line = file_line(world)
    assert line.media is not None
    assert line.media.problem is None
    assert copy_in(world) == JPEG


async def test_what_breaks_off_is_tried_again_later_and_holds_nobody_back() -> None:
    world = world_with_copies()
    await sends_file(world)
    world.channel.break_next_downloads(3)
    await world.pass_time(2)
    assert world.clock.slept == []
    assert world.blobs.contents == {}

    await world.pass_time(5 * MINUTES)

    assert copy_in(world) == JPEG
    assert len(world.channel.downloads) == 4


async def test_it_is_given_up_after_a_quarter_of_an_hour() -> None:
    world = world_with_copies()
    await sends_file(world)
    world.channel.break_next_downloads(1_000)
    await world.pass_time(20 * MINUTES)
    tries = len(world.channel.downloads)

    await world.pass_time(60 * MINUTES)

    assert 5 < tries == len(world.channel.downloads) < 20
    line = file_line(world)
    assert line.media is not None
    assert line.media.problem is None


async def test_a_file_that_the_channel_does_not_have_yet_is_waited_for() -> None:
    world = world_with_copies()
    await sends_file(world, None)
    await world.pass_time(3)
    world.channel.files["file-of-m1"] = JPEG

    await world.pass_time(MINUTES)

    assert copy_in(world) == JPEG


async def test_a_file_that_is_gone_is_said_so_in_the_history() -> None:
    world = world_with_copies()
    await sends_file(world, None)
    revision = world.contact.revision
    await world.pass_time(MINUTES)

    line = file_line(world)
    assert line.media is not None
    assert line.media.problem is MediaProblem.GONE
    assert (line.media.id, line.media.mime_type) == ("file-of-m1", "image/jpeg")
    assert world.contact.revision == revision + 1


async def test_a_file_that_the_channel_may_only_hide_is_not_gone() -> None:
    """Meta does not know a file for a token that has lost a right."""
    world = world_with_copies()
    world.channel.hides_files = True
    await sends_file(world, None)
    await world.pass_time(10 * MINUTES)
    line = file_line(world)
    assert line.media is not None
    assert line.media.problem is None
    assert copy_in(world) is None

    world.channel.files["file-of-m1"] = JPEG
    await world.pass_time(5 * MINUTES)

    assert copy_in(world) == JPEG


async def test_a_file_over_100_mb_is_not_copied_and_said_so() -> None:
    world = world_with_copies()
    await sends_file(world, bytes(MOST_BYTES + 1))
    await world.pass_time(2)

    line = file_line(world)
    assert line.media is not None
    assert line.media.problem is MediaProblem.TOO_LARGE
    assert world.blobs.contents == {}


class SlowToCommit(FakeTables):
    """The copy's message comes while the contact is being written."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def commit(self, table: Table, partition: str, operations: Sequence[Operation]) -> Mapping[str, str]:
        """As `Tables.commit`."""
        if table is Table.CONTACTS and self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return await super().commit(table, partition, operations)


@pytest.mark.parametrize("known", [False, True], ids=["of a new contact", "of a known contact"])
async def test_a_copy_waits_for_a_message_that_is_committed_late(known: bool) -> None:
    world = world_with_copies()
    world.tables = tables = SlowToCommit()
    world.restart()
    if known:
        await world.customer("Bonjour")
    tables.meanwhile = lambda: world.pass_time(3)
    await sends_file(world)
    assert world.channel.downloads == []

    await world.pass_time(MINUTES)

    assert copy_in(world) == JPEG


async def test_a_line_that_is_never_committed_is_looked_for_twice() -> None:
    world = world_with_copies()
    await sends_file(world)
    elsewhere = replace(asked(world)[0], body={**asked(world)[0].body, "line": "message:x:1:1"})

    await world.deliver(elsewhere)
    again = asked(world)[-1]
    assert again.deliver_at == world.clock.now() + timedelta(seconds=60)
    await world.deliver(again)

    assert len(asked(world)) == 2
    assert world.channel.downloads == []


async def test_a_contact_who_is_erased_before_has_nothing_copied_and_what_was_goes() -> None:
    world = world_with_copies()
    await sends_file(world)
    (message,) = asked(world)
    await world.pass_time(2)
    await world.change(erasing=Erasing(at=world.clock.now(), by="ada"))

    await world.deliver(message)

    assert world.blobs.contents == {}
    assert len(world.channel.downloads) == 1


async def test_a_contact_who_is_erased_meanwhile_has_no_copy_after_all() -> None:
    world = world_with_copies()
    await sends_file(world)
    (message,) = asked(world)
    world.clock.step(2)
    whole = world.channel._pieces

    async def slow(content: bytes):  # type: ignore[no-untyped-def]  # as the fake's own
        await world.change(erasing=Erasing(at=world.clock.now(), by="ada"), by=world.worker())
        async for piece in whole(content):
            yield piece

    world.channel._pieces = slow  # type: ignore[method-assign]  # the erasure comes while the file does

    await world.deliver(message)

    assert len(world.channel.downloads) == 1
    assert world.blobs.contents == {}


async def test_an_erasure_takes_the_copies_and_what_comes_late_brings_none_back() -> None:
    world = world_with_copies()
    await sends_file(world)
    await world.pass_time(2)
    await sends_file(world, message_id="m2")
    late = asked(world)[-1]
    contact_id = world.contact.id

    erased = await Desk(world).delete(f"/contacts/{contact_id}", ADA)
    assert erased.status == 202
    await world.drain()
    await world.deliver(late)
    await world.pass_time(5 * MINUTES)

    assert world.blobs.contents == {}
    assert world.channel.downloads == ["file-of-m1"]


async def test_more_files_at_once_than_a_worker_copies_are_put_off() -> None:
    world = world_with_copies()
    for number in range(6):
        await sends_file(world, message_id=f"m{number}")
    world.clock.step(2)

    await asyncio.gather(*(world.deliver(message) for message in asked(world)[:6]))

    assert len(world.blobs.contents) == 4
    put_off = asked(world)[6:]
    assert [message.deliver_at for message in put_off] == [world.clock.now() + timedelta(seconds=7.5)] * 2
    world.clock.step(7.5)
    for message in put_off:
        await world.deliver(message)
    assert len(world.blobs.contents) == 6


async def test_ten_videos_do_not_hold_back_the_next_text() -> None:
    """They are in another session, and the text is handled before any of them is fetched."""
    world = world_with_copies()
    for number in range(10):
        await sends_file(world, message_id=f"m{number}")
    await world.customer("Et voilà")

    assert world.line("Et voilà").kind is MessageKind.TEXT
    assert world.channel.downloads == []
    assert {message.session_id for message in asked(world)} == {media_session(world.contact.id)}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("content", [JPEG, None], ids=["there", "gone"])
async def test_whenever_the_worker_is_killed_the_file_is_copied_or_noted(after: bool, content: bytes | None) -> None:
    """While the message is taken, and while its file is copied."""
    for taking in (True, False):
        call = 1
        while True:
            world = world_with_copies()
            faults = Faults(call=call, error=Killed(), after=after, lasting=True)
            ports = {name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "blobs")}
            doomed = world.worker(**ports)
            if taking:
                await _killed(world.event(_event(world, content), by=doomed))
                await world.event(_event(world, content))
            else:
                await world.event(_event(world, content))
                world.clock.step(2)
                await _killed(world.deliver(asked(world)[0], by=doomed))
            await world.pass_time(10 * MINUTES)
            assert copy_in(world) == content
            line = file_line(world)
            assert line.media is not None
            assert line.media.problem is (None if content else MediaProblem.GONE)
            if not faults.reached:
                break
            call += 1
        assert call > 2


async def _killed(work: object) -> None:
    try:
        await work  # type: ignore[misc]  # whatever the world does
    except Killed:
        pass


def _event(world: World, content: bytes | None) -> dict[str, object]:
    if content is not None:
        world.channel.files["f"] = content
    return world.inbound(message_id="m1", messageType="image", media={"mimeType": "image/jpeg", "id": "f"})


def test_what_is_asked_for_names_nobody() -> None:
    """An id of the channel's can hold a number."""
    message = CopyMedia(contact_id="c", line="message:e:1:1", message_digest="d", asked_at=World().clock.now(), tries=0)
    assert set(message.encode()) == {"contact", "line", "message", "asked", "tries"}
