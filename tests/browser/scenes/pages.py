"""What a supervisor and an administrator look after."""

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.scenes.stage import Stage


async def the_team(stage: Stage) -> Desk:
    await stage.team.agent("Ben", presence="busy")
    await stage.team.writes("Zoé")
    sam = await stage.sam("#/supervisor")
    await expect(sam.page.get_by_role("table", name=sam.words("Agents"), exact=True)).to_contain_text("Ben")
    return sam


async def the_reports(stage: Stage) -> Desk:
    _, conversation_id = await stage.team.writes("Zoé")
    await stage.team.says("POST", f"/conversations/{conversation_id}/close", {"wrapUpCode": "solved"})
    sam = await stage.sam("#/reports")
    await expect(sam.page.get_by_role("table").first).to_be_visible()
    return sam


async def the_templates(stage: Stage) -> Desk:
    sam = await stage.sam("#/templates")
    await expect(sam.main).to_contain_text("order_update")
    return sam


async def the_quarantine(stage: Stage) -> Desk:
    root = await stage.sam("#/quarantine", "Admin")
    await expect(root.main.get_by_role("heading", level=1)).to_be_visible()
    return root


SCENES = (
    the_team,
    the_reports,
    the_templates,
    the_quarantine,
)
