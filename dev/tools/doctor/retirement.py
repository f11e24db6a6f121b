"""The day on which Microsoft ends WhatsApp in Azure Communication Services.

Source: https://aka.ms/acs-retirement-and-breaking-changes-guide
"""

from datetime import date
from typing import Final

from dev.tools.doctor.findings import Finding, Level
from dev.tools.doctor.reading import NOT_AT_ACS, Deployment

LAST_DAY: Final = date(2028, 9, 30)
_ENDS: Final = "Microsoft ends WhatsApp in Communication Services on 30 September 2028"


async def check_retirement(deployment: Deployment) -> Finding:
    """How long there is until then, where numbers are there."""
    if not await deployment.is_at_acs():
        return Finding(level=Level.OK, text=NOT_AT_ACS)
    return judge_retirement(deployment.today())


def judge_retirement(today: date) -> Finding:
    """A note until that day, a problem after it."""
    do = "plan the move of the number to Meta's Cloud API (docs/moving.md, and docs/deploy.md for what it needs)"
    days = (LAST_DAY - today).days
    if days < 0:
        return Finding(level=Level.PROBLEM, text=_ENDS.replace("ends", "ended"), do=do)
    return Finding(level=Level.NOTE, text=f"{_ENDS}, in {days} days", do=do)
