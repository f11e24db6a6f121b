"""What goes wrong: at WhatsApp, between the desk and the API, and because somebody else was faster."""

from playwright.async_api import Route, expect

from tests.browser.desk import Desk
from tests.browser.network import CHANGES, REPLIES, Network
from tests.browser.scenes.stage import PATIENCE, Stage
from tests.browser.team import DAY
from tests.flow.centre import HASTY


async def expired_words(stage: Stage) -> Desk:
    _, conversation_id = await stage.team.writes("Zoé", ago=DAY, channel=HASTY)
    sam = await stage.sam(f"#/c/{conversation_id}")
    await sam.answer("Zoé", "Elle arrive demain.")
    await expect(sam.button("Write again")).to_be_visible(timeout=PATIENCE)
    return sam


async def refused_by_whatsapp(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await stage.team.centre.is_idle()
    await stage.team.centre.channel_fault("failed:131026")
    await ana.answer("Zoé", "Elle arrive demain.")
    failed = ana.message("Elle arrive").filter(has_text=ana.words("Not delivered"))
    await expect(failed).to_be_visible(timeout=PATIENCE)
    return ana


async def on_its_way(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await Network(ana.page).hang(REPLIES)
    await ana.answer("Zoé", "Elle arrive demain.")
    await expect(ana.message("Elle arrive demain.")).to_be_visible()
    return ana


async def somebody_else_has_it(stage: Stage) -> Desk:
    await stage.team.agent("Ana", presence="available")
    await stage.team.agent("Ben")
    _, conversation_id = await stage.team.writes("Zoé")
    await stage.team.says("POST", f"/conversations/{conversation_id}/assign", {"agent": stage.team.id_of("Ana")})
    ben = await stage.desks.open("Ben", place=f"#/queue/{stage.team.queue}")
    await ben.open("Zoé")
    return ben


async def a_closed_conversation(stage: Stage) -> Desk:
    _, conversation_id = await stage.team.writes("Zoé")
    await stage.team.says("POST", f"/conversations/{conversation_id}/close", {"wrapUpCode": "solved"})
    sam = await stage.sam(f"#/c/{conversation_id}")
    await expect(sam.messages.first).to_be_visible()
    return sam


async def opted_out(stage: Stage) -> Desk:
    ana, customer = await stage.with_zoe()
    await customer.writes_and_is_heard("STOP")
    await expect(ana.message("STOP")).to_be_visible()
    return ana


async def without_a_network(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await ana.page.route("**/api/c**", lambda route: route.abort())
    await ana.page.evaluate("dispatchEvent(new Event('offline'))")
    await ana.answer("Zoé", "Elle arrive demain.")
    await expect(ana.page.get_by_role("status", name=ana.words("Connection"), exact=True)).to_contain_text(
        ana.words.begin("Offline since {time}")
    )
    return ana


async def a_session_that_ended(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    ana.tolerate(401)
    await ana.reply("Zoé").fill("Elle arrive demain.")
    await Network(ana.page).refuse("**/api/conversations/**", 401, times=None, code="unauthenticated")
    await ana.reply("Zoé").press("Enter")  # the button is off by now where another call came first
    await expect(ana.button("Sign in again")).to_be_visible()
    return ana


async def a_list_that_failed(stage: Stage) -> Desk:
    ana = await stage.ana()
    ana.tolerate(500)
    await Network(ana.page).refuse("**/api/conversations?*", 500, times=None, code="internal_error")
    await ana.link("views.closed").click()
    await expect(ana.button("Try again")).to_be_visible()
    return ana


async def a_conversation_that_is_gone(stage: Stage) -> Desk:
    ana = await stage.ana()
    ana.tolerate(404)
    await ana.go("#/c/00000000000000000000000000000000-01M8N0CT18J2HZQ6AYSVCZ1SNW")
    await expect(ana.main.get_by_role("alert")).to_contain_text(ana.words("problem.conversation_not_found"))
    return ana


async def still_loading(stage: Stage) -> Desk:
    ana = await stage.ana()
    await Network(ana.page).hang("**/api/conversations?*")
    await Network(ana.page).hang(CHANGES)
    await ana.page.reload()
    return ana


async def badly_configured(stage: Stage) -> Desk:
    ana = await stage.ana()

    async def bad(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json=await answer.json() | {"configuration": "bad"})

    await ana.page.route("**/desk/config", bad)
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", level=1)).to_be_visible()
    return ana


SCENES = (
    expired_words,
    refused_by_whatsapp,
    on_its_way,
    somebody_else_has_it,
    a_closed_conversation,
    opted_out,
    without_a_network,
    a_session_that_ended,
    a_list_that_failed,
    a_conversation_that_is_gone,
    still_loading,
    badly_configured,
)
