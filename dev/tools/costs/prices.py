"""List prices: `prices.json`, in US dollars, each with its date, its region and the public page that lists it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

PRICES: Final = Path(__file__).with_name("prices.json")

type Prices = Mapping[str, "Price"]
"""By name: `<service>.<what>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What something costs.

    Attributes:
        amount_usd: For `per` units.
        included_a_month: Units that cost nothing.
        listed_at: The public page that lists it today.
        read_in: Where it was read, a copy of that list.
        date: Of that copy.
        verified: Whether that copy quotes the list; else the price is hearsay.
    """

    what: str
    unit: str
    amount_usd: float
    per: int = 1
    included_a_month: float = 0
    region: str
    date: date
    listed_at: str
    read_in: str
    verified: bool

    def usd(self, quantity: float) -> float:
        """What so many units a month cost."""
        return max(quantity - self.included_a_month, 0) / self.per * self.amount_usd


def read_prices(file: Path = PRICES) -> Prices:
    """The prices of a file."""
    listed = json.loads(file.read_text(encoding="utf-8"))
    return {name: Price(**fields | {"date": date.fromisoformat(fields["date"])}) for name, fields in listed.items()}
