"""The webhook of Event Grid: who may bring events, the handshakes, and batches of which some events are bad."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from shared.api.exchange import Request
from shared.composition import ContactCentre
from shared.intake.quarantined import Quarantined
from shared.state.tables import Table
from shared.vocabulary.errors import Unavailable
from tests.events import load
from tests.fakes.faults import Faults
from tests.fakes.issuer import DESK, EVENT_GRID, SETTINGS, SUBSCRIBER, WEBHOOK, bearer
from tests.fakes.world import World
from tests.unit.app.api.desk import Answer

RECEIVED = load("event_grid_received__text")
CLOUD = load("cloud_event_received__image")
UNREADABLE = {**RECEIVED, "id": "unreadable", "data": {**RECEIVED["data"], "receivedTimestamp": "soon"}}
OF_US_GOVERNMENT = "54316b56-3481-47f9-8f30-0300f5542a7b"
VALIDATION = {
    "id": "2d1781af-3a4c-4d7c-bd0c-e34b19da4e66",
    "topic": "/subscriptions/1",
    "subject": "",
    "data": {"validationCode": "512d38b6", "validationUrl": "https://eventgrid.example/validate"},
    "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
    "eventTime": "2026-11-24T09:00:00Z",
    "dataVersion": "1",
}


class Webhook:
    """The webhook of a contact centre, seen by Event Grid."""

    def __init__(self, world: World | None = None, **ports: Any) -> None:
        self.world = world or World(**SETTINGS)
        self.centre = self.world.worker(**ports)

    async def call(self, body: object = (), *, method: str = "POST", **headers: str) -> Answer:
        """A request with Event Grid's token, or whatever `Authorization` is given; bytes are a body as it is."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        token = bearer(self.world.issuer.event_grid_token())
        request = Request(method=method, headers={**token, **named}, body=raw)
        return Answer(await self.centre.events(request))

    async def call_with(self, token: str) -> Answer:
        """An event with this token."""
        return await self.call([RECEIVED], **bearer(token))

    @property
    def queued(self) -> list[str]:
        """The ids of the messages on the queue."""
        return [message.message_id for message in self.world.sender.sent]

    async def kept(self) -> list[Quarantined]:
        """What is in quarantine."""
        return list((await self.centre.quarantine.page()).items)


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@pytest.mark.parametrize("version", [1, 2])
async def test_event_grid_brings_events_of_both_schemas(webhook: Webhook, version: int) -> None:
    token = webhook.world.issuer.event_grid_token(version=version)

    assert (await webhook.call([RECEIVED, CLOUD], **bearer(token))).status == 200
    assert webhook.queued == [RECEIVED["data"]["messageId"], CLOUD["data"]["messageId"]]
    assert (await webhook.call(CLOUD)).status == 200
    assert len(webhook.queued) == 3


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"by": DESK}, "another application than Event Grid"),
        ({"by": OF_US_GOVERNMENT}, "another application than Event Grid"),
        ({"by": None}, "another application than Event Grid"),
        ({"by": DESK, "appid": EVENT_GRID}, "another application than Event Grid"),
        ({"roles": None}, SUBSCRIBER),
        ({"roles": ["Admin"]}, SUBSCRIBER),
        ({"roles": SUBSCRIBER}, SUBSCRIBER),
        ({"audience": "99999999-0000-4000-8000-000000000009"}, "for another application"),
        ({"exp": 0}, "expired"),
        ({"key": "key-of-a-stranger"}, "does not publish"),
        ({"header": {"alg": "none"}}, "RS256"),
    ],
)
async def test_a_token_that_is_not_event_grids_is_refused(webhook: Webhook, claims: dict[str, Any], said: str) -> None:
    answer = await webhook.call_with(webhook.world.issuer.event_grid_token(**claims))

    assert answer.refusal == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert said in answer.json["detail"]
    assert webhook.queued == []


async def test_a_token_for_the_api_brings_no_events_and_one_for_the_webhook_opens_no_api(webhook: Webhook) -> None:
    issuer = webhook.world.issuer

    answer = await webhook.call_with(issuer.token(by=EVENT_GRID, roles=[SUBSCRIBER, "Admin"]))
    assert answer.refusal == (401, "unauthenticated")
    request = Request(method="GET", headers=bearer(issuer.token(audience=WEBHOOK, roles=["Admin"])))
    assert (await webhook.centre.api("quarantine", request)).status == 401


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "", "x_functions_key": "master"}])
async def test_without_a_token_nothing_is_answered(webhook: Webhook, headers: dict[str, str]) -> None:
    assert (await webhook.call([VALIDATION], **headers)).refusal == (401, "unauthenticated")
    assert (await webhook.call([RECEIVED], **headers)).refusal == (401, "unauthenticated")
    options = await webhook.call(method="OPTIONS", WebHook_Request_Origin="eventgrid.azure.net", **headers)
    assert options.refusal == (401, "unauthenticated")


async def test_in_the_government_cloud_event_grid_has_another_name() -> None:
    tenant = replace(SETTINGS["tenant"], authority="https://login.microsoftonline.us")
    webhook = Webhook(World(**{**SETTINGS, "tenant": tenant}))
    issuer = webhook.world.issuer
    issuer.authority = tenant.authority

    assert (await webhook.call_with(issuer.event_grid_token())).refusal == (401, "unauthenticated")
    assert (await webhook.call_with(issuer.event_grid_token(by=OF_US_GOVERNMENT))).status == 200


async def test_event_grid_comes_again_when_the_keys_cannot_be_had(webhook: Webhook) -> None:
    webhook.world.issuer.away = True
    assert (await webhook.call([RECEIVED])).refusal == (503, "unavailable")

    webhook.world.issuer.away = False
    webhook.world.clock.step(10)
    assert (await webhook.call([RECEIVED])).status == 200


async def test_the_handshake_of_event_grids_schema(webhook: Webhook) -> None:
    answer = await webhook.call([VALIDATION], aeg_event_type="SubscriptionValidation")

    assert (answer.status, answer.json) == (200, {"validationResponse": "512d38b6"})
    assert await webhook.kept() == []


async def test_the_handshake_of_cloud_events(webhook: Webhook) -> None:
    answer = await webhook.call(b"", method="OPTIONS", WebHook_Request_Origin="eventgrid.azure.net")

    assert (answer.status, answer.json) == (200, None)
    assert answer.headers == {"WebHook-Allowed-Origin": "eventgrid.azure.net", "WebHook-Allowed-Rate": "*"}
    assert (await webhook.call(b"", method="OPTIONS")).status == 200


@pytest.mark.parametrize("body", [b"", json.dumps([{"eventType": "Microsoft.EventGrid.SubscriptionDeletedEvent"}])])
async def test_the_end_of_a_subscription_is_heard(webhook: Webhook, body: bytes | str) -> None:
    raw = body.encode() if isinstance(body, str) else body

    assert (await webhook.call(raw, aeg_event_type="Unsubscribe")).status == 200
    assert (webhook.queued, await webhook.kept()) == ([], [])


async def test_a_bad_event_does_not_fail_the_good_ones(webhook: Webhook) -> None:
    other = {**RECEIVED, "eventType": "Microsoft.Communication.SMSReceived"}
    answer = await webhook.call([RECEIVED, UNREADABLE, 7, other, "text", None, [], CLOUD])

    assert answer.status == 200
    assert webhook.queued == [RECEIVED["data"]["messageId"], CLOUD["data"]["messageId"]]
    odd: list[object] = [7, "text", None, []]
    kept = {item.body: item.reasons for item in await webhook.kept()}
    assert {json.dumps(value): ("it is no JSON object",) for value in odd}.items() <= kept.items()
    assert [json.loads(body) for body in kept if body.startswith("{")] == [UNREADABLE]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"hello",
        b'"hello"',
        b"1" * 5000,
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
)
async def test_a_body_that_is_no_event_goes_to_quarantine(webhook: Webhook, body: bytes) -> None:
    assert (await webhook.call(body)).status == 200

    (item,) = await webhook.kept()
    assert item.reasons == ("it is no JSON object",)
    assert webhook.queued == []


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", "\ufeff".encode("utf-16-le")], ids=["UTF-8", "UTF-16"])
async def test_a_byte_order_mark_before_events_is_skipped(webhook: Webhook, mark: bytes) -> None:
    encoding = "utf-8" if len(mark) == 3 else "utf-16-le"
    body = mark + json.dumps([RECEIVED, CLOUD]).encode(encoding)

    assert (await webhook.call(body)).status == 200
    assert webhook.queued == [RECEIVED["data"]["messageId"], CLOUD["data"]["messageId"]]


async def test_an_empty_batch_is_fine(webhook: Webhook) -> None:
    assert (await webhook.call([])).status == 200


async def test_a_large_batch_is_taken_at_once(webhook: Webhook) -> None:
    events = [{**RECEIVED, "data": {**RECEIVED["data"], "messageId": f"message-{each}"}} for each in range(500)]

    assert (await webhook.call(events)).status == 200
    assert sorted(webhook.queued) == sorted(event["data"]["messageId"] for event in events)


async def test_the_whole_batch_comes_again_when_a_dependency_is_away() -> None:
    world = World(**SETTINGS)
    faults = Faults(call=2, error=Unavailable("away", retry_after=3))
    webhook = Webhook(world, sender=faults.wrap(world.sender))

    answer = await webhook.call([RECEIVED, CLOUD, UNREADABLE])
    assert answer.refusal == (503, "unavailable")
    assert answer.headers["Retry-After"] == "3"
    assert webhook.queued == [RECEIVED["data"]["messageId"]]
    assert len(await webhook.kept()) == 1

    assert (await webhook.call([RECEIVED, CLOUD, UNREADABLE])).status == 200
    assert webhook.queued[-2:] == [RECEIVED["data"]["messageId"], CLOUD["data"]["messageId"]]
    assert len(await webhook.kept()) == 1


async def test_an_error_that_nobody_expected_fails_no_other_event(caplog: pytest.LogCaptureFixture) -> None:
    world = World(**SETTINGS)
    webhook = Webhook(world, sender=Faults(call=1, error=RuntimeError("secret")).wrap(world.sender))

    answer = await webhook.call([RECEIVED, CLOUD, UNREADABLE])

    assert answer.refusal == (500, "internal_error")
    assert webhook.queued == [CLOUD["data"]["messageId"]]
    assert world.tables.partitions(Table.QUARANTINE) == ["2026-11"]
    assert '"step": "events.failed"' in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("bad", [{"tenant": None}, {"events_audience": None}])
async def test_with_bad_settings_event_grid_comes_again(bad: dict[str, None]) -> None:
    webhook = Webhook(World(**{**SETTINGS, **bad}))

    assert (await webhook.call([RECEIVED])).refusal == (503, "misconfigured")


async def test_a_bad_configuration_does_not_stop_events(webhook: Webhook) -> None:
    world = webhook.world
    webhook.centre = ContactCentre(world.centre.ports, world.settings, None, ("it is bad",))

    assert (await webhook.call([RECEIVED])).status == 200
    assert webhook.queued == [RECEIVED["data"]["messageId"]]


async def test_events_are_taken_in_key_mode_too() -> None:
    webhook = Webhook(World(**{**SETTINGS, "auth_mode": World().settings.auth_mode, "audience": None}))

    assert (await webhook.call([RECEIVED])).status == 200
    assert (await webhook.call_with("")).refusal == (401, "unauthenticated")


async def test_api_and_webhook_share_the_tenants_keys(webhook: Webhook) -> None:
    request = Request(method="GET", headers=bearer(webhook.world.issuer.token()))
    answers = await asyncio.gather(webhook.call([RECEIVED]), webhook.centre.api("conversations", request))

    assert {answer.status for answer in answers} == {200}
    assert webhook.world.issuer.fetches == 1
