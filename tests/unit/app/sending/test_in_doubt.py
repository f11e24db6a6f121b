"""A provider that does not know a repetition again: one call, then a status tells, or a person is asked."""

from itertools import product

import pytest

from shared.sending.channel import Postponed, Refusal
from shared.state.outgoing import StatusRecord
from shared.state.rows import decode
from shared.state.tables import Table
from shared.vocabulary.words import MessageStatus
from tests.fakes.faults import Faults, Killed
from tests.fakes.named_statuses import tell
from tests.fakes.sample import sample
from tests.fakes.world import HOURS, World, refusal
from tests.unit.app.api.desk import ADA, SUE, Desk
from tests.unit.app.sending.in_doubt import (
    AWAY,
    DELIVERED,
    DOUBT,
    FAILED,
    MINUTES,
    PENDING,
    SENT,
    TURNED_AWAY,
    a_world,
    code_of,
    given_up,
    heard,
    in_doubt,
)


@pytest.fixture
async def world() -> World:
    """A customer of a number at such a provider has written."""
    return await a_world()


async def test_an_answer_is_an_answer(world: World) -> None:
    await world.reply("Un")
    assert (world.line("Un").status, world.contact.unsent) == (SENT, ())


async def test_the_claim_costs_one_commit_and_no_check() -> None:
    counted: dict[bool, list[str]] = {}
    for repeatable in (True, False):
        world = await a_world()
        world.channel.repeatable = repeatable
        faults = Faults(error=Killed())
        ports = {name: faults.wrap(getattr(world, name)) for name in ("tables", "sender", "channel")}
        await world.reply("Un", by=world.worker(**ports))
        counted[repeatable] = faults.calls
    place = counted[False].index("FakeChannel.send")
    assert counted[False].pop(place - 1) == "FakeTables.commit"
    assert counted[False] == counted[True]


async def test_in_doubt_nobody_calls_again_and_a_status_ends_it(world: World) -> None:
    shipment = await in_doubt(world)
    await refusal(world.reply("Deux"))
    await world.customer("Alors ?")
    await world.pass_time(9 * MINUTES)
    assert len(world.channel.attempts) == 1
    assert (world.line("Un").status, code_of(world, "Un")) == (PENDING, "in_doubt")
    await tell(world, shipment, DELIVERED)
    assert world.phone == ["Un", "Deux"]
    assert world.line("Un").status is DELIVERED


async def test_whoever_replies_is_not_told_that_it_goes_out_by_itself(world: World) -> None:
    """Nor who writes behind it: both wait until it is known."""
    world.channel.lose_next_answer()
    for text in ("Un", "Deux"):
        told = await refusal(world.reply(text))
        assert (told.code, told.detail) == (
            "channel_unavailable",
            "Nobody knows yet whether WhatsApp took a message to this customer; the reply is kept until that is known.",
        )


async def test_a_status_that_says_failed_is_decided_by_its_code(world: World) -> None:
    shipment = await in_doubt(world)
    await tell(world, shipment, FAILED, code="131026")
    assert (world.line("Un").status, code_of(world, "Un")) == (FAILED, "131026")


async def test_a_status_that_says_that_the_window_is_closed_falls_back(world: World) -> None:
    shipment = await in_doubt(world)
    await tell(world, shipment, FAILED, code="131047")
    assert [each.content.kind for each in world.channel.sent] == ["text", "template"]
    assert world.line("Un").status is MessageStatus.HELD


async def test_a_status_that_says_failed_for_a_moment_is_tried_again(world: World) -> None:
    shipment = await in_doubt(world)
    await tell(world, shipment, FAILED, code="131016")
    await world.pass_time(1 * MINUTES)
    assert len({each.request_id for each in world.channel.sent}) == 2
    assert world.line("Un").status is SENT


async def test_what_is_turned_away_is_tried_again_at_once(world: World) -> None:
    world.channel.answer_next(TURNED_AWAY)
    await refusal(world.reply("Un"))
    await world.pass_time(1 * MINUTES)
    assert (world.phone, world.line("Un").status) == (["Un"], SENT)


async def test_without_a_status_it_goes_out_once_more_if_webhooks_come(world: World) -> None:
    world.channel.answer_next(AWAY)
    await refusal(world.reply("Un"))
    await world.pass_time(1 * MINUTES)
    await heard(world)
    await world.pass_time(8 * MINUTES)
    assert world.phone == []
    await world.pass_time(2 * MINUTES)
    line = world.line("Un")
    assert (line.status, [each.code for each in line.attempts]) == (SENT, ["in_doubt"])
    assert len({each.request_id for each in world.channel.attempts}) == 2


async def test_without_webhooks_it_has_failed_and_asks_a_person_to_look(world: World) -> None:
    await heard(world)
    world.clock.step(1)
    await in_doubt(world)
    await refusal(world.reply("Deux"))
    await world.pass_time(DOUBT + 5)
    error = world.line("Un").error
    assert error
    assert (error.code, error.retryable) == ("in_doubt", True)
    assert "Look whether" in error.hint
    assert world.phone == ["Un", "Deux"]
    assert world.conversation.failed == 1


async def test_in_doubt_twice_it_has_failed(world: World) -> None:
    world.channel.answer_next(AWAY, AWAY)
    await refusal(world.reply("Un"))
    for _ in range(6):
        await world.pass_time(5 * MINUTES)
        await heard(world)
    assert len(world.channel.attempts) == 2
    assert code_of(world, "Un") == "in_doubt"


@pytest.mark.parametrize("minutes", [0, 13, 14.9])
async def test_the_time_in_doubt_cuts_nothing_short(world: World, minutes: float) -> None:
    """It was tried before, for as long as a message is: the doubt has its ten minutes, and the repetition its call."""
    world.channel.answer_next(*[TURNED_AWAY] * 200)
    await refusal(world.reply("Un"))
    await world.pass_time(minutes * MINUTES)
    world.channel.answer_again()
    world.channel.answer_next(AWAY)
    await refusal(world.reply("Deux"))
    await world.pass_time(9 * MINUTES)
    assert world.line("Un").status is PENDING
    await heard(world)
    await world.pass_time(2 * MINUTES)
    assert world.phone == ["Un", "Deux"]


async def test_a_repetition_that_is_turned_away_until_its_end_leaves_the_doubt(world: World) -> None:
    world.channel.answer_next(AWAY, *[TURNED_AWAY] * 300)
    await refusal(world.reply("Un"))
    await world.pass_time(1 * MINUTES)
    await heard(world)
    await world.pass_time(30 * MINUTES)
    assert code_of(world, "Un") == "in_doubt"


@pytest.mark.parametrize("repeated", [False, True])
async def test_nothing_else_is_made_of_words_whose_window_has_closed_meanwhile(world: World, repeated: bool) -> None:
    world.clock.step(24 * HOURS - 3 * MINUTES - (9 * MINUTES if repeated else 0))
    await in_doubt(world)
    await world.pass_time(1 * MINUTES)
    await heard(world)
    world.channel.answer_next(*[Postponed(code="429", message="later", retry_after=300, in_doubt=False)] * 3)
    await world.pass_time(20 * MINUTES)
    assert [each.content.kind for each in world.channel.attempts] == ["text"] * (2 if repeated else 1)
    assert code_of(world, "Un") == "in_doubt"


async def test_a_repetition_that_is_refused_for_the_window_becomes_no_template(world: World) -> None:
    world.channel.answer_next(AWAY, Refusal(code="131047", message="closed"))
    await refusal(world.reply("Un"))
    await world.pass_time(1 * MINUTES)
    await heard(world)
    await world.pass_time(DOUBT)
    assert (world.line("Un").status, code_of(world, "Un")) == (FAILED, "131047")
    assert world.channel.sent == []


async def test_a_stop_of_the_channel_keeps_the_repetition_back(world: World) -> None:
    world.channel.answer_next(AWAY)
    await refusal(world.reply("Un"))
    await world.customer("Et moi ?", phone="33687654321")
    world.clock.step(9 * MINUTES)
    world.channel.answer_next(Refusal(code="131042", message="payment"))
    await refusal(world.reply("Bien sûr", to="33687654321"))
    await heard(world)
    await world.pass_time(10 * MINUTES)
    assert len(world.channel.attempts) == 2
    await world.pass_time(10 * MINUTES)
    assert sorted(str(text) for text in world.phone) == ["Bien sûr", "Un"]


async def test_a_probe_in_doubt_lets_the_channel_go_on_once_a_status_tells(world: World) -> None:
    world.channel.answer_next(Refusal(code="131042", message="payment"))
    await refusal(world.reply("Un"))
    world.channel.lose_next_answer()
    await world.pass_time(15 * MINUTES + 6)
    assert world.phone == ["Un"]
    await tell(world, world.channel.sent[0], SENT, by=world.worker())
    await world.reply("Deux")
    assert world.phone == ["Un", "Deux"]


async def test_a_late_status_takes_the_failure_back(world: World) -> None:
    shipment = await given_up(world)
    await world.pass_time(1 * HOURS)
    await tell(world, shipment, DELIVERED)
    line = world.line("Un")
    assert (line.status, line.error, world.conversation.failed) == (DELIVERED, None, 0)
    await tell(world, shipment, MessageStatus.READ)
    assert world.line("Un").status is MessageStatus.READ


async def test_a_late_failure_says_what_nobody_knew(world: World) -> None:
    """The customer does not have it: nobody has to look any more, and it counts as failed once."""
    shipment = await given_up(world)
    await world.pass_time(1 * HOURS)
    await tell(world, shipment, FAILED, code="131026")
    line = world.line("Un")
    assert line.error
    assert (line.status, line.error.code, line.error.retryable, world.conversation.failed) == (
        FAILED,
        "131026",
        False,
        1,
    )
    assert [attempt.code for attempt in line.attempts] == ["131026"]


async def test_a_late_failure_for_an_opt_out_is_heeded(world: World) -> None:
    await tell(world, await given_up(world), FAILED, code="131050")
    assert world.contact.opted_out
    assert code_of(world, "Un") == "131050"


async def test_of_two_attempts_in_doubt_one_failure_says_nothing_and_both_say_that_it_failed(world: World) -> None:
    first = await in_doubt(world)
    world.channel.lose_next_answer()
    await world.pass_time(1 * MINUTES)
    await heard(world)
    await world.pass_time(2 * DOUBT)
    second = world.channel.sent[-1]
    assert (first != second, code_of(world, "Un")) == (True, "in_doubt")

    for _ in "ab":
        await tell(world, second, FAILED, code="131026")
        assert code_of(world, "Un") == "in_doubt"
    await tell(world, first, FAILED, code="131049")
    assert code_of(world, "Un") == "131049"
    assert world.conversation.failed == 1


async def test_other_systems_are_told_that_it_failed_and_then_that_it_was_sent() -> None:
    world = World(sample(), events_topic="events")
    world.channel.repeatable = False
    await world.customer("Bonjour")
    shipment = await given_up(world)
    await tell(world, shipment, DELIVERED)
    told = [event.type for event in world.topic.events if event.type.startswith("message.")]
    assert told == ["message.received", "message.failed", "message.sent", "message.status"]


async def test_a_late_status_takes_the_failure_back_on_a_closed_conversation(world: World) -> None:
    shipment = await given_up(world)
    await world.close()
    await tell(world, shipment, SENT)
    assert (world.line("Un").status, world.conversation.failed) == (SENT, 0)


@pytest.mark.parametrize("called", [False, True])
async def test_once_a_person_has_it_sent_again_the_first_attempt_may_still_have_arrived(
    world: World, called: bool
) -> None:
    """Where nobody has called again yet, nobody does."""
    first = await given_up(world)
    later = Postponed(code="429", message="later", retry_after=60, in_doubt=False)
    world.channel.answer_next(AWAY if called else later)
    await retried(world, "Un")
    await tell(world, first, DELIVERED)
    await world.pass_time(30 * MINUTES)
    assert world.phone == ["Un"]
    assert (world.line("Un").status, world.contact.unsent) == (DELIVERED, ())


async def test_of_two_attempts_that_arrived_both_ids_are_known(world: World) -> None:
    """The first one's status comes while nobody knows of the second."""
    first = await given_up(world)
    world.channel.lose_next_answer()
    await retried(world, "Un")
    second = world.channel.sent[-1]
    await tell(world, first, SENT)
    await tell(world, second, SENT)
    await tell(world, second, MessageStatus.READ)
    await world.pass_time(30 * MINUTES)
    assert len(world.channel.attempts) == 2
    ids = {world.channel.message_id(each) for each in (first, second)}
    assert {each.message_id for each in statuses(world) if each.outgoing_id} >= ids
    assert world.line("Un").status is MessageStatus.READ


async def test_a_failure_of_the_first_attempt_says_nothing_of_the_second(world: World) -> None:
    first = await given_up(world)
    await retried(world, "Un")
    await tell(world, first, FAILED, code="131026")
    assert world.line("Un").status is SENT


async def test_what_is_held_since_does_not_go_out_once_the_first_attempt_has_arrived(world: World) -> None:
    first = await given_up(world)
    await world.pass_time(25 * HOURS)
    await retried(world, "Un")
    assert world.line("Un").status is MessageStatus.HELD
    await tell(world, first, DELIVERED)
    assert (world.contact.held, world.conversation.held_count) == ((), 0)
    await world.customer("Me revoilà")
    assert world.phone.count("Un") == 1
    assert world.line("Un").status is DELIVERED


async def test_the_parts_of_a_long_text_wait_for_the_one_in_doubt(world: World) -> None:
    world.channel.lose_next_answer()
    await refusal(world.reply(f"{'a' * 4000}\n\n{'b' * 4000}"))
    assert len(world.channel.sent) == 1
    await tell(world, world.channel.sent[0], SENT)
    assert [str(text)[0] for text in world.phone] == ["a", "b"]


async def test_a_number_that_moves_is_not_called_while_its_former_owner_is_in_doubt() -> None:
    world = World(sample())
    world.channel.repeatable = False
    await world.customer("Je suis là", bsuid="FR.1")
    world.channel.answer_next(AWAY)
    await refusal(world.reply("Un"))
    await world.customer("C'est mon numéro", bsuid="FR.2")
    await world.pass_time(1 * MINUTES)
    await heard(world)
    await world.pass_time(DOUBT)
    assert [each.to for each in world.channel.attempts] == ["+33612345678", "FR.1"]
    assert len({each.request_id for each in world.channel.attempts}) == 2


async def test_a_status_by_the_number_finds_the_message_of_a_contact_that_is_merged() -> None:
    world = World(sample())
    world.channel.repeatable = False
    await world.customer("Par numéro", phone="33612345678")
    shipment = await in_doubt(world)
    await world.customer("Par nom", phone="", bsuid="FR.1")
    await world.customer("C'est moi", bsuid="FR.1")
    await world.drain()
    await tell(world, shipment, DELIVERED)
    await world.pass_time(30 * MINUTES)
    lines = [line for contact in world.contacts for line in world.history(contact.id) if line.text == "Un"]
    assert [line.status for line in lines] == [DELIVERED]
    assert world.phone == ["Un"]


async def test_a_status_that_comes_to_the_other_contact_of_a_merge_is_passed_on() -> None:
    world = World(sample())
    world.channel.repeatable = False
    await world.customer("Par numéro")
    await world.customer("Par nom", phone="", bsuid="FR.1")
    await world.customer("C'est moi", bsuid="FR.1")
    world.channel.lose_next_answer()
    await refusal(world.reply("Un", to="FR.1"))
    (shipment,) = world.channel.sent
    await tell(world, shipment, DELIVERED)
    await world.pass_time(30 * MINUTES)
    assert world.contact_with("FR.1").unsent == ()
    lines = [line for contact in world.contacts for line in world.history(contact.id) if line.text == "Un"]
    assert [line.status for line in lines] == [DELIVERED]


async def test_an_erasure_waits_for_no_status(world: World) -> None:
    shipment = await in_doubt(world)
    answer = await Desk(world).delete(f"/contacts/{world.contact.id}", ADA)
    assert answer.status == 202
    await world.pass_time(1 * MINUTES)
    assert world.contacts == []
    await tell(world, shipment, DELIVERED)
    await world.pass_time(30 * MINUTES)
    assert (world.contacts, len(world.channel.attempts)) == ([], 1)


CRASHES = ("killed before the call", "killed after it", "the answer is lost", "no answer, and not taken")
TOLD = (None, 0, 5, 11, 40)
"""Minutes after the call at which a status names it."""


async def befallen(crash: str) -> World:
    """A reply that goes out by HTTP, and what happens to its call."""
    world = await a_world()
    if crash.startswith("killed"):
        faults = Faults(call=1, error=Killed(), after=crash == "killed after it", lasting=True, only="send")
        with pytest.raises(Killed):
            await world.reply("Un", by=world.worker(channel=faults.wrap(world.channel)))
    elif crash == "the answer is lost":
        await in_doubt(world)
    else:
        world.channel.answer_next(AWAY)
        await refusal(world.reply("Un"))
    return world


@pytest.mark.parametrize("restarts", [False, True], ids=["", "and another worker takes over"])
@pytest.mark.parametrize("webhooks", [False, True], ids=["no webhooks", "webhooks"])
@pytest.mark.parametrize(("crash", "minutes", "code"), [*product(CRASHES, TOLD, [None, "131026"])])
async def test_at_most_one_message_where_a_status_tells_in_time_and_none_is_lost(
    crash: str, minutes: float | None, code: str | None, webhooks: bool, restarts: bool
) -> None:
    world = await befallen(crash)
    taken = list(world.channel.sent)
    if restarts:
        world.restart()
    passed = 0.0
    for until in sorted({2, 7, 20, 60, *([minutes] if minutes is not None else [])}):
        await world.pass_time((until - passed) * MINUTES)
        passed = until
        if webhooks:
            await heard(world)
        if until == minutes:
            for shipment in taken * 2:
                await tell(world, shipment, FAILED if code else DELIVERED, code=code)
    line = world.line("Un")
    in_time = bool(taken) and minutes is not None and minutes < 10
    repeated = webhooks and not in_time
    assert len(world.channel.sent) == len(taken) + repeated
    assert world.contact.unsent == ()
    if in_time:
        assert (line.status, code_of(world, "Un")) == ((FAILED, code) if code else (DELIVERED, None))
    elif taken and minutes is not None and code is None:
        assert line.status is DELIVERED
    elif repeated:
        assert line.status is SENT
    else:
        assert code_of(world, "Un") == (code if taken and code and minutes is not None else "in_doubt")
        assert world.conversation.failed == 1


async def retried(world: World, text: str) -> None:
    """Somebody has a message sent again that has failed."""
    line = world.line(text)
    path = f"/conversations/{line.conversation_id}/messages/{line.reply_id}/retry"
    assert (await Desk(world).post(path, None, SUE)).status in (200, 503)


def statuses(world: World) -> list[StatusRecord]:
    """What is known of message ids."""
    rows = world.tables.rows(Table.CONTACTS, world.contact.id)
    return [decode(StatusRecord, row.body) for row in rows if row.key.startswith("status:")]
