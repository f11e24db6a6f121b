"""Where a scene plays."""

from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import Route, expect

from tests.browser.desk import Desk
from tests.browser.desks import Desks
from tests.browser.team import SUPPORT, Team
from tests.flow.customer import Customer

PATIENCE = 20_000.0  # milliseconds: templates wait for an undo, and held words expire after some seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a scene plays: a team, and its desks."""

    team: Team
    desks: Desks

    async def ana(self, place: str = "", *, at_work: bool = True) -> Desk:
        """The desk of an agent of the team."""
        await self.team.agent("Ana", presence="available" if at_work else None)
        return await self.desks.open("Ana", place=place)

    async def sam(self, place: str = "", role: str = "Supervisor") -> Desk:
        """The desk of a supervisor, or an administrator, which shows the team's queue alone: the others are tests'."""

        async def own(route: Route) -> None:
            answer = await route.fetch()
            page = await answer.json()
            page["items"] = [
                each for each in page["items"] if self.team.queue in (each.get("name"), *each.get("queues", ()))
            ]
            await route.fulfill(response=answer, json=page)

        sam = await self.desks.open(sits_down=False)
        await sam.page.route("**/api/queues*", own)
        await sam.page.route("**/api/agents?*", own)
        await sam.sit_down(self.team.id_of("Sam"), role)
        await sam.go(place)
        return sam

    async def with_zoe(
        self, text: str = "Où est ma commande ?", *, ago: timedelta = timedelta(), channel: str = SUPPORT
    ) -> tuple[Desk, Customer]:
        """Ana has Zoé's conversation open; and Zoé."""
        await self.team.agent("Ana", presence="available")
        customer, _ = await self.team.writes("Zoé", text, ago=ago, channel=channel)
        ana = await self.desks.open("Ana")
        await ana.open("Zoé")
        await expect(ana.message(text)).to_be_visible()
        return ana, customer
