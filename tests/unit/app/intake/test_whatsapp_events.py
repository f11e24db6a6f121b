"""An event of Meta's behind the webhook: as a dead letter, replayed from quarantine, of a customer who was erased."""

import json
from typing import Any, Final

import pytest

from shared.intake.quarantine import DeadLetter
from shared.intake.quarantined import Source
from shared.intake.whatsapp_batch import items_in
from shared.queue.messages import Subject
from shared.telemetry import Metric
from shared.vocabulary.identity import session_of
from tests.events.whatsapp import body
from tests.fakes.meta import at_meta
from tests.fakes.world import CHANNEL, World
from tests.unit.app.api.desk import ADA, Desk

BSUID: Final = "FR.13491208655302741918"
MOVED: Final = at_meta(moved_from=CHANNEL, moved_at="2026-01-01T00:00:00Z")


def letter(name: str) -> DeadLetter:
    """A dead letter with the event of a recorded call."""
    [event] = items_in(body(name))
    return DeadLetter(
        message_id=name,
        subject=Subject.EVENT,
        session_id="s",
        body=json.dumps(event).encode(),
        at=None,
        reason="MaxDeliveryCountExceeded",
        description=None,
    )


@pytest.mark.parametrize("configuration", [at_meta(), MOVED], ids=["at Meta", "moved there"])
async def test_a_dead_letter_of_a_customer_who_was_erased_since_is_dropped(configuration: str) -> None:
    world = World(configuration)
    [event] = items_in(body("message__text"))
    assert isinstance(event, dict)
    await world.event(event)
    await Desk(world).delete(f"/contacts/{world.contact.id}", ADA)
    await world.pass_time(120)

    for name in ("message__text", "status__read", "preference__stop"):
        await world.centre.keep_dead_letter(letter(name))

    assert (await world.centre.quarantine.page(source=Source.DEAD_LETTER)).items == ()
    assert len(world.telemetry.of(Metric.EVENTS_ERASED)) == 3


@pytest.mark.parametrize("name", ["message__text", "status__read", "identity__update", "account__restricted"])
async def test_a_dead_letter_of_anybody_else_is_kept(name: str) -> None:
    world = World(at_meta())

    await world.centre.keep_dead_letter(letter(name))

    [item] = (await world.centre.quarantine.page(source=Source.DEAD_LETTER)).items
    assert json.loads(item.body)["id"]


async def test_a_replay_after_the_move_goes_to_the_session_that_the_number_always_had() -> None:
    world = World(MOVED)
    [event] = items_in(body("message__text"))
    kept: dict[str, Any] = {
        "source": Source.EVENT,
        "name": "1",
        "reasons": ("the channel was not there",),
        "body": json.dumps(event),
    }
    item_id = await world.centre.quarantine.keep(**kept)

    await world.centre.replay(item_id)

    [message] = world.sender.sent
    assert message.session_id == session_of(CHANNEL, BSUID)
