"""All that is stored of a customer is handed out, page by page."""

import json
from typing import Any

from tests.fakes.world import PHONE, World
from tests.unit.app.api.desk import ADA, SUE, Desk
from tests.unit.app.erasure.test_erasing import BSUID, MARKER, full_life, marked


async def exported(world: World, contact_id: str, limit: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = f"/contacts/{contact_id}/export?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        page = (await Desk(world).get(asked, ADA)).json
        items += page["items"]
        cursor = page["nextCursor"]
    return items


async def test_every_row_that_names_the_customer_is_handed_out_once() -> None:
    world = World()
    contact_id = await full_life(world)

    items = await exported(world, contact_id, 3)

    rows = {f"contacts/{each['contactId']}/{each['key']}" for each in items if each["place"] == "contacts"}
    assert {place for place in marked(world) if place.startswith("contacts/")} <= rows
    assert len([each for each in items if each["place"] == "quarantine"]) == 2
    assert len(items) == len(rows) + 2
    contact = next(each for each in items if each["kind"] == "contact")
    assert {each["name"] for each in contact["beside"]["aliases"]} == {BSUID, f"+{PHONE}", "+33700000001"}
    assert contact["beside"]["inbox"]["name"] == MARKER
    (closed,) = [each["beside"]["closed"] for each in items if each["kind"] == "conversation"]
    assert closed["name"] == MARKER
    (media,) = [each["media"] for each in items if each.get("media")]  # not what lies at an address of others
    assert media.startswith(f"/api/conversations/{contact_id}-")
    assert json.loads(json.dumps(items)) == await exported(world, contact_id, 100)


async def test_those_who_were_merged_are_handed_out_together() -> None:
    world = World()
    await world.customer("Par numéro")
    await world.customer("Par nom", phone="", bsuid=BSUID)
    ids = {world.contact_with(PHONE).id, world.contact_with(BSUID).id}
    await world.customer("C'est moi", bsuid=BSUID)
    await world.drain()

    for contact_id in ids:
        items = await exported(world, contact_id, 50)
        assert {each["contactId"] for each in items} == ids
        assert {"Par numéro", "Par nom", "C'est moi"} <= {
            each["value"].get("text") for each in items if each["kind"] == "message"
        }


async def test_only_an_admin_has_it_and_of_a_contact_that_is_there() -> None:
    world = World()
    await world.customer("Bonjour")
    desk = Desk(world)
    path = f"/contacts/{world.contact.id}"

    assert (await desk.get(f"{path}/export", SUE)).refusal == (403, "forbidden")
    assert (await desk.get(f"/contacts/{'0' * 32}/export", ADA)).refusal == (404, "not_found")
    await desk.delete(path, ADA)
    assert (await desk.get(f"{path}/export", ADA)).refusal == (404, "not_found")
