"""WhatsApp's rules for what a business sends."""

from datetime import UTC, datetime, timedelta

import pytest

from dev.stack.whatsapp.catalogue import Channel
from dev.stack.whatsapp.phones import Kind, Phone
from dev.stack.whatsapp.rules import PairRate, judge, window_closes
from dev.stack.whatsapp.sends import Parameter, Send, TemplateUse
from dev.stack.whatsapp.templates import Template, TemplateStatus

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CHANNEL = Channel(name="support", id="11111111-1111-1111-1111-111111111111", number="+33123456789")
OTHER = Channel(name="sales", id="22222222-2222-2222-2222-222222222222")
TEMPLATE = Template.of_text("Bonjour {{1}}, {{2}}", name="follow_up", language="fr")
TEXT = Send(channel_id=CHANNEL.id, to="+33612345678", kind=Kind.TEXT, text="Bonjour")


def code(send: Send, *, wrote: timedelta | None = timedelta(), template: Template | None = TEMPLATE) -> str | None:
    """The code of the refusal when the customer wrote that long ago."""
    phone = Phone(number="33612345678")
    if wrote is not None:
        phone.wrote(CHANNEL, NOW - wrote)
    refused = judge(send, channel=CHANNEL, phone=phone, template=template, now=NOW)
    return refused.code if refused else None


def use(*texts: str, **components: tuple[Parameter, ...]) -> Send:
    body = tuple(Parameter(kind="text", text=text) for text in texts)
    bound = {"header": (), "body": body, "footer": (), "buttons": (), **components}
    return Send(
        channel_id=CHANNEL.id,
        to="+33612345678",
        kind=Kind.TEMPLATE,
        template=TemplateUse(name="follow_up", language="fr", **bound),
    )


def media(kind: Kind, uri: str) -> Send:
    return Send(channel_id=CHANNEL.id, to="+33612345678", kind=kind, media_uri=uri)


@pytest.mark.parametrize(
    ("wrote", "expected"),
    [
        (timedelta(), None),
        (timedelta(hours=24) - timedelta(microseconds=1), None),
        (timedelta(hours=24), "131047"),
        (None, "131047"),
    ],
    ids=["just now", "a moment less than a day ago", "a day ago", "never"],
)
def test_free_text_needs_a_message_of_the_last_24_hours(wrote: timedelta | None, expected: str | None) -> None:
    assert code(TEXT, wrote=wrote) == expected


def test_a_template_needs_no_window() -> None:
    assert code(use("Camille", "c’est fait"), wrote=None) is None


def test_the_window_belongs_to_one_channel() -> None:
    phone = Phone(number="33612345678")
    phone.wrote(CHANNEL, NOW)
    refused = judge(TEXT, channel=OTHER, phone=phone, template=None, now=NOW)
    assert refused
    assert refused.code == "131047"


def test_the_window_moves_only_forward() -> None:
    phone = Phone(number="33612345678")
    phone.wrote(CHANNEL, NOW)
    phone.wrote(CHANNEL, NOW - timedelta(hours=3))
    assert window_closes(phone, CHANNEL) == NOW + timedelta(hours=24)


def test_another_user_on_the_same_number_starts_without_a_window() -> None:
    phone = Phone(number="33612345678")
    phone.take_bsuid("FR.1")
    phone.wrote(CHANNEL, NOW)
    phone.take_bsuid("FR.1")
    assert window_closes(phone, CHANNEL)
    phone.take_bsuid("FR.2")
    assert window_closes(phone, CHANNEL) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (TemplateStatus.APPROVED, None),
        (TemplateStatus.PENDING, "132001"),
        (TemplateStatus.REJECTED, "132001"),
        (TemplateStatus.PAUSED, "132015"),
        (TemplateStatus.DISABLED, "132016"),
    ],
)
def test_only_an_approved_template_is_delivered(status: TemplateStatus, expected: str | None) -> None:
    template = Template.of_text("{{1}} {{2}}", name="follow_up", language="fr", status=status)
    assert code(use("a", "b"), template=template) == expected


def test_an_unknown_template_is_refused() -> None:
    assert code(use("a", "b"), template=None) == "132001"


@pytest.mark.parametrize(
    ("send", "expected"),
    [
        (use("a"), "132000"),
        (use("a", "b", "c"), "132000"),
        (use("a", "b", header=(Parameter(kind="image", text=""),)), "132000"),
        (use(body=(Parameter(kind="text", text="a"), Parameter(kind="image", text=""))), "132012"),
        (use("a", " "), "131008"),
        (use("a", "b\nc"), "132012"),
        (use("a", "b\tc"), "132012"),
        (use("a", "b     c"), "132012"),
        (use("a", "b    c"), None),
        (use("a", "b" * 1014), "132005"),
        (use("a", "b" * 1013), None),
        (use("a", "b", buttons=(Parameter(kind="quickReply", text="yes"),)), "132000"),
    ],
    ids=[
        "too few",
        "too many",
        "a header the template lacks",
        "an image for a text",
        "empty",
        "a line break",
        "a tab",
        "five spaces",
        "four spaces",
        "1,025 characters",
        "1,024 characters",
        "a payload for a button the template lacks",
    ],
)
def test_the_parameters_must_fit_the_template(send: Send, expected: str | None) -> None:
    assert code(send) == expected


BODY = {"type": "BODY", "text": "Bonjour {{1}}, {{2}}"}
IMAGE = Parameter(kind="image", url="https://files.example/a.png")
FILM = Parameter(kind="image", url="https://files.example/a.mp4")
TEXT_VALUE = Parameter(kind="text", text="A-17")
SUFFIX = Parameter(kind="url", text="A-17")
PAYLOAD = Parameter(kind="quickReply", text="OUI")
NUMBERED = {"type": "HEADER", "format": "TEXT", "text": "Commande {{1}}"}


def header(kind: str) -> dict[str, object]:
    return {"type": "HEADER", "format": kind}


def buttons(*defined: dict[str, str]) -> dict[str, object]:
    return {"type": "BUTTONS", "buttons": list(defined)}


TRACK = {"type": "URL", "text": "Suivre", "url": "https://shop.example/{{1}}"}
SHOP = {"type": "URL", "text": "Voir", "url": "https://shop.example"}
YES = {"type": "QUICK_REPLY", "text": "Oui"}
COUPON = {"type": "COPY_CODE"}


@pytest.mark.parametrize(
    ("components", "send", "expected"),
    [
        ([header("IMAGE"), BODY], use("a", "b"), "132012"),
        ([header("IMAGE"), BODY], use("a", "b", header=(IMAGE,)), None),
        ([header("VIDEO"), BODY], use("a", "b", header=(IMAGE,)), "132012"),
        ([header("DOCUMENT"), BODY], use("a", "b"), "132012"),
        ([header("LOCATION"), BODY], use("a", "b"), "132012"),
        ([header("IMAGE"), BODY], use("a", "b", header=(FILM,)), "131053"),
        ([header("IMAGE"), BODY], use("a", "b", header=(IMAGE, IMAGE)), "132012"),
        ([header("IMAGE"), BODY], use("a", header=(IMAGE,)), "132000"),
        ([NUMBERED, BODY], use("a", "b"), "132000"),
        ([NUMBERED, BODY], use("a", "b", header=(TEXT_VALUE,)), None),
        ([NUMBERED, BODY], use("a", "b", header=(IMAGE,)), "132012"),
        ([NUMBERED, BODY], use("a", "b", header=(Parameter(kind="text", text=" "),)), "131008"),
        ([NUMBERED, BODY], use("a", "b", header=(Parameter(kind="text", text="x" * 52),)), "132005"),
        ([{"type": "HEADER", "format": "TEXT", "text": "Commande"}, BODY], use("a", "b"), None),
        ([BODY, buttons(TRACK)], use("a", "b"), "131008"),
        ([BODY, buttons(TRACK)], use("a", "b", buttons=(SUFFIX,)), None),
        ([BODY, buttons(YES, TRACK)], use("a", "b", buttons=(SUFFIX,)), "131008"),
        ([BODY, buttons(YES, TRACK)], use("a", "b", buttons=(SUFFIX, PAYLOAD)), "132012"),
        ([BODY, buttons(YES, TRACK)], use("a", "b", buttons=(PAYLOAD, SUFFIX)), None),
        ([BODY, buttons(YES, TRACK)], use("a", "b", buttons=(PAYLOAD, SUFFIX, SUFFIX)), "132000"),
        ([BODY, buttons(SHOP, TRACK)], use("a", "b", buttons=(SUFFIX,)), None),
        ([BODY, buttons(YES)], use("a", "b", buttons=(PAYLOAD,)), None),
        ([BODY, buttons(TRACK)], use("a", "b", buttons=(PAYLOAD,)), "132012"),
        ([BODY, buttons(TRACK)], use("a", "b", buttons=(Parameter(kind="url"),)), "131008"),
        ([BODY, {"type": "FOOTER", "text": "F"}], use("a", "b", footer=(TEXT_VALUE,)), "132000"),
        ([BODY, buttons(SHOP, YES)], use("a", "b"), None),
        ([BODY, buttons(COUPON)], use("a", "b"), "131008"),
        ([{"type": "BODY", "text": "Bonjour {{prenom}}, {{nom}}"}], use("a", "b"), "100"),
    ],
    ids=lambda value: None,
)
def test_each_part_of_a_definition_gets_the_value_it_needs(
    components: list[dict[str, object]], send: Send, expected: str | None
) -> None:
    template = Template(name="follow_up", language="fr", components=components)
    assert code(send, template=template) == expected


@pytest.mark.parametrize(
    ("send", "expected"),
    [
        (media(Kind.IMAGE, "https://files.example/a.PNG?sig=x.gif"), None),
        (media(Kind.IMAGE, "https://files.example/a.gif"), "131053"),
        (media(Kind.IMAGE, "https://files.example/a.pdf"), "131053"),
        (media(Kind.IMAGE, "https://files.example/a"), None),
        (media(Kind.VIDEO, "https://files.example/a.jpg"), "131053"),
        (media(Kind.AUDIO, "https://files.example/a.ogg"), None),
        (media(Kind.DOCUMENT, "https://files.example/a.zip"), None),
    ],
)
def test_files_must_have_a_type_that_their_kind_takes(send: Send, expected: str | None) -> None:
    assert code(send) == expected


def test_a_business_cannot_write_to_itself() -> None:
    refused = judge(TEXT, channel=CHANNEL, phone=Phone(number="33123456789"), template=None, now=NOW)
    assert refused
    assert refused.code == "131021"


def test_45_messages_at_once_then_one_in_6_seconds() -> None:
    rate, phone = PairRate(), Phone(number="33612345678")
    assert [rate.take(CHANNEL, phone, NOW) for _ in range(46)] == [True] * 45 + [False]
    assert not rate.take(CHANNEL, phone, NOW + timedelta(seconds=5))
    assert rate.take(CHANNEL, phone, NOW + timedelta(seconds=6))
    assert not rate.take(CHANNEL, phone, NOW + timedelta(seconds=6))


def test_the_burst_is_whole_again_once_it_is_repaid() -> None:
    rate, phone = PairRate(), Phone(number="33612345678")
    for _ in range(45):
        rate.take(CHANNEL, phone, NOW)
    later = NOW + timedelta(seconds=45 * 6)
    assert [rate.take(CHANNEL, phone, later) for _ in range(46)] == [True] * 45 + [False]


def test_each_customer_and_each_channel_has_a_pair_rate_of_its_own() -> None:
    rate, phone = PairRate(), Phone(number="33612345678")
    for _ in range(46):
        rate.take(CHANNEL, phone, NOW)
    assert rate.take(OTHER, phone, NOW)
    assert rate.take(CHANNEL, Phone(number="33600000000"), NOW)
