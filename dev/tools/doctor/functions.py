"""The functions that the app's host knows."""

from collections.abc import Collection, Sequence
from typing import Final

from dev.tools.doctor import repository
from dev.tools.doctor.deployed import Function
from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.reading import Deployment
from shared.settings import read_settings

_ONLY_WHEN_WELL: Final = "route"
_WEBHOOK: Final = "events"
_OF_META: Final = "whatsapp"


async def check_functions(deployment: Deployment) -> Finding:
    """Whether the functions that function_app.py declares are published."""
    wanted = set(repository.functions())
    settings = read_settings(await deployment.settings())
    if not settings.webhook:
        wanted.discard(_WEBHOOK)
    if not settings.whatsapp_webhook:
        wanted.discard(_OF_META)
    return judge_functions(wanted, await deployment.functions())


def judge_functions(wanted: Collection[str], found: Sequence[Function]) -> Finding:
    """`route` alone is left out by the app itself: when its settings or its configuration are bad."""
    known = {function.name for function in found}
    missing = sorted(set(wanted) - known)
    do = "publish the app: azd deploy, or func azure functionapp publish"
    if missing == [_ONLY_WHEN_WELL]:
        do = "mend what GET /api/health/ready names (settings or configuration), and publish again"
    problems = [f"{name} is missing" for name in missing] if known else ["none is published"]
    disabled = sorted(function.name for function in found if function.disabled and function.name in wanted)
    if disabled and not problems:
        do = "enable it: remove the setting AzureWebJobs.<name>.Disabled"
    return conclude(
        well=f"all {len(wanted)} are published",
        problems=[*problems, *(f"{name} is disabled" for name in disabled)],
        do=do,
    )
