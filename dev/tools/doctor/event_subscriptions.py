"""The two event subscriptions: what they let through, where they deliver it, and what becomes of the rest.

`data.to` is the channel in received events and the customer in status events, hence two subscriptions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dev.tools.doctor.deployed import Subscription, Topic, last_part
from dev.tools.doctor.findings import Finding, Level, conclude
from dev.tools.doctor.reading import DEAD_LETTER_DAYS, NOT_AT_ACS, Deployment
from dev.tools.doctor.storage import DEAD_LETTERS, dead_letters_in
from shared.configuration.channels import provider_of
from shared.settings import read_settings
from shared.vocabulary.words import Provider

MOST_CHANNELS: Final = 24
"""A subscription compares with 25 values in all, and one of them is the status that is not wanted."""
STATUS_KEY: Final = "data.status"
"""What keeps statuses out has this key, and the operator StringNotIn: it lets through what has no such key."""
_ATTEMPTS, _MINUTES = 30, 1440
_DEPLOY: Final = "deploy infra/events.bicep again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A subscription: its name, its one type of event, and the key that holds the channel in these events."""

    name: str
    event_type: str
    key: str


RECEIVED: Final = Wanted(
    name="whatsapp-received", event_type="Microsoft.Communication.AdvancedMessageReceived", key="data.to"
)
STATUS: Final = Wanted(
    name="whatsapp-status",
    event_type="Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated",
    key="data.from",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """Where events may go: the function `ingest`, or the webhook if the app has one."""

    function: str
    webhook: str
    audience: str | None

    def accept(self, subscription: Subscription) -> bool:
        """Whether a subscription delivers to the app, to the webhook with tokens that the app takes."""
        audience = subscription.audience.lower().removeprefix("api://")
        return self.reached_by(subscription) and (
            self._is_function(subscription) or (audience == self.audience is not None)
        )

    def reached_by(self, subscription: Subscription) -> bool:
        """Whether a subscription delivers to the app at all."""
        return self._is_function(subscription) or subscription.destination.lower() == self.webhook.lower()

    def _is_function(self, subscription: Subscription) -> bool:
        return subscription.destination.lower() == self.function.lower()


async def check_received(deployment: Deployment) -> Finding:
    """Whether messages of customers arrive."""
    return await _check(deployment, RECEIVED)


async def check_status(deployment: Deployment) -> Finding:
    """Whether delivery statuses arrive."""
    return await _check(deployment, STATUS)


async def check_doubled(deployment: Deployment) -> Finding:
    """Whether a further subscription brings the same events."""
    if not await deployment.is_at_acs():
        return Finding(level=Level.OK, text=NOT_AT_ACS)
    return judge_doubled(await deployment.subscriptions(), await _destinations(deployment))


async def check_dead_lettered(deployment: Deployment) -> Finding:
    """Whether Event Grid gave up events lately."""
    if not await deployment.is_at_acs():
        return Finding(level=Level.OK, text=NOT_AT_ACS)
    return judge_dead_lettered(**await deployment.given_up_events())


async def _check(deployment: Deployment, wanted: Wanted) -> Finding:
    if not await deployment.is_at_acs():
        return Finding(level=Level.OK, text=NOT_AT_ACS)
    subscriptions, topic = await deployment.subscriptions(), await deployment.topic()
    account = await deployment.storage_id()
    ids = [each for channel in (await deployment.configuration()).channels.values() for each in channel.ids]
    channels = [each for each in ids if provider_of(each) is Provider.ACS]
    destinations, sent_statuses = await _destinations(deployment), deployment.target.sent_statuses
    return judge_subscription(
        wanted, subscriptions, topic, account, channels, destinations, sent_statuses=sent_statuses
    )


async def _destinations(deployment: Deployment) -> Destinations:
    return Destinations(
        function=f"{deployment.target.app_id}/functions/ingest",
        webhook=f"https://{(await deployment.app()).host}/api/events",
        audience=read_settings(await deployment.settings()).events_audience,
    )


def judge_subscription(
    wanted: Wanted,
    found: Sequence[Subscription],
    topic: Topic,
    account: str,
    channels: Sequence[str],
    destinations: Destinations,
    *,
    sent_statuses: bool = False,
) -> Finding:
    """One of the two subscriptions.

    Args:
        account: The resource id of the storage account that keeps what can't be delivered.
        channels: The ids of the configuration, those of before a move too; none or too many of them need no filter.
        sent_statuses: Whether the status Sent is wanted, too.
    """
    subscription = next((each for each in found if each.name.lower() == wanted.name), None)
    if subscription is None:
        return conclude(
            well="",
            problems=[f"{wanted.name} is missing at the topic {last_part(topic.id)}"],
            do="publish the app first, then deploy infra/events.bicep",
        )
    problems, warnings = _about_filters(wanted, subscription, channels, sent_statuses=sent_statuses)
    if subscription.state != "Succeeded":
        problems.append(f"its state is {subscription.state or 'not known'}, not Succeeded")
    if not destinations.accept(subscription):
        problems.append(_about_destination(subscription, destinations))
    if (subscription.attempts, subscription.minutes) != (_ATTEMPTS, _MINUTES):
        warnings.append(f"gives up after {subscription.attempts} attempts or {subscription.minutes} minutes")
    if subscription.dead_letters.lower() != dead_letters_in(account).lower():
        lost = f"does not keep in {DEAD_LETTERS} of {last_part(account)} what can't be delivered"
        (problems if topic.holders else warnings).append(lost)
    return conclude(
        well=f"{wanted.name} delivers {_said(channels)} to {last_part(subscription.destination)}",
        problems=problems,
        warnings=warnings,
        do=_DEPLOY,
    )


def _about_filters(
    wanted: Wanted, found: Subscription, channels: Sequence[str], *, sent_statuses: bool
) -> tuple[list[str], list[str]]:
    """Problems lose events of ours; warnings bring in events that nobody wants."""
    problems, warnings = [], []
    if found.event_types and wanted.event_type not in found.event_types:
        problems.append(f"does not take {wanted.event_type}")
    if not found.event_types or found.event_types - {wanted.event_type}:
        warnings.append("takes further types of events")
    if found.subject:
        problems.append("filters by subject")
    operators = {wanted.key: "StringIn"} | ({STATUS_KEY: "StringNotIn"} if wanted is STATUS else {})
    strange = [each for each in found.filters if operators.get(each.key) != each.operator]
    problems += [f"filters by {each.operator} on {each.key}" for each in strange]
    values = {each.key: each.values for each in found.filters if each not in strange}
    lost, unwanted = _about_channels(values.get(wanted.key), frozenset(channel.lower() for channel in channels))
    problems, warnings = problems + lost, warnings + unwanted
    if wanted is STATUS:
        lost, unwanted = _about_statuses(values.get(STATUS_KEY, frozenset()), sent_statuses=sent_statuses)
        problems, warnings = problems + lost, warnings + unwanted
    return problems, warnings


def _about_channels(let_through: frozenset[str] | None, wanted: frozenset[str]) -> tuple[list[str], list[str]]:
    if let_through is None:
        return [], ["lets the events of all channels through"] if 0 < len(wanted) <= MOST_CHANNELS else []
    return (
        [f"lets no event of channel {each} through" for each in sorted(wanted - let_through)],
        [f"lets channel {each} through" for each in sorted(let_through - wanted)],
    )


def _about_statuses(kept_out: frozenset[str], *, sent_statuses: bool) -> tuple[list[str], list[str]]:
    problems = [f"lets no status {each} through" for each in sorted(kept_out - {"sent"})]
    if ("sent" in kept_out) is not sent_statuses:
        return problems, []
    said = "lets no status Sent through" if sent_statuses else "lets the status Sent through, which says nothing new"
    return problems, [f"{said} (SENT_STATUSES is {'true' if sent_statuses else 'not true'})"]


def _about_destination(found: Subscription, destinations: Destinations) -> str:
    if destinations.reached_by(found):
        return "its webhook is for another application than EVENTS_AUDIENCE"
    return f"delivers to {found.destination or 'nothing that the app has'}, not to {destinations.function}"


def _said(channels: Sequence[str]) -> str:
    return f"{len(channels)} {'channel' if len(channels) == 1 else 'channels'}"


def judge_doubled(found: Sequence[Subscription], destinations: Destinations) -> Finding:
    """Each event twice does no harm to what is kept, and costs twice."""
    ours = {RECEIVED.event_type, STATUS.event_type}
    doubled = [
        each.name
        for each in found
        if each.name.lower() not in (RECEIVED.name, STATUS.name)
        and destinations.reached_by(each)
        and (not each.event_types or each.event_types & ours)
    ]
    return conclude(
        well="no other brings the same events",
        warnings=[f"{name} brings the same events once more" for name in doubled],
        do="delete it: az eventgrid system-topic event-subscription delete",
    )


def judge_dead_lettered(*, kept: int, dropped: int) -> Finding:
    """Events that could not be delivered, and were kept as blobs or are lost."""
    warnings = [f"{kept} in {DEAD_LETTERS}"] if kept else []
    warnings += [f"{dropped} lost"] if dropped else []
    return conclude(
        well=f"none given up in the last {DEAD_LETTER_DAYS} days",
        warnings=[f"given up in the last {DEAD_LETTER_DAYS} days: {' and '.join(warnings)}"] if warnings else [],
        do="mend what kept ingest from taking them, then docs/operations.md",
    )
