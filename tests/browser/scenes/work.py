"""What an agent has before them in a day of work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import Route, expect

from shared.vocabulary.time import rfc3339
from tests.browser.desk import Desk
from tests.browser.scenes.stage import PATIENCE, Stage
from tests.browser.team import ASKED, DAY, STRICT

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccff0bf1e000684027f37b4"
    "ee8d0000000049454e44ae426082"
)

THERE = "Je suis là"
OTHERS: tuple[dict[str, Any], ...] = (
    {
        "text": "Est-ce encore en solde ?",
        "data": {
            "referral": {
                "headline": "Soldes d’hiver",
                "body": "Jusqu’à −50 % sur toute la collection",
                "source_url": "https://shop.example/soldes",
                "source_type": "ad",
            }
        },
    },
    {
        "kind": "unsupported",
        "originalKind": "location",
        "text": "📍 Tour Eiffel",
        "data": {
            "latitude": 48.8584,
            "longitude": 2.2945,
            "name": "Tour Eiffel",
            "address": "5 avenue Anatole France, 75007 Paris",
        },
    },
    {
        "kind": "unsupported",
        "originalKind": "contacts",
        "text": "👤 Chloé Ben Amor",
        "data": {
            "contacts": [
                {"name": "Chloé Ben Amor", "phones": ["+33612345678", "01 23 45 67 89"]},
                {"name": {"formatted_name": "<b>\u202eW" + "W" * 90}, "phones": [{"phone": "+1" + "2" * 60}]},
            ]
        },
    },
    {
        "kind": "unsupported",
        "originalKind": "order",
        "text": "🛒 3 × SKU-1 30 EUR",
        "data": {
            "items": [
                {"id": "SKU-1", "quantity": 3, "price": 30, "currency": "EUR"},
                {"id": "M" * 80, "quantity": 12, "price": 9.5, "currency": "EUR"},
            ],
            "text": "Pour lundi, *si possible*",
        },
    },
    {
        "kind": "unsupported",
        "originalKind": "interactive",
        "text": "taille: M",
        "data": {"fields": {"taille": "M", "jours": ["lundi", "mardi"], "x" * 60: "y" * 90}},
    },
    {"kind": "unsupported", "originalKind": "edit", "text": "À 15 h, plutôt"},
    {"kind": "unsupported", "originalKind": "revoke", "text": None},
    {"kind": "unsupported", "originalKind": "poll", "text": None, "data": {"poll": {"question": "Quand ?"}}},
)


async def nobody_yet(stage: Stage) -> Desk:
    return await stage.desks.open(sits_down=False)


async def before_work(stage: Stage) -> Desk:
    ana = await stage.ana(at_work=False)
    await expect(ana.button("Start shift")).to_be_visible()
    return ana


async def without_a_record(stage: Stage) -> Desk:
    ana = await stage.desks.open("Ana")
    await expect(ana.button("Start shift")).to_be_visible()
    return ana


async def nothing_to_do(stage: Stage) -> Desk:
    ana = await stage.ana()
    await expect(ana.button("End shift")).to_be_visible()
    return ana


async def a_list_and_a_thread(stage: Stage) -> Desk:
    ana, customer = await stage.with_zoe()
    await stage.team.writes("Yann", "Ma facture, s’il vous plaît", ago=timedelta(hours=22))
    await stage.team.writes("Chloé Ben Amor", "Bonjour", ago=timedelta(hours=2))
    await stage.team.writes(None, "Je n’ai pas de nom")
    await ana.answer("Zoé", "Bonjour Zoé, je *regarde* tout de suite.")
    await ana.answer("Zoé", "Voyez https://shop.example/suivi en attendant.")
    await customer.reads()
    await customer.sends_file(PNG, "image/png")
    await customer.sends_file(b"%PDF-1.7", "application/pdf", name="facture.pdf")
    await ana.tab("composer.tab.note").click()
    await ana.textbox("composer.note").fill("Cliente fidèle, colis perdu deux fois")
    await ana.button("Add note").click()
    await ana.tab("composer.tab.reply").click()
    await expect(ana.message("facture.pdf")).to_be_visible()
    await expect(ana.message("Cliente fidèle")).to_be_visible()
    return ana


async def an_ad_a_place_and_people(stage: Stage) -> Desk:
    return await _with_others(stage, OTHERS[:3])


async def orders_forms_and_changes(stage: Stage) -> Desk:
    return await _with_others(stage, OTHERS[3:])


async def _with_others(stage: Stage, others: Sequence[dict[str, Any]]) -> Desk:
    """Meta brings what ACS does not: it is put before the customer's newest message, up to which Ana reads."""
    ana, customer = await stage.with_zoe()

    async def put(route: Route) -> None:
        answer = await route.fetch()
        page = await answer.json()
        for item in [each for each in page["items"] if each["text"] == THERE]:
            before = rfc3339(datetime.fromisoformat(item["at"]) - timedelta(seconds=1))
            for number, other in enumerate(others):
                page["items"].append({**item, "messageId": f"other-{number}", "at": before} | other)
        await route.fulfill(response=answer, json=page)

    await ana.page.route("**/api/conversations/*/messages*", put)
    await customer.writes_and_is_heard(THERE)
    await expect(ana.messages).to_have_count(3 + len(others))  # theirs, the greeting and the first words
    return ana


async def a_window_about_to_close(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe(ago=timedelta(hours=23, minutes=50))
    await expect(ana.window).to_contain_text(ana.words.begin("Closes in {time}"))
    return ana


async def a_closed_window(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe(ago=DAY)
    await ana.reply("Zoé").fill("Elle arrive demain.")
    await expect(ana.send).to_have_text(ana.words.begin("Send template {template}"))
    return ana


async def held_words(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe(ago=DAY)
    await ana.answer("Zoé", "Elle arrive demain.")
    held = ana.message("Elle arrive demain.").filter(has_text=ana.words("message.held"))
    await expect(held).to_be_visible(timeout=PATIENCE)
    return ana


async def nothing_can_go_out(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe(ago=DAY, channel=STRICT)
    await ana.reply("Zoé").fill("Elle arrive demain.")
    return ana


async def an_offer(stage: Stage) -> Desk:
    ana = await stage.ana()
    await stage.team.writes("Zoé", "Où est ma commande ?", channel=ASKED)
    await expect(ana.button("Accept")).to_be_visible()
    return ana


async def the_customer(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await ana.page.keyboard.press("Escape")
    await ana.go(f"#{ana.page.url.partition('#')[2]}/info")
    await expect(ana.page.get_by_role("complementary", name=ana.words("info.name"), exact=True)).to_be_visible()
    return ana


SCENES = (
    an_ad_a_place_and_people,
    orders_forms_and_changes,
    nobody_yet,
    before_work,
    without_a_record,
    nothing_to_do,
    a_list_and_a_thread,
    a_window_about_to_close,
    a_closed_window,
    held_words,
    nothing_can_go_out,
    an_offer,
    the_customer,
)
