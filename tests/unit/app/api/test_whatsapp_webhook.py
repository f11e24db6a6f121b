"""Meta's webhook: who may bring what, whole calls of which some items are bad, and when they come again."""

import asyncio
import json
from dataclasses import replace
from typing import Any, Final

import pytest

from shared.api.exchange import Request, Response
from shared.api.whatsapp_webhook import MAX_BODY, signature_of
from shared.composition import ContactCentre
from shared.intake.quarantined import Quarantined
from shared.queue.sender import QueueMessage
from shared.settings import WhatsAppCloud
from shared.telemetry import Metric
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.identity import message_hash, session_of
from shared.vocabulary.words import Provider
from tests.events.whatsapp import body
from tests.fakes.faults import Faults
from tests.fakes.meta import ACCOUNT, META, at_meta
from tests.fakes.sample import SAMPLE
from tests.fakes.sender import FakeSender
from tests.fakes.world import CHANNEL, World

SECRET: Final = "secret-of-today"
EARLIER: Final = "secret-of-yesterday"
TOKEN: Final = "word-for-meta"
APP: Final = WhatsAppCloud(app_secrets=(SECRET, EARLIER), verify_token=TOKEN)
TEXT: Final = body("message__text")
TEXT_IN_UTF_8: Final = json.dumps(json.loads(TEXT), ensure_ascii=False).encode()
CHALLENGE: Final = {"hub.mode": "subscribe", "hub.verify_token": TOKEN, "hub.challenge": "1158201444"}
BSUID: Final = "FR.13491208655302741918"


class Webhook:
    """The webhook of a contact centre whose number is at Meta, seen by Meta."""

    def __init__(self, world: World | None = None, **ports: Any) -> None:
        self.world = world or World(at_meta(), whatsapp=APP, whatsapp_webhook=True)
        self.centre = self.world.worker(**ports)

    async def post(self, raw: bytes, signature: str | None = None, **headers: str) -> Response:
        """A call with Meta's signature, or the one given; an empty one: without."""
        signed = {"x-hub-signature-256": signature_of(raw, SECRET) if signature is None else signature}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method="POST", headers=({} if signature == "" else signed) | named, body=raw)
        return await self.centre.whatsapp(request)

    async def get(self, **query: str) -> Response:
        """Meta asks whose the address is."""
        asked = {name.replace("_", ".", 1): value for name, value in query.items()}
        return await self.centre.whatsapp(Request(method="GET", query=CHALLENGE | asked))

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


async def test_meta_is_answered_with_its_challenge(webhook: Webhook) -> None:
    answer = await webhook.get()

    assert (answer.status, answer.body) == (200, b"1158201444")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hub_verify_token": "another"},
        {"hub_verify_token": ""},
        {"hub_verify_token": "wörd-för-meta"},
        {"hub_mode": "unsubscribe"},
        {"hub_mode": ""},
        {"hub_challenge": ""},
    ],
)
async def test_whoever_does_not_know_the_word_is_refused(webhook: Webhook, wrong: dict[str, str]) -> None:
    answer = await webhook.get(**wrong)

    assert (answer.status, answer.body) == (403, b"")
    assert webhook.world.telemetry.of(Metric.WEBHOOKS_REFUSED) == [{"reason": "token"}]


async def test_without_a_word_of_ours_nobody_knows_it() -> None:
    webhook = Webhook(World(whatsapp=replace(APP, verify_token=None), whatsapp_webhook=True))

    assert (await webhook.get(hub_verify_token="")).status == 403


@pytest.mark.parametrize("secret", [SECRET, EARLIER])
async def test_a_call_signed_with_either_secret_is_taken(webhook: Webhook, secret: str) -> None:
    assert (await webhook.post(TEXT, signature_of(TEXT, secret))).status == 200

    [message] = webhook.world.sender.sent
    assert message.session_id == session_of(META, BSUID)
    assert message.event_time is not None


async def test_the_bytes_are_signed_and_not_what_they_say(webhook: Webhook) -> None:
    assert b"\\u00e4" in TEXT
    assert b"\\/" in TEXT
    assert b"@" in TEXT
    assert json.loads(TEXT_IN_UTF_8) == json.loads(TEXT)

    assert (await webhook.post(TEXT_IN_UTF_8, signature_of(TEXT, SECRET))).status == 401
    assert (await webhook.post(TEXT)).status == 200
    assert (await webhook.post(TEXT_IN_UTF_8)).status == 200


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        signature_of(TEXT, "of-a-stranger"),
        signature_of(TEXT + b" ", SECRET),
        signature_of(TEXT, SECRET).removeprefix("sha256="),
        signature_of(TEXT, SECRET)[:-1],
        "sha256=é",
        f"sha1={signature_of(TEXT, SECRET)}",
    ],
)
async def test_a_call_that_is_not_signed_by_meta_is_refused_without_a_word(
    webhook: Webhook, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "contact_centre")

    answer = await webhook.post(TEXT, signature, X_Hub_Signature="sha1=0")

    assert (answer.status, answer.body) == (401, b"")
    assert (webhook.queued, await webhook.kept()) == ([], [])
    assert webhook.world.telemetry.of(Metric.WEBHOOKS_REFUSED) == [{"reason": "signature"}]
    assert "33612345678" not in caplog.text
    assert signature not in caplog.text or not signature


async def test_nothing_of_what_a_customer_wrote_or_signed_is_in_the_log(
    webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "contact_centre")

    for name in ("message__text", "message__at_no_time", "batch__many", "ignored__calls", "status__failed"):
        assert (await webhook.post(body(name))).status == 200

    for private in (
        "33612345678",
        "MzM2MTIzNDU2Nzg",
        BSUID,
        "Ana",
        "colis",
        "3123456789",
        signature_of(TEXT, SECRET)[7:],
        TOKEN,
        SECRET,
    ):
        assert private not in caplog.text


async def test_no_number_is_in_what_the_host_logs_of_the_queue(webhook: Webhook) -> None:
    for name in ("message__text", "status__sent", "identity__changed_number", "preference__stop", "account__alert"):
        await webhook.post(body(name))

    assert "MzM2MTIzNDU2Nzg" in json.loads(TEXT)["entry"][0]["changes"][0]["value"]["messages"][0]["id"]
    text, status, *others = webhook.queued
    assert text == message_hash(json.loads(TEXT)["entry"][0]["changes"][0]["value"]["messages"][0]["id"])
    assert status.endswith(":sent")
    assert [each.rpartition(":")[2] for each in others] == ["identity", "preference", "account"]
    assert all(len(each.partition(":")[0]) == 32 for each in webhook.queued)


async def test_without_a_secret_meta_comes_again_and_nothing_is_taken() -> None:
    webhook = Webhook(World(whatsapp=WhatsAppCloud(), whatsapp_webhook=True))

    assert (await webhook.post(TEXT, signature_of(TEXT, ""))).status == 503
    assert webhook.queued == []


async def test_a_call_may_have_four_megabytes_and_no_more(webhook: Webhook) -> None:
    most = TEXT + b" " * (MAX_BODY - len(TEXT))

    assert (await webhook.post(most)).status == 200
    assert (await webhook.post(most + b" ")).status == 413
    assert (await webhook.post(TEXT, Content_Length=str(MAX_BODY + 1))).status == 413
    assert len(webhook.queued) == 1


async def test_a_bad_item_does_not_fail_the_good_ones(webhook: Webhook) -> None:
    assert (await webhook.post(body("batch__many"))).status == 200

    sessions = {message.session_id for message in webhook.world.sender.sent}
    assert len(webhook.queued) == 7
    assert {
        session_of(META, BSUID),
        session_of(META, "BE.2"),
        session_of("106540352242923", BSUID),
    } < sessions
    reasons = sorted(item.reasons[0] for item in await webhook.kept())
    assert reasons == [
        "data.message.timestamp is not a time",
        "data.status is missing: what the event is about",
        "entry[0].changes[3] is not what Meta's webhook has there",
        "entry[2].changes is not what Meta's webhook has there",
    ]


async def test_whose_a_bad_item_is_is_kept_with_it(webhook: Webhook) -> None:
    await webhook.post(body("message__at_no_time"))

    [item] = await webhook.kept()
    assert item.session_id == session_of(META, BSUID)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"hello", b"{}", b"[]", b"null", b"5"])
async def test_a_signed_body_that_says_nothing_goes_to_quarantine(webhook: Webhook, raw: bytes) -> None:
    assert (await webhook.post(raw)).status == 200

    assert len(await webhook.kept()) == 1
    assert webhook.queued == []


async def test_a_field_that_the_app_does_not_know_is_ignored_with_a_log_line(
    webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "contact_centre")

    assert (await webhook.post(body("ignored__calls"))).status == 200

    assert (webhook.queued, await webhook.kept()) == ([], [])
    line = next(json.loads(record.getMessage()) for record in caplog.records if '"ingest"' in record.getMessage())
    assert (line["outcome"], line["type"]) == ("ignored", "whatsapp.field.calls")


INVENTED: Final = {"display_phone_number": "16505551111", "phone_number_id": "123456123"}
TESTS: Final[dict[str, dict[str, Any]]] = {
    "messages": {
        "messaging_product": "whatsapp",
        "metadata": INVENTED,
        "contacts": [{"profile": {"name": "test user name"}, "wa_id": "16315551181"}],
        "messages": [
            {
                "from": "16315551181",
                "id": "ABGGFlA5Fpa",
                "timestamp": "1504902988",
                "type": "text",
                "text": {"body": "this is a text message"},
            }
        ],
    },
    "account_update": {"phone_number": "16505551111", "event": "VERIFIED_ACCOUNT"},
    "user_preferences": {"metadata": INVENTED, "user_preferences": [{"wa_id": "16315551181", "value": "stop"}]},
    "calls": {"metadata": INVENTED, "calls": []},
}
"""What the button *Test* in Meta's dashboard has sent, for a few fields."""


def _test_of(field: str, *, account: object = "0", number: str | None = None) -> bytes:
    value = TESTS[field] | ({"metadata": {"phone_number_id": number}} if number else {})
    entry = {"id": account, "time": 1504902988, "changes": [{"field": field, "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


@pytest.mark.parametrize("field", TESTS)
async def test_a_test_in_metas_dashboard_is_acknowledged_with_a_log_line_and_nothing_else(
    webhook: Webhook, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "contact_centre")

    assert (await webhook.post(_test_of(field))).status == 200

    assert (webhook.queued, await webhook.kept()) == ([], [])
    [line] = [json.loads(each.getMessage()) for each in caplog.records if '"ingest"' in each.getMessage()]
    assert (line["outcome"], line["type"]) == ("ignored", f"whatsapp.test.{field}")


@pytest.mark.parametrize("real", [{"account": ACCOUNT}, {"number": META}])
async def test_what_names_an_account_or_a_number_is_no_test(webhook: Webhook, real: dict[str, str]) -> None:
    assert (await webhook.post(_test_of("messages", **real))).status == 200

    assert len(webhook.queued) == 1


async def test_a_call_that_comes_again_brings_nothing_new() -> None:
    world = World(at_meta(), whatsapp=APP, whatsapp_webhook=True)
    sender = FakeSender(duplicate_detection=True)
    webhook = Webhook(world, sender=sender)

    for _ in range(2):
        assert (await webhook.post(body("batch__many"))).status == 200

    assert len(sender.sent) == 7
    assert len(await webhook.kept()) == 4


@pytest.mark.parametrize("call", range(1, 12))
@pytest.mark.parametrize("after", [False, True])
async def test_a_call_is_acknowledged_only_once_everything_is_safe(call: int, after: bool) -> None:
    world = World(at_meta(), whatsapp=APP, whatsapp_webhook=True)
    faults = Faults(call=call, error=Unavailable("away"), after=after)
    webhook = Webhook(world, sender=faults.wrap(world.sender), tables=faults.wrap(world.tables))

    answer = await webhook.post(body("batch__many"))

    assert answer.status == (503 if faults.reached else 200)
    assert (await webhook.post(body("batch__many"))).status == 200
    assert len(set(webhook.queued)) == 7
    assert len(await Webhook(world).kept()) == 4


class SlowSender:
    """Queues of which one sender's messages take long; keeps how many are on their way at the same time."""

    def __init__(self) -> None:
        self.sent: list[QueueMessage] = []
        self._under_way: set[str] = set()
        self.most = 0
        self.overlapped = False

    async def send(self, message: QueueMessage) -> None:
        """As `Sender.send`."""
        self.overlapped |= message.session_id in self._under_way
        self._under_way.add(message.session_id)
        self.most = max(self.most, len(self._under_way))
        for _ in range(20 - len(self.sent) % 20):
            await asyncio.sleep(0)
        self._under_way.remove(message.session_id)
        self.sent.append(message)


def _calls_of(senders: int, each: int) -> bytes:
    messages = [
        {"from": f"336{sender:08}", "id": f"wamid.{sender}.{number}", "timestamp": "1790000000", "type": "unknown"}
        for number in range(each)
        for sender in range(senders)
    ]
    value = {"metadata": {"phone_number_id": META}, "messages": messages}
    return json.dumps({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}).encode()


async def test_the_messages_of_one_sender_keep_their_order_and_those_of_several_go_at_the_same_time() -> None:
    sender = SlowSender()
    webhook = Webhook(sender=sender)

    assert (await webhook.post(_calls_of(200, 3))).status == 200

    assert not sender.overlapped
    assert 2 <= sender.most <= 128
    ids = [message.body["id"] for message in sender.sent]
    assert len(ids) == 600
    for number in range(200):
        assert [each for each in ids if each.startswith(f"wamid.{number}.")] == [
            f"wamid.{number}.{place}" for place in range(3)
        ]


async def test_after_a_failure_no_later_message_of_that_sender_overtakes() -> None:
    world = World(at_meta(), whatsapp=APP, whatsapp_webhook=True)
    webhook = Webhook(world, sender=Faults(call=1, error=Unavailable("away", retry_after=3)).wrap(world.sender))

    answer = await webhook.post(_calls_of(2, 3))

    assert (answer.status, answer.headers["Retry-After"]) == (503, "3")
    assert webhook.queued == [*(message_hash(f"wamid.1.{each}") for each in range(3))]


async def test_an_error_that_nobody_expected_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    world = World(at_meta(), whatsapp=APP, whatsapp_webhook=True)
    webhook = Webhook(world, sender=Faults(call=1, error=RuntimeError("of Ana")).wrap(world.sender))

    assert (await webhook.post(_calls_of(2, 1))).status == 500

    assert webhook.queued == [message_hash("wamid.1.0")]
    assert '"step": "whatsapp.failed"' in caplog.text
    assert "of Ana" not in caplog.text


async def test_a_bad_configuration_does_not_stop_the_webhook(webhook: Webhook) -> None:
    world = webhook.world
    webhook.centre = ContactCentre(world.centre.ports, world.settings, None, ("it is bad",))

    assert (await webhook.post(TEXT)).status == 200
    assert (await webhook.get()).status == 200

    [message] = world.sender.sent
    assert message.session_id == session_of(META, BSUID)


async def test_a_number_that_has_moved_keeps_its_sessions() -> None:
    document = at_meta(moved_from=CHANNEL, moved_at="2026-01-01T00:00:00Z")
    webhook = Webhook(World(document, whatsapp=APP, whatsapp_webhook=True))

    for name in ("message__text", "status__read", "preference__stop", "message__at_no_time"):
        await webhook.post(body(name))

    [item] = await webhook.kept()
    assert {message.session_id for message in webhook.world.sender.sent} == {session_of(CHANNEL, BSUID)}
    assert item.session_id == session_of(CHANNEL, BSUID)


async def test_what_is_about_an_account_is_in_no_customers_session(webhook: Webhook) -> None:
    for name in ("account__template_paused", "account__restricted", "account__error"):
        assert (await webhook.post(body(name))).status == 200

    about_account, again, about_number = (message.session_id for message in webhook.world.sender.sent)
    assert about_account == again != about_number
    assert session_of(META, BSUID) not in {about_account, about_number}


@pytest.mark.parametrize("name", ["status__deleted", "status__of_a_group", "preference__new_word"])
async def test_what_changes_nothing_takes_no_place_in_the_queue(webhook: Webhook, name: str) -> None:
    assert (await webhook.post(body(name))).status == 200
    assert (webhook.queued, await webhook.kept()) == ([], [])


async def test_a_number_that_the_configuration_does_not_have_goes_to_quarantine_and_is_replayed_once_it_does() -> None:
    world = World(SAMPLE.read_text(encoding="utf-8"), whatsapp=APP, whatsapp_webhook=True)
    webhook = Webhook(world)
    assert (await webhook.post(TEXT)).status == 200
    await world.drain()
    [item] = await webhook.kept()

    world.deploy(at_meta())
    await world.centre.replay(item.id)
    await world.drain()

    line = world.line("Où est mon colis ? ana@exämple.test/suivi 📦")
    assert (line.message_id, line.provider) == (json.loads(item.body)["id"], Provider.WHATSAPP_CLOUD)
    assert world.contact.bsuid == BSUID
