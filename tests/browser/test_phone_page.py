"""The phone page in a real browser: what a person sees, types and clicks."""

import base64
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from dev.stack.whatsapp.catalogue import Channel
from tests.browser.chromium import Page, browse, chromium
from tests.contract.whatsapp.sdk import AsyncSdk, image_message, template, text
from tests.contract.whatsapp.stand_in import CHANNEL, NUMBER, StandIn, running

NAMED_ROLES = {"button", "textbox", "combobox", "log", "main", "complementary"}
PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d4944415478da63fccff0bf1e000684027f37b4ee8d0000000049454e44ae426082"
    )
).decode()
READY = "(file) => file.naturalWidth > 0 || file.duration > 1"
SALES = Channel(name="sales", id="22222222-2222-2222-2222-222222222222", number="+33987654321")


@pytest_asyncio.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with running(SALES) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chromium(tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest_asyncio.fixture
async def page(stand_in: StandIn, devtools: str) -> AsyncIterator[Page]:
    """The page on a desktop; at the end no script may have failed."""
    async with browse(devtools, f"{stand_in.address}/") as page:
        await page.resize(1280, 800)
        await page.until("document.querySelector('#channel').options.length === 2")
        yield page
        assert page.errors == []


async def open_new_phone(page: Page, number: str, name: str) -> None:
    await page.click("#add-phone")
    await page.type(number)
    await page.press("Tab", 9)
    await page.type(name)
    await page.press("Enter", 13, "\r")
    await page.until("!document.querySelector('#phone').hidden && document.querySelector('#new-phone').hidden")


def bubbles(selector: str = "") -> str:
    return f"[...document.querySelectorAll('#messages .message{selector}')]"


async def test_a_person_opens_a_phone_types_and_sees_the_bubble(page: Page, stand_in: StandIn) -> None:
    await open_new_phone(page, "+33612345678", "Camille")
    await page.until("document.activeElement.id === 'text'")
    await page.type("Où est ma facture ? 🙏")
    await page.click("#send")

    await page.until(f"{bubbles('.in.delivered')}.length === 1")

    assert await page.evaluate(f"{bubbles()}[0].querySelector('.text').textContent") == "Où est ma facture ? 🙏"
    assert await page.evaluate("document.querySelector('#text').value") == ""
    assert await page.evaluate("document.querySelector('#phones [aria-current=true] .name').textContent") == "Camille"
    assert [event["content"] for event in stand_in.webhook.data()] == ["Où est ma facture ? 🙏"]


async def test_enter_sends_and_shift_enter_does_not(page: Page, stand_in: StandIn) -> None:
    await open_new_phone(page, NUMBER, "Camille")
    await page.until("document.activeElement.id === 'text'")
    await page.type("Bonjour")
    await page.press("Enter", 13, "\r")

    await page.until(f"{bubbles('.in')}.length === 1")

    assert [message["text"] for message in await stand_in.messages()] == ["Bonjour"]


async def test_a_reply_appears_by_itself_and_is_read_on_demand(page: Page, stand_in: StandIn) -> None:
    await open_new_phone(page, NUMBER, "Camille")
    await stand_in.write(channel="support", text="Bonjour")
    async with AsyncSdk(stand_in.address) as sdk:
        sent = await sdk.send(text("Nous vous répondons bientôt."))

    await page.until(f"{bubbles('.out.delivered')}.length === 1")
    await page.click("#read")
    await page.until(f"{bubbles('.out.read')}.length === 1")

    assert "Read" in stand_in.webhook.statuses(sent.message_id)
    assert await page.evaluate(f"{bubbles('.out')}[0].querySelector('.ticks').getAttribute('aria-label')") == "read"


async def test_a_refused_send_shows_its_code_and_a_template_its_name(page: Page, stand_in: StandIn) -> None:
    long_ago = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
    await stand_in.write(channel="support", text="Bonjour", name="Camille", at=long_ago)
    async with AsyncSdk(stand_in.address) as sdk:
        await sdk.send(text("Trop tard"))
        await sdk.send(template("follow_up", "fr", "Camille", "remboursée"))

    await page.until("document.querySelectorAll('#phones li').length === 1")
    await page.click("#phones button")
    await page.until(f"{bubbles('.template.delivered')}.length === 1")

    assert "131047" in await page.evaluate(f"{bubbles('.failed')}[0].textContent")
    assert await page.evaluate(f"{bubbles('.template')}[0].querySelector('.mark').textContent") == (
        "Template · follow_up (fr)"
    )
    assert "closed" in await page.evaluate("document.querySelector('#window').textContent")


async def test_what_people_write_is_never_markup(page: Page, stand_in: StandIn) -> None:
    attack = "<img src=x onerror=\"document.body.dataset.hacked='yes'\"><b>bold</b>"
    await stand_in.write(channel="support", text=attack, name=attack)
    await stand_in.write(channel="support", media={"mimeType": "image/png", "fileName": attack, "caption": attack})

    await page.until("document.querySelectorAll('#phones li').length === 1")
    await page.click("#phones button")
    await page.until(f"{bubbles('.in')}.length === 2")

    assert await page.evaluate(f"{bubbles()}[0].querySelector('.text').textContent") == attack
    assert await page.evaluate("document.querySelectorAll('main img:not(.file), aside img, b').length") == 0
    assert await page.evaluate("document.body.dataset.hacked ?? 'no'") == "no"


async def test_each_channel_has_a_chat_of_its_own(page: Page, stand_in: StandIn) -> None:
    await stand_in.write(channel="support", text="au support")
    await stand_in.write(channel="sales", text="aux ventes")
    await page.until("document.querySelector('#phones .preview')?.textContent === 'aux ventes'")
    await page.click("#phones button")
    await page.until(f"{bubbles()}.length === 1 && {bubbles()}[0].textContent.includes('aux ventes')")

    await page.evaluate(
        f"(() => {{ const choice = document.querySelector('#channel'); choice.value = '{CHANNEL}';"
        " choice.dispatchEvent(new Event('change')); })()"
    )

    await page.until(f"{bubbles()}.length === 1 && {bubbles()}[0].textContent.includes('au support')")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (320, 568)], ids=["desktop", "phone", "small"])
async def test_the_page_fits_its_screen(page: Page, stand_in: StandIn, width: int, height: int) -> None:
    await stand_in.write(channel="support", text="un-très-long-mot" * 30, name="Jean-Baptiste de La Fontaine" * 3)
    await page.resize(width, height)
    await page.until("document.querySelectorAll('#phones li').length === 1")
    await page.click("#phones button")
    await page.until(f"{bubbles()}.length === 1")

    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    corner = await page.evaluate("document.querySelector('#send').getBoundingClientRect().toJSON()")
    assert corner["right"] <= width
    assert corner["bottom"] <= height


async def test_a_small_screen_shows_list_or_chat(page: Page, stand_in: StandIn) -> None:
    await stand_in.write(channel="support", text="Bonjour")
    await page.resize(390, 844)
    await page.until("document.querySelectorAll('#phones li').length === 1")
    await page.click("#phones button")
    await page.until("document.querySelector('aside').offsetParent === null")

    await page.click("#back")

    await page.until("document.querySelector('aside').offsetParent !== null")
    assert await page.evaluate("document.querySelector('main').offsetParent === null")


async def test_words_that_could_not_be_sent_are_given_back(page: Page) -> None:
    await open_new_phone(page, NUMBER, "Camille")
    await page.until("document.activeElement.id === 'text'")
    await page.evaluate("window.reallyFetch = fetch; window.fetch = () => Promise.reject(new Error('no network')); 0")
    await page.type("Bonjour")
    await page.press("Enter", 13, "\r")

    await page.until("!document.querySelector('#offline').hidden && !document.querySelector('#problem').hidden")
    assert await page.evaluate("document.querySelector('#text').value") == "Bonjour"

    await page.evaluate("window.fetch = window.reallyFetch; 0")
    await page.until("document.querySelector('#offline').hidden")
    await page.click("#send")
    await page.until(f"{bubbles('.in')}.length === 1 && document.querySelector('#problem').hidden")


async def test_a_file_is_sent_with_the_words_as_its_caption(page: Page, stand_in: StandIn, tmp_path: Path) -> None:
    (tmp_path / "facture.pdf").write_bytes(b"%PDF-1.7")
    await open_new_phone(page, NUMBER, "Camille")
    await page.until("document.activeElement.id === 'text'")
    await page.type("La voici")
    await page.choose_file("#file", tmp_path / "facture.pdf")

    await page.until(f"{bubbles('.in')}.length === 1")

    await stand_in.webhook.until(stand_in.webhook.data)
    media = stand_in.webhook.data()[0]["media"]
    assert (media["mimeType"], media["fileName"], media["caption"]) == ("application/pdf", "facture.pdf", "La voici")
    assert "facture.pdf" in await page.evaluate(f"{bubbles()}[0].textContent")


async def test_files_of_both_sides_are_shown(page: Page, stand_in: StandIn) -> None:
    """An image as an image, a voice message to be played, a document to be saved."""
    for media in (
        {"mimeType": "image/png", "caption": "Ma facture", "content": PNG},
        {"mimeType": "audio/ogg", "content": PNG},
        {"mimeType": "application/pdf", "fileName": "facture.pdf", "content": PNG},
    ):
        await stand_in.write(channel="support", media=media, name="Camille")
    [image, *_] = [each for each in await stand_in.messages() if each["kind"] == "image"]
    async with AsyncSdk(stand_in.address) as sdk:
        await sdk.send(image_message(f"{stand_in.address}/files/{image['media']['id']}"))
    await page.until("document.querySelectorAll('#phones li').length === 1")
    await page.click("#phones button")

    await page.until(f"{bubbles('.out.delivered')}.length === 1")
    await page.until(
        "[...document.querySelectorAll('#messages img.file')].filter((each) => each.naturalWidth).length === 2"
    )
    await page.until("messages.scrollHeight - messages.scrollTop - messages.clientHeight < 2")
    assert await page.evaluate("document.querySelector('#messages .in img.file').alt") == "Ma facture"
    assert await page.evaluate("document.querySelectorAll('#messages audio[controls]').length") == 1
    assert await page.evaluate("document.querySelector('#messages a.file').download") == "facture.pdf"


@pytest.mark.parametrize(
    ("sample", "mime_type"), [("photo", "image/jpeg"), ("voice", "audio/ogg"), ("invoice", "application/pdf")]
)
async def test_a_file_is_at_hand_of_each_kind(page: Page, stand_in: StandIn, sample: str, mime_type: str) -> None:
    await open_new_phone(page, NUMBER, "Camille")
    await page.click("#attach")
    await page.click(f"[data-sample={sample}]")

    await page.until(f"{bubbles('.in.delivered')}.length === 1 && document.querySelector('#more').hidden")

    assert stand_in.webhook.data()[0]["media"]["mimeType"] == mime_type
    if sample != "invoice":
        await page.until(f"(({READY})(document.querySelector('#messages .file')))")


@pytest.mark.parametrize(
    ("card", "kind", "text"), [("place", "location", "Tour Eiffel"), ("contact", "contacts", "Chloé Ben Amor")]
)
async def test_a_place_and_a_contact_are_at_hand(
    page: Page, stand_in: StandIn, card: str, kind: str, text: str
) -> None:
    await open_new_phone(page, NUMBER, "Camille")
    await page.click("#attach")
    await page.click(f"[data-card={card}]")

    await page.until(f"{bubbles('.in.delivered')}.length === 1 && document.querySelector('#more').hidden")

    assert stand_in.webhook.data()[0]["messageType"] == kind
    assert text in await page.evaluate(f"{bubbles('.in')}[0].textContent")


async def test_a_button_of_a_template_is_tapped_and_a_choice_of_a_list_made(page: Page, stand_in: StandIn) -> None:
    buttons = [{"type": "QUICK_REPLY", "text": "Oui"}, {"type": "URL", "text": "Suivre", "url": "https://example.org"}]
    components = [{"type": "BODY", "text": "Une question ?"}, {"type": "BUTTONS", "buttons": buttons}]
    raw = {"name": "question", "language": "fr", "status": "approved", "components": components}
    await stand_in.call("PUT", "/channels/support/templates", [raw])
    await open_new_phone(page, NUMBER, "Camille")
    async with AsyncSdk(stand_in.address) as sdk:
        await sdk.send(template("question", "fr"))
    await page.until("document.querySelectorAll('#messages .choice').length === 2")

    await page.click("#messages .choice")
    await page.until(f"{bubbles('.in.delivered')}.length === 1")
    await page.click("#attach")
    await page.click("#list-choice")
    await page.type("Mardi 9 h")
    await page.press("Enter", 13, "\r")
    await page.until(f"{bubbles('.in.delivered')}.length === 2")

    tapped, chosen = stand_in.webhook.data()
    assert (tapped["button"]["text"], chosen["interactive"]["listReply"]["title"]) == ("Oui", "Mardi 9 h")
    assert await page.evaluate("document.querySelectorAll('#messages .choice')[1].disabled")


async def test_a_reaction_sits_at_its_message_and_is_taken_back(page: Page, stand_in: StandIn) -> None:
    await stand_in.write(channel="support", text="Bonjour")
    async with AsyncSdk(stand_in.address) as sdk:
        answer = await sdk.send(text("La voici."))
    await page.until("document.querySelectorAll('#phones li').length === 1")
    await page.click("#phones button")
    await page.until(f"{bubbles('.out.delivered')}.length === 1")

    for given in ("React; now 👍", "React"):
        await page.click("#messages summary")
        await page.click("#messages .emoji button")
        await page.until(f"document.querySelector('#messages summary').ariaLabel === '{given}'")

    reactions = [event["reaction"] for event in stand_in.webhook.data() if event["messageType"] == "reaction"]
    assert reactions == [{"messageId": answer.message_id, "emoji": "👍"}, {"messageId": answer.message_id}]
    assert await page.evaluate(f"{bubbles()}.length") == 2


async def test_words_stay_with_the_phone_on_which_they_were_begun(page: Page) -> None:
    await open_new_phone(page, NUMBER, "Camille")
    await page.until("document.activeElement.id === 'text'")
    await page.type("Pour Camille")
    await open_new_phone(page, "+33639980101", "Karim")
    await page.until("document.querySelector('#who').textContent === 'Karim'")
    assert await page.evaluate("document.querySelector('#text').value") == ""

    await page.evaluate(f"location.hash = '{NUMBER}'; 0")

    await page.until("document.querySelector('#text').value === 'Pour Camille'")


async def test_an_address_opens_a_phone_and_it_is_renamed(page: Page, stand_in: StandIn) -> None:
    await page.evaluate("location.hash = '+33639980101/L%C3%A9a'; 0")
    await page.until("document.querySelector('#who').textContent === 'Léa'")
    await page.click("#rename")
    await page.type(" Martin")
    await page.press("Enter", 13, "\r")

    await page.until("document.querySelector('#who').textContent === 'Léa Martin'")

    _, answer = await stand_in.call("GET", "/phones")
    assert [(phone["number"], phone["name"]) for phone in answer["phones"]] == [("33639980101", "Léa Martin")]


async def test_a_moved_clock_dates_the_phone_and_closes_its_window(page: Page, stand_in: StandIn) -> None:
    await stand_in.write(channel="support", text="Bonjour")
    await page.until("document.querySelectorAll('#phones li').length === 1")
    await page.click("#phones button")
    await page.until("document.querySelector('#window').className === 'open'")

    await stand_in.call("POST", f"/phones/{NUMBER}/clock", {"forward": "25h"})

    await page.until("document.querySelector('#window').textContent.endsWith('clock 25 h ahead')")
    assert "closed" in await page.evaluate("document.querySelector('#window').textContent")
    await page.click("#text")
    await page.type("Encore")
    await page.press("Enter", 13, "\r")
    await page.until("document.querySelector('#window').className === 'open'")
    days = "[...document.querySelectorAll('#messages .day')].map((each) => each.textContent).join()"
    await page.until(f"{days}.endsWith('Today')")


async def test_everything_that_can_be_used_has_a_name(page: Page) -> None:
    await open_new_phone(page, NUMBER, "Camille")
    await page.command("Accessibility.enable")
    tree = await page.command("Accessibility.getFullAXTree")
    named = [node for node in tree["nodes"] if not node["ignored"] and node["role"]["value"] in NAMED_ROLES]
    assert {node["role"]["value"] for node in named} == NAMED_ROLES
    assert [node["role"]["value"] for node in named if not node["name"]["value"]] == []
