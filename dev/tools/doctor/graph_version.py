"""How long Meta serves the version of the Graph API that the app calls.

Source: https://developers.facebook.com/docs/graph-api/changelog. A version ends two years after the next one came; of
the newest no end is announced.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from dev.tools.doctor.findings import Finding, Level, conclude
from dev.tools.doctor.reading import Deployment
from dev.tools.doctor.secrets import followed
from shared.settings import read_settings

ENDS: Final[Mapping[int, date]] = {
    21: date(2027, 1, 21),
    22: date(2027, 5, 20),
    23: date(2027, 10, 8),
    24: date(2028, 2, 18),
    25: date(2028, 7, 29),
    26: date(2028, 11, 4),
}
_WARN_BEFORE: Final = timedelta(days=183)


async def check_graph_version(deployment: Deployment) -> Finding:
    """Whether the version of the settings is served, and goes on to be."""
    settings = read_settings(followed(await deployment.settings()))
    if not settings.whatsapp_webhook:
        return Finding(level=Level.OK, text="none: no setting is for Meta's Cloud API")
    return judge_graph_version(settings.whatsapp.graph_version, deployment.today())


def judge_graph_version(version: str, today: date) -> Finding:
    """A warning for half a year, then a problem: Meta serves another one in its place."""
    number = int(version.removeprefix("v").partition(".")[0])
    end = ENDS.get(number)
    do = "set WHATSAPP_GRAPH_VERSION to a newer one (azd env set) and deploy again, first for a test number"
    if number < min(ENDS) or (end and end < today):
        return conclude(well="", problems=[f"Meta serves {version} no more"], do=do)
    if end and end - today <= _WARN_BEFORE:
        return conclude(well="", warnings=[f"Meta serves {version} until {end:%-d %B %Y}"], do=do)
    return Finding(level=Level.OK, text=f"{version}, {f'served until {end:%-d %B %Y}' if end else 'no end announced'}")
