"""What agents and customers do all day, from the phone to the desk and back."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.desks import Desks
from tests.browser.team import ASKED, DAY, STRICT, Team
from tests.flow.centre import GREETING, HASTY
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_customer_writes_and_is_answered(team: Team, desks: Desks, language: str) -> None:
    await team.agent("Ana")
    ana = await desks.open("Ana", language=language)
    await ana.button("Start shift").click()
    await expect(ana.presence).to_contain_text(ana.words("Available"))
    customer, _ = await team.writes("Zoé", "Où est ma commande ?")

    await ana.open("Zoé")
    await expect(ana.message("Où est ma commande ?")).to_be_visible()
    await expect(ana.window).to_contain_text(ana.words.begin("window.open"))
    await expect(ana.send).to_have_text(ana.words("Send to {name}", name="Zoé"))
    await ana.answer("Zoé", "Elle arrive demain.")

    await expect(ana.message("Elle arrive demain.")).to_be_visible()
    await expect(ana.reply("Zoé")).to_have_value("")
    await eventually(customer.received, [GREETING, "Elle arrive demain."])
    await expect(ana.message("Elle arrive demain.")).to_have_count(1)
    await customer.reads()
    await expect(ana.message("Elle arrive demain.")).to_contain_text(ana.words.start("Read {time}"))


async def test_what_is_offered_is_accepted_or_declined(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    ana = await desks.open("Ana")
    offers = ana.page.get_by_role("region", name=ana.words("Offers"), exact=True)

    await team.writes("Zoé", channel=ASKED)
    await expect(offers).to_contain_text("Zoé")
    await offers.get_by_role("button", name=ana.words("Accept"), exact=True).click()
    await expect(ana.row("Zoé")).to_be_visible()
    await expect(offers).to_be_hidden()

    await team.writes("Yann", channel=ASKED)
    await expect(offers).to_contain_text("Yann")
    await offers.get_by_role("button", name=ana.words("Decline"), exact=True).click()
    await expect(offers).to_be_hidden()
    await expect(ana.row("Yann")).to_have_count(0)


async def test_after_a_day_a_template_goes_out_and_the_words_wait(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé", "Ma facture ?", ago=DAY)
    ping = "Bonjour Zoé, nous avons une réponse pour vous : La voici."
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await expect(ana.window).to_contain_text(ana.words.begin("window.closed"))
    await expect(ana.send).to_have_text(ana.words.begin("Send template {template}"))

    await ana.answer("Zoé", "La voici.")

    await expect(ana.message("La voici.").filter(has_text=ana.words("message.held"))).to_be_visible()
    await eventually(customer.received, [ping])
    await expect(ana.send).to_have_text(ana.words.begin("Hold until {name} answers"))
    await ana.answer("Zoé", "Et merci.")
    await expect(ana.message("Et merci.").filter(has_text=ana.words("message.held"))).to_be_visible()

    await customer.writes("Oui ?")

    await expect(ana.thread.filter(has_text=ana.words("message.held"))).to_have_count(0)
    await expect(ana.window).to_contain_text(ana.words.begin("window.open"))
    await expect(ana.send).to_have_text(ana.words("Send to {name}", name="Zoé"))
    await eventually(customer.received, [ping, "La voici.", "Et merci."])


async def test_held_words_are_taken_back(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé", ago=DAY)
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.answer("Zoé", "Trop tôt.")
    held = ana.message("Trop tôt.").filter(has_text=ana.words("message.held"))
    await held.get_by_role("button", name=ana.words("Take back"), exact=True).click()
    await expect(held).to_have_count(0)

    await customer.writes_and_is_heard("Oui ?")
    await expect(ana.message("Oui ?")).to_be_visible()

    assert "Trop tôt." not in await customer.received()


async def test_held_words_that_expired_are_written_again(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    await team.writes("Zoé", ago=DAY, channel=HASTY)
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await expect(ana.send).to_have_text(ana.words.begin("Hold until {name} answers"))
    await ana.answer("Zoé", "Bonjour !")

    await ana.message("Bonjour !").get_by_role("button", name=ana.words("Write again"), exact=True).click()

    await expect(ana.reply("Zoé")).to_have_value("Bonjour !")


async def test_where_nothing_can_go_out_the_words_stay(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    await team.writes("Zoé", ago=DAY, channel=STRICT)
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.reply("Zoé").fill("Bonjour")

    await expect(ana.page.get_by_role("button", name=ana.words.begin("Send to {name}"))).to_be_disabled()
    await expect(ana.reply("Zoé")).to_have_value("Bonjour")


async def test_what_whatsapp_refuses_for_good_says_so(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    for code in (131026, 131049, 130472):
        await team.centre.is_idle()
        await team.centre.channel_fault(f"failed:{code}")
        await ana.answer("Zoé", f"Bonjour {code} !")

        await expect(ana.message(f"{code}").filter(has_text=ana.words("Not delivered"))).to_be_visible()


async def test_a_window_that_is_closed_for_whatsapp_alone_holds_the_words(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await team.centre.is_idle()
    await team.centre.channel_fault("failed:131047")
    await ana.answer("Zoé", "La voici.")

    await expect(ana.message("La voici.").filter(has_text=ana.words("message.held"))).to_be_visible()
    await eventually(customer.received, [GREETING, "Bonjour Zoé, nous avons une réponse pour vous : La voici."])


@pytest.mark.parametrize("code", [131000, 131056])
async def test_what_whatsapp_refuses_for_a_moment_goes_out_by_itself(team: Team, desks: Desks, code: int) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await team.centre.is_idle()
    await team.centre.channel_fault(f"failed:{code}")
    await ana.answer("Zoé", "Bonjour !")

    await eventually(customer.received, [GREETING, "Bonjour !"])
    await expect(ana.message("Bonjour !")).to_have_count(1)
    await expect(ana.message("Bonjour !")).not_to_contain_text(ana.words("Not delivered"))


async def test_a_failed_reply_is_tried_again(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await expect(ana.row("Zoé")).to_be_visible()
    await team.centre.is_idle()
    await team.centre.channel_fault("failed:131053")
    await customer.is_sent("Bonjour !", agent=team.id_of("Ana"), role="Agent")
    await ana.link("views.failed").click()
    await ana.open("Zoé")
    failed = ana.message("Bonjour !").filter(has_text=ana.words("Not delivered"))
    await expect(ana.row("Zoé")).to_have_count(0)  # the failure counts as read, and can still be mended

    await failed.get_by_role("button", name=ana.words("Try again"), exact=True).click()

    await eventually(customer.received, [GREETING, "Bonjour !"])
    await expect(failed).to_have_count(0)


async def test_a_reply_during_a_pause_goes_out_by_itself(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await team.centre.is_idle()
    await team.centre.channel_fault(429, retryAfter=2)
    ana.tolerate(429)
    await ana.answer("Zoé", "Bonjour !")

    await eventually(customer.received, [GREETING, "Bonjour !"])
    await expect(ana.message("Bonjour !")).to_have_count(1)


async def test_a_conversation_goes_from_hand_to_hand(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    await team.writes("Zoé")
    ana = await desks.open("Ana")
    await expect(ana.row("Zoé")).to_be_visible()
    await team.agent("Ben", presence="available")
    ben = await desks.open("Ben")
    await ana.open("Zoé")

    await ana.button("Transfer").click()
    dialog = ana.dialog("Transfer")
    await ana.choose(dialog.get_by_role("combobox", name=ana.words("Queue or agent"), exact=True), "Ben")
    await dialog.get_by_role("button", name=ana.words.begin("Confirm")).click()

    await expect(ben.row("Zoé")).to_be_visible()
    await expect(ana.row("Zoé")).to_have_count(0)


async def test_a_conversation_is_set_aside_and_comes_back(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, conversation_id = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.answer("Zoé", "Je regarde.")
    await ana.button("Wait").click()

    await eventually(lambda: team.status(conversation_id), "waiting")
    await customer.writes("Alors ?")
    await expect(ana.message("Alors ?")).to_be_visible()
    assert await team.status(conversation_id) == "active"


async def test_a_talk_that_is_over_is_wrapped_up_before_it_is_closed(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    _, conversation_id = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.button("Wrap up").click()
    await expect(ana.button("Wrap up")).to_be_hidden()
    assert await team.status(conversation_id) == "wrap_up"

    await ana.close_conversation("Solved")

    await expect(ana.row("Zoé")).to_have_count(0)


async def test_a_supervisor_takes_over_and_the_agent_keeps_the_words(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, conversation_id = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.reply("Zoé").fill("Je cherche")
    sam = await desks.open("Sam", "Supervisor", place=f"#/c/{conversation_id}")
    await sam.button("Take over").click()
    await sam.answer("Zoé", "Je m’en occupe.")

    await expect(ana.message("Je m’en occupe.")).to_be_visible()
    await expect(ana.reply("Zoé")).not_to_be_editable()
    await expect(ana.reply("Zoé")).to_have_value("Je cherche")
    await eventually(customer.received, [GREETING, "Je m’en occupe."])


async def test_a_note_stays_inside(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer, _ = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.reply("Zoé").fill("Pas encore")
    await ana.tab("composer.tab.note").click()
    await ana.textbox("composer.note").fill("Cliente fidèle")
    await ana.button("Add note").click()

    await expect(ana.message("Cliente fidèle")).to_be_visible()
    await ana.tab("composer.tab.reply").click()
    await expect(ana.reply("Zoé")).to_have_value("Pas encore")
    assert await customer.received() == [GREETING]


async def test_closing_can_be_undone(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    _, conversation_id = await team.writes("Zoé")
    ana = await desks.open("Ana")
    await ana.open("Zoé")
    await ana.close_conversation("Solved")
    await ana.button("Undo").click()
    await expect(ana.reply("Zoé")).to_be_visible()
    assert await team.status(conversation_id) == "active"

    await ana.close_conversation("Solved")

    async def closure() -> tuple[str, str | None]:
        conversation = await team.says("GET", f"/conversations/{conversation_id}")
        return conversation["status"], conversation.get("wrapUpCode")

    await eventually(closure, ("closed", "solved"))
    await expect(ana.row("Zoé")).to_have_count(0)


async def test_a_supervisor_gives_a_conversation_to_somebody_and_asks_why_it_waited(team: Team, desks: Desks) -> None:
    await team.agent("Noah", presence="away")  # no other team has one: a supervisor sees everybody
    _, conversation_id = await team.writes("Zoé")
    sam = await desks.open("Sam", "Supervisor")
    await sam.go(f"#/c/{conversation_id}")

    await sam.button("Explain").click()
    await expect(sam.dialog("Explain")).to_contain_text(team.queue)
    await sam.page.keyboard.press("Escape")
    await sam.button("Assign").click()
    dialog = sam.dialog("Assign")
    await sam.choose(dialog.get_by_role("combobox"), "Noah")
    await dialog.get_by_role("button", name=sam.words.begin("Confirm")).click()

    async def agent() -> str | None:
        found: str | None = (await team.says("GET", f"/conversations/{conversation_id}"))["agent"]
        return found

    await eventually(agent, team.id_of("Noah"))


async def test_a_supervisor_sees_queues_and_people(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="busy")
    await team.writes("Zoé")
    sam = await desks.open("Sam", "Supervisor", place="#/supervisor")
    agents = sam.page.get_by_role("table", name=sam.words("Agents"), exact=True)
    queues = sam.page.get_by_role("table", name=sam.words("Queues"), exact=True)

    await expect(
        agents.get_by_role("row").filter(has_text="Ana").filter(has_text=sam.words("Busy")).first
    ).to_be_visible()
    await expect(queues.get_by_role("row", name=re.compile(team.queue))).to_be_visible()


async def test_somebody_new_is_written_to(team: Team, desks: Desks) -> None:
    await team.agent("Ana", presence="available")
    customer = team.customer()
    ana = await desks.open("Ana")
    await ana.button("New conversation").click()
    dialog = ana.dialog("New conversation")
    await dialog.get_by_role("textbox", name=ana.words("Phone"), exact=True).fill(f"+{customer.number}")
    await dialog.get_by_role("combobox", name=ana.words("Channel"), exact=True).select_option("support_fr")
    await ana.choose(dialog.get_by_role("combobox", name=ana.words("Template"), exact=True), "order_update")
    await dialog.get_by_role("textbox", name="1", exact=True).fill("Zoé")
    await dialog.get_by_role("textbox", name="2", exact=True).fill("A-17")
    await dialog.get_by_role("button", name=ana.words.begin("Confirm")).click()

    await eventually(customer.received, ["Bonjour Zoé, votre commande A-17 est en route."])
    await expect(ana.message("A-17")).to_be_visible()
