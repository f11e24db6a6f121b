"""What opens above the rest."""

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.scenes.stage import Stage
from tests.browser.team import DAY


async def transferring(stage: Stage) -> Desk:
    await stage.team.agent("Ben", presence="away")
    ana, _ = await stage.with_zoe()
    await ana.button("Transfer").click()
    await expect(ana.dialog("Transfer")).to_be_visible()
    return ana


async def closing(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await ana.button("Close").click()
    await expect(ana.dialog("Close")).to_be_visible()
    return ana


async def choosing_a_template(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe(ago=DAY)
    await ana.button("Templates").click()
    await expect(ana.dialog("Templates")).to_be_visible()
    return ana


async def quick_replies(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await ana.button("Quick replies").click()
    await expect(ana.page.get_by_text("merci", exact=True)).to_be_visible()
    return ana


async def writing_to_somebody_new(stage: Stage) -> Desk:
    ana = await stage.ana()
    await ana.button("New conversation").click()
    await expect(ana.dialog("New conversation")).to_be_visible()
    return ana


async def all_commands(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await ana.page.keyboard.press("ControlOrMeta+k")
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    return ana


async def all_keys(stage: Stage) -> Desk:
    ana, _ = await stage.with_zoe()
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.press("?")
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    return ana


async def the_profile(stage: Stage) -> Desk:
    ana = await stage.ana()
    await ana.button("Profile").click()
    return ana


SCENES = (
    transferring,
    closing,
    choosing_a_template,
    quick_replies,
    writing_to_somebody_new,
    all_commands,
    all_keys,
    the_profile,
)
