"""The tables, in Markdown: the command prints them, docs/costs.md quotes them."""

from collections.abc import Iterable, Mapping, Sequence

from dev.tools.costs.bill import Deployment, Load, bill, total_usd
from dev.tools.costs.comparison import TEAMS, Team, ours_usd, theirs_usd
from dev.tools.costs.levers import levers
from dev.tools.costs.prices import Prices
from dev.tools.costs.steps import STEPS
from dev.tools.costs.traffic import Traffic


def tables(traffic: Traffic, deployment: Deployment, prices: Prices) -> Mapping[str, str]:
    """Every table, by its title."""
    return {
        "Executions": executions_table(traffic),
        "Azure, a month": bill_table(traffic, deployment, prices),
        "Azure at three sizes, a month, busy – quiet": sizes_table(prices),
        "The two ways to WhatsApp at three sizes, a month, busy – quiet": ways_table(prices),
        "Fees for messages, a month": fees_table(traffic, prices),
        "What one change adds": levers_table(traffic, deployment, prices),
        "Beside commercial systems": comparison_table(prices),
        "Prices": prices_table(prices),
    }


def executions_table(traffic: Traffic) -> str:
    """How often each step runs, and what one asks for."""
    rows = [
        (name, step.group, count(times), str(step.queue_sends), str(step.table_calls), str(step.acs_sends))
        for name, times in traffic.executions().items()
        for step in [STEPS[name]]
    ]
    return _table(("step", "scales with", "a month", "Service Bus sends", "Table Storage", "ACS"), rows)


def bill_table(traffic: Traffic, deployment: Deployment, prices: Prices) -> str:
    """Each line at both ends, and the sum."""
    quiet, busy = (bill(traffic, deployment, load, prices) for load in (Load.QUIET, Load.BUSY))
    rows = [
        (each.price.what, _amounts(each.quantity, other.quantity), each.price.unit, usd(each.usd), usd(other.usd))
        for each, other in zip(quiet, busy, strict=True)
    ]
    ends = [usd(total_usd(traffic, deployment, load, prices)) for load in (Load.QUIET, Load.BUSY)]
    return _table(
        ("what", "quantity, quiet / busy", "unit", "quiet, USD", "busy, USD"), [*rows, ("sum", "", "", *ends)]
    )


def sizes_table(prices: Prices) -> str:
    """Azure's part for months of three sizes, with and without always-ready instances."""
    ways = [Deployment(always_ready=ready) for ready in (True, False)]
    rows = []
    for team in TEAMS:
        traffic = Traffic(messages=team.messages)
        costs = [{load: total_usd(traffic, way, load, prices) for load in Load} for way in ways]
        rows.append((count(team.messages), *map(_range, costs)))
    return _table(("messages", "always-ready on, USD", "always-ready off, USD"), rows)


def ways_table(prices: Prices) -> str:
    """Azure, and ACS's fee, for numbers at ACS; Azure alone for numbers at Meta."""
    rows = []
    for team in TEAMS:
        at_acs, at_meta = (
            {
                load: total_usd(Traffic(messages=team.messages, at_meta=there), Deployment(), load, prices)
                for load in Load
            }
            for there in (False, True)
        )
        fee = prices["acs.message"].usd(team.messages)
        rows.append((count(team.messages), _range(at_acs), usd(fee), _range(at_meta)))
    return _table(("messages", "at ACS: Azure, USD", "and ACS's fee, USD", "at Meta: Azure, and no fee, USD"), rows)


def fees_table(traffic: Traffic, prices: Prices) -> str:
    """What is paid for the messages themselves, whatever system answers them."""
    fees = {"meta.least": traffic.outgoing, "meta.most": traffic.outgoing}
    if not traffic.at_meta:
        fees = {"acs.message": traffic.messages, **fees}
    rows = [
        (prices[name].what, count(quantity), prices[name].unit, usd(prices[name].usd(quantity)))
        for name, quantity in fees.items()
    ]
    return _table(("what", "quantity", "unit", "USD"), rows)


def levers_table(traffic: Traffic, deployment: Deployment, prices: Prices) -> str:
    """What each change adds at both ends."""
    rows = [
        (lever.change, signed(lever.added_usd[Load.QUIET]), signed(lever.added_usd[Load.BUSY]), lever.means)
        for lever in levers(traffic, deployment, prices)
    ]
    return _table(("change", "quiet, USD", "busy, USD", ""), rows)


def comparison_table(prices: Prices) -> str:
    """The teams side by side."""
    ours = [
        (f"this system, {named}", *(_range(_both_ends(team, prices, at_meta=there)) for team in TEAMS))
        for named, there in (("at ACS, with its fee", False), ("at Meta's Cloud API", True))
    ]
    theirs = [(name, *map(usd, amounts)) for name, amounts in theirs_usd(prices).items()]
    heads = [f"{team.agents} agents, {team.messages:,} messages" for team in TEAMS]
    return _table(("USD a month, without Meta's fee", *heads), [*ours, *theirs])


def _both_ends(team: Team, prices: Prices, *, at_meta: bool) -> Mapping[Load, float]:
    return {load: ours_usd(team, load, prices, at_meta=at_meta) for load in Load}


def prices_table(prices: Prices) -> str:
    """Every price with its date and source."""
    rows = [
        (
            price.what,
            f"{price.amount_usd:.8f}".rstrip("0").rstrip("."),
            f"{count(price.per)} {price.unit}s" if price.per > 1 else price.unit,
            count(price.included_a_month) if price.included_a_month else "",
            price.region,
            price.date.isoformat(),
            price.listed_at,
            price.read_in if price.verified else f"{price.read_in}; not verified",
        )
        for price in prices.values()
    ]
    return _table(("what", "USD", "for", "free a month", "region", "date", "listed at", "read in"), rows)


def usd(amount: float) -> str:
    """Whole dollars; less is not known."""
    return "< 1" if 0 < amount < 1 else f"{amount:,.0f}"


def signed(amount: float) -> str:
    """A difference in whole dollars."""
    if abs(amount) < 1:
        return "< 1"
    return f"{'+' if amount > 0 else '−'}{abs(amount):,.0f}"


def count(number: float) -> str:
    """A number, in millions where it has them."""
    if number >= 1e6:
        return f"{number / 1e6:.2f}".rstrip("0").rstrip(".") + " million"
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def _amounts(quiet: float, busy: float) -> str:
    return count(quiet) if count(quiet) == count(busy) else f"{count(quiet)} / {count(busy)}"


def _range(amounts: Mapping[Load, float]) -> str:
    return f"{usd(amounts[Load.BUSY])} – {usd(amounts[Load.QUIET])}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
