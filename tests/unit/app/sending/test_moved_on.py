"""A number that moves while replies are due: what surely never reached its former provider goes out by the new one."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.sending.channel import Outcome, Postponed, Refusal, Shipment
from shared.vocabulary.errors import Refused
from shared.vocabulary.time import rfc3339
from shared.vocabulary.words import MessageStatus
from tests.fakes.channel import FakeChannel
from tests.fakes.faults import Faults, Killed
from tests.fakes.meta import META, at_meta, file_with
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, PHONE, World, refusal

OTHER: Final = "33600000001"
MINUTES: Final = 60
PAYMENT: Final = Refusal(code="131042", message="payment")
TOKEN: Final = Postponed(code="190", message="ended", in_doubt=False)
BUSY: Final = Postponed(code="429", message="busy", retry_after=90, in_doubt=False)
SLOW: Final = Postponed(code="130429", message="too much", retry_after=90, in_doubt=False)


@dataclass
class Move:
    """A world whose number moves in a minute, with a channel of its own at either provider."""

    to_meta: bool
    world: World = field(default_factory=lambda: World(sample()))
    meta: FakeChannel = field(default_factory=FakeChannel)

    def __post_init__(self) -> None:
        self.meta.repeatable = False
        self.at = self.world.clock.now() + timedelta(seconds=MINUTES)
        there = {"moved_from": CHANNEL, "moved_at": rfc3339(self.at)}
        back = {"moved_from": META, "moved_at": rfc3339(self.at)}
        self.text = at_meta(**there) if self.to_meta else file_with(id=CHANNEL, **back)
        self.world.deploy(self.text)
        self.restart()

    def restart(self) -> None:
        self.world.centre = self.worker()

    def worker(self, **ports: Any) -> Any:
        return self.world.worker(**{"cloud": self.meta, **ports})

    @property
    def former(self) -> FakeChannel:
        return self.world.channel if self.to_meta else self.meta

    @property
    def new(self) -> FakeChannel:
        return self.meta if self.to_meta else self.world.channel

    async def begin(self) -> None:
        """The customer writes, and half of the minute passes."""
        await self.writes()
        await self.world.pass_time(MINUTES / 2)

    async def writes(self, phone: str = PHONE) -> None:
        """A customer writes to the id that the number has now."""
        here = META if self.to_meta == (self.world.clock.now() >= self.at) else CHANNEL
        await self.world.customer("Bonjour", phone=phone, to=here)

    async def reply(self, text: str, by: Any = None) -> None:
        """An agent replies; that the channel does not take it now is no matter."""
        with suppress(Refused):
            await self.world.reply(text, by=by)


def texts(shipments: list[Shipment]) -> list[str]:
    return [
        str(each.content.text) for each in shipments if each.content.text != "Bonjour, nous vous répondons bientôt."
    ]


@pytest.fixture(params=[True, False], ids=["to Meta", "back to ACS"])
async def move(request: pytest.FixtureRequest) -> Move:
    made = Move(request.param)
    await made.begin()
    return made


@pytest.mark.parametrize("answer", [TOKEN, BUSY, SLOW, PAYMENT], ids=lambda each: each.code)
async def test_what_was_turned_away_before_goes_out_by_who_has_the_number_now(move: Move, answer: Outcome) -> None:
    """And what stood behind it, in order."""
    move.former.answer_next(*[answer] * 4)
    await move.reply("Un")
    await move.reply("Deux")
    await move.reply("Trois")
    tried = len(move.former.attempts)

    await move.world.pass_time(20 * MINUTES)

    assert texts(move.new.sent) == ["Un", "Deux", "Trois"]
    assert len(move.former.attempts) == tried
    assert texts(move.former.sent) == []
    assert all(each.first_sent >= move.at for each in move.new.sent)
    assert move.world.contact.unsent == ()
    assert {move.world.line(text).status for text in ("Un", "Deux", "Trois")} == {MessageStatus.SENT}


async def test_what_may_have_been_called_stays_with_who_had_the_number() -> None:
    """The worker died in the call: ACS took it, and nobody knows. ACS knows the repetition again."""
    move = Move(to_meta=True)
    await move.begin()
    faults = Faults(call=1, error=Killed(), after=True, lasting=True, only="send")
    with pytest.raises(Killed):
        await move.reply("Un", by=move.worker(channel=faults.wrap(move.world.channel)))
    assert texts(move.former.sent) == ["Un"]
    move.world.clock.step(MINUTES)
    move.restart()

    await move.world.pass_time(20 * MINUTES)

    assert texts(move.former.sent) == ["Un"]
    assert move.new.sent == []
    assert move.world.line("Un").status is MessageStatus.SENT


async def test_what_may_have_been_called_stays_there_also_where_it_has_to_wait_after_the_move() -> None:
    """Meta stops the channel before anybody has come back for it: nothing that comes later makes it sure."""
    move = Move(to_meta=True)
    await move.begin()
    await move.writes(OTHER)
    faults = Faults(call=1, error=Killed(), after=True, lasting=True, only="send")
    one = move.world.contact_with(PHONE).id
    conversation = next(each.conversation for each in move.world.contacts if each.id == one)
    assert conversation
    with pytest.raises(Killed):
        await move.world.reply(
            "Un", conversation_id=conversation.id, by=move.worker(channel=faults.wrap(move.world.channel))
        )
    move.world.clock.step(MINUTES / 2)
    move.restart()
    move.meta.answer_next(PAYMENT)
    with pytest.raises(Refused):
        await move.world.reply("Autre", to=OTHER)

    await move.world.pass_time(60 * MINUTES)

    assert texts(move.former.sent) == ["Un"]
    assert texts(move.new.sent) == ["Autre"]
    assert not any(each.unsent for each in move.world.contacts)


async def test_a_call_in_doubt_at_meta_ends_as_it_would_without_the_move() -> None:
    """Nobody calls for it while a status may tell; what stands behind it goes along."""
    move = Move(to_meta=False)
    await move.begin()
    move.meta.lose_next_answer()
    await move.reply("Un")
    await move.reply("Deux")

    await move.world.pass_time(30 * MINUTES)

    assert texts(move.former.sent) == ["Un"]
    assert texts(move.new.sent) == ["Deux"]
    assert move.world.line("Un").status is MessageStatus.FAILED
    assert move.world.contact.unsent == ()


async def test_in_doubt_at_acs_the_one_stays_and_those_behind_it_go_along_after_it() -> None:
    move = Move(to_meta=True)
    await move.begin()
    move.former.lose_next_answer()
    move.former.answer_after(0, *[Postponed(code="503", message="", retry_after=50)])
    await move.reply("Un")
    await move.reply("Deux")

    await move.world.pass_time(20 * MINUTES)

    assert texts(move.former.sent) == ["Un"]
    assert texts(move.new.sent) == ["Deux"]
    assert move.world.contact.unsent == ()


async def test_a_stop_ends_with_the_move_and_needs_no_probe(move: Move, caplog: pytest.LogCaptureFixture) -> None:
    """The same for a back-off: who writes after the move is answered at once."""
    caplog.set_level("INFO")
    await move.writes(OTHER)
    move.former.answer_next(PAYMENT, PAYMENT)
    with pytest.raises(Refused):
        await move.world.reply("Un", to=OTHER)
    await move.world.pass_time(MINUTES / 2)

    await move.world.reply("Autre", to=PHONE)

    assert texts(move.new.sent) == ["Autre"]
    said = [record.getMessage() for record in caplog.records]
    assert sum("channel.recovered" in each for each in said) == 1
    assert not any("channel.probe" in each for each in said)


async def test_a_late_failure_of_what_the_former_provider_sent_stops_nothing() -> None:
    move = Move(to_meta=True)
    await move.begin()
    await move.reply("Avant")
    sent = move.world.channel_id_of("Avant")
    await move.world.pass_time(MINUTES)
    await move.world.status(sent, "Failed", code="131042")

    await move.writes(OTHER)
    await move.world.reply("Autre", to=OTHER)

    assert texts(move.new.sent) == ["Avant", "Autre"]


async def test_what_the_former_provider_refuses_after_the_move_stops_nothing() -> None:
    """It was in doubt there; the former provider has the number no more, and says so."""
    move = Move(to_meta=True)
    await move.begin()
    move.former.answer_next(Postponed(code="503", message=""))
    await move.reply("Un")
    move.world.clock.step(MINUTES)
    move.former.answer_next(PAYMENT)
    await move.world.drain()

    await move.writes(OTHER)
    await move.world.reply("Autre", to=OTHER)

    assert texts(move.former.sent) == []
    assert sorted(texts(move.new.sent)) == ["Autre", "Un"]


async def test_at_meta_what_nobody_has_claimed_goes_along() -> None:
    """The worker died before its claim: there everybody knows that it made no call."""
    move = Move(to_meta=False)
    await move.begin()
    faults = Faults(call=2, error=Killed(), lasting=True, only="commit")
    with pytest.raises(Killed):
        await move.reply("Un", by=move.worker(tables=faults.wrap(move.world.tables)))
    (unsent,) = move.world.contact.unsent
    assert unsent.called_at is None
    move.world.clock.step(MINUTES)
    move.restart()

    await move.world.pass_time(20 * MINUTES)

    assert texts(move.former.sent) == []
    assert texts(move.new.sent) == ["Un"]


def turned_away(move: Move) -> None:
    move.former.answer_next(BUSY)


def refused(move: Move) -> None:
    move.former.answer_next(PAYMENT)


@pytest.mark.parametrize("after", [False, True], ids=["before it took effect", "after it took effect"])
@pytest.mark.parametrize("how", [turned_away, refused])
async def test_killed_at_any_call_each_goes_out_once(move: Move, how: Callable[[Move], None], after: bool) -> None:
    """Whoever takes what is due after the move dies at any of its calls; another one takes over."""
    number = 0
    while True:
        number += 1
        story = Move(move.to_meta)
        await story.begin()
        how(story)
        await story.reply("Un")
        await story.reply("Deux")
        faults = Faults(call=number, error=Killed(), after=after, lasting=True)
        world = story.world
        doomed = story.worker(
            tables=faults.wrap(world.tables),
            sender=faults.wrap(world.sender),
            channel=faults.wrap(world.channel),
            cloud=faults.wrap(story.meta),
        )
        try:
            await world.pass_time(18 * MINUTES, by=doomed)
        except Killed:
            story.restart()
        await world.pass_time(40 * MINUTES)
        where = f"call {number}"
        assert len(set(texts(story.new.sent))) == len(texts(story.new.sent)), where
        assert texts(story.former.sent) == [], where
        assert world.contact.unsent == (), where
        # Without a status nobody can tell at Meta, and it is said: everything else goes out.
        for text in ("Un", "Deux"):
            sent = text in texts(story.new.sent)
            known = world.line(text).status is MessageStatus.SENT
            assert sent >= known, where
            assert known or (story.to_meta and world.line(text).status is MessageStatus.FAILED), where
        if not faults.reached:
            assert texts(story.new.sent) == ["Un", "Deux"]
            return


async def test_a_number_that_stays_costs_nothing_more() -> None:
    """No row is read or written for what does not move."""
    counts = []
    for moves in (False, True):
        world = World(sample())
        if moves:
            world.deploy(Move(to_meta=True, world=World(sample())).text)
        faults = Faults(error=Killed())
        await world.customer("Bonjour")
        world.channel.answer_next(BUSY)
        worker = world.worker(tables=faults.wrap(world.tables), sender=faults.wrap(world.sender))
        await refusal(world.reply("Un", by=worker))
        counts.append(faults.calls)
    assert counts[0] == counts[1]
