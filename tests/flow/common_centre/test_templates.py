"""Templates of the file against those at WhatsApp: shown, compared, passed over, and asked for again when refused."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dev.stack.whatsapp.catalogue import load_catalogue
from tests.flow.centre import SUPPORT, Centre, Json
from tests.flow.commands import finished
from tests.flow.conftest import configuration_text
from tests.flow.customer import Customer
from tests.flow.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG_AGO = timedelta(hours=25)
IMAGE = {"type": "HEADER", "format": "IMAGE"}
ENGLISH = "Hello client, we have an answer for you: "


def as_written(centre: Centre) -> list[Json]:
    """The raw list of a channel that has every template of the file as it is written there."""
    catalogue = load_catalogue(centre.configuration)
    templates = catalogue.templates(catalogue.channels[0])
    return [
        {"name": each.name, "language": each.language, "status": "APPROVED", "components": each.components}
        for each in templates
    ]


async def put(centre: Centre, templates: Sequence[Any]) -> None:
    url = f"{centre.whatsapp}/channels/{SUPPORT}/templates"
    async with centre.http.put(url, json=templates) as answer:
        assert answer.status == 200, await answer.text()


@asynccontextmanager
async def listing(centre: Centre, change: dict[tuple[str, str], Json]) -> AsyncIterator[None]:
    """Meanwhile WhatsApp lists some templates in another way; afterwards as written, which the app has heard."""
    await put(centre, [each | change.get((each["name"], each["language"]), {}) for each in as_written(centre)])
    try:
        yield
    finally:
        await put(centre, as_written(centre))
        await heard(centre, "approved")


async def heard(centre: Centre, status: str) -> None:
    """Have the channel asked, which Meta's is not each time, until the app knows a status of the French follow-up."""

    async def look() -> tuple[int, str]:
        answer = await centre.call("GET", "/health/ready")
        return answer.status, str((await french_follow_up(centre))["status"])

    await eventually(look, (200, status))


async def french_follow_up(centre: Centre) -> Json:
    items = {item["name"]: item for item in await centre.items(f"/templates?channel={SUPPORT}", role="Agent")}
    found: Json = items["follow_up"]["languages"]["fr"]
    return found


async def test_a_mismatch_is_told_by_all_that_look_and_the_fallback_takes_another_language(
    centre: Centre, customer: Customer
) -> None:
    """The readiness check asks the channel; the command compares the file with what it said."""
    where = (centre.configuration, "--api", centre.api, "--key", centre.stack.ready["key"])
    other = {"status": "PAUSED"}, {"components": [{"type": "BODY", "text": "Bonjour {{1}}"}, IMAGE]}
    async with listing(centre, {("follow_up", "fr"): other[0], ("order_update", "fr"): other[1]}):
        await heard(centre, "paused")
        code, printed = await finished("templates-check", *where)
        assert code == 1
        assert f"{SUPPORT}: follow_up (fr) is paused, not approved" in printed
        assert f"{SUPPORT}: order_update (fr) has 1 parameter at WhatsApp instead of 2" in printed
        shown = await french_follow_up(centre)
        assert (shown["status"], shown["usable"]) == ("paused", False)
        ready = await centre.call("GET", "/health/ready")
        assert f"channel {SUPPORT}: template follow_up (fr) is paused, not approved" in ready.body["warnings"]

        await customer.writes("Bonjour", ago=LONG_AGO)
        answer = await customer.is_sent("Votre colis est là.")
        assert (answer.status, answer.body["delivery"], answer.body["template"]["language"]) == (201, "template", "en")
        paused = {"name": "follow_up", "language": "fr", "reason": "is paused, not approved"}
        assert answer.body["template"]["passedOver"] == [paused]
        await eventually(customer.received, [f"{ENGLISH}Votre colis est là."])
    code, printed = await finished("templates-check", *where)
    assert code == 0, printed


async def test_the_command_takes_a_channel_for_the_one_of_its_name(centre: Centre, tmp_path: Path) -> None:
    """The file here may not have the id that is deployed: the number moves, or the local stack has put it at Meta."""
    file = tmp_path / "contact_center.yaml"
    file.write_text(configuration_text(), encoding="utf-8")
    code, printed = await finished("templates-check", file, "--api", centre.api, "--key", centre.stack.ready["key"])
    assert code == 0, printed


async def test_a_template_that_whatsapp_pauses_is_asked_for_again_by_itself(centre: Centre, customer: Customer) -> None:
    """The app believes it approved until WhatsApp refuses it."""
    await heard(centre, "approved")
    async with listing(centre, {("follow_up", "fr"): {"status": "PAUSED"}}):
        assert (await french_follow_up(centre))["status"] == "approved"
        await customer.writes("Bonjour", ago=LONG_AGO)
        assert (await customer.is_sent("Votre colis est là.")).status == 201

        async def status() -> str:
            return str((await french_follow_up(centre))["status"])

        await eventually(status, "paused")
        await eventually(customer.received, [f"{ENGLISH}Votre colis est là."])
