"""Event subscriptions, as they are found, against what the app needs."""

from dataclasses import replace

import pytest

from dev.tools.doctor.deployed import Filter, Subscription, Topic
from dev.tools.doctor.event_subscriptions import (
    MOST_CHANNELS,
    RECEIVED,
    STATUS,
    Destinations,
    judge_doubled,
    judge_subscription,
)
from dev.tools.doctor.findings import Finding, Level

CHANNEL = "abcdef00-1111-1111-1111-111111111111"
APP = Destinations(function="/sites/x/functions/ingest", webhook="https://x/api/events", audience="id")
ACCOUNT = "/accounts/a"
TOPIC = Topic(id="/topics/t", source="/acs", holders=("p",))
SUBSCRIPTION = Subscription(
    name="whatsapp-received",
    state="Succeeded",
    event_types=frozenset({RECEIVED.event_type}),
    destination="/SITES/x/functions/INGEST",
    audience="",
    filters=(Filter(operator="StringIn", key="data.to", values=frozenset({CHANNEL})),),
    subject="",
    attempts=30,
    minutes=1440,
    dead_letters="/ACCOUNTS/a/blobServices/default/containers/eventgrid-deadletter",
)


def judge(found: Subscription, channels: list[str] | None = None, topic: Topic = TOPIC) -> Finding:
    return judge_subscription(RECEIVED, [found], topic, ACCOUNT, [CHANNEL] if channels is None else channels, APP)


def test_the_id_of_a_channel_may_be_written_in_any_case() -> None:
    assert judge(SUBSCRIPTION, [CHANNEL.upper()]).level is Level.OK


@pytest.mark.parametrize("channels", [[], [f"{number}" for number in range(MOST_CHANNELS + 1)]])
def test_no_channel_or_more_than_a_filter_holds_need_none(channels: list[str]) -> None:
    assert judge(replace(SUBSCRIPTION, filters=()), channels).level is Level.OK


def test_a_channel_that_the_configuration_lacks_is_a_warning() -> None:
    """Its messages end in quarantine."""
    finding = judge(SUBSCRIPTION, [])
    assert finding.level is Level.WARNING
    assert finding.text == f"lets channel {CHANNEL} through"


def test_filters_are_anded_so_a_second_one_is_a_problem() -> None:
    second = Filter(operator="StringContains", key="subject", values=frozenset({"x"}))
    finding = judge(replace(SUBSCRIPTION, filters=(*SUBSCRIPTION.filters, second)))
    assert (finding.level, finding.text) == (Level.PROBLEM, "filters by StringContains on subject")


NOT_SENT = Filter(operator="StringNotIn", key="data.status", values=frozenset({"sent"}))


@pytest.mark.parametrize(
    ("unwanted", "asked_for", "level", "text"),
    [
        (NOT_SENT, False, Level.OK, "whatsapp-status delivers 1 channel to INGEST"),
        (None, True, Level.OK, "whatsapp-status delivers 1 channel to INGEST"),
        (
            None,
            False,
            Level.WARNING,
            "lets the status Sent through, which says nothing new (SENT_STATUSES is not true)",
        ),
        (NOT_SENT, True, Level.WARNING, "lets no status Sent through (SENT_STATUSES is true)"),
        (
            replace(NOT_SENT, values=frozenset({"sent", "read"})),
            False,
            Level.PROBLEM,
            "lets no status read through",
        ),
        (
            replace(NOT_SENT, operator="StringIn", values=frozenset({"delivered", "read", "failed"})),
            True,
            Level.PROBLEM,
            "filters by StringIn on data.status",
        ),
    ],
)
def test_statuses_but_sent_have_to_arrive(unwanted: Filter | None, asked_for: bool, level: Level, text: str) -> None:
    """StringIn would keep out a status that WhatsApp does not have yet."""
    channel = replace(SUBSCRIPTION.filters[0], key="data.from")
    found = replace(
        SUBSCRIPTION,
        name=STATUS.name,
        event_types=frozenset({STATUS.event_type}),
        filters=(channel, unwanted) if unwanted else (channel,),
    )
    finding = judge_subscription(STATUS, [found], TOPIC, ACCOUNT, [CHANNEL], APP, sent_statuses=asked_for)
    assert (finding.level, finding.text) == (level, text)


def test_a_filter_by_status_has_no_place_among_messages() -> None:
    finding = judge(replace(SUBSCRIPTION, filters=(*SUBSCRIPTION.filters, NOT_SENT)))
    assert finding.text == "filters by StringNotIn on data.status"


def test_a_subject_that_is_wanted_is_a_problem() -> None:
    assert judge(replace(SUBSCRIPTION, subject="/phone")).text == "filters by subject"


def test_all_types_of_events_include_the_right_one_and_more() -> None:
    finding = judge(replace(SUBSCRIPTION, event_types=frozenset()))
    assert (finding.level, finding.text) == (Level.WARNING, "takes further types of events")


@pytest.mark.parametrize("audience", ["id", "api://ID"])
def test_a_webhook_of_the_right_application_is_well(audience: str) -> None:
    assert judge(replace(SUBSCRIPTION, destination=APP.webhook, audience=audience)).level is Level.OK


@pytest.mark.parametrize("audience", ["", "another"])
def test_a_webhook_whose_tokens_the_app_refuses_is_a_problem(audience: str) -> None:
    """Also when the app has no webhook, and so takes none."""
    found = replace(SUBSCRIPTION, destination=APP.webhook, audience=audience)
    assert judge(found).text == "its webhook is for another application than EVENTS_AUDIENCE"
    without = replace(APP, audience=None)
    assert judge_subscription(RECEIVED, [found], TOPIC, ACCOUNT, [CHANNEL], without).level is Level.PROBLEM


def test_dead_letters_that_nobody_could_write_are_a_warning() -> None:
    """A topic without an identity: dead-lettering was switched off."""
    finding = judge(replace(SUBSCRIPTION, dead_letters=""), topic=replace(TOPIC, holders=()))
    assert finding.level is Level.WARNING


def test_only_what_brings_the_same_events_to_the_app_is_doubled() -> None:
    """Elsewhere, or of other types, a subscription is none of our business."""
    elsewhere = replace(SUBSCRIPTION, name="archive", destination="/sites/archive/functions/ingest")
    sms = replace(SUBSCRIPTION, name="sms", event_types=frozenset({"Microsoft.Communication.SMSReceived"}))
    everything = replace(SUBSCRIPTION, name="portal", event_types=frozenset())
    assert judge_doubled([SUBSCRIPTION, elsewhere, sms], APP).level is Level.OK
    assert judge_doubled([SUBSCRIPTION, everything], APP).text == "portal brings the same events once more"
