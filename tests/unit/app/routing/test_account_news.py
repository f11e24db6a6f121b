"""What Meta says of an account, its numbers and its templates: channels stop, templates are read anew."""

from datetime import timedelta
from typing import Any

import pytest

from shared.intake.events import AccountEvent
from shared.sending.channel import Refusal
from shared.telemetry import Metric
from shared.vocabulary.codes import Code
from shared.vocabulary.templates import ListedTemplate
from shared.vocabulary.time import rfc3339
from tests.fakes.meta import ACCOUNT, META, OTHER_ACCOUNT, at_meta, listings, webhook
from tests.fakes.world import CHANNEL, World, refusal

MINUTES = 60
BUSINESS = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1790600000}
ADD_NUMBER = {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION", "expiration": 1790600000}
CALLS = {"restriction_type": "RESTRICTED_BUSINESS_INITIATED_CALLING", "expiration": 1790600000}
NO_ANSWERS = {"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "expiration": 1790600000}


async def stop_of(world: World, channel: str = META) -> str | None:
    stop = (await world.centre.channel_stops.read(channel)).stop
    return stop.code if stop else None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": [NO_ANSWERS]}, "368"),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": NO_ANSWERS}, "368"),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": [BUSINESS]}, "368"),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": [ADD_NUMBER, BUSINESS]}, "368"),
        ({"event": "ACCOUNT_RESTRICTION"}, "368"),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": []}, "368"),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": [ADD_NUMBER, CALLS]}, None),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": ["odd", {"restriction_type": ["odd"]}]}, None),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, "131031"),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}}, None),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}, None),
        ({"event": "ACCOUNT_DELETED"}, "131005"),
        ({"event": "ACCOUNT_OFFBOARDED"}, None),
        ({"event": "PARTNER_REMOVED"}, None),
        ({"event": "PARTNER_ADDED"}, None),
        ({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}, None),
        ({"event": "SOMETHING_NEW"}, None),
    ],
)
async def test_news_of_an_account_stop_its_channels(said: dict[str, Any], code: str | None) -> None:
    world = World(at_meta())
    await webhook(world, "account_update", said)
    assert await stop_of(world) == code
    assert len(world.telemetry.of(Metric.CHANNEL_CHANGES)) == (1 if code else 0)
    assert world.telemetry.of(Metric.ACCOUNT_NEWS)[0]["channel"] == META


async def test_a_stopped_channel_goes_on_once_a_message_is_taken_and_old_news_stop_it_no_more() -> None:
    world = World(at_meta())
    await world.customer("Bonjour", to=META)
    await webhook(world, "account_update", {"event": "ACCOUNT_DELETED"})
    told_at = world.clock.now()
    assert (await refusal(world.reply("Bonjour Ana"))).code is Code.CHANNEL_UNAVAILABLE
    assert "Bonjour Ana" not in world.phone

    await world.pass_time(16 * MINUTES)
    assert "Bonjour Ana" in world.phone
    assert await stop_of(world) is None

    again: dict[str, Any] = {
        "account_id": ACCOUNT,
        "field": "account_update",
        "event": "ACCOUNT_DELETED",
        "at": told_at,
    }
    await world.centre._heed_account(AccountEvent(event_id="again", channel_id=None, **again))
    assert await stop_of(world) is None


@pytest.mark.parametrize("event", ["PARTNER_REMOVED", "ACCOUNT_OFFBOARDED"])
async def test_a_reply_goes_out_after_somebody_else_was_taken_away_from_the_account(event: str) -> None:
    """After a move that is ACS; where it is the app itself, Meta refuses the next message."""
    world = World(at_meta())
    await world.customer("Bonjour", to=META)
    await webhook(world, "account_update", {"event": event})
    await world.reply("Bonjour Ana")
    assert "Bonjour Ana" in world.phone

    world.channel.answer_next(Refusal(code="33", message="Unsupported post request"))
    assert (await refusal(world.reply("Encore"))).code is Code.CHANNEL_UNAVAILABLE
    assert await stop_of(world) == "33"


async def test_another_account_and_a_number_that_has_not_moved_yet_are_left_alone() -> None:
    world = World(at_meta())
    await webhook(world, "account_update", {"event": "ACCOUNT_DELETED"}, account=OTHER_ACCOUNT)
    assert await stop_of(world) is None

    ahead = rfc3339(world.clock.now() + timedelta(hours=1))
    world.deploy(at_meta(moved_from=CHANNEL, moved_at=ahead))
    await webhook(world, "account_update", {"event": "ACCOUNT_DELETED"})
    assert await stop_of(world, CHANNEL) is None
    world.clock.step(3600)
    await webhook(world, "account_update", {"event": "ACCOUNT_DELETED"})
    assert await stop_of(world, CHANNEL) == "131005"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message_template_status_update", {"event": "PAUSED"}),
        ("message_template_quality_update", {"new_quality_score": "RED"}),
        ("template_category_update", {"new_category": "MARKETING"}),
    ],
)
async def test_templates_that_have_changed_are_read_anew(field: str, value: dict[str, Any]) -> None:
    world = World(at_meta())
    world.channel.listed[META] = ()
    await world.centre.templates.read(META)
    world.channel.listed[META] = (ListedTemplate(name="order_update", language="fr", status="paused"),)

    about = {"message_template_name": "order_update", "message_template_language": "fr"}
    await webhook(world, field, {**about, **value})
    await world.background()

    world.restart()
    await world.centre.templates.refresh(META)
    listed = world.centre.templates.listing(META).templates or {}
    assert [each.status for each in listed.values()] == ["paused"]


async def test_templates_that_change_by_the_hundred_are_read_once_and_again_a_minute_later() -> None:
    """Meta takes two hundred calls an hour for an account, and tells of each template that was copied there."""
    world = World(at_meta())
    asked = listings(world)
    for number in range(100):
        about = {"event": "APPROVED", "message_template_name": f"copied_{number}", "message_template_language": "fr"}
        await webhook(world, "message_template_status_update", about)
        await world.background()
        world.clock.step(0.1)
    assert len(asked) == 1

    world.clock.step(1 * MINUTES)
    await world.centre.templates.refresh(META)
    await world.background()
    assert len(asked) == 2


async def test_templates_that_change_while_they_are_read_are_read_again() -> None:
    world = World(at_meta())
    asked = listings(world, while_asked=lambda: world.centre.templates.note_changed(META))
    await webhook(world, "message_template_status_update", {"event": "PAUSED"})
    await world.background()
    world.clock.step(1 * MINUTES)
    await world.centre.templates.refresh(META)
    await world.background()
    assert len(asked) == 2


async def test_a_list_that_can_not_be_had_fails_nothing() -> None:
    world = World(at_meta())
    await webhook(world, "message_template_status_update", {"event": "PAUSED", "message_template_name": "x"})
    assert world.telemetry.of(Metric.ACCOUNT_NEWS) == [
        {"field": "message_template_status_update", "event": "PAUSED", "channel": META}
    ]


@pytest.mark.parametrize(
    "field", ["security", "account_alerts", "phone_number_quality_update", "business_capability_update"]
)
async def test_other_news_are_counted_and_change_nothing(field: str) -> None:
    world = World(at_meta())
    await webhook(world, field, {"event": "DOWNGRADE", "current_limit": "TIER_1K"})
    assert world.telemetry.of(Metric.ACCOUNT_NEWS) == [{"field": field, "event": "DOWNGRADE", "channel": META}]
    assert await stop_of(world) is None
