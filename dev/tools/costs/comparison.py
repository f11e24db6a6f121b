"""What teams of three sizes pay a month: this system beside commercial ones, Meta's fee left out everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dev.tools.costs.bill import Deployment, Load, total_usd
from dev.tools.costs.prices import Prices
from dev.tools.costs.traffic import Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team and its month."""

    agents: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A commercial system, by the names of its prices."""

    name: str
    seat: str | None = None
    message: str | None = None

    def usd(self, team: Team, prices: Prices) -> float:
        """Seats and messages."""
        seats = prices[self.seat].usd(team.agents) if self.seat else 0
        return seats + (prices[self.message].usd(team.messages) if self.message else 0)


TEAMS: Final = (
    Team(agents=5, messages=20_000),
    Team(agents=20, messages=200_000),
    Team(agents=100, messages=1_000_000),
)
SYSTEMS: Final = (
    System(name="Twilio Flex, named users, with Twilio's fee", seat="twilio.named_user", message="twilio.message"),
    System(name="Dynamics 365 Contact Center Digital, with ACS", seat="dynamics.digital", message="acs.message"),
    System(name="Genesys Cloud CX 2", seat="genesys.cx2"),
    System(name="Intercom Advanced", seat="intercom.advanced"),
    System(name="Zendesk Suite Team", seat="zendesk.suite_team"),
    System(name="Chatwoot Cloud Business", seat="chatwoot.business"),
    System(name="Amazon Connect", message="amazon_connect.message"),
)


def ours_usd(team: Team, load: Load, prices: Prices, *, at_meta: bool = False) -> float:
    """Azure with the default deployment, and ACS's fee where numbers are there and not at Meta."""
    azure = total_usd(Traffic(messages=team.messages, at_meta=at_meta), Deployment(), load, prices)
    return azure if at_meta else azure + prices["acs.message"].usd(team.messages)


def theirs_usd(prices: Prices) -> dict[str, Sequence[float]]:
    """What each system costs each team."""
    return {system.name: [system.usd(team, prices) for team in TEAMS] for system in SYSTEMS}
