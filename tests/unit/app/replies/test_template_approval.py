"""Templates that WhatsApp would refuse for their shape: not sent, with the reason; not sent again once refused."""

import json
from collections.abc import Iterator

import pytest

from shared.sending.channel import Accepted, Outcome, Refusal, Shipment
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.templates import Button, Definition, Header, ListedTemplate
from shared.vocabulary.words import Delivery
from tests.fakes.channel import FakeChannel
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, World, refusal
from tests.unit.app.replies.worlds import PING

FRENCH = "Bonjour {{1}}, nous avons une réponse pour vous : {{2}}"
ENGLISH = "Hello {{1}}, we have an answer for you: {{2}}"
HELLO = "Hello client, we have an answer for you: Un"
ORDER = "Bonjour {{1}}, votre commande {{2}} est en route."
USE = TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17"))
TRACK = Button(type="URL", text="Suivre", url="https://shop.example/{{1}}")
BY_NAME = Button(type="URL", text="Suivre", url="https://shop.example/{{parcel}}")
IMAGE = Header(format="IMAGE")
CAROUSEL = ("CAROUSEL",)


def listed(name: str, language: str, definition: Definition | None, status: str = "approved") -> ListedTemplate:
    return ListedTemplate(name=name, language=language, status=status, definition=definition)


async def closed(*templates: ListedTemplate) -> World:
    """The window of the only contact is closed; the channel lists the template in French, in English, and these."""
    world = World(sample())
    await world.lists(
        listed("follow_up", "fr", Definition(body=FRENCH)),
        listed("follow_up", "en", Definition(body=ENGLISH)),
        listed("order_update", "fr", Definition(body=ORDER)),
        *templates,
    )
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    return world


class QuickToFail(FakeChannel):
    """Before the answer to a call is recorded, another worker hears that the message has failed."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.listed = world.channel.listed
        self._world = world

    async def send(self, shipment: Shipment) -> Outcome:
        outcome = await super().send(shipment)
        if isinstance(outcome, Accepted) and len(self.attempts) == 1:
            await self._world.status(outcome.message_id, "Failed", code="132000", by=self._world.worker(channel=self))
        return outcome


def asked_from_now_on(world: World) -> list[str]:
    """The channels whose templates are asked for from now on."""
    asked: list[str] = []
    templates = world.channel.templates

    async def counting(channel_id: str) -> object:
        asked.append(channel_id)
        return await templates(channel_id)

    world.channel.templates = counting  # type: ignore[method-assign, assignment]
    return asked


def warnings(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    for line in map(json.loads, caplog.messages):
        if line["step"] == "template.unusable":
            yield line["reason"]


@pytest.mark.parametrize(
    ("definition", "named"),
    [
        (Definition(body=ORDER, header=Header(format="GIF")), "header of the kind gif"),
        (Definition(body=ORDER, header=Header(format="TEXT", text="N° {{numero}}")), "header with {{numero}}"),
        (Definition(body=ORDER, buttons=(BY_NAME,)), "URL button with {{parcel}}"),
        (Definition(body=ORDER, buttons=(Button(type="COPY_CODE"),)), "copy-code button"),
        (Definition(body="Bonjour {{1}}"), "1 parameter at WhatsApp instead of 2"),
        (Definition(body="Bonjour {{1}}, {{3}}"), "(1, 3) that are not numbered from 1"),
        (Definition(body="Bonjour {{0}}, {{1}}"), "(0, 1) that are not numbered from 1"),
    ],
)
async def test_a_chosen_template_that_needs_more_is_refused_by_the_component(
    definition: Definition, named: str
) -> None:
    world = await closed(listed("order_update", "fr", definition))
    refused = await refusal(world.reply(template=USE))
    assert refused.code == "template_not_approved"
    ((path, message),) = refused.errors
    assert path == "template"
    assert named in message
    assert world.channel.attempts == []


async def test_as_fallback_it_is_passed_over() -> None:
    world = await closed(listed("follow_up", "fr", Definition(body=FRENCH, header=IMAGE)))
    await world.reply("Un")
    assert world.phone == [HELLO]


async def test_a_window_that_another_worker_found_closed_is_no_reason_to_pass_the_list_by() -> None:
    """This worker had no need of the list yet: its copy of the contact says that the window is open."""
    world = World(sample())
    bad = Definition(body=FRENCH, header=IMAGE)
    await world.lists(*[listed("follow_up", language, bad) for language in ("fr", "en")])
    await world.customer("Bonjour")
    await world.reply("Un")
    await world.status(world.channel_id_of("Un"), "Failed", code="131047", by=world.worker())
    assert (await world.reply("Deux")).outgoing.delivery is Delivery.HELD
    assert world.phone == ["Un"]


async def test_without_another_language_the_reply_is_held() -> None:
    bad = [listed("follow_up", language, Definition(body=FRENCH, buttons=(TRACK,))) for language in ("fr", "en")]
    world = await closed(*bad)
    state = await world.reply("Un")
    assert state.outgoing.delivery is Delivery.HELD
    assert [each.language for each in state.outgoing.passed_over] == ["fr", "en"]
    assert all("urlSuffix" in each.reason for each in state.outgoing.passed_over)


async def test_a_header_and_buttons_without_values_are_no_obstacle() -> None:
    header, button = Header(format="TEXT", text="Contoso"), Button(type="QUICK_REPLY", text="Oui")
    world = await closed(listed("follow_up", "fr", Definition(body=FRENCH, header=header, buttons=(button,))))
    await world.reply("Un")
    assert world.phone == [PING.format("Un")]


async def test_the_history_shows_the_words_that_whatsapp_sends() -> None:
    world = await closed(listed("follow_up", "fr", Definition(body="Salut {{1}} : {{2}}")))
    await world.reply("Un")
    assert world.phone == ["Salut client : Un"]


class TestRefusedShape:
    @pytest.mark.parametrize("code", ["132000", "132012", "131008"])
    async def test_a_template_refused_by_a_status_is_not_tried_again_while_it_is_listed_alike(self, code: str) -> None:
        world = await closed()
        await world.reply(template=USE)
        await world.status(world.channel_id_of("Bonjour Ana, votre commande A-17 est en route."), "Failed", code=code)
        refused = await refusal(world.reply(template=USE))
        assert refused.code == "template_not_approved"
        ((path, message),) = refused.errors
        assert (path, "refused by WhatsApp" in message) == ("template", True)
        assert len(world.channel.attempts) == 1

    async def test_so_is_one_refused_at_once(self) -> None:
        world = await closed()
        world.channel.answer_next(Refusal(code="132000", message="count"))
        assert (await refusal(world.reply(template=USE))).code == "channel_rejected"
        assert (await refusal(world.reply(template=USE))).code == "template_not_approved"
        assert len(world.channel.attempts) == 1

    async def test_as_fallback_it_is_passed_over(self) -> None:
        world = await closed()
        await world.reply("Un")
        await world.status(world.channel_id_of(PING.format("Un")), "Failed", code="132000")
        await world.status(world.channel_id_of(HELLO), "Failed", code="132000")
        state = await world.reply("Deux")
        assert state.outgoing.delivery is Delivery.HELD
        assert all("refused by WhatsApp" in each.reason for each in state.outgoing.passed_over)
        assert world.phone == [PING.format("Un"), HELLO]

    async def test_it_is_tried_again_once_the_channel_lists_another_definition(self) -> None:
        world = await closed()
        world.channel.answer_next(Refusal(code="132000", message="count"))
        await refusal(world.reply(template=USE))
        world.channel.listed[CHANNEL] = [listed("order_update", "fr", Definition(body="Salut {{1}}, {{2}}"))]
        await world.background()
        await world.pass_time(11 * 60)
        assert (await refusal(world.reply(template=USE))).code == "template_not_approved"
        await world.background()
        await world.reply(template=USE)
        assert world.phone == ["Salut Ana, A-17"]

    async def test_a_definition_that_changed_before_the_refusal_is_tried(self) -> None:
        """It was another one that was refused."""
        world = await closed()
        await world.cancel((await world.reply("Un")).outgoing.id)
        world.channel.listed[CHANNEL] = [listed("follow_up", "fr", Definition(body="Salut {{1}} : {{2}}"))]
        world.clock.step(60)
        await world.status(world.channel_id_of(PING.format("Un")), "Failed", code="132000")
        await world.background()
        await world.reply("Deux")
        assert world.phone[1:] == ["Salut client : Deux"]

    async def test_a_worker_that_never_asked_for_the_list_learns_of_it_too(self) -> None:
        world = await closed()
        await world.reply(template=USE)
        message_id = world.channel_id_of("Bonjour Ana, votre commande A-17 est en route.")
        world.restart()
        await world.status(message_id, "Failed", code="132000")
        assert (await refusal(world.reply(template=USE))).code == "template_not_approved"

    async def test_a_report_that_comes_late_says_nothing_of_what_is_listed_now(self) -> None:
        world = await closed()
        await world.reply(template=USE)
        message_id = world.channel_id_of("Bonjour Ana, votre commande A-17 est en route.")
        world.restart()
        await world.pass_time(2 * HOURS)
        await world.status(message_id, "Failed", code="132000")
        await world.reply(template=USE)
        assert len(world.phone) == 2

    async def test_many_reports_make_the_channel_be_asked_once(self) -> None:
        world = await closed()
        await world.reply(template=USE)
        await world.reply(template=USE)
        first, second = [world.channel.message_id(each) for each in world.channel.sent]
        world.clock.step(60)
        asked = asked_from_now_on(world)
        await world.status(first, "Failed", code="132000")
        await world.status(second, "Failed", code="132000")
        await world.background()
        assert len(asked) == 1

    async def test_a_status_that_comes_before_the_send_is_recorded_counts_too(self) -> None:
        world = await closed()
        channel = QuickToFail(world)
        by = world.worker(channel=channel)
        await refusal(world.reply(template=USE, by=by))
        assert (await refusal(world.reply(template=USE, by=by))).code == "template_not_approved"
        assert len(channel.sent) == 1

    async def test_a_free_text_that_is_refused_with_such_a_code_changes_no_template(self) -> None:
        world = await closed()
        await world.customer("Me revoilà")
        world.channel.answer_next(Refusal(code="131008", message="missing"))
        assert (await refusal(world.reply("Un"))).code == "channel_rejected"
        await world.reply(template=USE)
        assert world.phone == ["Bonjour Ana, votre commande A-17 est en route."]


class TestWarnings:
    async def test_what_can_not_be_sent_is_logged_once_an_hour(self, caplog: pytest.LogCaptureFixture) -> None:
        world = await closed(listed("follow_up", "fr", Definition(body=FRENCH, others=CAROUSEL)))
        caplog.clear()
        await world.reply("Un")
        said = [
            "template follow_up (fr) has a carousel, which needs a value that can't be given",
            "template order_update (en) is not listed",
        ]
        assert list(warnings(caplog)) == said
        for _ in range(5):
            await world.pass_time(11 * 60)
            await world.reply(template=USE)
        assert list(warnings(caplog)) == said
        await world.pass_time(11 * 60)
        await world.reply(template=USE)
        assert list(warnings(caplog)) == said * 2

    async def test_a_new_one_is_logged_at_once(self, caplog: pytest.LogCaptureFixture) -> None:
        world = await closed(listed("order_update", "en", Definition(body=ORDER)))
        await world.reply("Un")
        assert list(warnings(caplog)) == []
        world.channel.listed[CHANNEL] = list(world.channel.listed[CHANNEL])[1:]
        await world.pass_time(11 * 60)
        await world.reply(template=USE)
        assert list(warnings(caplog)) == ["template follow_up (fr) is not listed"]
