"""A status of a message that this worker sent is recorded without reading, and never on what is out of date."""

import asyncio
from dataclasses import dataclass

import pytest

from shared.composition import ContactCentre
from shared.sending.channel import Postponed
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.words import MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.sample import sample
from tests.fakes.world import PHONE, World, refusal

READ, WRITE = "FakeTables.get", "FakeTables.commit"


@dataclass
class Watched:
    """A worker, and the calls that it has made since they were looked at last."""

    world: World
    worker: ContactCentre
    counted: Faults

    def calls(self) -> list[str]:
        calls = list(self.counted.calls)
        self.counted.calls.clear()
        return calls


def watched(world: World) -> Watched:
    counted = Faults(error=Killed())
    worker = world.worker(
        tables=counted.wrap(world.tables), sender=counted.wrap(world.sender), channel=counted.wrap(world.channel)
    )
    return Watched(world, worker, counted)


async def answered(*texts: str) -> Watched:
    """A customer has written, and an agent has answered, both by one worker."""
    one = watched(World(sample()))
    await one.world.customer("Bonjour", by=one.worker)
    for text in texts or ("Un",):
        await one.world.reply(text, by=one.worker)
    one.calls()
    return one


async def test_a_status_of_a_message_sent_here_is_one_transaction_and_told_to_desks() -> None:
    one = await answered()
    for status in ("Delivered", "Read"):
        await one.world.status(one.world.channel_id_of("Un"), status, by=one.worker)
        assert one.calls() == [WRITE, WRITE]
        assert one.world.line("Un").status is MessageStatus(status.lower())


@pytest.mark.parametrize(
    ("before", "again"),
    [
        ([], "Sent"),
        (["Delivered"], "Delivered"),
        (["Delivered"], "Sent"),
        (["Delivered"], "Failed"),
        (["Read"], "Delivered"),
        (["Failed"], "Read"),
        (["Failed"], "Failed"),
    ],
)
async def test_a_status_that_moves_nothing_makes_no_call(before: list[str], again: str) -> None:
    one = await answered()
    message_id = one.world.channel_id_of("Un")
    for status in before:
        await one.world.status(message_id, status, code="131026", by=one.worker)
    one.calls()
    expected = one.world.line("Un").status
    await one.world.status(message_id, again, code="131026", by=one.worker)
    assert one.calls() == []
    assert one.world.line("Un").status is expected


async def test_a_status_under_the_number_alone_finds_what_was_sent_under_both_names() -> None:
    """The message tells whose it is."""
    one = watched(World(sample()))
    await one.world.customer("Bonjour", bsuid="FR.1", by=one.worker)
    await one.world.reply("Un", by=one.worker)
    one.calls()
    await one.world.status(one.world.channel_id_of("Un"), "Read", phone=PHONE, by=one.worker)
    assert one.calls() == [WRITE, WRITE]


async def test_the_newest_twenty_messages_of_a_contact_are_kept() -> None:
    texts = [f"Ligne {number}" for number in range(21)]
    one = await answered(*texts)
    for text in texts[1:]:
        await one.world.status(one.world.channel_id_of(text), "Delivered", by=one.worker)
        assert one.calls() == [WRITE, WRITE]
    await one.world.status(one.world.channel_id_of(texts[0]), "Delivered", by=one.worker)
    assert READ in one.calls()
    assert {one.world.line(text).status for text in texts} == {MessageStatus.DELIVERED}


async def test_what_another_worker_wrote_since_is_read() -> None:
    """The commit on the old copy fails, and the status is decided on what is stored."""
    one = await answered("Un", "Deux")
    other = one.world.worker()
    await one.world.status(one.world.channel_id_of("Un"), "Read", by=other)
    await one.world.status(one.world.channel_id_of("Un"), "Delivered", by=one.worker)
    assert one.world.line("Un").status is MessageStatus.READ
    await one.world.status(one.world.channel_id_of("Deux"), "Delivered", by=one.worker)
    assert one.world.line("Deux").status is MessageStatus.DELIVERED


async def test_what_was_known_is_forgotten_where_the_contact_is_read_anew() -> None:
    """The contact is current then, and would vouch for a status that is not."""
    one = await answered()
    message_id = one.world.channel_id_of("Un")
    await one.world.status(message_id, "Read", by=one.world.worker())
    await one.worker.contacts.load(one.world.contact.id)
    await one.world.status(message_id, "Delivered", by=one.worker)
    assert one.world.line("Un").status is MessageStatus.READ


async def test_a_failure_decided_elsewhere_is_not_undone() -> None:
    """This worker still believes that the message is on its way; the other one has sent it again since."""
    one = await answered()
    first = one.world.channel_id_of("Un")
    other = one.world.worker()
    await one.world.status(first, "Failed", code="131016", by=other)
    await one.world.pass_time(60, by=other)
    second = one.world.channel_id_of("Un")
    await one.world.status(first, "Delivered", by=one.worker)
    line = one.world.line("Un")
    assert (line.message_id, line.status) == (second, MessageStatus.SENT)
    assert one.world.phone == ["Un", "Un"]


async def test_two_workers_at_once_end_with_the_furthest() -> None:
    one = await answered()
    message_id = one.world.channel_id_of("Un")
    other = one.world.worker()
    await one.world.status(message_id, "Sent", by=other)
    await asyncio.gather(
        one.world.status(message_id, "Read", by=one.worker), one.world.status(message_id, "Delivered", by=other)
    )
    assert one.world.line("Un").status is MessageStatus.READ
    assert one.world.outgoing(one.world.line("Un").reply_id or "").status is MessageStatus.READ


async def test_a_merged_contact_keeps_the_statuses_of_what_it_sent() -> None:
    """The worker that sent it has not heard of the merge."""
    one = await answered()
    message_id = one.world.channel_id_of("Un")
    sender = one.world.contact.id
    other = one.world.worker()
    await one.world.customer("Par nom", phone="", bsuid="FR.1", by=other)
    await one.world.customer("C'est moi", bsuid="FR.1", by=other)
    await one.world.drain(by=other)
    for status in ("Delivered", "Read"):
        await one.world.status(message_id, status, bsuid="FR.1", by=one.worker)
        (line,) = [line for line in one.world.history(sender) if line.text == "Un"]
        assert line.status is MessageStatus(status.lower())
    assert any(contact.merged_into for contact in one.world.contacts)


async def test_an_unanswered_commit_leaves_nothing_believed() -> None:
    """Whether the row was written is not known: what comes next reads."""
    one = await answered()
    message_id = one.world.channel_id_of("Un")
    for after in (False, True):
        faults = Faults(call=1, error=Unavailable("a blip"), after=after, only="commit")
        worker = one.world.worker(tables=faults.wrap(one.world.tables))
        await one.world.customer("Encore", by=worker)
        await one.world.reply("Deux", by=worker)
        await one.world.status(message_id, "Delivered", by=worker)
        assert one.world.line("Un").status is MessageStatus.DELIVERED


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
async def test_a_lost_answer_to_the_status_itself_is_decided_again(after: bool) -> None:
    world = World(sample())
    faults = Faults(error=Unavailable("a blip"), after=after, only="commit")
    worker = world.worker(tables=faults.wrap(world.tables))
    await world.customer("Bonjour", by=worker)
    await world.reply("Un", by=worker)
    faults._call = len(faults.calls) + 1
    await world.status(world.channel_id_of("Un"), "Delivered", by=worker)
    assert faults.reached
    assert world.line("Un").status is MessageStatus.DELIVERED
    await world.status(world.channel_id_of("Un"), "Read", by=worker)
    assert world.line("Un").status is MessageStatus.READ


async def test_a_repetition_settles_what_was_committed_and_not_settled() -> None:
    """The words are held, and the channel was away for the template: delivered again, the status moves nothing more."""
    world = World(sample())
    faults = Faults(error=Unavailable("away"), lasting=True, only="send")
    worker = world.worker(channel=faults.wrap(world.channel), sender=world.sender)
    await world.customer("Bonjour", by=worker)
    await world.reply("Un", by=worker)
    faults._call = len(faults.calls) + 1
    message_id = world.channel_id_of("Un")
    with pytest.raises(Unavailable):
        await world.status(message_id, "Failed", code="131047", by=worker)
    faults.end()
    await world.status(message_id, "Failed", code="131047", by=worker)
    assert len(world.phone) == 2


async def test_a_repetition_sends_what_waits_for_the_channel() -> None:
    """Whoever comes tries it again, without waiting for its check."""
    one = await answered()
    message_id = one.world.channel_id_of("Un")
    await one.world.status(message_id, "Delivered", by=one.worker)
    one.world.channel.answer_next(Postponed(code="503", message="busy"))
    await refusal(one.world.reply("Deux", by=one.worker))
    await one.world.status(message_id, "Delivered", by=one.worker)
    assert one.world.phone == ["Un", "Deux"]


async def test_the_next_failure_is_acted_upon_from_what_is_known() -> None:
    """131047 holds the words and sends a template, as it does when everything is read."""
    one = await answered()
    await one.world.status(one.world.channel_id_of("Un"), "Failed", code="131047", by=one.worker)
    assert one.world.line("Un").status is MessageStatus.HELD
    await one.world.customer("Oui ?", by=one.worker)
    assert one.world.phone[-1] == "Un"
    await one.world.status(one.world.channel_id_of("Un"), "Read", by=one.worker)
    assert one.world.line("Un").status is MessageStatus.READ
