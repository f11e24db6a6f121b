"""What workers know of the channel's templates: from the row that they share, asked for in the background."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.state.tables import Row, Table
from shared.vocabulary.errors import Unavailable
from shared.vocabulary.message import TemplateUse
from shared.vocabulary.templates import Definition, ListedTemplate
from shared.vocabulary.words import Delivery
from tests.fakes.channel import FakeChannel
from tests.fakes.faults import Faults
from tests.fakes.sample import sample
from tests.fakes.world import CHANNEL, HOURS, World, refusal

USE = TemplateUse(name="order_update", language="fr", parameters=("Ana", "A-17"))
SAID = "Bonjour Ana, votre commande A-17 est en route."


def listed(status: str = "approved", *, body: str = "", name: str = "order_update") -> ListedTemplate:
    definition = Definition(body=body) if body else None
    return ListedTemplate(name=name, language="fr", status=status, definition=definition)


class Asked(FakeChannel):
    """Counts how often it was asked for its templates."""

    def __init__(self, *templates: ListedTemplate) -> None:
        super().__init__()
        self.listed[CHANNEL] = templates
        self.times = 0

    async def templates(self, channel_id: str) -> Any:
        self.times += 1
        return await super().templates(channel_id)


class CountedGets:
    """Tables that note what was read by point."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[Table] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.tables, name)

    async def get(self, table: Table, partition: str, key: str) -> Row | None:
        self.asked.append(table)
        return await self._world.tables.get(table, partition, key)


async def written() -> World:
    """A customer has written."""
    world = World(sample())
    await world.customer("Bonjour")
    return world


async def test_a_worker_learns_the_list_after_its_start_and_the_next_one_finds_it_stored() -> None:
    world = await written()
    channel = Asked(listed("paused"))
    first, second = world.worker(channel=channel), world.worker(channel=channel)
    for worker in (first, second):
        await world.customer("Encore", by=worker)
        worker.templates.learn_soon()
        worker.templates.learn_soon()
        await world.background()
        assert (await refusal(world.reply(template=USE, by=worker))).code == "template_not_approved"
    assert channel.times == 1


async def test_a_worker_asks_once_in_ten_minutes_whether_it_is_answered_or_not() -> None:
    for templates in ((listed(),), ()):
        world = await written()
        channel = Asked(*templates)
        if not templates:
            channel.listed.clear()
        worker = world.worker(channel=channel)
        for _ in range(11):
            await world.reply(template=USE, by=worker)
            await world.background()
            world.clock.step(60)
        assert channel.times == 2


async def test_after_a_refusal_it_asks_once_a_minute() -> None:
    world = await written()
    channel = Asked(listed())
    worker = world.worker(channel=channel)
    for _ in range(3):
        worker.templates.note_refused(CHANNEL, USE, "132005", world.clock.now())
        await world.background()
        world.clock.step(30)
    assert channel.times == 2


async def test_a_text_inside_the_window_asks_nobody() -> None:
    world = await written()
    tables, channel = CountedGets(world), Asked(listed())
    worker = world.worker(tables=tables, channel=channel)
    await world.reply("Un", by=worker)
    tables.asked.clear()
    await world.reply("Deux", by=worker)
    await world.background()
    assert (Table.CHANNELS in tables.asked, channel.times) == (False, 0)


@pytest.mark.parametrize("code", ["132001", "132015", "132016"])
async def test_a_template_that_is_stopped_is_passed_over_at_once_though_the_list_can_not_be_had(code: str) -> None:
    world = await written()
    await world.reply(template=USE)
    await world.status(world.channel_id_of(SAID), "Failed", code=code)
    refused = await refusal(world.reply(template=USE))
    assert "was refused by WhatsApp a moment ago" in refused.errors[0][1]


async def test_what_one_worker_learned_of_a_shape_all_know_also_later() -> None:
    world = await written()
    await world.lists(listed(body="Bonjour {{1}}, {{2}}"))
    world.clock.step(120)
    await world.reply(template=USE)
    await world.status(world.channel_id_of("Bonjour Ana, A-17"), "Failed", code="132012")
    await world.background()
    world.restart()
    await world.pass_time(2 * HOURS)
    assert (await refusal(world.reply(template=USE))).code == "template_not_approved"
    await world.background()
    refused = await refusal(world.reply(template=USE))
    assert "is refused by WhatsApp for its parameters" in refused.errors[0][1]
    await world.lists(listed(body="Salut {{1}}, {{2}}"))
    await world.reply(template=USE)
    assert world.phone[-1] == "Salut Ana, A-17"


async def test_two_workers_that_ask_at_once_keep_what_both_know() -> None:
    world = await written()
    other = TemplateUse(name="follow_up", language="fr")
    templates = listed(), listed(name="follow_up")
    await world.lists(*templates)
    world.clock.step(60)
    workers = [world.worker() for _ in range(2)]
    for worker, use in zip(workers, (USE, other), strict=True):
        await worker.templates.refresh(CHANNEL)
        worker.templates.note_refused(CHANNEL, use, "132000", world.clock.now())
    await world.background()
    fresh = world.worker()
    await fresh.templates.refresh(CHANNEL)
    assert fresh.templates.listing(CHANNEL).refused == set(templates)


async def test_a_late_report_of_a_template_that_is_listed_anew_stops_nothing() -> None:
    world = await written()
    sent_at = world.clock.now()
    world.clock.step(3600)
    await world.lists(listed())
    world.centre.templates.note_refused(CHANNEL, USE, "132015", sent_at)
    await world.reply(template=USE)
    assert world.phone == [SAID]


def away(world: World) -> Any:
    return Faults(call=1, error=Unavailable("away"), lasting=True).wrap(world.tables)


async def test_while_storage_is_away_the_worker_goes_by_what_it_heard_itself() -> None:
    world = await written()
    worker = world.worker(tables=away(world))
    world.channel.listed[CHANNEL] = [listed("paused")]
    await worker.templates.read(CHANNEL)
    assert worker.templates.listing(CHANNEL).status("order_update", "fr") == "paused"
    await worker.templates.refresh(CHANNEL)
    assert worker.templates.listing(CHANNEL).status("order_update", "fr") == "paused"


async def test_of_a_list_that_fits_no_row_what_the_configuration_names_is_kept() -> None:
    world = await written()
    long = "x" * 1000
    others = [listed(name=f"other_{number}", body=long) for number in range(600)]
    await world.lists(*others, listed("paused"))
    world.restart()
    assert (await refusal(world.reply(template=USE))).code == "template_not_approved"
    assert world.centre.templates.listing(CHANNEL).find("other_1", "fr") is None


FALLBACKS = [
    {"name": "order_update", "parameters": ["{contact.name}", "{reply.text|…}"]},
    {"name": "follow_up", "parameters": ["client", "{reply.text|…}"]},
]


@pytest.mark.parametrize(
    ("usable", "phone", "passed_over"),
    [
        (lambda name, language: True, "Bonjour client, nous avons une réponse pour vous : Un", ["order_update fr en"]),
        (
            lambda name, language: (name, language) == ("follow_up", "en"),
            "Hello client, we have an answer for you: Un",
            ["order_update fr en", "follow_up fr"],
        ),
        (lambda name, language: False, None, ["order_update fr en", "follow_up fr en"]),
    ],
)
async def test_the_first_usable_of_the_fallbacks_goes_out_in_the_best_language(
    usable: Callable[[str, str], bool], phone: str | None, passed_over: list[str]
) -> None:
    """The contact has no name, which the first of them asks for."""
    world = World(sample(fallback_template=FALLBACKS))
    await world.lists(
        *(
            ListedTemplate(name=name, language=language, status="approved" if usable(name, language) else "paused")
            for name in ("order_update", "follow_up")
            for language in ("fr", "en")
        )
    )
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    state = await world.reply("Un")
    assert world.phone == ([phone] if phone else [])
    assert state.outgoing.delivery is (Delivery.TEMPLATE if phone else Delivery.HELD)
    expected = [(name, language) for name, *languages in map(str.split, passed_over) for language in languages]
    assert [(each.name, each.language) for each in state.outgoing.passed_over] == expected
