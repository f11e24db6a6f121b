"""Two contacts turn out to be one person while a conversation is under way: it goes on with the one that stays."""

from dataclasses import replace

from shared.configuration.workstreams import Presence
from shared.state.agent import Agent
from shared.state.contact import Contact
from shared.state.conversation import Conversation, NeededSkill
from shared.state.draft import Draft
from shared.vocabulary.words import ClosureReason, ConversationStatus, Priority
from tests.fakes.sample import sample, without_billing
from tests.fakes.world import HOURS, World

BSUID = "FR.1"


async def under_way(presence: Presence = Presence.AVAILABLE) -> World:
    """Ana has a conversation in hand with a customer who is known by number."""
    world = World(sample(greeting=True))
    ana = Agent(id="ana", name="Ana", queues=("general", "billing"), presence=presence)
    await world.centre.agents.save("ana", lambda _: ana)
    await world.customer("Ma facture est fausse")
    await world.reply("Je regarde")
    return world


async def label(world: World, contact: Contact, **fields: object) -> None:
    stored = await world.centre.contacts.load(contact.id)
    assert stored
    assert stored.contact.conversation
    draft = Draft.of(stored, world.clock.now())
    draft.update_conversation(**fields)
    await world.centre._settler.settle(await world.centre._committer.commit(stored, draft))


def of(contact: Contact) -> Conversation:
    assert contact.conversation
    return contact.conversation


async def shown(world: World) -> tuple[Contact, Contact]:
    """The customer writes under both names, and all is told; the contact that went, and the one that stays."""
    gone = next(each for each in world.contacts if each.phone and not each.bsuid)
    await world.customer("C'est moi", bsuid=BSUID)
    await world.drain()
    return world.contact_with(gone.id), world.contact_with(BSUID)


async def test_its_agent_goes_on_and_nobody_is_told() -> None:
    world = await under_way()
    await world.customer("Par nom", phone="", bsuid=BSUID)
    stays = world.contact_with(BSUID)
    said = len(world.phone)

    gone, stays = await shown(world)

    assert (of(gone).status, of(stays).status, of(stays).agent) == ("closed", "active", "ana")
    closure = of(gone).closure
    assert closure
    assert closure.reason is ClosureReason.MERGED
    assert len(world.phone) == said
    assert of(gone).survey is None
    await world.pass_time(130)
    ana = await world.worker().agents.find("ana")
    assert ana
    assert {each: entry.units for each, entry in ana.load.items() if entry.kind != "gone"} == {of(stays).id: 30}


async def test_what_it_has_none_of_its_own_it_takes_over() -> None:
    world = await under_way()
    await label(world, world.contact, tags=("vip",), priority=Priority.HIGH, variables={"topic": "x", "order": 7})
    waits = world.clock.now()
    await world.customer("Vous êtes là ?")
    world.clock.step(60)
    await world.customer("Par nom", phone="", bsuid=BSUID)
    await label(world, world.contact_with(BSUID), variables={"topic": "own"}, skills=(NeededSkill(name="fr"),))

    _, stays = await shown(world)

    found = of(stays)
    assert (found.queue, found.tags, found.priority) == ("general", ("vip",), Priority.HIGH)
    assert found.variables == {"topic": "own", "order": 7}
    assert found.skills == (NeededSkill(name="fr"),)
    assert found.waiting_since == waits


async def test_where_none_is_open_another_begins_where_the_first_one_stands() -> None:
    world = await under_way()
    await world.customer("Par nom", phone="", bsuid=BSUID)
    stored = await world.centre.contacts.load(world.contact_with(BSUID).id)
    assert stored
    draft = Draft.of(stored, world.clock.now())
    draft.put_conversation(replace(of(stored.contact), status=ConversationStatus.CLOSED))
    await world.centre._settler.settle(await world.centre._committer.commit(stored, draft))
    said = len(world.phone)

    gone, stays = await shown(world)

    assert (of(stays).queue, of(stays).agent, of(stays).previous_id) == ("billing", "ana", of(gone).id)
    assert (of(stays).variables, of(stays).skills) == (of(gone).variables, of(gone).skills)
    assert len(world.phone) == said


async def test_an_agent_who_is_gone_does_not_go_on_and_its_line_does() -> None:
    world = await under_way(Presence.OFFLINE)
    await world.customer("Par nom", phone="", bsuid=BSUID)
    _, stays = await shown(world)
    assert (of(stays).status, of(stays).agent, of(stays).last_agent) == ("open", None, "ana")


async def test_an_opt_out_that_shows_it_releases_nothing() -> None:
    words = {"keywords": ["STOP"], "confirm": {"fr": "Plus de messages."}}
    world = World(sample(opt_out=words, when_window_closed="hold"))
    await world.customer("Bonjour")
    await world.pass_time(25 * HOURS)
    await world.reply("Encore une chose")
    await world.customer("Par nom", phone="", bsuid=BSUID)
    said = len(world.phone)

    gone = next(each for each in world.contacts if each.phone and not each.bsuid)
    await world.customer("STOP", bsuid=BSUID)
    await world.drain()

    assert world.phone[said:] == ["Plus de messages."]
    assert world.contact_with(gone.id).held == ()


async def test_from_a_queue_that_is_gone_it_goes_on_in_the_fallback() -> None:
    world = await under_way()
    await world.customer("Par nom", phone="", bsuid=BSUID)
    await label(world, world.contact_with(BSUID), status=ConversationStatus.CLOSED)
    world.deploy(without_billing())

    _, stays = await shown(world)

    assert (of(stays).queue, of(stays).segments[0].queue, of(stays).agent) == ("general", "general", "ana")
